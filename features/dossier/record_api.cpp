#include <algorithm>

#include "features/deliveries/delivery_store.hpp"
#include "features/dossier/record.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/exceptions/exception_store.hpp"
#include "features/partners/partner_store.hpp"
#include "features/pods/pod_store.hpp"
#include "features/policies/policy_store.hpp"
#include "features/reasons/reasons.hpp"
#include "features/vehicles/vehicle_store.hpp"
#include "platform/events/log_store.hpp"
#include "platform/store/snapshot.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr int timeline_steps = 100;

/// The route's part of `assignment`, and whose names the caller may know.
void add_carrier(store::Read& read, const Call& call, const DeliveryRow& row, const Progress& progress, DeliveryDossier& record) {
    if (!row.assignment_id) return;
    const auto held = progress.assignment ? progress.assignment : find_assignment(read, *row.assignment_id);
    if (!held) return;
    auto& assignment = *record.assignment;
    assignment.vehicle_id = held->vehicle_id, assignment.route_id = held->route_id;
    assignment.sequence = progress.sequence, assignment.eta = progress.eta, assignment.eta_window = progress.eta_window, assignment.confidence = progress.confidence;
    Carrier carrier;
    carrier.status = held->status, carrier.locked = held->lifecycle.locked;
    if (held->driver_id && call.has("drivers:read"))
        if (const auto driver = find_driver(read, *held->driver_id)) carrier.driver = CarrierDriver{driver->id, driver->name, driver->phone};
    if (held->vehicle_id && call.has("vehicles:read"))
        if (const auto vehicle = find_vehicle(read, *held->vehicle_id)) {
            carrier.vehicle = CarrierVehicle{vehicle->id, vehicle->type, {}};
            if (vehicle->registration) carrier.vehicle->registration = *vehicle->registration;
        }
    if (held->partner_id && call.has("partners:read"))
        if (const auto partner = find_partner(read, *held->partner_id)) carrier.partner = CarrierPartner{partner->id, partner->name, partner->type};
    record.carrier = std::optional(std::move(carrier));
}

std::vector<events::Event> last_steps(store::Read& read, Id<Delivery> id) {
    events::Filter filter;
    filter.delivery_id = id.text();
    return events::read_log_back(read, INT64_MAX, filter, timeline_steps + 1);
}

/// The last steps; answers the sequence of the last, by which all that has happened to this delivery can be told apart.
std::int64_t add_timeline(store::Read& read, Id<Delivery> id, DeliveryDossier& record) {
    auto steps = last_steps(read, id);
    record.timeline_complete = steps.size() <= timeline_steps;
    if (!record.timeline_complete) steps.pop_back();
    for (const auto& event : steps) record.timeline.push_back(timeline_entry(event));
    std::ranges::reverse(record.timeline);
    return steps.empty() ? 0 : steps.front().sequence;
}

Result<void> add_pods(store::Read& read, const Call& call, Id<Delivery> id, DeliveryDossier& record) {
    const bool shown = call.has("pods:read");
    if (shown) record.pods.emplace();
    for (const auto& pod : pods_of(read, id)) {
        record.pod_ids.push_back(pod.id);
        if (!shown) continue;
        auto one = in_short(read, call, pod, schema::from_stored<PodContent>(pod.content));
        if (!one) return std::unexpected(std::move(one.error()));
        record.pods->push_back(std::move(*one));
    }
    return {};
}

/// What follows from the row alone: on PostgreSQL one round trip.
void ask_together(store::Read& read, const Call& call, const DeliveryRow& row) {
    store::gather(read, [&] {
        policies_of(read, {{}, row.service_level});
        personal_data(read, call.service<Vault>(), row.recipient_id);
        last_steps(read, row.id);
        pods_of(read, row.id);
        if (call.has("exceptions:read")) exceptions_of(read, row.id);
        if (row.assignment_id) find_assignment(read, *row.assignment_id);
    });
}

Result<Reply<DeliveryDossier>> get_delivery(store::Read& read, const Call& call, const OneDelivery& request) {
    const auto row = find_delivery(read, request.delivery_id);
    if (!row) return refuse(reasons::not_found, "There is no such delivery.");
    ask_together(read, call, *row);
    const auto policies = policies_of(read, {{}, row->service_level});
    DeliveryDossier record;
    static_cast<DeliveryView&>(record) =
        view_of(*row, personal_data(read, call.service<Vault>(), row->recipient_id), static_cast<int>(policies.max_attempts.value));
    const auto progress = progress_of(read, *row);
    record.live = live_of(read, *row, progress);
    add_carrier(read, call, *row, progress, record);
    const auto last = add_timeline(read, row->id, record);
    if (auto added = add_pods(read, call, row->id, record); !added) return std::unexpected(std::move(added.error()));
    if (call.has("exceptions:read")) record.exceptions = exceptions_of(read, row->id);
    if (record.pods)
        for (const auto& pod : *record.pods) note_pod_seen(call, pod.pod_id, row->id);
    const auto revision = live_revision(record.live, progress, read.now().business, last);
    return Reply(std::move(record)).at_version(row->version, revision);
}

}  // namespace

Endpoints dossier_endpoints() {
    return {
        reads("GET /v1/lastmile/deliveries/{deliveryId}", "deliveries:read", get_delivery,
              {.summary = "Get a delivery",
               .tag = "Deliveries",
               .description = "The full record: who carries it and when it will be there, its story, proofs and exceptions. What the caller's scopes "
                              "do not cover is absent. The ETag's second part moves with what moves; If-Match compares the version alone.",
               .refuses = {reasons::not_found},
               .log_view = true}),
    };
}

}  // namespace lastmile
