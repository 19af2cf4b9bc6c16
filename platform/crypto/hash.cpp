#include "platform/crypto/hash.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <new>
#include <stdexcept>

namespace lastmile::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

void must(int outcome) {
    if (outcome != 1) throw std::runtime_error("OpenSSL refused a hash operation");
}

EVP_MD_CTX* context_of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

Digest sha256(std::string_view bytes) {
    Digest digest;
    must(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr));
    return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
    Digest digest;
    unsigned size = 0;
    // An empty key is legal for HMAC, but OpenSSL reads a null pointer as "the key of before".
    const auto* key_bytes = key.empty() ? reinterpret_cast<const unsigned char*>("") : bytes_of(key);
    if (!HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()), bytes_of(bytes), bytes.size(), digest.data(), &size)) must(0);
    return digest;
}

std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info, std::size_t size) {
    // Extract and expand by hand: three lines of RFC 5869, and no limit on `info` as OpenSSL's has.
    const auto extracted = hmac_sha256(salt.empty() ? std::string(32, '\0') : std::string(salt), key);
    if (size > 255 * 32) throw std::invalid_argument("HKDF gives at most 8160 bytes");
    std::string out, block;
    for (unsigned char counter = 1; out.size() < size; ++counter) {
        block = std::string(view(hmac_sha256(view(extracted), block + std::string(info) + static_cast<char>(counter))));
        out += block;
    }
    out.resize(size);
    return out;
}

bool same(std::string_view a, std::string_view b) { return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

void Sha256::Free::operator()(void* context) const { EVP_MD_CTX_free(context_of(context)); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    if (!context_) throw std::bad_alloc();
    must(EVP_DigestInit_ex(context_of(context_.get()), EVP_sha256(), nullptr));
}

void Sha256::update(std::string_view bytes) { must(EVP_DigestUpdate(context_of(context_.get()), bytes.data(), bytes.size())); }

Digest Sha256::finish() {
    Digest digest;
    must(EVP_DigestFinal_ex(context_of(context_.get()), digest.data(), nullptr));
    return digest;
}

}  // namespace lastmile::crypto
