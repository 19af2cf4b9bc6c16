#pragma once
// A blocking socket for tests: says exactly what it is told to, byte by byte if need be, and reads answers.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lastmile::http {

struct Received {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;   // names in lower case
    std::string body;                                            // chunks joined
    std::string header(std::string_view name) const;
};

class TestClient {
public:
    /// `receive_buffer`: SO_RCVBUF, set before connecting; 0 leaves it.
    explicit TestClient(std::uint16_t port, int receive_buffer = 0);
    ~TestClient();
    TestClient(const TestClient&) = delete;
    TestClient& operator=(const TestClient&) = delete;
    void send(std::string_view bytes);
    /// One answer; status 0 when the peer closed before its end. Gives up (status -1) after ten seconds without a byte.
    Received receive(bool head_request = false);
    Received ask(std::string_view bytes) {
        send(bytes);
        return receive();
    }
    /// Exactly `count` bytes, or fewer at the end of the stream.
    std::string read(std::size_t count);
    std::string read_line();
    /// One chunk of a chunked answer whose head has been read.
    std::string read_chunk();
    Received receive_head();
    /// True when the peer has closed, or reset, and nothing is left.
    bool at_end();
    /// True when the peer has said that nothing more comes, without a reset.
    bool ended_cleanly();
    void close();
    void shut_sending();
    int descriptor() const { return socket_; }

private:
    bool fill();
    int socket_ = -1;
    std::string buffer_;
};

}  // namespace lastmile::http
