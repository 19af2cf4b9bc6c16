#include "platform/crypto/webhook_signature.hpp"

#include <charconv>
#include <stdexcept>

#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::crypto {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::int64_t tolerance_s = 300;

std::string signature(std::string_view key, std::string_view id, std::string_view timestamp, std::string_view body) {
    std::string signed_bytes;
    signed_bytes.reserve(id.size() + timestamp.size() + body.size() + 2);
    signed_bytes.append(id).append(".").append(timestamp).append(".").append(body);
    return "v1," + to_base64(view(hmac_sha256(key, signed_bytes)));
}

}  // namespace

std::string make_webhook_secret(Random& random) {
    std::string key(32, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(key.data()), key.size()});
    return std::string(prefix) + to_base64(key);
}

std::optional<std::string> webhook_secret_key(std::string_view secret) {
    if (!secret.starts_with(prefix)) return std::nullopt;
    auto key = from_base64(secret.substr(prefix.size()));
    if (!key || key->size() < 24 || key->size() > 64) return std::nullopt;
    return key;
}

std::string sign_webhook(std::span<const std::string> secrets, std::string_view id, std::int64_t unix_seconds, std::string_view body) {
    std::string list;
    for (const auto& secret : secrets) {
        const auto key = webhook_secret_key(secret);
        if (!key) throw std::invalid_argument("not a webhook secret");
        if (!list.empty()) list += ' ';
        list += signature(*key, id, std::to_string(unix_seconds), body);
    }
    return list;
}

bool verify_webhook(std::string_view secret, std::string_view id, std::string_view timestamp, std::string_view signatures,
                    std::string_view body, std::int64_t now_unix_seconds) {
    const auto key = webhook_secret_key(secret);
    std::int64_t at = 0;
    const auto [end, fault] = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), at);
    if (!key || fault != std::errc{} || end != timestamp.data() + timestamp.size()) return false;
    if (at < now_unix_seconds - tolerance_s || at > now_unix_seconds + tolerance_s) return false;
    const auto expected = signature(*key, id, timestamp, body);
    bool found = false;
    while (!signatures.empty()) {
        const auto space = signatures.find(' ');
        found |= same(signatures.substr(0, space), expected);
        signatures = space == std::string_view::npos ? std::string_view{} : signatures.substr(space + 1);
    }
    return found;
}

}  // namespace lastmile::crypto
