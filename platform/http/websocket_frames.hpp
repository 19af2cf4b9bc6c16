#pragma once
// RFC 6455 framing, no I/O: reads a client's frames, writes a server's. Written here rather than taken from Beast so that frames share
// the connection's one write path: coalesced, bounded, and with a head that is the same for every subscriber.
#include <cstdint>
#include <string>
#include <string_view>

namespace lastmile::http {

enum class FrameKind : std::uint8_t { more = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Head of an unmasked, final server frame.
std::string frame_head(FrameKind kind, std::size_t size);
std::string close_frame(std::uint16_t code, std::string_view reason);
/// Sec-WebSocket-Accept for a client's key.
std::string websocket_accept(std::string_view key);
/// Shortest form, no surrogates, at most U+10FFFF.
bool valid_utf8(std::string_view text);

/// Collects frames into messages.
class FrameReader {
public:
    explicit FrameReader(std::size_t max_message) : max_message_(max_message) {}

    struct Event {
        FrameKind kind;             // text, binary, close, ping, pong
        std::string payload;
    };
    /// Takes bytes of the peer; calls `on_event` for each message or control frame. Returns 0, or the close code to end with:
    /// 1002 protocol, 1007 not UTF-8, 1009 too big.
    std::uint16_t feed(std::string_view bytes, auto&& on_event) {
        buffer_ += bytes;
        for (;;) {
            Event event{};
            std::uint16_t code = 0;
            const auto step = next(event, code);
            if (code != 0) return code;
            if (step == Step::more) return 0;
            if (step == Step::event) on_event(std::move(event));
        }
    }

private:
    enum class Step { more, fragment, event };
    Step next(Event& event, std::uint16_t& code);

    const std::size_t max_message_;
    std::string buffer_;
    std::string message_;
    FrameKind message_kind_ = FrameKind::more;   // `more`: no message is open
};

}  // namespace lastmile::http
