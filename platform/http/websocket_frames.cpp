#include "platform/http/websocket_frames.hpp"

#include <openssl/evp.h>

#include <utility>

namespace lastmile::http {

std::string frame_head(FrameKind kind, std::size_t size) {
    std::string head(1, static_cast<char>(0x80 | static_cast<int>(kind)));
    int width = 0;
    if (size < 126) {
        head += static_cast<char>(size);
    } else if (size < 65536) {
        head += static_cast<char>(126);
        width = 2;
    } else {
        head += static_cast<char>(127);
        width = 8;
    }
    while (width-- > 0) head += static_cast<char>(size >> (8 * width));
    return head;
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
    reason = reason.substr(0, 123);
    std::string frame = frame_head(FrameKind::close, reason.size() + 2);
    frame += static_cast<char>(code >> 8);
    frame += static_cast<char>(code);
    return frame.append(reason);
}

std::string websocket_accept(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
    unsigned char encoded[64];
    const int length = EVP_EncodeBlock(encoded, digest, static_cast<int>(size));
    return {reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(length)};
}

bool valid_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const std::size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
        if (lead < 0xc2 || lead > 0xf4 || i + more >= text.size()) return false;
        std::uint32_t point = lead & (0x3fU >> more);
        for (std::size_t k = 1; k <= more; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xc0) != 0x80) return false;
            point = point << 6 | (next & 0x3f);
        }
        if ((more == 2 && (point < 0x800 || (point >= 0xd800 && point < 0xe000))) || (more == 3 && (point < 0x10000 || point > 0x10ffff)))
            return false;
        i += more + 1;
    }
    return true;
}

FrameReader::Step FrameReader::next(Event& event, std::uint16_t& code) {
    if (buffer_.size() < 2) return Step::more;
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(buffer_[i]); };
    const bool final = byte(0) & 0x80;
    const auto kind = static_cast<FrameKind>(byte(0) & 0x0f);
    const bool control = (byte(0) & 0x08) != 0;
    const bool known = kind <= FrameKind::binary || (kind >= FrameKind::close && kind <= FrameKind::pong);
    // No extension was agreed, so reserved bits are errors; a client must mask.
    if (!known || (byte(0) & 0x70) || !(byte(1) & 0x80)) return code = 1002, Step::more;
    std::uint64_t size = byte(1) & 0x7f;
    if (control && (!final || size > 125)) return code = 1002, Step::more;
    if (!control && (kind == FrameKind::more) == (message_kind_ == FrameKind::more)) return code = 1002, Step::more;
    std::size_t at = 2;
    if (size >= 126) {
        const std::size_t width = size == 126 ? 2 : 8;
        if (buffer_.size() < at + width) return Step::more;
        for (size = 0; at < 2 + width; ++at) size = size << 8 | byte(at);
    }
    if (!control && size > max_message_ - message_.size()) return code = 1009, Step::more;
    if (buffer_.size() < at + 4 + size) return Step::more;
    std::string payload = buffer_.substr(at + 4, static_cast<std::size_t>(size));
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ buffer_[at + (i & 3)]);
    buffer_.erase(0, at + 4 + static_cast<std::size_t>(size));

    if (control) {
        if (kind == FrameKind::close && (payload.size() == 1 || (payload.size() > 2 && !valid_utf8(std::string_view(payload).substr(2)))))
            return code = 1002, Step::more;
        event = {kind, std::move(payload)};
        return Step::event;
    }
    if (kind != FrameKind::more) message_kind_ = kind;
    message_ += payload;
    if (!final) return Step::fragment;
    event = {std::exchange(message_kind_, FrameKind::more), std::exchange(message_, {})};
    if (event.kind == FrameKind::text && !valid_utf8(event.payload)) code = 1007;
    return Step::event;
}

}  // namespace lastmile::http
