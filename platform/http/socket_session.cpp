#include "platform/http/socket_session.hpp"

#include <algorithm>

namespace lastmile::http {
namespace {

constexpr std::size_t max_early = 256 * 1024;

}  // namespace

void SocketSession::on_message(std::function<void(std::string, bool)> then) {
    {
        const std::lock_guard lock(mutex_);
        on_message_ = std::move(then);
    }
    receive_later(shared_from_this());
}

bool SocketSession::receive(std::string_view bytes) {
    if (ended_) return true;
    {
        const std::lock_guard lock(mutex_);
        if (!on_message_) {
            early_ += bytes;
            if (early_.size() > max_early) close(1008, "too much before the endpoint was ready");
            return true;
        }
    }
    if (!early_.empty()) bytes = early_ += bytes;
    const auto code = reader_.feed(bytes, [this](FrameReader::Event event) {
        if (ended_) return;
        switch (event.kind) {
            case FrameKind::ping: put(frame_head(FrameKind::pong, event.payload.size()), event.payload); break;
            case FrameKind::close:
                ended_ = true;   // RFC 6455 5.5.1: the code is sent back
                finish(frame_head(FrameKind::close, std::min<std::size_t>(event.payload.size(), 2)) + event.payload.substr(0, 2));
                break;
            case FrameKind::text:
            case FrameKind::binary: {
                std::function<void(std::string, bool)> then;
                {
                    const std::lock_guard lock(mutex_);
                    then = on_message_;
                }
                if (then) then(std::move(event.payload), event.kind == FrameKind::text);
                break;
            }
            default: break;
        }
    });
    early_.clear();
    if (code != 0 && !std::exchange(ended_, true))
        close(code, code == 1009 ? "the message is too big" : code == 1007 ? "the text is not UTF-8" : "the frames break the protocol");
    return true;
}

}  // namespace lastmile::http
