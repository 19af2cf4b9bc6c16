#pragma once
// The WebSocket of a connection. Internal.
#include "platform/http/message.hpp"
#include "platform/http/outlet.hpp"
#include "platform/http/websocket_frames.hpp"

namespace lastmile::http {

class SocketSession final : public WebSocket, public Outlet, public std::enable_shared_from_this<SocketSession> {
public:
    SocketSession(std::shared_ptr<Connection> connection, std::size_t max_message) : Outlet(std::move(connection)), reader_(max_message) {}
    bool send(std::string_view text) override { return put(frame_head(FrameKind::text, text.size()), text); }
    bool send(std::shared_ptr<const std::string> text) override { return send(std::string_view(*text)); }
    void close(std::uint16_t code, std::string_view reason) override { finish(close_frame(code, reason)); }
    void on_message(std::function<void(std::string, bool)> then) override;
    void on_close(std::function<void()> then) override { Outlet::on_close(std::move(then)); }

    void leave() override { close(1001, "the server goes away"); }
    bool receive(std::string_view bytes) override;
    void silent() override { put(frame_head(FrameKind::ping, 0)); }

private:
    FrameReader reader_;
    std::mutex mutex_;
    std::function<void(std::string, bool)> on_message_;
    std::string early_;    // came before on_message was set
    bool ended_ = false;   // a close frame came, or a fault: what follows is not read
};

}  // namespace lastmile::http
