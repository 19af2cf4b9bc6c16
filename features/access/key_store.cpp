#include "features/access/key_store.hpp"

namespace lastmile {
namespace {

std::optional<Instant> instant_or_none(const store::Value& value) { return value.null() ? std::nullopt : std::optional(value.instant()); }

Key to_key(const store::Row& row) {
    Key key;
    key.id = row[0].id<Key>();
    key.version = row[1].integer();
    key.created_at = row[2].instant();
    key.updated_at = row[3].instant();
    if (!row[4].null()) key.name = row[4].text();
    key.prefix = row[5].text();
    if (!row[6].null()) key.role = row[6].text();
    key.scopes = schema::from_stored<std::vector<std::string>>(row[7].text());
    key.unlimited = row[8].boolean();
    key.expires_at = instant_or_none(row[9]);
    key.revoked_at = instant_or_none(row[10]);
    key.last_used_at = instant_or_none(row[11]);
    return key;
}

std::optional<Key> one(const store::Rows& rows) { return rows.empty() ? std::nullopt : std::optional(to_key(rows[0])); }

}  // namespace

store::Bytes bytes_of(const crypto::Digest& digest) { return {digest.begin(), digest.end()}; }

std::optional<FoundKey> find_key_by_hash(store::Read& read, const crypto::Digest& hash) {
    const auto rows = read.query(
        store::SystemSql(
            "select k.id, k.version, k.created_at, k.updated_at, k.name, k.prefix, k.role, k.scopes, k.unlimited, k.expires_at, k.revoked_at, "
            "u.used_at, k.partition, p.tenant, p.test, case when k.hash = $1 then 9223372036854775807 else coalesce(k.previous_until, 0) end, s.document "
            "from api_keys k join partitions p on p.number = k.partition left join api_key_uses u on u.partition = k.partition and u.id = k.id "
            "left join policies s on s.partition = k.partition and s.reach = 'tenant' and s.reach_id = '' "
            "where k.hash = $1 or k.previous_hash = $1"),
        {bytes_of(hash)});
    for (const auto& row : rows) {
        const auto until = row[15].instant();
        if (until <= read.now().machine) continue;  // the time is asked last: on PostgreSQL it comes with these rows
        FoundKey found{Partition{row[12].integer()}, {row[13].text(), row[14].boolean()}, to_key(row), until, {}};
        if (!row[16].null()) found.policies = row[16].text();
        return found;
    }
    return std::nullopt;
}

std::optional<Key> find_key(store::Read& read, Id<Key> id) {
    return one(read.query(
        "select k.id, k.version, k.created_at, k.updated_at, k.name, k.prefix, k.role, k.scopes, k.unlimited, k.expires_at, k.revoked_at, u.used_at "
        "from api_keys k left join api_key_uses u on u.partition = k.partition and u.id = k.id where k.partition = $1 and k.id = $2",
        {id}));
}

std::optional<StoredKey> lock_key(store::Tx& tx, Id<Key> id) {
    const auto rows = tx.lock(
        "select id, version, created_at, updated_at, name, prefix, role, scopes, unlimited, expires_at, revoked_at, null, hash, previous_hash, "
        "previous_until "
        "from api_keys where partition = $1 and id = $2",
        {id});
    if (rows.empty()) return std::nullopt;
    StoredKey stored{to_key(rows[0]), rows[0][12].bytes()};
    if (!rows[0][13].null()) stored.previous_hash = rows[0][13].bytes();
    stored.previous_until = instant_or_none(rows[0][14]);
    return stored;
}

std::vector<Key> keys_before(store::Read& read, const std::optional<api::Cursor>& cursor, std::int64_t limit) {
    IdBytes before;
    before.fill(0xff);
    if (cursor) {
        const auto id = Id<Key>::parse(cursor->key);
        if (!id) throw Refusal(Error{&reasons::bad_cursor, "The cursor is of another list."});
        before = id->bytes;
    }
    std::vector<Key> keys;
    for (const auto& row : read.query("select k.id, k.version, k.created_at, k.updated_at, k.name, k.prefix, k.role, k.scopes, k.unlimited, "
                                      "k.expires_at, k.revoked_at, u.used_at "
                                      "from api_keys k left join api_key_uses u on u.partition = k.partition and u.id = k.id "
                                      "where k.partition = $1 and k.id < $2 order by k.id desc limit $3",
                                      {before, limit + 1}))
        keys.push_back(to_key(row));
    return keys;
}

void save(store::Writer& writer, const StoredKey& stored) {
    const auto& key = stored.key;
    const auto optional_text = [](const auto& text) { return text ? store::Value(std::string(*text)) : store::Value(); };
    const auto previous = stored.previous_hash ? store::Value(*stored.previous_hash) : store::Value();
    if (key.version == 1) {
        writer.write(1,
                     "insert into api_keys (partition, id, version, created_at, updated_at, name, prefix, hash, role, scopes, unlimited, expires_at) "
                     "values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                     {key.id, key.created_at, key.updated_at, optional_text(key.name), key.prefix, stored.hash, optional_text(key.role),
                      schema::to_stored(key.scopes), key.unlimited, key.expires_at});
        return;
    }
    writer.write(
        1,
        "update api_keys set version = $3, updated_at = $4, prefix = $5, hash = $6, previous_hash = $7, previous_until = $8, revoked_at = $9 "
        "where partition = $1 and id = $2 and version = $3 - 1",
        {key.id, key.version, key.updated_at, key.prefix, stored.hash, previous, stored.previous_until, key.revoked_at});
}

events::Refs event_refs(const StoredKey& stored) { return {.aggregate = "key", .aggregate_id = stored.key.id.text(), .version = stored.key.version}; }

void note_use(store::Tx& tx, Id<Key> id) {
    tx.bookkeeping().write_any(
        "insert into api_key_uses (partition, id, used_at) values ($1, $2, $3) on conflict (partition, id) do update set used_at = excluded.used_at",
        {id, tx.now().machine});
}

bool token_revoked(store::Read& read, Partition partition, std::string_view token_id) {
    return !read.query(store::SystemSql("select 1 from revoked_tokens where partition = $1 and token_id = $2"), {partition.number, token_id}).empty();
}

void revoke_token(store::Tx& tx, std::string_view token_id, Instant expires) {
    tx.bookkeeping().write_any("delete from revoked_tokens where partition = $1 and expires_at < $2", {tx.now().machine});
    tx.bookkeeping().write_any(
        "insert into revoked_tokens (partition, token_id, expires_at) values ($1, $2, $3) on conflict (partition, token_id) do nothing",
        {token_id, expires});
}

}  // namespace lastmile
