#pragma once
// Sealing at rest: XChaCha20-Poly1305 (random 24-byte nonces need no counter), the key's id in front, so that keys can rotate.
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/random.hpp"
#include "platform/crypto/keyring.hpp"

namespace lastmile::crypto {

/// With a raw 32-byte key (one per recipient): nonce, then ciphertext and tag. `bound` is authenticated, not contained: what it belongs to.
std::string seal(std::string_view key, std::string_view plain, std::string_view bound, Random& random);
/// How long `seal` makes so many bytes.
std::size_t sealed_bytes(std::size_t plain);
/// nullopt: other key, other `bound`, or changed bytes.
std::optional<std::string> open_sealed(std::string_view key, std::string_view sealed, std::string_view bound);

/// Seals for one purpose under the keyring: format byte, length of the key's id, id, nonce, ciphertext and tag.
class Sealer {
public:
    Sealer(Keyring keys, std::string purpose) : keys_(std::move(keys)), purpose_(std::move(purpose)) {}
    std::string seal(std::string_view plain, std::string_view bound, Random& random) const;
    std::optional<std::string> open(std::string_view sealed, std::string_view bound) const;
    /// True when sealed by an older key: seal it again.
    bool stale(std::string_view sealed) const;

private:
    Keyring keys_;
    std::string purpose_;
};

}  // namespace lastmile::crypto
