#include "features/access/key_api.hpp"

#include <algorithm>

#include "features/access/role.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr auto rotation_grace = std::chrono::hours(24);

/// *Refuses* `invalid_request` for names that are none, `forbidden` for more than the maker has.
Result<std::vector<std::string>> wanted_scopes(const Call& call, const CreateKey& request) {
    std::vector<std::string> wanted(request.scopes.begin(), request.scopes.end());
    if (request.role) {
        auto of_role = scopes_of_role(*request.role);
        if (!of_role)
            return refuse(reasons::invalid, "There is no such role.", {{"#/role", "unknown_role", "one of admin, ops, dispatcher, support, viewer"}});
        wanted = std::move(*of_role);
    }
    std::vector<FieldError> faults;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (std::ranges::find(all_scopes(), wanted[i]) == all_scopes().end())
            faults.push_back({"#/scopes/" + std::to_string(i), "unknown_scope", wanted[i] + " is not a scope that a key can have"});
    }
    if (!faults.empty()) return refuse(reasons::invalid, "Some scopes do not exist.", std::move(faults));
    for (const auto& scope : wanted)
        if (!call.has(scope)) return refuse(reasons::forbidden, "A key cannot be given " + scope + ", which its maker does not have.");
    return wanted;
}

Result<Reply<CreatedKey>> create_key_call(store::Tx& tx, const Call& call, const CreateKey& request) {
    if (request.expires_at && *request.expires_at <= tx.now().machine)
        return refuse(reasons::invalid, "The key would have expired already.", {{"#/expires_at", "in_the_past", "must lie in the future"}});
    auto scopes = wanted_scopes(call, request);
    if (!scopes) return std::unexpected(scopes.error());
    auto created = create_key(tx, call.test, request, *scopes, false);
    return Reply(created).created("/v1/lastmile/keys/" + created.key_id.text()).at_version(1).shown_once();
}

Result<Reply<Page<Key>>> list_keys(store::Read& read, const Call&, const ListKeys& request) {
    return page_of(keys_before(read, request.cursor, request.limit), request.limit, [](const Key& key) { return key.id.text(); });
}

Result<Reply<Key>> get_key(store::Read& read, const Call&, const OneKey& request) {
    auto key = find_key(read, request.key_id);
    if (!key) return refuse(reasons::not_found, "There is no such key.");
    return *key;
}

/// Locks a key that is still good. *Refuses* `not_found`, `conflict`.
Result<StoredKey> live_key(store::Tx& tx, Id<Key> id) {
    auto stored = lock_key(tx, id);
    if (!stored) return refuse(reasons::not_found, "There is no such key.");
    if (stored->key.revoked_at) return refuse(reasons::conflict, "The key was revoked.");
    return *stored;
}

Result<Reply<Nothing>> revoke_key(store::Tx& tx, const Call&, const OneKey& request) {
    auto stored = lock_key(tx, request.key_id);
    if (!stored) return refuse(reasons::not_found, "There is no such key.");
    if (stored->key.revoked_at) return Reply<Nothing>{};
    stored->key.revoked_at = stored->key.updated_at = tx.now().machine;
    stored->previous_hash.reset(), stored->previous_until.reset();
    stored->key.version += 1;
    events::apply(tx, Changed<StoredKey>{*stored, {{"key.revoked", schema::to_object(stored->key)}}});
    return Reply<Nothing>{};
}

Result<Reply<CreatedKey>> rotate_key(store::Tx& tx, const Call& call, const OneKey& request) {
    auto stored = live_key(tx, request.key_id).value();
    const auto fresh = crypto::make_api_key(call.test, tx.random());
    const auto now = tx.now().machine;
    stored.previous_hash = stored.hash, stored.previous_until = now + rotation_grace;
    stored.hash = bytes_of(fresh.hash());
    stored.key.prefix = fresh.prefix();
    stored.key.updated_at = now;
    stored.key.version += 1;
    events::apply(tx, Changed<StoredKey>{stored, {{"key.rotated", schema::to_object(stored.key)}}});
    CreatedKey answer{stored.key.id, fresh.text, fresh.prefix(), stored.key.role, stored.key.scopes, stored.key.expires_at, stored.key.version};
    return Reply(answer).at_version(answer.version).shown_once();
}

std::optional<std::int64_t> key_version(store::Tx& tx, const Call&, const OneKey& request) {
    auto stored = lock_key(tx, request.key_id);
    return stored ? std::optional(stored->key.version) : std::nullopt;
}

}  // namespace

CreatedKey create_key(store::Tx& tx, bool test, const CreateKey& request, std::vector<std::string> scopes, bool unlimited) {
    const auto secret = crypto::make_api_key(test, tx.random());
    StoredKey stored{.key = {}, .hash = bytes_of(secret.hash())};
    auto& key = stored.key;
    key.id = tx.new_id<Key>();
    key.created_at = key.updated_at = tx.now().machine;
    key.name = request.name;
    key.prefix = secret.prefix();
    if (request.role) key.role = *request.role;
    key.scopes = std::move(scopes);
    key.unlimited = unlimited;
    key.expires_at = request.expires_at;
    events::apply(tx, Changed<StoredKey>{stored, {{"key.created", schema::to_object(key)}}});
    return {key.id, secret.text, key.prefix, key.role, key.scopes, key.expires_at, 1};
}

Endpoints key_endpoints() {
    return {
        reads("GET /v1/lastmile/keys", "keys:admin", list_keys,
              {.summary = "List API keys", .tag = "Access", .description = "Newest first, revoked ones included; never the secrets."}),
        writes("POST /v1/lastmile/keys", "keys:admin", create_key_call,
               {.summary = "Create an API key",
                .tag = "Access",
                .description = "The key belongs to the partition (live or test) of the key that makes it. The secret is shown this once; a replay of "
                               "the request does not repeat it.",
                .refuses = {reasons::forbidden},
                .status = 201}),
        reads("GET /v1/lastmile/keys/{keyId}", "keys:admin", get_key,
              {.summary = "Get an API key", .tag = "Access", .refuses = {reasons::not_found}}),
        guarded(key_version, writes("DELETE /v1/lastmile/keys/{keyId}", "keys:admin", revoke_key,
                                    {.summary = "Revoke an API key",
                                     .tag = "Access",
                                     .description = "At once, and for good. Revoking twice is harmless.",
                                     .refuses = {reasons::not_found}})),
        guarded(key_version, writes("POST /v1/lastmile/keys/{keyId}/rotate", "keys:admin", rotate_key,
                                    {.summary = "Rotate an API key",
                                     .tag = "Access",
                                     .description = "Answers a new secret; the old one works for 24 hours more.",
                                     .refuses = {reasons::not_found, reasons::conflict}})),
    };
}

}  // namespace lastmile
