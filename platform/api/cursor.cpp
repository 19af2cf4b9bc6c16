// Cursors: base64url without padding, a version digit first. Opaque, not secret.
#include "platform/api/reply.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::api {

std::string print_cursor(std::string_view key) { return "1" + crypto::to_base64url(key); }

std::optional<std::string> parse_cursor(std::string_view text) {
    if (text.size() < 2 || text.size() > 512 || text[0] != '1') return std::nullopt;
    return crypto::from_base64url(text.substr(1));
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
