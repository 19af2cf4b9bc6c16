#include "connectors/mapping/verification.hpp"

#include <algorithm>

#include "connectors/mapping/authentication.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/jws.hpp"
#include "platform/crypto/webhook_signature.hpp"
#include "platform/http/text.hpp"

namespace lastmile::connectors {
namespace {

std::unexpected<Failure> forged(std::string why) { return fail(FailureKind::unauthorized, "callback_not_verified", std::move(why)); }

std::optional<std::string> header(const CallbackRequest& request, std::string_view name) {
    for (const auto& [key, text] : request.headers)
        if (http::same_ignoring_case(key, name)) return text;
    return std::nullopt;
}

std::optional<std::string> first_header(const CallbackRequest& request, const Verification& v) {
    for (const auto& name : v.headers)
        if (auto found = header(request, name)) return found;
    return std::nullopt;
}

/// Seconds or milliseconds since 1970, or RFC 3339.
std::optional<Instant> moment(const value& v) {
    if (const auto* text = v.if_string())
        if (auto at = read_time(*text)) return at;
    const auto number = apply_filter("number", v, {});
    if (!number) return std::nullopt;
    const auto n = number->to_number<double>();
    if (n < 0 || n > 9e15) return std::nullopt;
    return from_unix_ms(static_cast<std::int64_t>(n > 1e11 ? n : n * 1000));
}

Outcome<void> check_age(const Verification& v, const Context& context, const Maybe& timestamp) {
    if (!v.timestamp) return {};
    const auto at = timestamp ? moment(*timestamp) : std::nullopt;
    if (!at) return forged("its timestamp is missing or cannot be read");
    const auto off = std::chrono::abs(context.now.machine - *at);
    if (off > std::chrono::seconds(v.tolerance_s)) return forged("its timestamp is more than " + std::to_string(v.tolerance_s) + " s off");
    return {};
}

Outcome<void> by_hmac(const Verification& v, const CallbackRequest& request, Scope& scope) {
    const auto key_text = v.key ? fill(*v.key, scope) : std::nullopt;
    const auto key = key_text ? key_bytes(text_of(*key_text), v.key_form) : std::nullopt;
    if (!key || key->empty()) return fail(FailureKind::unauthorized, "credentials_incomplete", "the key that callbacks are signed with is not among the credentials");
    auto given = first_header(request, v);
    if (!given && v.in_body)
        if (const auto found = evaluate(*v.in_body, scope)) given = text_of(*found);
    if (!given) return forged("it has no signature");
    const auto over = fill(v.over, scope);
    if (!over) return forged("what is signed is not all there");
    const auto expected = v.prefix + mac(v.hash, v.signature, *key, text_of(*over));
    auto heard = *given;
    if (v.signature == SignatureForm::hex) std::ranges::transform(heard, heard.begin(), http::lower);
    if (!crypto::same(heard, expected)) return forged("its signature is not that of the key");
    return {};
}

Outcome<Verified> by_token(const Verification& v, const Context& context, Scope& scope) {
    const auto key_text = v.key ? fill(*v.key, scope) : std::nullopt;
    const auto key = key_text ? key_bytes(text_of(*key_text), v.key_form) : std::nullopt;
    const auto token = v.in_body ? evaluate(*v.in_body, scope) : std::nullopt;
    if (!key || key->empty()) return fail(FailureKind::unauthorized, "credentials_incomplete", "the key that tokens are signed with is not among the credentials");
    if (!token) return forged("it has no token");
    const crypto::VerifyKey keys[]{{.id = {}, .algorithm = crypto::Algorithm::hs256, .key = {}, .bytes = *key}};
    const auto verified = crypto::verify_jwt(text_of(*token), keys, {.now = context.now.machine, .expiry_required = false});
    if (!verified) return forged("its token is " + std::string(crypto::fault_name(verified.error())));
    return Verified{true, verified->claims};
}

/// End of the JSON value that begins at `at`.
std::size_t end_of_value(std::string_view text, std::size_t at) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = at; i < text.size(); ++i) {
        if (quoted) {
            if (text[i] == '\\') ++i;
            else if (text[i] == '"') quoted = false;
            if (!quoted && depth == 0) return i + 1;
            continue;
        }
        const char c = text[i];
        if (c == '"') quoted = true;
        if (c == '{' || c == '[') ++depth;
        if (depth == 0 && (c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t')) return i;
        if ((c == '}' || c == ']') && --depth == 0) return i + 1;
    }
    return text.size();
}

std::size_t skip_space(std::string_view text, std::size_t at) { return std::min(text.find_first_not_of(" \t\r\n", at), text.size()); }

}  // namespace

std::optional<std::string> raw_member(std::string_view text, std::string_view name) {
    auto at = skip_space(text, 0);
    if (at >= text.size() || text[at] != '{') return std::nullopt;
    for (++at; at < text.size();) {
        at = skip_space(text, at);
        if (at >= text.size() || text[at] != '"') return std::nullopt;
        const auto key_end = end_of_value(text, at);
        const auto key = text.substr(at + 1, key_end - at - 2);
        at = skip_space(text, key_end);
        if (at >= text.size() || text[at] != ':') return std::nullopt;
        const auto begin = skip_space(text, at + 1);
        const auto end = end_of_value(text, begin);
        if (key == name) return std::string(text.substr(begin, end - begin));
        at = skip_space(text, end);
        if (at < text.size() && text[at] == ',') ++at;
        else return std::nullopt;
    }
    return std::nullopt;
}

Outcome<Verified> verify(const Verification& v, const Context& context, const CallbackRequest& request, Scope scope) {
    auto parsed = json_of(request.body);
    if (!parsed && !request.body.empty() && v.kind != VerifyKind::hmac && v.kind != VerifyKind::standard_webhooks)
        return fail(FailureKind::invalid, "callback_unreadable", "the body is not JSON");
    if (parsed) scope.set("answer", *parsed);
    scope.set("body", value(request.body)), scope.set("method", value(request.method)), scope.set("path", value(request.path));
    boost::json::object raw;
    if (const auto* object = parsed ? parsed->if_object() : nullptr)
        for (const auto& [key, member] : *object)
            if (auto bytes = raw_member(request.body, key)) raw[key] = *bytes;
    scope.set("raw", std::move(raw));
    const auto timestamp = v.timestamp ? evaluate(*v.timestamp, scope) : std::nullopt;
    if (timestamp) scope.set("timestamp", value(text_of(*timestamp)));
    if (v.must_hold && !holds(evaluate(*v.must_hold, scope))) return forged("it is not for this account");

    Verified verified{v.kind != VerifyKind::none && v.kind != VerifyKind::header, parsed.value_or(boost::json::value(boost::json::object{}))};
    switch (v.kind) {
        case VerifyKind::none:
            break;
        case VerifyKind::header: {
            const auto expected = v.value ? fill(*v.value, scope) : std::nullopt;
            if (!expected || text_of(*expected).empty()) 
                return fail(FailureKind::unauthorized, "credentials_incomplete", "the literal that callbacks carry is not among the credentials");
            const auto given = first_header(request, v);
            if (!given || !crypto::same(*given, text_of(*expected))) return forged("the literal is missing or another");
            break;
        }
        case VerifyKind::hmac:
            if (auto done = by_hmac(v, request, scope); !done) return std::unexpected(done.error());
            break;
        case VerifyKind::standard_webhooks: {
            const auto secret = v.key ? fill(*v.key, scope) : std::nullopt;
            const auto part = [&](std::string_view name) { return header(request, v.webhook_prefix + "-" + std::string(name)).value_or(""); };
            if (!secret) return fail(FailureKind::unauthorized, "credentials_incomplete", "the secret of callbacks is not among the credentials");
            if (!crypto::verify_webhook(text_of(*secret), part("id"), part("timestamp"), part("signature"), request.body, to_unix_ms(context.now.machine) / 1000))
                return forged("its signature is not that of the secret, or older than five minutes");
            break;
        }
        case VerifyKind::jwt_hs256: {
            auto token = by_token(v, context, scope);
            if (!token) return token;
            verified = std::move(*token);
            break;
        }
    }
    if (auto young = check_age(v, context, timestamp); !young) return std::unexpected(young.error());
    if (!parsed && !request.body.empty()) return fail(FailureKind::invalid, "callback_unreadable", "the body is not JSON");
    return verified;
}

}  // namespace lastmile::connectors
