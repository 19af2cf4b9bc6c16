#pragma once
// One connection as a state machine on its worker's thread. Internal (sees Asio).
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/http/answer_head.hpp"
#include "platform/http/request_head.hpp"
#include "platform/http/request_parser.hpp"
#include "platform/http/worker.hpp"

namespace lastmile::http {

class Outlet;

/// Reading and answering alternate: while a request runs nothing is read, so that TCP holds a pipelining client back. Answers of
/// pipelined requests that are ready at once share a write.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(std::shared_ptr<Worker> worker, Socket socket, std::string peer, std::shared_ptr<asio::ssl::context> tls);
    void start();
    void check_deadline(Millis now);
    void drain();
    void close();
    /// Closes and counts: the peer reads too slowly.
    void cut();
    /// The answer to request `number`; ignored when that one is not waiting any more.
    void answer(std::uint64_t number, Response response);
    /// From now on the outlet's bytes are sent, as chunks of an answer or (upgrade) as they are.
    void begin_outlet(std::uint64_t number, Response head, std::shared_ptr<Outlet> outlet, bool upgrade);
    void flush_stream();

    const std::shared_ptr<Worker> worker;
    std::size_t slot = 0;   // in the worker's list

private:
    enum class Phase { handshake, head, admitting, body, unpacking, running, streaming, ending, lingering, closed };
    enum class Step { more, request, refused, admission };

    void read();
    void on_read(const boost::system::error_code& ec, std::size_t count);
    void advance();
    Step parse();
    Step parse_head();
    Step parse_body();
    Step refuse(int status, std::string_view detail);
    void begin_body();
    void ask_admission();
    void admitted(std::uint64_t number, std::optional<Response> refusal);
    void take_request();
    void unpack_later(Request request, Coding coding, std::size_t limit);
    void hand_over(Request request);
    void append_answer(Response response);
    bool append_head(const Response& response);
    bool flush();
    void write_rest();
    void on_written(const boost::system::error_code& ec, std::size_t count);
    void account_written(std::size_t count);
    void linger();
    void linger_on();
    void say_end();
    void check_silence(Millis now);
    void expire_in(std::chrono::milliseconds span) { deadline_ = worker->now + span.count(); }
    std::string_view input() const { return {in_.data() + begin_, end_ - begin_}; }
    void consume(std::size_t count);
    void make_room();

    Shared& shared_;
    Socket socket_;
    std::shared_ptr<asio::ssl::context> tls_context_;
    std::optional<asio::ssl::stream<Socket&>> tls_;
    std::string peer_;
    Phase phase_ = Phase::head;
    bool reading_ = false, writing_ = false, advancing_ = false;
    Millis deadline_ = 0;            // 0: none
    std::vector<char> in_;
    std::size_t begin_ = 0, end_ = 0;
    std::string out_, tail_;         // heads and small bodies; one large body
    std::string next_out_, next_tail_;   // collected while out_ and tail_ are being written
    std::size_t written_ = 0;        // of out_, then tail_
    int blank_lines_ = 0;
    std::size_t discarded_ = 0;
    bool owed_ = false;              // a refused request's body is still on its way
    bool end_said_ = false;          // nothing more comes from us, and the peer knows
    Millis linger_until_ = 0;
    std::size_t bought_ = 0;         // seconds that a spooled body has earned
    HeadScanner scanner_;
    std::optional<RequestParser> parser_;
    std::uint64_t number_ = 0;       // of the request that runs
    AnswerFrame frame_;
    std::shared_ptr<Outlet> outlet_;
    Millis heard_ = 0;               // from the peer of a WebSocket
    bool pinged_ = false;
};

}  // namespace lastmile::http
