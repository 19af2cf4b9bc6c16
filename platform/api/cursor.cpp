// Cursors: base64url without padding (RFC 4648 section 5), a version digit first. Opaque, not secret.
#include "platform/api/reply.hpp"

namespace lastmile::api {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string print_cursor(std::string_view key) {
    std::string text = "1";
    unsigned held = 0, bits = 0;
    for (const char c : key) {
        held = held << 8 | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6) text += alphabet[held >> (bits - 6) & 63];
    }
    if (bits) text += alphabet[held << (6 - bits) & 63];
    return text;
}

std::optional<std::string> parse_cursor(std::string_view text) {
    if (text.size() < 2 || text.size() > 512 || text[0] != '1' || text.size() % 4 == 2) return std::nullopt;
    std::string key;
    unsigned held = 0, bits = 0;
    for (const char c : text.substr(1)) {
        const auto value = alphabet.find(c);
        if (value == alphabet.npos) return std::nullopt;
        held = held << 6 | static_cast<unsigned>(value);
        if ((bits += 6) >= 8) key += static_cast<char>(held >> (bits -= 8) & 255);
    }
    if (held & ((1U << bits) - 1)) return std::nullopt;
    return key;
}

}  // namespace lastmile::api

namespace lastmile::schema {

Type Describe<api::Cursor>::make() {
    Type type{.kind = Kind::printed, .format = "cursor", .description = "where to go on: next_cursor of the page before", .example = ""};
    type.parse = [](void* at, std::string_view text) {
        auto key = api::parse_cursor(text);
        if (key) static_cast<api::Cursor*>(at)->key = std::move(*key);
        return key.has_value();
    };
    type.print = [](const void* at) { return api::print_cursor(static_cast<const api::Cursor*>(at)->key); };
    return type;
}

}  // namespace lastmile::schema
