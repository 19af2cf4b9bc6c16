#include "platform/http/message.hpp"

namespace lastmile::http {

std::string_view Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

bool Request::has(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return true;
    return false;
}

std::shared_ptr<WebSocket> Responder::websocket(Response, std::size_t) { return nullptr; }

}  // namespace lastmile::http
