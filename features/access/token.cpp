#include "features/access/token.hpp"

#include "features/ids/ids.hpp"
#include "platform/base/reasons.hpp"
#include "platform/crypto/jws.hpp"

namespace lastmile {
namespace {

constexpr std::string_view purpose = "token:access", type = "lastmile+jwt", issuer = "lastmile";

std::string text_of(TokenKind kind, const IdBytes& id) { return kind == TokenKind::driver ? Id<Driver>{id}.text() : Id<Delivery>{id}.text(); }

std::unexpected<Error> invalid(std::string detail) { return refuse(reasons::unauthenticated, std::move(detail)); }

std::string_view claim(const boost::json::object& claims, std::string_view name) {
    const auto* value = claims.if_contains(name);
    return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

}  // namespace

std::string Tokens::sign(const TokenSubject& s, Instant machine_now, std::chrono::seconds lifetime) const {
    const auto seconds = [](Instant at) { return to_unix_ms(at) / 1000; };
    boost::json::object claims{{"iss", issuer},
                               {"sub", text_of(s.kind, s.subject)},
                               {"jti", s.token_id},
                               {"tenant", s.tenant},
                               {"partition", s.partition.number},
                               {"test", s.test},
                               {"iat", seconds(machine_now)},
                               {"exp", seconds(machine_now + lifetime)}};
    if (!s.on_behalf.empty()) claims["act"] = s.on_behalf;
    return crypto::sign_hs256(claims, type, keys_.current().id, keys_.derive(purpose));
}

Result<TokenSubject> Tokens::verify(std::string_view text, Instant machine_now) const {
    const auto keys = crypto::token_keys(keys_, purpose);
    const auto token = crypto::verify_jwt(text, keys, {.now = machine_now, .issuer = std::string(issuer), .type = std::string(type)});
    if (!token) return invalid("The token is not valid: " + std::string(crypto::fault_name(token.error())) + ".");
    const auto& claims = token->claims;
    TokenSubject s;
    const auto subject = claim(claims, "sub");
    if (const auto driver = Id<Driver>::parse(subject))
        s.kind = TokenKind::driver, s.subject = driver->bytes;
    else if (const auto delivery = Id<Delivery>::parse(subject))
        s.kind = TokenKind::tracking, s.subject = delivery->bytes;
    else
        return invalid("The token names no driver or delivery.");
    const auto* partition = claims.if_contains("partition");
    const auto* test = claims.if_contains("test");
    if (!partition || !partition->is_int64() || !test || !test->is_bool()) return invalid("The token names no partition.");
    s.partition = Partition{partition->get_int64()};
    s.test = test->get_bool();
    s.tenant = claim(claims, "tenant");
    s.on_behalf = claim(claims, "act");
    s.token_id = claim(claims, "jti");
    return s;
}

api::Caller caller_of(const TokenSubject& s) {
    api::Caller caller;
    caller.partition = s.partition;
    caller.tenant = s.tenant;
    caller.test = s.test;
    caller.credential = "token:" + s.token_id;
    if (s.kind == TokenKind::driver) {
        caller.actor = {"driver", text_of(s.kind, s.subject), s.on_behalf};
        caller.source = "driver";
        caller.scopes = {"driver:self"};
        caller.view = schema::View::driver;
        caller.driver = s.subject;
        caller.requests_per_min = 1200;  // pings every few seconds, in batches, and room for a sync
    } else {
        caller.actor = {"recipient", text_of(s.kind, s.subject), {}};
        caller.source = "recipient";
        caller.scopes = {"track:one"};
        caller.view = schema::View::recipient;
        caller.delivery = s.subject;
        caller.requests_per_min = 120;
    }
    return caller;
}

}  // namespace lastmile
