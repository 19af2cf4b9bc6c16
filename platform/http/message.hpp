#pragma once
// Requests and answers as the rest of the house sees them: no Asio, no Beast.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lastmile::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

class SpooledBody;

struct Request {
    std::string method{};
    std::string target{};          // as received: path with raw query
    std::string path{};            // raw path, not decoded
    std::string query{};           // raw query without `?`
    Headers headers{};             // names in lower case, in order
    std::string body{};            // decoded (gzip, br), within the limit
    std::shared_ptr<const SpooledBody> spooled{};  // instead of `body`, where Options::spool says so
    std::string peer{};            // address of the socket's other end, without port
    bool secure = false;
    /// First value of a header (name in lower case), or empty.
    std::string_view header(std::string_view name) const;
    bool has(std::string_view name) const;
};

struct Response {
    int status = 200;
    Headers headers{};
    std::string body{};
};

/// An answer that goes on: server-sent events. Thread-safe. Bounded: when more than its limit waits to be sent, the peer is cut.
class Stream {
public:
    virtual ~Stream() = default;
    /// False once the peer is gone or was cut. What is sent within a few ms is coalesced into one write.
    virtual bool send(std::string_view bytes) = 0;
    virtual bool send(std::shared_ptr<const std::string> bytes) = 0;  // shared by many subscribers
    virtual void close() = 0;
    virtual void on_close(std::function<void()> then) = 0;
};

/// An upgraded connection (RFC 6455). Thread-safe, bounded like a Stream. Pings are answered, and sent when the peer is silent.
class WebSocket {
public:
    virtual ~WebSocket() = default;
    /// One text frame. False once the peer is gone or was cut.
    virtual bool send(std::string_view text) = 0;
    virtual bool send(std::shared_ptr<const std::string> text) = 0;
    /// Sends what waits, then a close frame: 1000 normal, 1001 going away, 1008 policy, 1013 try again later, 4000-4999 ours.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    /// Called on an I/O thread, one message at a time, in order; what comes before this is set waits. Must not block.
    virtual void on_message(std::function<void(std::string message, bool text)> then) = 0;
    virtual void on_close(std::function<void()> then) = 0;
};

/// Answers one request, once, from any thread. Destroyed unanswered, it answers 500.
class Responder {
public:
    virtual ~Responder() = default;
    virtual void send(Response response) = 0;
    virtual std::shared_ptr<Stream> stream(Response head) = 0;
    /// Accepts an upgrade; `head` may carry `sec-websocket-protocol`. A message over `max_message_bytes` closes with 1009.
    /// nullptr, with the answer 426 or 400 already sent, when the request is no valid upgrade.
    virtual std::shared_ptr<WebSocket> websocket(Response head, std::size_t max_message_bytes);
};

/// Called on an I/O thread: must not block.
using Handler = std::function<void(Request, std::shared_ptr<Responder>)>;

}  // namespace lastmile::http
