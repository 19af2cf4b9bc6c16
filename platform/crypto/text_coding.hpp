#pragma once
// Hex, base64 and base64url (RFC 4648). Decoders are strict: one text for one value, else nullopt.
#include <optional>
#include <string>
#include <string_view>

namespace lastmile::crypto {

std::string to_hex(std::string_view bytes);   // lower case
std::optional<std::string> from_hex(std::string_view text);   // either case

std::string to_base64(std::string_view bytes);    // padded
/// Padded, or without padding.
std::optional<std::string> from_base64(std::string_view text);

std::string to_base64url(std::string_view bytes);   // not padded
std::optional<std::string> from_base64url(std::string_view text);   // padding refused

}  // namespace lastmile::crypto
