#pragma once
// Ed25519 (RFC 8032): seals of proofs, checkpoints of the log, EdDSA tokens.
#include <array>
#include <string>
#include <string_view>

#include "platform/crypto/keyring.hpp"

namespace lastmile::crypto {

class SigningKey {
public:
    /// From 32 secret bytes (Keyring::derive gives them).
    SigningKey(std::string id, std::string_view seed);
    /// The key of a purpose; its id names the master key that it comes from.
    static SigningKey of(const Keyring& keys, std::string_view purpose);
    std::string sign(std::string_view bytes) const;      // 64 bytes
    const std::string& id() const { return id_; }
    const std::string& public_key() const { return public_; }   // 32 bytes

private:
    std::string id_, public_;
    std::array<unsigned char, 64> secret_{};
};

bool verify_ed25519(std::string_view public_key, std::string_view bytes, std::string_view signature);

}  // namespace lastmile::crypto
