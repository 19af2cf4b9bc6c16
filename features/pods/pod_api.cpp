#include "features/pods/pod_api.hpp"

#include <algorithm>

#include "features/assignments/assignment_store.hpp"
#include "features/deliveries/delivery_store.hpp"
#include "features/pods/pod_assets.hpp"
#include "features/pods/pod_notes.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/observe/log.hpp"
#include "platform/store/store.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr std::chrono::minutes upload_lifetime{15};

std::unexpected<Error> no_stop() { return refuse(reasons::not_found, "There is no such stop of this delivery."); }

/// The stop, when it serves this delivery and the caller may speak of it: with the scope, or as its own driver.
struct Served {
    Stop stop;
    std::optional<Id<Driver>> driver;
};
std::optional<Served> served(store::Read& read, const Call& call, Id<Stop> stop_id, Id<Delivery> delivery) {
    const auto id = assignment_of_stop(read, stop_id);
    const auto row = id ? find_assignment(read, *id) : std::nullopt;
    const auto* stop = row ? row->lifecycle.stop(stop_id) : nullptr;
    if (!stop || std::ranges::find(stop->items, delivery, &StopItem::delivery_id) == stop->items.end()) return std::nullopt;
    const bool own = call.driver && row->driver_id && row->driver_id->bytes == *call.driver;
    if (!own && !call.has("deliveries:write")) return std::nullopt;
    return Served{*stop, row->driver_id};
}

bool may_see(const Call& call, const PodContent& content) {
    return call.has("pods:read") || (call.driver && content.driver_id && content.driver_id->bytes == *call.driver);
}

Result<Reply<PodUploads>> request_upload(store::Tx& tx, const Call& call, const RequestUpload& request) {
    if (!served(tx, call, request.stop_id, request.delivery_id)) return no_stop();
    Reply<PodUploads> reply;
    reply.no_store = true;
    for (const auto& file : request.files) {
        const PodAsset asset{tx.new_id<Asset>(), request.delivery_id, request.stop_id, file.kind, file.content_type, file.size.value, file.sha256, tx.now().business};
        auto made = call.service<blobs::BlobStore>().sign_upload(terms_of(call.partition, asset), tx.now().machine, upload_lifetime);
        if (!made) return std::unexpected(std::move(made.error()));
        add_pod_asset(tx, asset);
        PodUpload upload{asset.id, made->method, made->url, {}, asset_url(asset.id), made->expires_at};
        for (auto& [name, value] : made->headers) upload.headers.emplace(std::string(name), std::string(value));
        reply.body.uploads.push_back(std::move(upload));
    }
    return reply;
}

using Verified = std::vector<PodAsset>;

Result<Verified> check_pod(const Call& call, const RegisterPod& request) {
    bool there = false;
    call.service<store::Store>().look(call.partition, [&](store::Read& read) { there = served(read, call, request.stop_id, request.delivery_id).has_value(); });
    if (!there) return no_stop();
    std::vector<NamedAsset> named;
    if (request.signature_url) named.push_back({"#/signature_url", AssetKind::signature, *request.signature_url});
    for (std::size_t i = 0; i < request.photos.size(); ++i) named.push_back({"#/photos/" + std::to_string(i), AssetKind::photo, request.photos[i]});
    for (std::size_t i = 0; i < request.documents.size(); ++i) named.push_back({"#/documents/" + std::to_string(i), AssetKind::document, request.documents[i]});
    return verify_assets(call, request.stop_id, named);
}

PodOutcome outcome_of(StopState state) {
    if (state == StopState::completed) return PodOutcome::delivered;
    if (state == StopState::partial) return PodOutcome::partial;
    return state == StopState::failed ? PodOutcome::failed : PodOutcome::open;
}

Result<Reply<PodView>> register_pod(store::Tx& tx, const Call& call, const RegisterPod& request, const Verified& assets) {
    const auto delivery = lock_delivery(tx, request.delivery_id);
    const auto at = delivery ? served(tx, call, request.stop_id, request.delivery_id) : std::nullopt;
    if (!at) return no_stop();
    PodContent content;
    content.delivery_id = request.delivery_id, content.stop_id = request.stop_id;
    content.outcome = outcome_of(at->stop.state);
    content.delivered_at = request.delivered_at.value_or(tx.now().business);
    content.registered_by = call.actor.kind + ":" + call.actor.id;
    content.driver_id = at->driver;
    content.assets = sealed(assets);
    if (request.notes) content.notes_digest = keep_pod_note(tx, call.service<Vault>(), *delivery, call.actor.id, *request.notes);
    const auto pod = create_pod(tx, call.service<PodSealer>(), std::move(content));
    auto view = view_of(tx, call, pod, schema::from_stored<PodContent>(pod.content));
    if (!view) return std::unexpected(std::move(view.error()));
    Reply<PodView> reply(std::move(*view));
    reply.no_store = true;
    return std::move(reply).created("/v1/lastmile/pod/" + pod.id.text());
}

