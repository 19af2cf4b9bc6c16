#pragma once
// Short-lived tokens that we sign ourselves: of a driver's app (minutes, names the admin behind an impersonation), of one delivery's
// tracking page or stream.
#include <optional>

#include "platform/api/call.hpp"
#include "platform/crypto/keyring.hpp"

namespace lastmile {

enum class TokenKind { driver, tracking };

struct TokenSubject {
    TokenKind kind = TokenKind::driver;
    Partition partition{};
    std::string tenant;
    bool test = false;
    IdBytes subject{};      // the driver's or the delivery's id
    std::string on_behalf;  // the admin who asked for an impersonation
    std::string token_id;   // for revocation
};

class Tokens {
public:
    explicit Tokens(const crypto::Keyring& keys) : keys_(keys) {}
    std::string sign(const TokenSubject& subject, Instant machine_now, std::chrono::seconds lifetime) const;
    /// *Refuses* `unauthenticated`: malformed, foreign, expired.
    Result<TokenSubject> verify(std::string_view token, Instant machine_now) const;

private:
    const crypto::Keyring& keys_;
};

/// What a token lets its bearer do.
api::Caller caller_of(const TokenSubject& subject);

}  // namespace lastmile
