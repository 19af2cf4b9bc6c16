#include "features/driver_api/proof_record.hpp"

#include <cmath>

#include "features/pods/pod_notes.hpp"
#include "features/recipients/recipient_store.hpp"

namespace lastmile::driver_api {
namespace {

PodOutcome outcome_of(const Stop& stop, Id<Delivery> delivery) {
    std::size_t all = 0, well = 0;
    for (const auto& item : stop.items) {
        if (item.delivery_id != delivery) continue;
        ++all;
        well += assignments::is_success(item.outcome) ? 1 : 0;
    }
    return all == 0 ? PodOutcome::open : well == all ? PodOutcome::delivered : well > 0 ? PodOutcome::partial : PodOutcome::failed;
}

std::optional<std::int64_t> e7(double degrees) { return std::llround(degrees * 1e7); }

}  // namespace

std::vector<Id<Pod>> make_pods(dispatch::Board& board, const Reporter& who, const AssignmentRow& row, Id<Stop> stop_id,
                               const std::vector<Id<Delivery>>& deliveries, const ProofFiles& files, const Proven& proven) {
    const auto* stop = row.lifecycle.stop(stop_id);
    const bool proof = !files.assets.empty() || !proven.scans.empty() || !proven.pin_verified.empty() || proven.id_checked;
    if (!stop || !(proof || proven.always)) return {};
    auto& tx = board.tx();
    for (auto asset : files.drawn) {
        asset.created_at = tx.now().business;
        add_pod_asset_once(tx, asset);
    }
    const auto& vault = who.call->service<Vault>();
    const auto stop_now = *stop;
    std::vector<Id<Pod>> made;
    for (const auto& id : deliveries) {
        PodContent content;
        content.delivery_id = id, content.stop_id = stop_id;
        content.outcome = outcome_of(stop_now, id);
        if (!proof && content.outcome == PodOutcome::failed) continue;  // nothing was handed over and nothing was shown
        content.delivered_at = proven.at;
        content.registered_by = who.call->actor.kind + ":" + who.actor;
        content.driver_id = who.driver;
        content.assets = sealed(files.assets);
        if (const auto pin = proven.pin_verified.find(id); pin != proven.pin_verified.end()) content.pin_verified = pin->second;
        content.id_checked = proven.id_checked;
        content.scans = proven.scans;
        if (proven.location) content.lat_e7 = e7(proven.location->lat), content.lon_e7 = e7(proven.location->lon);
        const auto* delivery = board.delivery(id);
        if (proven.notes && delivery && personal_data(tx, vault, delivery->recipient_id))
            content.notes_digest = pod_note_digest(vault, tx.partition(), id, *proven.notes);
        made.push_back(create_pod(tx, who.call->service<PodSealer>(), std::move(content)).id);
    }
    return made;
}

}  // namespace lastmile::driver_api
