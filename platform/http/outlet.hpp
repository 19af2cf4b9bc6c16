#pragma once
// The sending side of an answer that goes on (events, WebSocket): a byte-bounded buffer between any thread and the connection. Internal.
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace lastmile::http {

class Connection;

class Outlet {
public:
    explicit Outlet(std::shared_ptr<Connection> connection);
    virtual ~Outlet() = default;

    // From any thread:
    /// Appends all pieces or none; false when closed, or when that would exceed the bound: then the peer is cut.
    bool put(std::string_view a, std::string_view b = {}, std::string_view c = {});
    /// Sends `last_bytes` after what waits, then ends the connection.
    bool finish(std::string_view last_bytes = {});
    void on_close(std::function<void()> then);

    // On the connection's thread:
    /// What waits; `last` when nothing will follow.
    std::string take(bool& last);
    /// What was taken has been written.
    void sent();
    void gone();
    /// The server drains: say goodbye.
    virtual void leave() = 0;
    /// Bytes from the peer; false ends the connection at once.
    virtual bool receive(std::string_view) { return true; }
    /// The peer has been silent for `websocket_ping`.
    virtual void silent() {}

protected:
    /// From any thread: calls receive() with nothing new on the connection's thread.
    void receive_later(std::shared_ptr<Outlet> self);

private:
    const std::shared_ptr<Connection> connection_;
    std::mutex mutex_;
    const std::size_t limit_;
    std::string pending_;
    std::size_t in_flight_ = 0;
    bool told_ = false, closing_ = false, gone_ = false;
    std::vector<std::function<void()>> on_close_;
};

}  // namespace lastmile::http
