#pragma once
// All SQL on proofs, and the way another room makes one inside its own command.
#include "features/pods/seal.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/rows.hpp"

namespace lastmile {

std::optional<Pod> find_pod(store::Read& read, Id<Pod> id);
/// In the order of the chain, at most 200.
std::vector<Pod> pods_of(store::Read& read, Id<Delivery> delivery);
std::optional<PodAsset> find_pod_asset(store::Read& read, Id<Asset> id);
/// A declaration, no fact yet.
void add_pod_asset(store::Tx& tx, const PodAsset& asset);
/// The same, of a file whose id follows from its content: said twice, it is declared once.
void add_pod_asset_once(store::Tx& tx, const PodAsset& asset);

/// Puts it at the end of the partition's chain: fills in id, number, time, and the hash before it. *Emits* pod.created.
/// Its files must have been verified. Locks the chain: call it last.
Pod create_pod(store::Tx& tx, const PodSealer& sealer, PodContent content);
void save(store::Writer& writer, const Pod& pod);
events::Refs event_refs(const Pod& pod);

/// How often somebody has seen a proof within an hour.
struct PodViews {
    Id<Pod> pod_id;
    Id<Delivery> delivery_id;
    std::string viewer;
    std::int64_t hour = 0;   // of the unix epoch
    std::int64_t views = 0;
};
/// Counts one more. *Emits* pod.viewed at the 1st, 10th, 100th, … view by the same viewer within the hour.
void note_view(store::Tx& tx, Id<Pod> pod, Id<Delivery> delivery, const std::string& viewer);
void save(store::Writer& writer, const PodViews& views);
events::Refs event_refs(const PodViews& views);

/// Walks the partition's chain. nullopt: all of it is intact and ends where the chain's head says.
struct BrokenSeal {
    std::int64_t number = 0;
    SealVerdict verdict = SealVerdict::intact;
};
std::optional<BrokenSeal> verify_pods(store::Read& read, const PodSealer& sealer);

}  // namespace lastmile
