#include "features/access/authenticator.hpp"

#include <climits>

#include "features/access/key_store.hpp"
#include "features/policies/policy_store.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile {
namespace {

std::unexpected<Error> invalid(std::string detail) { return refuse(reasons::unauthenticated, std::move(detail)); }

/// RFC 6750 2.1; the scheme's case does not matter.
std::string bearer(const http::Request& request) {
    const auto header = request.header("authorization");
    constexpr std::string_view scheme = "bearer ";
    if (header.size() > scheme.size()) {
        std::string start(header.substr(0, scheme.size()));
        for (auto& c : start) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (start == scheme) return std::string(header.substr(scheme.size()));
    }
    // An EventSource cannot send headers: a short-lived token may stand in the query of a stream (never a key).
    constexpr std::string_view name = "token=";
    for (std::size_t at = 0; at < request.query.size();) {
        const auto end = std::min(request.query.find('&', at), request.query.size());
        const auto pair = std::string_view(request.query).substr(at, end - at);
        if (pair.starts_with(name) && !pair.substr(name.size()).starts_with("lm_")) return std::string(pair.substr(name.size()));
        at = end + 1;
    }
    return {};
}

/// The policies that the pipeline itself obeys.
void obey(api::Caller& caller, const Policies& policies) {
    caller.needs_idempotency_key = policies.idempotency.required;
    caller.needs_if_match = policies.if_match.required;
    if (caller.requests_per_min > policies.limits.requests_per_min.value)
        caller.requests_per_min = static_cast<int>(policies.limits.requests_per_min.value);
}

api::Caller caller_of(const FoundKey& found) {
    api::Caller caller;
    caller.partition = found.partition;
    caller.tenant = found.name.tenant;
    caller.test = found.name.test;
    caller.actor = {"key", found.key.id.text(), {}};
    caller.credential = found.key.id.text();
    caller.scopes = found.key.scopes;
    if (caller.has("keys:admin")) caller.view = schema::View::admin;
    caller.requests_per_min = found.key.unlimited ? 0 : INT_MAX;  // 0: none; the policy sets the rest
    return caller;
}

}  // namespace

void KeyAuthenticator::authenticate(std::shared_ptr<const http::Request> request, Then then) {
    auto secret = bearer(*request);
    if (secret.empty()) return then(invalid("Send Authorization: Bearer with a key or token."));
    if (secret.starts_with("lm_")) return by_key(std::move(secret), std::move(then));
    by_token(std::move(secret), std::move(then));
}

void KeyAuthenticator::by_key(std::string secret, Then then) {
    const auto key = crypto::parse_api_key(secret);
    if (!key) return then(invalid("The key is mistyped: its checksum is wrong."));
    struct Found {
        std::optional<FoundKey> key;
        Policies policies;
        Instant now;
    };
    auto found = std::make_shared<Found>();
    store_.read({.partition = {},
                 .body =
                     [found, hash = key->hash()](store::Read& read) {
                         found->key = find_key_by_hash(read, hash);
                         if (found->key) found->policies = tenant_policies(read, found->key->partition);
                         found->now = read.now().machine;
                     },
                 .done =
                     [this, found, then](std::exception_ptr fault) {
                         if (fault) return then(refuse(reasons::overloaded, "The key could not be looked up."));
                         if (!found->key) return then(invalid("No such key."));
                         const auto& [partition, name, stored] = *found->key;
                         if (stored.revoked_at) return then(invalid("The key was revoked."));
                         if (stored.expires_at && *stored.expires_at <= found->now) return then(invalid("The key has expired."));
                         if (!stored.last_used_at || found->now - *stored.last_used_at >= std::chrono::minutes(1)) note_key_use(partition, stored.id);
                         auto caller = caller_of(*found->key);
                         obey(caller, found->policies);
                         then(std::move(caller));
                     }});
}

void KeyAuthenticator::note_key_use(Partition partition, Id<Key> id) {
    store_.command({.partition = partition,
                    .lane = store::Lane::bulk,
                    .body =
                        [id](store::Tx& tx) {
                            note_use(tx, id);
                            return store::Answer{};
                        },
                    .render = [](const Error&) { return store::Answer{}; },
                    .done = [](store::Answer) {}});
}

void KeyAuthenticator::by_token(std::string token, Then then) {
    auto subject = tokens_.verify(token, machine_now());
    if (!subject) return then(std::unexpected(subject.error()));
    auto revoked = std::make_shared<bool>(false);
    auto policies = std::make_shared<Policies>();
    store_.read({.partition = subject->partition,
                 .body =
                     [revoked, policies, id = subject->token_id](store::Read& read) {
                         *revoked = token_revoked(read, id);
                         *policies = policies_of(read);
                     },
                 .done =
                     [revoked, policies, then, subject = *subject](std::exception_ptr fault) {
                         if (fault) return then(refuse(reasons::overloaded, "The token could not be looked up."));
                         if (*revoked) return then(invalid("The token was revoked."));
                         auto caller = caller_of(subject);
                         obey(caller, *policies);
                         caller.needs_idempotency_key = caller.needs_if_match = false;  // apps have client event ids and route revisions
                         then(std::move(caller));
                     }});
}

}  // namespace lastmile
