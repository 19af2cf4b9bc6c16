#include "features/webhooks/webhook_secrets.hpp"

#include "platform/crypto/text_coding.hpp"

namespace lastmile {
namespace {

std::string bound_to(Id<Webhook> webhook) { return "webhook:" + webhook.text(); }

}  // namespace

WebhookSecrets::WebhookSecrets(const crypto::Keyring& keys, std::vector<std::string> allowed)
    : sealer_(keys, "seal:webhook"), allowed_(std::move(allowed)) {}

std::string WebhookSecrets::seal(std::string_view secret, Id<Webhook> webhook, Random& random) const {
    return crypto::to_base64(sealer_.seal(secret, bound_to(webhook), random));
}

std::optional<std::string> WebhookSecrets::open(std::string_view sealed, Id<Webhook> webhook) const {
    const auto bytes = crypto::from_base64(sealed);
    return bytes ? sealer_.open(*bytes, bound_to(webhook)) : std::nullopt;
}

std::vector<std::string> WebhookSecrets::signing(const Webhook& webhook, Instant machine_now) const {
    std::vector<std::string> secrets;
    if (auto present = open(webhook.sealed_secret, webhook.id)) secrets.push_back(std::move(*present));
    if (webhook.previous_secret && webhook.previous_until && machine_now < *webhook.previous_until)
        if (auto before = open(*webhook.previous_secret, webhook.id)) secrets.push_back(std::move(*before));
    return secrets;
}

}  // namespace lastmile
