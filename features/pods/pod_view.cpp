#include "features/pods/pod_view.hpp"

#include "features/pods/pod_assets.hpp"
#include "features/pods/pod_notes.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/observe/log.hpp"
#include "platform/store/store.hpp"

namespace lastmile {
namespace {

constexpr std::chrono::minutes link_lifetime{15};

Result<std::vector<PodFile>> files_of(store::Read& read, const api::Call& call, const Pod& pod, const PodContent& content) {
    std::vector<PodFile> files;
    for (const auto& asset : content.assets) {
        auto file = file_of(read, call, {asset.asset_id, pod.delivery_id, pod.stop_id, asset.kind, asset.content_type, asset.size, asset.sha256, {}});
        if (!file) return std::unexpected(std::move(file.error()));
        files.push_back(std::move(*file));
    }
    return files;
}

}  // namespace

Result<PodFile> file_of(store::Read& read, const api::Call& call, const PodAsset& asset) {
    auto url = call.service<blobs::BlobStore>().sign_download(terms_of(call.partition, asset).key, read.now().machine, link_lifetime);
    if (!url) return std::unexpected(std::move(url.error()));
    PodFile file;
    static_cast<SealedAsset&>(file) = {asset.id, asset.kind, asset.content_type, asset.size, asset.sha256};
    file.url = std::move(*url);
    return file;
}

void note_pod_seen(const api::Call& call, Id<Pod> pod, Id<Delivery> delivery) {
    call.service<store::Store>().command(
        {.partition = call.partition, .origin = call.origin(),
         .body = [pod, delivery, viewer = call.actor.kind + ":" + call.actor.id](store::Tx& tx) { return note_view(tx, pod, delivery, viewer), store::Answer{}; },
         .render = [](const Error& error) { store::Answer answer; answer.status = error.reason->status; return answer; },
         .done = [id = pod.text()](store::Answer answer) {
             if (answer.status >= 400) observe::log(observe::Level::error, "a view of a proof could not be noted", {{"pod_id", id}, {"status", answer.status}});
         }});
}

Result<PodView> view_of(store::Read& read, const api::Call& call, const Pod& pod, const PodContent& content) {
    PodView view;
    view.pod_id = pod.id, view.delivery_id = pod.delivery_id, view.stop_id = pod.stop_id;
    view.outcome = content.outcome, view.delivered_at = content.delivered_at, view.registered_at = content.registered_at;
    view.pin_verified = content.pin_verified, view.id_checked = content.id_checked, view.scans = content.scans, view.driver_id = content.driver_id;
    auto files = files_of(read, call, pod, content);
    if (!files) return std::unexpected(std::move(files.error()));
    for (auto& file : *files) {
        if (file.kind == AssetKind::signature) view.signature = std::move(file);
        else (file.kind == AssetKind::photo ? view.photos : view.documents).push_back(std::move(file));
    }
    if (content.notes_digest) view.notes = find_pod_note(read, call.service<Vault>(), content);
    if (content.lat_e7 && content.lon_e7) {
        Location place;
        place.lat = static_cast<double>(*content.lat_e7) / 1e7, place.lon = static_cast<double>(*content.lon_e7) / 1e7;
        view.location = place;
    }
    view.seal = {pod.hash, content.previous, pod.signature, pod.key_id, pod.number, pod.content, {}};
    if (const auto key = call.service<PodSealer>().public_key(pod.key_id)) view.seal.public_key = crypto::to_base64(*key);
    return view;
}

Result<PodInShort> in_short(store::Read& read, const api::Call& call, const Pod& pod, const PodContent& content) {
    auto files = files_of(read, call, pod, content);
    if (!files) return std::unexpected(std::move(files.error()));
    return PodInShort{pod.id, pod.stop_id, content.outcome, content.delivered_at, std::move(*files), content.pin_verified, content.id_checked, pod.hash};
}

}  // namespace lastmile
