#pragma once
// The Responder of one request. Internal.
#include <atomic>
#include <memory>

#include "platform/http/connection.hpp"

namespace lastmile::http {

class Answer final : public Responder {
public:
    Answer(std::shared_ptr<Connection> connection, std::uint64_t number, const Request& request);
    ~Answer() override;
    void send(Response response) override;
    std::shared_ptr<Stream> stream(Response head) override;
    std::shared_ptr<WebSocket> websocket(Response head, std::size_t max_message_bytes) override;

private:
    void deliver(Response response);
    void begin(Response head, std::shared_ptr<Outlet> outlet, bool upgrade);

    std::shared_ptr<Connection> connection_;
    std::uint64_t number_;
    Coding accepted_;
    std::atomic<bool> used_{false};
    std::string websocket_key_;
    bool asks_websocket_ = false;
};

}  // namespace lastmile::http
