#include "features/pods/pod_cut.hpp"

#include <set>

#include "features/files/file_erasing.hpp"
#include "features/pods/pod_assets.hpp"

namespace lastmile {
namespace {

/// A file is declared before its proof; offline even days before.
constexpr std::chrono::hours declared_before{24 * 30};

std::string key_of(Partition partition, Id<Asset> id) {
    PodAsset asset;
    asset.id = id;
    return terms_of(partition, asset).key;
}

}  // namespace

std::int64_t forget_pods(store::Tx& tx, const PodSealer& sealer, Instant before, int limit) {
    auto& writer = tx.bookkeeping();
    const auto last = find_pod_checkpoint(tx);
    const auto old = tx.lock("select number, id, hash, created_at from pods where partition = $1 and number > $2 order by number limit $3",
                             {last ? last->number : 0, static_cast<std::int64_t>(limit)});
    const store::Row* end = nullptr;
    for (const auto& row : old) {
        if (row[3].instant() >= before) break;
        end = &row;
        writer.write_any("delete from pod_views where partition = $1 and pod_id = $2", {row[1]});
    }
    std::int64_t gone = 0;
    if (end) {
        gone = (*end)[0].integer() - (last ? last->number : 0);
        add_pod_checkpoint(tx, sealer.sign(PodCheckpoint{tx.partition(), (*end)[0].integer(), (*end)[2].text(), tx.now().machine, {}, {}}));
        writer.write_any("delete from pods where partition = $1 and number <= $2", {(*end)[0]});
    }
    std::vector<std::string> keys;
    for (const auto& row : tx.query("select id from pod_assets where partition = $1 and created_at < $2 order by id limit $3",
                                    {before - declared_before, static_cast<std::int64_t>(limit)})) {
        keys.emplace_back(key_of(tx.partition(), row[0].id<Asset>()));
        writer.write_any("delete from pod_assets where partition = $1 and id = $2", {row[0]});
    }
    gone += static_cast<std::int64_t>(keys.size());
    erase_files_later(tx, keys);
    return gone;
}

void erase_pod_files(store::Tx& tx, Id<Delivery> delivery) {
    std::set<std::string> keys;
    for (const auto& row : tx.query("select id from pod_assets where partition = $1 and delivery_id = $2", {delivery})) keys.insert(key_of(tx.partition(), row[0].id<Asset>()));
    // A picture or signature of several deliveries at one stop was declared for one of them.
    for (const auto& pod : pods_of(tx, delivery))
        for (const auto& asset : schema::from_stored<PodContent>(pod.content).assets) keys.insert(key_of(tx.partition(), asset.asset_id));
    erase_files_later(tx, {keys.begin(), keys.end()});
}

}  // namespace lastmile
