#pragma once
// HMAC (RFC 2104) with SHA-512, for partners that sign with it.
#include <string>
#include <string_view>

namespace lastmile::crypto {

/// 64 bytes.
std::string hmac_sha512(std::string_view key, std::string_view bytes);

}  // namespace lastmile::crypto
