#include "features/recipients/recipient_store.hpp"

#include "platform/schema/schema.hpp"
#include "platform/store/list.hpp"

namespace lastmile {
namespace {

void write_words(store::Tx& tx, const Vault& vault, Id<Recipient> recipient, Id<Delivery> delivery, const PersonalData& data) {
    for (const auto& word : search_words(data))
        tx.bookkeeping().write_any(
            "insert into recipient_words (partition, word, recipient_id, delivery_id) values ($1, $2, $3, $4) on conflict (partition, word, "
            "recipient_id) do nothing",
            {vault.word(tx.partition(), word), recipient, delivery});
}

/// Whoever reads or writes personal data here may answer with it: remembered answers are sealed under this key too (AnswerSeal).
void shown(store::Read& read, const Id<Recipient>& recipient, const store::Bytes& key) {
    read.shows({recipient.bytes.begin(), recipient.bytes.end()}, key);
}

}  // namespace

Id<Recipient> add_recipient(store::Tx& tx, const Vault& vault, Id<Delivery> delivery, const PersonalData& data) {
    const auto id = tx.new_id<Recipient>();
    const auto key = vault.new_key(id, tx.random());
    shown(tx, id, key);
    tx.bookkeeping().write(1, "insert into recipients (partition, id, delivery_id, key, sealed, version) values ($1, $2, $3, $4, $5, 1)",
                           {id, delivery, key, vault.seal(key, id, schema::to_stored(data), tx.random())});
    write_words(tx, vault, id, delivery, data);
    return id;
}

std::optional<PersonalData> personal_data(store::Read& read, const Vault& vault, Id<Recipient> recipient) {
    const auto rows = read.query("select key, sealed from recipients where partition = $1 and id = $2", {recipient});
    if (rows.empty() || rows[0][0].null()) return std::nullopt;
    shown(read, recipient, rows[0][0].bytes());
    return schema::from_stored<PersonalData>(vault.open(rows[0][0].bytes(), recipient, rows[0][1].bytes()));
}

std::map<Id<Recipient>, PersonalData> personal_data(store::Read& read, const Vault& vault, const std::vector<Id<Recipient>>& recipients) {
    std::map<Id<Recipient>, PersonalData> found;
    if (recipients.empty()) return found;
    store::Args ids(recipients.begin(), recipients.end());
    store::SqlBuilder list("select id, key, sealed from recipients where partition = $1 and key is not null");
    for (const auto& row : list.in(" and id in", ids).query(read)) {
        const auto id = row[0].id<Recipient>();
        shown(read, id, row[1].bytes());
        found.emplace(id, schema::from_stored<PersonalData>(vault.open(row[1].bytes(), id, row[2].bytes())));
    }
    return found;
}

bool change_recipient(store::Tx& tx, const Vault& vault, Id<Recipient> recipient, const PersonalData& data) {
    const auto rows = tx.lock("select key, delivery_id from recipients where partition = $1 and id = $2", {recipient});
    if (rows.empty() || rows[0][0].null()) return false;
    shown(tx, recipient, rows[0][0].bytes());
    tx.bookkeeping().write(1, "update recipients set sealed = $3, version = version + 1 where partition = $1 and id = $2",
                           {recipient, vault.seal(rows[0][0].bytes(), recipient, schema::to_stored(data), tx.random())});
    tx.bookkeeping().write_any("delete from recipient_words where partition = $1 and recipient_id = $2", {recipient});
    write_words(tx, vault, recipient, rows[0][1].id<Delivery>(), data);
    return true;
}

void erase_recipient(store::Tx& tx, Id<Recipient> recipient) {
    tx.bookkeeping().write_any("update recipients set key = null, sealed = $3, erased_at = $4 where partition = $1 and id = $2",
                               {recipient, store::Bytes{}, tx.now().machine});
    tx.bookkeeping().write_any("delete from recipient_words where partition = $1 and recipient_id = $2", {recipient});
}

std::vector<Id<Delivery>> deliveries_with_words(store::Read& read, const Vault& vault, std::string_view text, int limit) {
    auto words = words_of(text);
    if (words.empty()) return {};
    if (words.size() > 8) words.resize(8);
    store::Args tokens;
    for (const auto& word : words) tokens.emplace_back(vault.word(read.partition(), word));
    store::SqlBuilder list("select delivery_id from recipient_words where partition = $1");
    list.in(" and word in", tokens)
        .add(" group by delivery_id having count(distinct word) = $? order by delivery_id desc limit $?",
             {static_cast<std::int64_t>(tokens.size()), static_cast<std::int64_t>(limit)});
    std::vector<Id<Delivery>> found;
    for (const auto& row : list.query(read)) found.push_back(row[0].id<Delivery>());
    return found;
}

}  // namespace lastmile
