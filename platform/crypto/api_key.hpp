#pragma once
// API keys: `lm_live_` or `lm_test_`, 32 characters of randomness (160 bits), 6 of checksum. Shown once; at rest only the hash.
// The prefix lets scanners find leaked keys, the checksum refuses mistyped ones without a look into the store.
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/random.hpp"
#include "platform/crypto/hash.hpp"

namespace lastmile::crypto {

struct ApiKey {
    std::string text;      // the secret itself
    bool test = false;
    /// What may be shown later: `lm_live_` and the first six random characters.
    std::string prefix() const { return text.substr(0, 14); }
    /// What is stored. Plain SHA-256: 160 random bits need no slow hash.
    Digest hash() const { return sha256(text); }
};

ApiKey make_api_key(bool test, Random& random);
/// nullopt when the form or the checksum is wrong.
std::optional<ApiKey> parse_api_key(std::string_view text);

/// `bytes` of randomness in base64url.
std::string random_token(std::size_t bytes, Random& random);

}  // namespace lastmile::crypto