Result<Reply<PodView>> get_pod(store::Read& read, const Call& call, const OnePod& request) {
    const auto pod = find_pod(read, request.pod_id);
    const auto content = pod ? std::optional(schema::from_stored<PodContent>(pod->content)) : std::nullopt;
    if (!content || !may_see(call, *content)) return refuse(reasons::not_found, "There is no such proof.");
    auto view = view_of(read, call, *pod, *content);
    if (!view) return std::unexpected(std::move(view.error()));
    note_pod_seen(call, pod->id, pod->delivery_id);
    Reply<PodView> reply(std::move(*view));
    reply.no_store = true;
    return reply;
}

/// Where an asset_url leads: the declaration, and a link to the file once it lies there.
Result<Reply<PodFile>> get_asset(store::Read& read, const Call& call, const OneAsset& request) {
    const auto asset = find_pod_asset(read, request.asset_id);
    if (!asset || (!call.has("pods:read") && !served(read, call, asset->stop_id, asset->delivery_id))) return refuse(reasons::not_found, "There is no such file.");
    auto file = file_of(read, call, *asset);
    if (!file) return std::unexpected(std::move(file.error()));
    Reply<PodFile> reply(std::move(*file));
    reply.no_store = true;
    return reply;
}

Result<Reply<Page<PodView>>> list_pods(store::Read& read, const Call& call, const PodsOfDelivery& request) {
    if (!find_delivery(read, request.delivery_id)) return refuse(reasons::not_found, "There is no such delivery.");
    Reply<Page<PodView>> reply;
    reply.no_store = true;
    for (const auto& pod : pods_of(read, request.delivery_id)) {
        const auto content = schema::from_stored<PodContent>(pod.content);
        if (!may_see(call, content)) continue;
        auto view = view_of(read, call, pod, content);
        if (!view) return std::unexpected(std::move(view.error()));
        reply.body.data.push_back(std::move(*view));
    }
    if (reply.body.data.empty() && !call.has("pods:read")) return refuse(reasons::not_found, "There is no such delivery.");
    for (const auto& view : reply.body.data) note_pod_seen(call, view.pod_id, view.delivery_id);
    return reply;
}

}  // namespace

Endpoints pod_endpoints() {
    return {
        writes("POST /v1/lastmile/pod/request-upload", Scope("deliveries:write") | "driver:self", request_upload,
               {.summary = "Request uploads for a proof", .tag = "Proof of delivery",
                .description = "PUT each file to its url with exactly these headers, then name its asset_url. Each is held to its size, type and SHA-256.",
                .refuses = {reasons::not_found}, .keyless = true}),
        prepares("POST /v1/lastmile/pod", Scope("deliveries:write") | "driver:self", check_pod, register_pod,
                 {.summary = "Register a proof of delivery", .tag = "Proof of delivery",
                  .description = "Every file must have been uploaded and be what was declared, else errors[] name the asset. The proof is sealed and never changes.",
                  .refuses = {reasons::not_found}, .status = 201}),
        reads("GET /v1/lastmile/pod/assets/{assetId}", Scope("pods:read") | "driver:self", get_asset,
              {.summary = "Get what an upload declared, and a link to the file", .tag = "Proof of delivery",
               .description = "Where asset_url leads. The link answers 404 while nothing has been uploaded, and once the file was erased.",
               .refuses = {reasons::not_found}}),
        reads("GET /v1/lastmile/pod/{podId}", Scope("pods:read") | "driver:self", get_pod,
              {.summary = "Get a proof of delivery", .tag = "Proof of delivery", .description = "With links to its files. Every view is noted (pod.viewed).",
               .refuses = {reasons::not_found}}),
        reads("GET /v1/lastmile/deliveries/{deliveryId}/pod", Scope("pods:read") | "driver:self", list_pods,
              {.summary = "Get the proofs of a delivery", .tag = "Proof of delivery", .description = "Oldest first. Every view is noted (pod.viewed).",
               .refuses = {reasons::not_found}}),
    };
}

}  // namespace lastmile
