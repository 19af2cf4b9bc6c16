#pragma once
// What is over its time, and what belongs to somebody who was erased: the chain's beginning at a signed checkpoint, files in the storage.
#include "features/pods/pod_store.hpp"

namespace lastmile {

/// Where a partition's chain begins: the proofs up to `number` are gone.
struct PodCheckpoint {
    Partition partition;
    std::int64_t number = 0;
    std::string hash;          // of the proof with that number, hex
    Instant cut_at{};          // machine time
    std::string key_id{};
    std::string signature{};   // Ed25519 over checkpoint_text, base64
};
std::string checkpoint_text(const PodCheckpoint& checkpoint);
/// nullopt: the chain is whole.
std::optional<PodCheckpoint> find_pod_checkpoint(store::Read& read);
void add_pod_checkpoint(store::Tx& tx, const PodCheckpoint& checkpoint);

/// Takes at most `limit` proofs that were registered before `before` from the chain's beginning, and files declared a month earlier; what
/// lies in the storage goes by a job. Remarks lie with the recipients. Answers how many rows went.
std::int64_t forget_pods(store::Tx& tx, const PodSealer& sealer, Instant before, int limit = 1000);
/// Pictures, signatures and papers of a delivery whose recipient is erased, also those that several deliveries of one stop share; hashes stay in
/// the sealed proofs.
void erase_pod_files(store::Tx& tx, Id<Delivery> delivery);

}  // namespace lastmile
