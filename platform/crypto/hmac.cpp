#include "platform/crypto/hmac.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace lastmile::crypto {

std::string hmac_sha512(std::string_view key, std::string_view bytes) {
    std::string digest(64, '\0');
    unsigned size = 0;
    const auto* key_bytes = key.empty() ? "" : key.data();  // OpenSSL reads a null pointer as "the key of before"
    if (!HMAC(EVP_sha512(), key_bytes, static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
              reinterpret_cast<unsigned char*>(digest.data()), &size))
        throw std::runtime_error("OpenSSL refused a hash operation");
    return digest;
}

}  // namespace lastmile::crypto
