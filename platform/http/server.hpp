#pragma once
// The HTTP/1.1 server (Boost.Beast inside, hidden): keep-alive, pipelining, chunked, limits, TLS, graceful drain.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/http/message.hpp"

namespace lastmile::http {

struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;             // 0 takes a free one
    int threads = 2;
    std::size_t max_header_bytes = 16 * 1024;
    std::size_t max_body_bytes = 8 * 1024 * 1024;   // also after decompression
    std::size_t max_buffered_bytes = 512 * 1024 * 1024;  // request bodies being received, all connections together; beyond: 503
    std::size_t max_connections = 10'000;   // one more is answered 503 and closed (with TLS: closed)
    std::chrono::milliseconds header_timeout{10'000};  // whole header, from its first byte or the connection's start (slowloris)
    std::chrono::milliseconds body_timeout{60'000};
    std::chrono::milliseconds idle_timeout{75'000};
    std::chrono::milliseconds write_timeout{30'000};   // without any progress
    std::chrono::milliseconds websocket_ping{20'000};  // a peer silent for two of these is cut
    std::size_t stream_buffer_bytes = 1024 * 1024;
    std::string tls_certificate;            // PEM files; both empty: plain
    std::string tls_key;
    /// Largest body of one endpoint, asked once the request line is read; absent: max_body_bytes for all. Called on I/O threads.
    std::function<std::size_t(std::string_view method, std::string_view path)> body_limit{};
    /// The folder that a body goes to as it comes, instead of memory (Request::spooled); empty: memory. Asked once the request line is read.
    /// Such a body comes uncoded, and has `body_timeout` and a second for each 16 KiB.
    std::function<std::string(std::string_view method, std::string_view path)> spool{};
    std::size_t max_spooled_bytes = 4ull * 1024 * 1024 * 1024;  // all spooled bodies together; beyond: 503
    /// Asked for a body that goes to the disk, before any of it is read and before `100 Continue`: whether it may come at all. Called on an
    /// I/O thread with the head alone; calls back once, from any thread, with a refusal or nothing. Absent: all may.
    std::function<void(Request head, std::function<void(std::optional<Response>)> then)> admit{};
    /// Writes the answers that the server gives itself (malformed, too large, timed out, dropped); absent: a plain problem document.
    std::function<Response(int status, std::string_view detail)> refusal{};
    /// Time for deadlines; absent: the steady clock. Deadlines are looked at every `sweep`, so they are that coarse.
    std::function<std::chrono::steady_clock::time_point()> clock{};
    std::chrono::milliseconds sweep{250};
};

/// What has happened since the start; gauges say what is.
struct Numbers {
    std::uint64_t accepted, open, shed, requests, streams_open, websockets_open, cut, timed_out, malformed, received_bytes, sent_bytes;
};

class Server {
public:
    /// Binds at once. Throws std::runtime_error with one clear sentence (port taken, no permission, bad certificate).
    Server(Options options, Handler handler);
    /// Drains with a deadline of zero if drain() was not called.
    ~Server();
    std::uint16_t port() const;
    Numbers numbers() const;
    /// Reads the certificate and key again (SIGHUP); new connections use them. Throws and keeps the old ones when they are bad.
    void reload_tls();
    /// Stops accepting, lets running requests finish until the deadline, closes streams, joins the threads. Not from an I/O thread.
    void drain(std::chrono::milliseconds deadline);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace lastmile::http
