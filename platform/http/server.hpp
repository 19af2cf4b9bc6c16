#pragma once
// The HTTP/1.1 server (Boost.Beast inside, hidden): keep-alive, pipelining, chunked, limits, TLS, graceful drain.
#include <chrono>
#include <memory>
#include <string>

#include "platform/http/message.hpp"

namespace lastmile::http {

struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;             // 0 takes a free one
    int threads = 2;
    std::size_t max_header_bytes = 16 * 1024;
    std::size_t max_body_bytes = 8 * 1024 * 1024;   // also after decompression
    std::size_t max_connections = 10'000;
    std::chrono::seconds header_timeout{10};  // whole header, from its first byte or the connection's start (slowloris)
    std::chrono::seconds body_timeout{60};
    std::chrono::seconds idle_timeout{75};
    std::size_t stream_buffer_bytes = 1024 * 1024;
    std::string tls_certificate;            // PEM files; both empty: plain
    std::string tls_key;
};

class Server {
public:
    /// Binds at once. Throws std::runtime_error with one clear sentence (port taken, no permission, bad certificate).
    Server(Options options, Handler handler);
    ~Server();
    std::uint16_t port() const;
    /// Stops accepting, lets running requests finish until the deadline, closes streams, joins the threads.
    void drain(std::chrono::milliseconds deadline);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace lastmile::http
