#pragma once
// API keys: named, scoped, of one partition, shown once.
#include "features/ids/ids.hpp"
#include "platform/api/request.hpp"
#include "platform/schema/schema.hpp"

namespace lastmile {

struct Key {
    Id<Key> id;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    std::optional<Text<1, 100>> name;
    std::string prefix;
    std::optional<std::string> role;
    std::vector<std::string> scopes;
    bool unlimited = false;
    std::optional<Instant> expires_at;
    std::optional<Instant> revoked_at;
    std::optional<Instant> last_used_at;
};
LASTMILE_RESOURCE(Key, (id, version, created_at, updated_at, name, prefix, role, scopes, unlimited, expires_at, revoked_at, last_used_at))
LASTMILE_VIEW(Key, owner, (*))
LASTMILE_VIEW(Key, admin, (*))
LASTMILE_VIEW(Key, event, (id, prefix, role, scopes, expires_at, revoked_at))
LASTMILE_DOC(Key, "An API key, without its secret.", {"id", "ours"}, {"version", "counts up at each change"}, {"created_at", "when it was made"},
             {"updated_at", "when it was last changed"}, {"name", "what it is for"},
             {"prefix", "the first characters of the secret, to recognise it", "lm_live_h3k9q2"}, {"role", "the role it was made with", "dispatcher"},
             {"scopes", "what it may do"}, {"unlimited", "no rate limit"}, {"expires_at", "when it ends"}, {"revoked_at", "when it was revoked"},
             {"last_used_at", "when it was last used, to the minute"})

struct CreateKey {
    std::optional<Text<1, 100>> name;
    std::optional<Text<1, 50>> role;
    List<Text<1, 50>, 0, 60> scopes;
    std::optional<Instant> expires_at;
};
LASTMILE_VALUE(CreateKey, (name, role, scopes, expires_at))
LASTMILE_DEFAULTS(CreateKey, (scopes))
LASTMILE_DOC(CreateKey, "A new key: of a role, or with scopes named one by one.", {"name", "what it is for", "checkout service"},
             {"role", "admin, ops, dispatcher, support or viewer", "dispatcher"}, {"scopes", "instead of a role", "[\"deliveries:read\"]"},
             {"expires_at", "when it shall end; never when absent"})
inline void schema_check(const CreateKey& k, const schema::Check& check) {
    if (k.role && !k.scopes.empty()) check.add("scopes", "ambiguous", "give role or scopes, not both");
    if (!k.role && k.scopes.empty()) check.add("role", "required", "give role or scopes");
}

struct CreatedKey {
    Id<Key> key_id;
    std::string key;
    std::string prefix;
    std::optional<std::string> role;
    std::vector<std::string> scopes;
    std::optional<Instant> expires_at;
    std::int64_t version = 1;
};
LASTMILE_VALUE(CreatedKey, (key_id, key, prefix, role, scopes, expires_at, version))
LASTMILE_DOC(CreatedKey, "A key with its secret, shown this once.", {"key_id", "ours"}, {"key", "the secret: Authorization: Bearer <key>"},
             {"prefix", "its first characters"}, {"role", "the role it was made with"}, {"scopes", "what it may do"}, {"expires_at", "when it ends"},
             {"version", "counts up at each change"})

}  // namespace lastmile
