#include "platform/crypto/ed25519.hpp"

#include <sodium.h>

#include <stdexcept>

namespace lastmile::crypto {

SigningKey::SigningKey(std::string id, std::string_view seed) : id_(std::move(id)), public_(crypto_sign_PUBLICKEYBYTES, '\0') {
    if (seed.size() != crypto_sign_SEEDBYTES) throw std::invalid_argument("an Ed25519 seed has 32 bytes");
    crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(public_.data()), secret_.data(),
                             reinterpret_cast<const unsigned char*>(seed.data()));
}

SigningKey SigningKey::of(const Keyring& keys, std::string_view purpose) { return {keys.current().id, keys.derive(purpose)}; }

std::string SigningKey::sign(std::string_view bytes) const {
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, reinterpret_cast<const unsigned char*>(bytes.data()),
                         bytes.size(), secret_.data());
    return signature;
}

bool verify_ed25519(std::string_view public_key, std::string_view bytes, std::string_view signature) {
    return public_key.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(reinterpret_cast<const unsigned char*>(signature.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                                       reinterpret_cast<const unsigned char*>(public_key.data())) == 0;
}

}  // namespace lastmile::crypto
