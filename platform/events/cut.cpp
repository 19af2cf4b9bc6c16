#include "platform/events/cut.hpp"

#include "platform/crypto/text_coding.hpp"
#include "platform/events/log_store.hpp"

namespace lastmile::events {
namespace {

constexpr std::string_view purpose = "log-checkpoint";

std::string_view view(const store::Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

bool signed_by_us(const Checkpoint& checkpoint, const crypto::Keyring& keys) {
    const auto* master = keys.find(checkpoint.key_id);
    if (!master) return false;
    const crypto::SigningKey key(master->id, crypto::Keyring::derive(*master, purpose));
    return crypto::verify_ed25519(key.public_key(), checkpoint_text(checkpoint), view(checkpoint.signature));
}

/// As far as all of them have come. Readers that have no cursor here have read nothing of this partition yet: theirs appears with its
/// first event, and what is old enough to be cut was told long ago.
std::int64_t read_by_all(store::Read& read, std::int64_t at_most) {
    const auto rows = read.query("select min(sequence) from log_cursors where partition = $1");
    return rows[0][0].null() ? at_most : std::min(at_most, rows[0][0].integer());
}

}  // namespace

std::string checkpoint_text(const Checkpoint& checkpoint) {
    return "lastmile log checkpoint 1\npartition " + std::to_string(checkpoint.partition.number) + "\nsequence " + std::to_string(checkpoint.sequence) +
           "\nlink " + crypto::to_hex(view(checkpoint.link)) + "\ncut_at " + std::to_string(to_unix_ms(checkpoint.cut_at)) + "\n";
}

std::optional<Checkpoint> find_checkpoint(store::Read& read) {
    const auto rows = read.query(
        "select sequence, link, cut_at, key_id, signature from log_checkpoints where partition = $1 order by sequence desc limit 1");
    if (rows.empty()) return std::nullopt;
    return Checkpoint{read.partition(), rows[0][0].integer(), rows[0][1].bytes(), rows[0][2].instant(), rows[0][3].text(), rows[0][4].bytes()};
}

std::int64_t cut_log(store::Tx& tx, const crypto::Keyring& keys, Instant before, int limit) {
    const auto last = find_checkpoint(tx);
    const auto begin = last ? last->sequence : 0;
    const auto old = read_chain(tx, begin, limit);
    const auto readable = read_by_all(tx, begin + limit);
    const Stamped* end = nullptr;
    for (const auto& one : old) {
        if (one.event.recorded_at >= before || one.event.sequence > readable) break;
        end = &one;
    }
    if (!end) return 0;
    Checkpoint next{tx.partition(), end->event.sequence, end->link, tx.now().machine, keys.current().id, {}};
    const auto signature = crypto::SigningKey::of(keys, purpose).sign(checkpoint_text(next));
    next.signature.assign(signature.begin(), signature.end());
    auto& writer = tx.bookkeeping();
    // Another node may have cut here at the same moment: then there is nothing left to delete, and one checkpoint stands.
    writer.write_any("insert into log_checkpoints (partition, sequence, link, cut_at, key_id, signature) values ($1, $2, $3, $4, $5, $6) "
                     "on conflict (partition, sequence) do nothing",
                     {next.sequence, next.link, next.cut_at, next.key_id, next.signature});
    writer.write_any("delete from events where partition = $1 and serial in (select serial from stamped where partition = $1 and sequence <= $2)",
                     {next.sequence});
    writer.write_any("delete from stamped where partition = $1 and sequence <= $2", {next.sequence});
    return next.sequence - begin;
}

LogVerdict verify_log(store::Read& read, const crypto::Keyring& keys) {
    const auto checkpoint = find_checkpoint(read);
    LogVerdict verdict;
    if (!checkpoint) {
        static_cast<Verdict&>(verdict) = verify_chain(read);
        return verdict;
    }
    verdict.begins_after = checkpoint->sequence;
    if (!signed_by_us(*checkpoint, keys)) {
        verdict.broken_at = checkpoint->sequence;
        verdict.why = "the checkpoint that the log begins behind is not signed by a key of this server";
        return verdict;
    }
    static_cast<Verdict&>(verdict) = verify_chain(read, checkpoint->sequence, checkpoint->link);
    return verdict;
}

}  // namespace lastmile::events
