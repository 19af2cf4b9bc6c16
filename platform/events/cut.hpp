#pragma once
// Retention: the log's beginning is cut off at a signed checkpoint, the link that the rest hangs on. What remains is provable as before.
#include "platform/crypto/ed25519.hpp"
#include "platform/events/chain.hpp"

namespace lastmile::events {

/// Where a partition's log begins: everything up to `sequence` is gone.
struct Checkpoint {
    Partition partition;
    std::int64_t sequence = 0;
    store::Bytes link{};   // of the event with that sequence
    Instant cut_at{};      // machine time
    std::string key_id{};
    store::Bytes signature{};  // Ed25519 over checkpoint_text
};

std::string checkpoint_text(const Checkpoint& checkpoint);
/// The one that the log begins behind; nullopt: it is whole.
std::optional<Checkpoint> find_checkpoint(store::Read& read);

/// Cuts at most `limit` events that were recorded before `before`, from the log's beginning, as far as every durable reader has come; signs
/// the new checkpoint. One command. Answers how many.
std::int64_t cut_log(store::Tx& tx, const crypto::Keyring& keys, Instant before, int limit = 1000);

/// The chain from its checkpoint (whose signature must fit) or its first event to the head.
struct LogVerdict : Verdict {
    std::int64_t begins_after = 0;  // the checkpoint's sequence
};
LogVerdict verify_log(store::Read& read, const crypto::Keyring& keys);

}  // namespace lastmile::events
