#include "features/pods/pod_cut.hpp"

namespace lastmile {
namespace {

const store::Table<Pod> pods("pods");
const store::Table<PodAsset> pod_assets("pod_assets");

bool is_power_of_ten(std::int64_t number) {
    while (number >= 10 && number % 10 == 0) number /= 10;
    return number == 1;
}

/// For readers of the log: what happened, without remarks and codes.
boost::json::object event_of(const Pod& pod, const PodContent& content) {
    boost::json::object data{{"pod_id", pod.id.text()}, {"delivery_id", pod.delivery_id.text()}, {"stop_id", pod.stop_id.text()},
                             {"outcome", schema::wire_name(content.outcome)}, {"delivered_at", to_rfc3339(content.delivered_at)},
                             {"number", pod.number}, {"hash", pod.hash}, {"previous", content.previous}, {"key_id", pod.key_id}};
    if (content.driver_id) data["driver_id"] = content.driver_id->text();
    boost::json::array assets;
    for (const auto& asset : content.assets) assets.push_back(schema::to_json(asset));
    data["assets"] = std::move(assets);
    return data;
}

}  // namespace

std::optional<Pod> find_pod(store::Read& read, Id<Pod> id) { return pods.one(read, "partition = $1 and id = $2", {id}); }
std::vector<Pod> pods_of(store::Read& read, Id<Delivery> delivery) {
    return pods.all(read, "partition = $1 and delivery_id = $2 order by number limit 200", {delivery});
}
std::optional<PodAsset> find_pod_asset(store::Read& read, Id<Asset> id) { return pod_assets.one(read, "partition = $1 and id = $2", {id}); }
void add_pod_asset(store::Tx& tx, const PodAsset& asset) { pod_assets.insert(tx.bookkeeping(), asset); }
void add_pod_asset_once(store::Tx& tx, const PodAsset& asset) {
    if (!find_pod_asset(tx, asset.id)) add_pod_asset(tx, asset);
}

Pod create_pod(store::Tx& tx, const PodSealer& sealer, PodContent content) {
    tx.bookkeeping().write_any("insert into pod_chains (partition, number, hash) values ($1, 0, $2) on conflict do nothing", {no_previous_pod});
    const auto head = tx.lock("select number, hash from pod_chains where partition = $1").at(0);
    content.pod_id = tx.new_id<Pod>();
    content.number = head[0].integer() + 1;
    content.previous = head[1].text();
    content.registered_at = tx.now().business;
    auto pod = sealer.seal(content);
    events::apply(tx, Changed<Pod>{pod, {{"pod.created", event_of(pod, content)}}});
    return pod;
}

void save(store::Writer& writer, const Pod& pod) {
    pods.insert(writer, pod);
    writer.write(1, "update pod_chains set number = $2, hash = $3 where partition = $1 and number = $4", {pod.number, pod.hash, pod.number - 1});
}

events::Refs event_refs(const Pod& pod) {
    return {.aggregate = "pod", .aggregate_id = pod.id.text(), .version = 1, .delivery_id = pod.delivery_id.text()};
}

std::string checkpoint_text(const PodCheckpoint& checkpoint) {
    return "lastmile proof checkpoint 1\npartition " + std::to_string(checkpoint.partition.number) + "\nnumber " + std::to_string(checkpoint.number) + "\nhash " +
           checkpoint.hash + "\ncut_at " + std::to_string(to_unix_ms(checkpoint.cut_at)) + "\n";
}

std::optional<PodCheckpoint> find_pod_checkpoint(store::Read& read) {
    const auto rows = read.query("select number, hash, cut_at, key_id, signature from pod_checkpoints where partition = $1 order by number desc limit 1");
    if (rows.empty()) return std::nullopt;
    return PodCheckpoint{read.partition(), rows[0][0].integer(), rows[0][1].text(), rows[0][2].instant(), rows[0][3].text(), rows[0][4].text()};
}

void add_pod_checkpoint(store::Tx& tx, const PodCheckpoint& checkpoint) {
    // Another node may have cut here at the same moment: one checkpoint stands.
    tx.bookkeeping().write_any("insert into pod_checkpoints (partition, number, hash, cut_at, key_id, signature) values ($1, $2, $3, $4, $5, $6) "
                               "on conflict (partition, number) do nothing",
                               {checkpoint.number, checkpoint.hash, checkpoint.cut_at, checkpoint.key_id, checkpoint.signature});
}

void note_view(store::Tx& tx, Id<Pod> pod, Id<Delivery> delivery, const std::string& viewer) {
    const auto now = tx.now().business;
    PodViews seen{pod, delivery, viewer, to_unix_ms(now) / 3'600'000, 0};
    tx.bookkeeping().write_any("insert into pod_views (partition, pod_id, viewer, hour, views) values ($1, $2, $3, $4, 0) on conflict do nothing",
                               {seen.pod_id, seen.viewer, seen.hour});
    seen.views = tx.lock("select views from pod_views where partition = $1 and pod_id = $2 and viewer = $3 and hour = $4", {seen.pod_id, seen.viewer, seen.hour})
                     .at(0)[0].integer() + 1;
    if (!is_power_of_ten(seen.views)) return save(tx.bookkeeping(), seen);
    events::apply(tx, Changed<PodViews>{seen, {{"pod.viewed", {{"pod_id", pod.text()}, {"delivery_id", delivery.text()}, {"viewer", viewer},
                                                              {"hour", to_rfc3339(from_unix_ms(seen.hour * 3'600'000))}, {"views", seen.views}}}}});
}

void save(store::Writer& writer, const PodViews& seen) {
    writer.write(1, "update pod_views set views = $5 where partition = $1 and pod_id = $2 and viewer = $3 and hour = $4 and views = $6",
                 {seen.pod_id, seen.viewer, seen.hour, seen.views, seen.views - 1});
}

events::Refs event_refs(const PodViews& seen) {
    return {.aggregate = "pod", .aggregate_id = seen.pod_id.text(), .version = 1, .delivery_id = seen.delivery_id.text()};
}

std::optional<BrokenSeal> verify_pods(store::Read& read, const PodSealer& sealer) {
    std::int64_t number = 0;
    std::string previous = no_previous_pod;
    if (const auto begin = find_pod_checkpoint(read)) {
        if (!sealer.signed_by_us(*begin)) return BrokenSeal{begin->number, SealVerdict::signature_wrong};
        number = begin->number, previous = begin->hash;
    }
    for (;;) {
        const auto some = pods.all(read, "partition = $1 and number > $2 order by number limit 500", {number});
        if (some.empty()) break;
        for (const auto& pod : some) {
            if (pod.number != ++number) return BrokenSeal{number, SealVerdict::chain_broken};
            if (const auto verdict = verify_seal(sealer, pod, previous); verdict != SealVerdict::intact) return BrokenSeal{number, verdict};
            previous = pod.hash;
        }
    }
    const auto head = read.query("select number, hash from pod_chains where partition = $1");
    const bool fits = head.empty() ? number == 0 : head[0][0].integer() == number && head[0][1].text() == previous;
    return fits ? std::nullopt : std::optional(BrokenSeal{number + 1, SealVerdict::chain_broken});
}

}  // namespace lastmile
