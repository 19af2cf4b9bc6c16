#include "connectors/mapping/authentication.hpp"

#include <algorithm>

#include "platform/crypto/hash.hpp"
#include "platform/crypto/hmac.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::connectors {
namespace {

std::unexpected<Failure> incomplete(std::string_view what) {
    return fail(FailureKind::unauthorized, "credentials_incomplete", std::string(what) + " cannot be made from the credentials and the configuration");
}

std::optional<std::string> filled(const std::optional<std::string>& pattern, const Scope& scope) {
    const auto made = pattern ? fill(*pattern, scope) : std::nullopt;
    return made ? std::optional(text_of(*made)) : std::nullopt;
}

std::string token_key(const Context& context) { return context.partner_key; }

Outcome<std::string> fetched_token(const Authentication& auth, const Context& context, const Scope& scope) {
    if (auto kept = context.tokens->find(token_key(context), context.now.machine)) return *kept;
    const auto url = filled(auth.token_url, scope);
    const auto body = auth.token_body ? render(*auth.token_body, scope) : Maybe(value(boost::json::object{}));
    if (!url || !body) return incomplete("the token's request");
    const bool form = auth.token_form == BodyForm::form;
    WireRequest request{"POST", *url, {{"accept", "application/json"}, {"content-type", form ? "application/x-www-form-urlencoded" : "application/json"}},
                        form ? form_encoded(*body) : schema::to_text(*body), std::min(context.patience, std::chrono::milliseconds(10'000))};
    const auto answer = context.wire->send(request);
    if (answer.fault != http::ClientFault::none) return fail(FailureKind::unavailable, std::string(http::fault_name(answer.fault)), "no token: " + answer.detail);
    if (answer.status == 429 || answer.status >= 500) return fail(FailureKind::unavailable, "HTTP " + std::to_string(answer.status), "no token");
    Scope answered = scope;
    if (auto json = json_of(answer.body)) answered.set("answer", *json);
    const auto token = evaluate(auth.token, answered);
    if (answer.status / 100 != 2 || !token || !token->is_string())
        return fail(FailureKind::unauthorized, "HTTP " + std::to_string(answer.status), "the partner gave no token for these credentials");
    const auto lives = evaluate(auth.expires_in, answered);
    const auto seconds = lives && lives->is_number() ? lives->to_number<std::int64_t>() : 3600;
    context.tokens->keep(token_key(context), std::string(token->get_string()), context.now.machine + std::chrono::seconds(std::clamp<std::int64_t>(seconds - 60, 0, 2'592'000)));
    return std::string(token->get_string());
}

Outcome<void> put_value(WireRequest& request, const Authentication& auth, const Scope& scope, const std::string& otherwise) {
    const auto text = filled(auth.value ? auth.value : std::optional(otherwise), scope);
    if (!text) return incomplete("the header " + std::string(auth.name));
    request.headers.emplace_back(std::string(auth.name), *text);
    return {};
}

Outcome<void> by_jwt(WireRequest& request, const Authentication& auth, Scope scope) {
    const auto key_text = filled(auth.key, scope);
    const auto key = key_text ? key_bytes(*key_text, auth.key_form) : std::nullopt;
    const auto claims = auth.claims ? render(*auth.claims, scope) : std::nullopt;
    const auto header = auth.jwt_header ? render(*auth.jwt_header, scope) : Maybe(value{{"alg", "HS256"}, {"typ", "JWT"}});
    if (!key || !claims || !header) return incomplete("the token");
    scope.set("token", value(signed_jwt(*header, *claims, *key)));
    return put_value(request, auth, scope, "Bearer {token}");
}

Outcome<void> by_hmac(WireRequest& request, const Authentication& auth, const Context& context, Scope scope) {
    const auto slashes = request.url.find("://");
    const auto path = request.url.find('/', slashes == std::string::npos ? 0 : slashes + 3);
    scope.set("timestamp", value(std::to_string(to_unix_ms(context.now.machine))));
    scope.set("method", value(request.method));
    scope.set("path", value(path == std::string::npos ? "/" : request.url.substr(path)));
    scope.set("body", value(request.body));
    const auto key_text = filled(auth.key, scope);
    const auto key = key_text ? key_bytes(*key_text, auth.key_form) : std::nullopt;
    const auto over = filled(auth.over, scope);
    if (!key || !over) return incomplete("the signature");
    scope.set("signature", value(mac(auth.hash, auth.signature, *key, *over)));
    return put_value(request, auth, scope, "{signature}");
}

}  // namespace

std::optional<std::string> key_bytes(std::string_view text, KeyForm form) {
    if (form == KeyForm::text) return std::string(text);
    if (form == KeyForm::hex) return crypto::from_hex(text);
    if (auto plain = crypto::from_base64(text)) return plain;
    std::string bare(text.substr(0, text.find('=')));
    return crypto::from_base64url(bare);
}

std::string mac(HashKind hash, SignatureForm form, std::string_view key, std::string_view bytes) {
    const auto digest = hash == HashKind::sha512 ? crypto::hmac_sha512(key, bytes) : std::string(crypto::view(crypto::hmac_sha256(key, bytes)));
    return form == SignatureForm::hex ? crypto::to_hex(digest) : crypto::to_base64(digest);
}

std::string signed_jwt(const boost::json::value& header, const boost::json::value& claims, std::string_view key) {
    auto text = crypto::to_base64url(schema::to_text(header)) + "." + crypto::to_base64url(schema::to_text(claims));
    const auto digest = crypto::hmac_sha256(key, text);
    return text + "." + crypto::to_base64url(crypto::view(digest));
}

Outcome<void> authenticate(WireRequest& request, const Authentication& auth, const Context& context, const Scope& scope) {
    switch (auth.kind) {
        case AuthKind::none:
            return {};
        case AuthKind::header:
            return put_value(request, auth, scope, "");
        case AuthKind::query: {
            const auto text = filled(auth.value, scope);
            if (!text) return incomplete("the parameter " + std::string(auth.name));
            request.url += (request.url.find('?') == std::string::npos ? "?" : "&") + std::string(auth.name) + "=" + text_of(*apply_filter("url", value(*text), {}));
            return {};
        }
        case AuthKind::basic: {
            const auto user = filled(auth.user, scope);
            const auto password = auth.password ? filled(auth.password, scope) : std::optional(std::string());
            if (!user || !password) return incomplete("user and password");
            request.headers.emplace_back(std::string(auth.name), "Basic " + crypto::to_base64(*user + ":" + *password));
            return {};
        }
        case AuthKind::oauth2: {
            auto token = fetched_token(auth, context, scope);
            if (!token) return std::unexpected(token.error());
            auto with_token = scope;
            with_token.set("token", value(*token));
            return put_value(request, auth, with_token, "Bearer {token}");
        }
        case AuthKind::jwt_hs256:
            return by_jwt(request, auth, scope);
        case AuthKind::hmac:
            return by_hmac(request, auth, context, scope);
    }
    return {};
}

void forget_token(const Authentication& auth, const Context& context) {
    if (auth.kind == AuthKind::oauth2) context.tokens->drop(token_key(context));
}

std::string form_encoded(const boost::json::value& body) {
    std::string text;
    const auto* object = body.if_object();
    if (!object) return text;
    for (const auto& [key, member] : *object)
        text += (text.empty() ? "" : "&") + text_of(*apply_filter("url", value(key), {})) + "=" + text_of(*apply_filter("url", value(text_of(member)), {}));
    return text;
}

std::optional<boost::json::value> json_of(std::string_view body) {
    auto parsed = schema::parse_json(body);
    if (!parsed) return std::nullopt;
    return std::move(*parsed);
}

}  // namespace lastmile::connectors
