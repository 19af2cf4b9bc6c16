#pragma once
// OpenSSL's public keys behind VerifyKey. Internal.
#include <memory>
#include <string_view>

#include "platform/crypto/jws.hpp"

namespace lastmile::crypto {

/// nullptr when the parts do not make a key, or one below 2048 bits.
std::shared_ptr<const PublicKey> rsa_key(std::string_view modulus, std::string_view exponent);
/// P-256; nullptr when the point is not on the curve.
std::shared_ptr<const PublicKey> ec_key(std::string_view x, std::string_view y);

/// By the key's own algorithm; an ES256 signature is r‖s.
bool verify_signature(const VerifyKey& key, std::string_view bytes, std::string_view signature);

}  // namespace lastmile::crypto
