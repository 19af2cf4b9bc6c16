#pragma once
// All SQL on keys and on tokens that were revoked.
#include "features/access/key.hpp"
#include "platform/crypto/api_key.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

/// A key as it is saved: with the hashes that requests are found by.
struct StoredKey {
    Key key;
    store::Bytes hash;
    std::optional<store::Bytes> previous_hash{};  // still valid after a rotation
    std::optional<Instant> previous_until{};
};

struct FoundKey {
    Partition partition;
    PartitionName name;
    Key key;
    Instant until{};                        // when this secret ends that was rotated away
    std::optional<std::string> policies{};  // what the tenant has set of them, as JSON
};

/// By the hash of a secret, over all tenants. Expired and revoked ones are found too: the caller says why it refuses.
std::optional<FoundKey> find_key_by_hash(store::Read& read, const crypto::Digest& hash);
std::optional<Key> find_key(store::Read& read, Id<Key> id);
std::optional<StoredKey> lock_key(store::Tx& tx, Id<Key> id);
/// `limit + 1` rows at most, newest first, before the key named.
std::vector<Key> keys_before(store::Read& read, const std::optional<api::Cursor>& cursor, std::int64_t limit);
void save(store::Writer& writer, const StoredKey& key);
events::Refs event_refs(const StoredKey& key);
/// At most once a minute a key: bookkeeping, not a fact.
void note_use(store::Tx& tx, Id<Key> id);

bool token_revoked(store::Read& read, Partition partition, std::string_view token_id);
inline bool token_revoked(store::Read& read, std::string_view token_id) { return token_revoked(read, read.partition(), token_id); }
void revoke_token(store::Tx& tx, std::string_view token_id, Instant expires);

store::Bytes bytes_of(const crypto::Digest& digest);

}  // namespace lastmile
