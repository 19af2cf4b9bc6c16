#pragma once
// The secrets of endpoints, sealed at rest, and which inner networks endpoints may lie in. Put into the services by the app.
#include <optional>
#include <string>
#include <vector>

#include "features/webhooks/webhook.hpp"
#include "platform/crypto/keyring.hpp"
#include "platform/crypto/sealer.hpp"

namespace lastmile {

class WebhookSecrets {
public:
    /// `allowed`: networks (CIDR) that are open to every tenant besides the policy's (loopback in development).
    WebhookSecrets(const crypto::Keyring& keys, std::vector<std::string> allowed);
    /// As text for a column.
    std::string seal(std::string_view secret, Id<Webhook> webhook, Random& random) const;
    /// nullopt when the master key that sealed it is gone.
    std::optional<std::string> open(std::string_view sealed, Id<Webhook> webhook) const;
    /// The secrets that sign now: the present one, and the one before while the rotation lasts. Empty when unreadable.
    std::vector<std::string> signing(const Webhook& webhook, Instant machine_now) const;
    const std::vector<std::string>& allowed() const { return allowed_; }

private:
    crypto::Sealer sealer_;
    std::vector<std::string> allowed_;
};

}  // namespace lastmile
