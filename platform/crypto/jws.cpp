#include "platform/crypto/jws.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <algorithm>
#include <cmath>

#include "platform/crypto/hash.hpp"
#include "platform/crypto/jws_keys.hpp"
#include "platform/crypto/strict_json.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::crypto {
namespace {

namespace json = boost::json;
constexpr std::size_t max_token = 16 * 1024;

std::string_view text_of(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(json::string_view(name.data(), name.size()));
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

struct Parts {
    json::object header, claims;
    std::string_view signed_bytes;
    std::string signature;
};

std::optional<Parts> split(std::string_view token) {
    if (token.size() > max_token) return std::nullopt;
    const auto first = token.find('.'), last = token.rfind('.');
    if (first == std::string_view::npos || last == first || token.find('.', first + 1) != last) return std::nullopt;
    const auto header = from_base64url(token.substr(0, first)), payload = from_base64url(token.substr(first + 1, last - first - 1));
    auto signature = from_base64url(token.substr(last + 1));
    if (!header || !payload || !signature) return std::nullopt;
    auto header_object = parse_strict_object(*header), claims = parse_strict_object(*payload);
    if (!header_object || !claims || header_object->contains("crit")) return std::nullopt;
    return Parts{std::move(*header_object), std::move(*claims), token.substr(0, last), std::move(*signature)};
}

/// A NumericDate, which may have a fraction; nullopt when absent. Sets `bad` when it is there and no sane number.
std::optional<Instant> instant_of(const json::object& claims, json::string_view name, bool& bad) {
    const auto* value = claims.if_contains(name);
    if (!value) return std::nullopt;
    const double seconds = value->is_double() ? value->get_double() : value->is_int64() ? static_cast<double>(value->get_int64()) : NAN;
    if (!(std::abs(seconds) < 1e11)) {
        bad = true;
        return std::nullopt;
    }
    return from_unix_ms(static_cast<std::int64_t>(seconds * 1000));
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool type_fits(std::string_view type, std::string_view expected) {
    if (type.size() > 12 && same_ignoring_case(type.substr(0, 12), "application/")) type.remove_prefix(12);   // RFC 7515 4.1.9
    return same_ignoring_case(type, expected);
}

bool audience_fits(const json::object& claims, std::string_view expected) {
    if (text_of(claims, "aud") == expected) return true;
    const auto* list = claims.if_contains("aud");
    if (!list || !list->is_array()) return false;
    for (const auto& one : list->get_array())
        if (one.is_string() && std::string_view(one.get_string().data(), one.get_string().size()) == expected) return true;
    return false;
}

std::optional<TokenFault> check_claims(const Parts& parts, const Expectation& expected, std::optional<Instant>& expires) {
    bool bad = false;
    expires = instant_of(parts.claims, "exp", bad);
    const auto not_before = instant_of(parts.claims, "nbf", bad), issued = instant_of(parts.claims, "iat", bad);
    if (bad || (!expires && expected.expiry_required)) return TokenFault::malformed;
    if (expires && expected.now >= *expires + expected.skew) return TokenFault::expired;
    if ((not_before && *not_before > expected.now + expected.skew) || (issued && *issued > expected.now + expected.skew))
        return TokenFault::not_yet_valid;
    if (!expected.issuer.empty() && text_of(parts.claims, "iss") != expected.issuer) return TokenFault::wrong_issuer;
    if (!expected.audience.empty() && !audience_fits(parts.claims, expected.audience)) return TokenFault::wrong_audience;
    if (!expected.type.empty() && !type_fits(text_of(parts.header, "typ"), expected.type)) return TokenFault::wrong_type;
    return std::nullopt;
}

std::string signing_input(const json::object& claims, std::string_view type, std::string_view key_id, Algorithm algorithm) {
    const json::object header{{"alg", algorithm_name(algorithm)}, {"typ", type}, {"kid", key_id}};
    return to_base64url(json::serialize(header)) + "." + to_base64url(json::serialize(claims));
}

}  // namespace

std::string_view algorithm_name(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::hs256: return "HS256";
        case Algorithm::rs256: return "RS256";
        case Algorithm::es256: return "ES256";
        case Algorithm::eddsa: break;
    }
    return "EdDSA";
}

std::string_view fault_name(TokenFault fault) {
    switch (fault) {
        case TokenFault::malformed: return "malformed";
        case TokenFault::unknown_key: return "unknown_key";
        case TokenFault::bad_signature: return "bad_signature";
        case TokenFault::expired: return "expired";
        case TokenFault::not_yet_valid: return "not_yet_valid";
        case TokenFault::wrong_issuer: return "wrong_issuer";
        case TokenFault::wrong_audience: return "wrong_audience";
        case TokenFault::wrong_type: break;
    }
    return "wrong_type";
}

std::vector<VerifyKey> token_keys(const Keyring& keys, std::string_view purpose) {
    std::vector<VerifyKey> list;
    for (const auto& key : keys.all()) list.push_back({key.id, Algorithm::hs256, nullptr, Keyring::derive(key, purpose)});
    return list;
}

VerifyKey verify_key(const SigningKey& key) { return {key.id(), Algorithm::eddsa, nullptr, key.public_key()}; }

json::object to_jwk(const SigningKey& key) {
    return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"use", "sig"}, {"alg", "EdDSA"}, {"kid", key.id()}, {"x", to_base64url(key.public_key())}};
}

std::string sign_hs256(const json::object& claims, std::string_view type, std::string_view key_id, std::string_view secret) {
    const auto input = signing_input(claims, type, key_id, Algorithm::hs256);
    return input + "." + to_base64url(view(hmac_sha256(secret, input)));
}

std::string sign_eddsa(const json::object& claims, std::string_view type, const SigningKey& key) {
    const auto input = signing_input(claims, type, key.id(), Algorithm::eddsa);
    return input + "." + to_base64url(key.sign(input));
}

std::expected<Token, TokenFault> verify_jwt(std::string_view token, std::span<const VerifyKey> keys, const Expectation& expected) {
    auto parts = split(token);
    if (!parts) return std::unexpected(TokenFault::malformed);
    const auto algorithm = text_of(parts->header, "alg"), id = text_of(parts->header, "kid");
    bool tried = false;
    for (const auto& key : keys) {
        if (algorithm_name(key.algorithm) != algorithm || (!id.empty() && !key.id.empty() && key.id != id)) continue;
        tried = true;
        if (!verify_signature(key, parts->signed_bytes, parts->signature)) continue;
        std::optional<Instant> expires;
        if (const auto fault = check_claims(*parts, expected, expires)) return std::unexpected(*fault);
        return Token{std::move(parts->claims), key.id, key.algorithm, expires};
    }
    return std::unexpected(tried ? TokenFault::bad_signature : TokenFault::unknown_key);
}

std::optional<TokenHint> peek_jwt(std::string_view token) {
    const auto parts = split(token);
    if (!parts) return std::nullopt;
    return TokenHint{std::string(text_of(parts->claims, "iss")), std::string(text_of(parts->header, "kid"))};
}

}  // namespace lastmile::crypto
