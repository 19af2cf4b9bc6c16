#include "platform/crypto/sealer.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace lastmile::crypto {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char format = 1;
[[maybe_unused]] const int ready = sodium_init();   // picks the implementation for this processor

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

void check_key(std::string_view key) {
    if (key.size() != crypto_aead_xchacha20poly1305_ietf_KEYBYTES) throw std::invalid_argument("a sealing key has 32 bytes");
}

std::optional<std::string_view> key_id(std::string_view sealed) {
    if (sealed.size() < 2 || sealed[0] != format) return std::nullopt;
    const auto size = static_cast<std::size_t>(sealed[1]);
    if (size > 32 || sealed.size() < 2 + size) return std::nullopt;
    return sealed.substr(2, size);
}

}  // namespace

std::size_t sealed_bytes(std::size_t plain) { return nonce_size + plain + tag_size; }

std::string seal(std::string_view key, std::string_view plain, std::string_view bound, Random& random) {
    check_key(key);
    std::string out(nonce_size + plain.size() + tag_size, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(out.data()), nonce_size});
    auto* at = reinterpret_cast<unsigned char*>(out.data());
    crypto_aead_xchacha20poly1305_ietf_encrypt(at + nonce_size, nullptr, bytes_of(plain), plain.size(), bytes_of(bound), bound.size(),
                                               nullptr, at, bytes_of(key));
    return out;
}

std::optional<std::string> open_sealed(std::string_view key, std::string_view sealed, std::string_view bound) {
    check_key(key);
    if (sealed.size() < nonce_size + tag_size) return std::nullopt;
    std::string plain(sealed.size() - nonce_size - tag_size, '\0');
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr,
                                                   bytes_of(sealed) + nonce_size, sealed.size() - nonce_size, bytes_of(bound), bound.size(),
                                                   bytes_of(sealed), bytes_of(key)) != 0)
        return std::nullopt;
    return plain;
}

namespace {

/// Deriving costs more than opening, and it is the same key again and again: a thread keeps the last ones.
const std::string& derived(const MasterKey& key, const std::string& purpose) {
    struct Derived {
        std::string secret, purpose, key;
    };
    thread_local std::array<Derived, 8> kept;
    thread_local std::size_t next = 0;
    for (const auto& one : kept)
        if (!one.key.empty() && one.secret == key.secret && one.purpose == purpose) return one.key;
    auto& made = kept[next++ % kept.size()];
    made = {key.secret, purpose, Keyring::derive(key, purpose)};
    return made.key;
}

}  // namespace

std::string Sealer::seal(std::string_view plain, std::string_view bound, Random& random) const {
    const auto& id = keys_.current().id;
    return std::string{format, static_cast<char>(id.size())} + id + crypto::seal(derived(keys_.current(), purpose_), plain, bound, random);
}

std::optional<std::string> Sealer::open(std::string_view sealed, std::string_view bound) const {
    const auto id = key_id(sealed);
    const auto* key = id ? keys_.find(*id) : nullptr;
    if (!key) return std::nullopt;
    return open_sealed(derived(*key, purpose_), sealed.substr(2 + id->size()), bound);
}

bool Sealer::stale(std::string_view sealed) const { return key_id(sealed) != keys_.current().id; }

}  // namespace lastmile::crypto
