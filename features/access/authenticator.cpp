#include "features/access/authenticator.hpp"

#include <boost/json/parse.hpp>
#include <climits>

#include "features/access/key_store.hpp"
#include "features/policies/policy_store.hpp"
#include "platform/base/reasons.hpp"
#include "platform/store/kept.hpp"

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

/// What a tenant has set, as it is stored, over the defaults. A thread keeps what it read last.
Policies policies_in(const std::optional<std::string>& document) {
    thread_local std::pair<std::string, Policies> last;
    if (!document) return {};
    if (last.first != *document) last = {*document, merged_policies({{{}, 0, boost::json::parse(*document).as_object()}}).value()};
    return last.second;
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
    auto lookup = presented(*request);
    if (!lookup) return then(std::unexpected(std::move(lookup.error())));
    auto caller = std::make_shared<std::optional<Result<api::Caller>>>();
    store_.read({.partition = lookup->turn,
                 .body = [caller, tell = std::move(lookup->tell)](store::Read& read) { caller->emplace(tell(read)); },
                 .done =
                     [caller, then = std::move(then)](std::exception_ptr fault) {
                         if (fault) return then(refuse(reasons::overloaded, "The credentials could not be looked up."));
                         then(std::move(**caller));
                     }});
}

Result<api::SnapshotAuthenticator::Lookup> KeyAuthenticator::presented(const http::Request& request) {
    auto secret = bearer(request);
    if (secret.empty()) return invalid("Send Authorization: Bearer with a key or token.");
    if (secret.starts_with("lm_")) return by_key(secret);
    return by_token(secret);
}

Result<api::SnapshotAuthenticator::Lookup> KeyAuthenticator::by_key(const std::string& secret) {
    const auto key = crypto::parse_api_key(secret);
    if (!key) return invalid("The key is mistyped: its checksum is wrong.");
    const auto hash = key->hash();
    return Lookup{[this, hash](store::Read& read) { return tell_key(read, hash); }, turn_of(hash)};
}

/// The row is read at every request, or known to be what this very snapshot shows: a revoked key ends at once.
Result<api::Caller> KeyAuthenticator::tell_key(store::Read& read, const crypto::Digest& hash) {
    struct Known {
        std::optional<FoundKey> key;
        api::Caller caller{};
        bool noted = false;
    };
    thread_local store::Kept<crypto::Digest, Known> kept;
    auto& known = kept.of(read, hash, [&] {
        Known made{find_key_by_hash(read, hash)};
        if (!made.key) return made;
        made.caller = caller_of(*made.key);
        obey(made.caller, policies_in(made.key->policies));
        note_turn(hash, made.key->partition);
        return made;
    });
    const auto now = read.now().machine;
    if (!known.key || known.key->until <= now) return invalid("No such key.");
    const auto& stored = known.key->key;
    if (stored.revoked_at) return invalid("The key was revoked.");
    if (stored.expires_at && *stored.expires_at <= now) return invalid("The key has expired.");
    if (!known.noted && (!stored.last_used_at || now - *stored.last_used_at >= std::chrono::minutes(1))) {
        known.noted = true;
        note_key_use(known.key->partition, stored.id);
    }
    return known.caller;
}

Partition KeyAuthenticator::turn_of(const crypto::Digest& hash) {
    const std::lock_guard lock(turns_mutex_);
    const auto known = turns_.find(hash);
    return known == turns_.end() ? Partition{} : known->second;
}

void KeyAuthenticator::note_turn(const crypto::Digest& hash, Partition partition) {
    constexpr std::size_t most = 10'000;
    const std::lock_guard lock(turns_mutex_);
    if (turns_.size() >= most) turns_.clear();
    turns_[hash] = partition;
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

Result<api::SnapshotAuthenticator::Lookup> KeyAuthenticator::by_token(const std::string& token) {
    auto subject = tokens_.verify(token, machine_now());
    if (!subject) return std::unexpected(subject.error());
    const auto turn = subject->partition;
    return Lookup{[subject = std::move(*subject)](store::Read& read) -> Result<api::Caller> {
                      bool revoked = false;
                      Policies policies;
                      const auto ask = [&] {
                          revoked = token_revoked(read, subject.partition, subject.token_id);
                          policies = tenant_policies(read, subject.partition);
                      };
                      store::gather(read, ask);
                      ask();
                      if (revoked) return invalid("The token was revoked.");
                      auto caller = caller_of(subject);
                      obey(caller, policies);
                      caller.needs_idempotency_key = caller.needs_if_match = false;  // apps have client event ids and route revisions
                      return caller;
                  },
                  turn};
}

}  // namespace lastmile
