#pragma once
// JSON Web Signatures and Tokens (RFC 7515, 7517, 7518, 7519, 8037): our own minutes-lived tokens, and those of foreign issuers.
// The algorithm is the key's, never the token's: a header that says otherwise is refused (RFC 8725 3.1).
#include <boost/json/object.hpp>
#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/crypto/ed25519.hpp"

namespace lastmile::crypto {

enum class Algorithm { hs256, rs256, es256, eddsa };

std::string_view algorithm_name(Algorithm algorithm);

struct PublicKey;   // OpenSSL's

struct VerifyKey {
    std::string id;              // `kid`; may be empty
    Algorithm algorithm;
    std::shared_ptr<const PublicKey> key{};   // rs256, es256
    std::string bytes{};                      // hs256: the secret; eddsa: 32 bytes
};

/// Keys for our own tokens of one purpose: one per master key, so that tokens outlive a rotation.
std::vector<VerifyKey> token_keys(const Keyring& keys, std::string_view purpose);
VerifyKey verify_key(const SigningKey& key);

/// A JWK set. Keys of other types, curves or uses are left out (RFC 7517 5); nullopt when it is no set at all.
/// Left out as well: RSA below 2048 bits, symmetric keys (a published secret is none).
std::optional<std::vector<VerifyKey>> parse_jwks(std::string_view text);
/// The public half as a JWK, for our own key set.
boost::json::object to_jwk(const SigningKey& key);

/// `type` becomes the header's `typ` and keeps kinds of tokens apart (`lm-driver+jwt`).
std::string sign_hs256(const boost::json::object& claims, std::string_view type, std::string_view key_id, std::string_view secret);
std::string sign_eddsa(const boost::json::object& claims, std::string_view type, const SigningKey& key);

enum class TokenFault { malformed, unknown_key, bad_signature, expired, not_yet_valid, wrong_issuer, wrong_audience, wrong_type };

std::string_view fault_name(TokenFault fault);

struct Expectation {
    Instant now;                                   // machine time
    std::string issuer{};                          // exact; empty: not looked at
    std::string audience{};                        // must be, or be among, `aud`; empty: not looked at
    std::string type{};                            // `typ`, case ignored; empty: not looked at
    std::chrono::seconds skew{60};
    bool expiry_required = true;
};

struct Token {
    boost::json::object claims;
    std::string key_id;
    Algorithm algorithm;
    std::optional<Instant> expires{};
};

/// At most 16 KiB. With a `kid` only keys of that id are tried, without one all of the fitting algorithm. Refuses `crit`, `none`, a
/// missing `exp`, duplicate members.
std::expected<Token, TokenFault> verify_jwt(std::string_view token, std::span<const VerifyKey> keys, const Expectation& expected);

/// The unverified `iss` and `kid`: only to find out whose keys to ask for.
struct TokenHint {
    std::string issuer, key_id;
};
std::optional<TokenHint> peek_jwt(std::string_view token);

}  // namespace lastmile::crypto
