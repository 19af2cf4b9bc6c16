#include "platform/crypto/jws_keys.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <boost/json/array.hpp>

#include "platform/crypto/hash.hpp"
#include "platform/crypto/strict_json.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::crypto {

namespace json = boost::json;

struct PublicKey {
    EVP_PKEY* handle = nullptr;
    explicit PublicKey(EVP_PKEY* key) : handle(key) {}
    ~PublicKey() { EVP_PKEY_free(handle); }
    PublicKey(const PublicKey&) = delete;
    PublicKey& operator=(const PublicKey&) = delete;
};

namespace {

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* object) const { release(object); }
};
using Number = std::unique_ptr<BIGNUM, Release<BIGNUM, BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM, OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX, EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG, ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
Number number(std::string_view bytes) { return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)); }

std::shared_ptr<const PublicKey> build(const char* type, OSSL_PARAM_BLD* builder) {
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
        return nullptr;
    auto made = std::make_shared<const PublicKey>(key);
    const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr;
    return made;
}

/// JWS carries r‖s (RFC 7518 3.4), OpenSSL reads DER.
std::string to_der(std::string_view signature) {
    if (signature.size() != 64) return {};
    const EcSignature pair(ECDSA_SIG_new());
    auto r = number(signature.substr(0, 32)), s = number(signature.substr(32));
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
    r.release();
    s.release();
    unsigned char* at = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &at);
    if (size <= 0) return {};
    std::string der(reinterpret_cast<const char*>(at), static_cast<std::size_t>(size));
    OPENSSL_free(at);
    return der;
}

std::string text_of(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(json::string_view(name.data(), name.size()));
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

std::string part(const json::object& jwk, std::string_view name) { return from_base64url(text_of(jwk, name)).value_or(""); }

std::optional<VerifyKey> parse_jwk(const json::object& jwk) {
    const auto type = text_of(jwk, "kty"), curve = text_of(jwk, "crv"), use = text_of(jwk, "use"), algorithm = text_of(jwk, "alg");
    if (!use.empty() && use != "sig") return std::nullopt;
    VerifyKey key{text_of(jwk, "kid"), Algorithm::rs256};
    if (type == "RSA") {
        key.key = rsa_key(part(jwk, "n"), part(jwk, "e"));
    } else if (type == "EC" && curve == "P-256") {
        key.algorithm = Algorithm::es256;
        key.key = ec_key(part(jwk, "x"), part(jwk, "y"));
    } else if (type == "OKP" && curve == "Ed25519") {
        key.algorithm = Algorithm::eddsa;
        key.bytes = part(jwk, "x");
    } else {
        return std::nullopt;
    }
    if (!key.key && key.bytes.size() != 32) return std::nullopt;
    if (!algorithm.empty() && algorithm != algorithm_name(key.algorithm)) return std::nullopt;
    return key;
}

}  // namespace

std::shared_ptr<const PublicKey> rsa_key(std::string_view modulus, std::string_view exponent) {
    const auto n = number(modulus), e = number(exponent);
    if (!n || !e || BN_num_bits(n.get()) < 2048 || BN_num_bits(n.get()) > 16384 || BN_num_bits(e.get()) > 64) return nullptr;
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return nullptr;
    return build("RSA", builder.get());
}

std::shared_ptr<const PublicKey> ec_key(std::string_view x, std::string_view y) {
    if (x.size() != 32 || y.size() != 32) return nullptr;
    const auto point = "\x04" + std::string(x) + std::string(y);
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
        return nullptr;
    return build("EC", builder.get());
}

bool verify_signature(const VerifyKey& key, std::string_view bytes, std::string_view signature) {
    if (key.algorithm == Algorithm::hs256) return same(view(hmac_sha256(key.bytes, bytes)), signature);
    if (key.algorithm == Algorithm::eddsa) return verify_ed25519(key.bytes, bytes, signature);
    if (!key.key) return false;
    const std::string der = key.algorithm == Algorithm::es256 ? to_der(signature) : std::string(signature);
    const DigestContext context(EVP_MD_CTX_new());
    return !der.empty() && context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.key->handle) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(der), der.size(), bytes_of(bytes), bytes.size()) == 1;
}

std::optional<std::vector<VerifyKey>> parse_jwks(std::string_view text) {
    const auto set = parse_strict_object(text);
    if (!set) return std::nullopt;
    const auto* list = set->if_contains("keys");
    if (!list || !list->is_array()) return std::nullopt;
    std::vector<VerifyKey> keys;
    for (const auto& jwk : list->get_array())
        if (jwk.is_object())
            if (auto key = parse_jwk(jwk.get_object())) keys.push_back(std::move(*key));
    return keys;
}

}  // namespace lastmile::crypto
