#pragma once
// Standard Webhooks: `whsec_` secrets, `v1,<base64 of HMAC-SHA256 over id.timestamp.body>`, lists for rotation.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "platform/base/random.hpp"

namespace lastmile::crypto {

/// 32 random bytes as `whsec_…`.
std::string make_webhook_secret(Random& random);
/// The HMAC key in a secret; nullopt unless `whsec_` and base64 of 24 to 64 bytes.
std::optional<std::string> webhook_secret_key(std::string_view secret);

/// The value of `webhook-signature`: one `v1,…` per secret, separated by spaces. Throws std::invalid_argument on a secret that is none.
std::string sign_webhook(std::span<const std::string> secrets, std::string_view id, std::int64_t unix_seconds, std::string_view body);
/// For connectors that receive such calls: any listed v1 signature that matches, at most five minutes off either way.
bool verify_webhook(std::string_view secret, std::string_view id, std::string_view timestamp, std::string_view signatures,
                    std::string_view body, std::int64_t now_unix_seconds);

}  // namespace lastmile::crypto
