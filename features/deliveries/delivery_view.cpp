#include "features/deliveries/delivery_view.hpp"

namespace lastmile {
namespace {

std::optional<Location> location_of(const std::optional<double>& lat, const std::optional<double>& lon) {
    if (!lat || !lon) return std::nullopt;
    return Location{.lat = *lat, .lon = *lon, .accuracy_meters = {}, .timestamp = {}};
}
std::optional<Window> window_of(const std::optional<Instant>& from, const std::optional<Instant>& to) {
    if (!from || !to) return std::nullopt;
    return Window{*from, *to};
}

std::vector<PackageView> packages_of(const DeliveryRow& row) {
    std::vector<PackageView> views;
    for (const auto& package : row.record.packages) {
        PackageView view;
        static_cast<PackageRequest&>(view) = package;
        view.id = package.id;
        if (const auto* state = row.lifecycle.package(package.id)) {
            view.custody = state->custody.text();
            if (state->end != PackageEnd::none) view.end = state->end;
        }
        views.push_back(std::move(view));
    }
    return views;
}

std::vector<LegView> legs_of(const DeliveryLifecycle& lifecycle) {
    std::vector<LegView> views;
    for (const auto& leg : lifecycle.legs) {
        LegView view{.leg_id = leg.id,
                     .number = leg.number,
                     .kind = leg.kind,
                     .purpose = {},
                     .attempt = leg.attempt,
                     .state = leg_state(lifecycle, leg),
                     .from = leg.from.kind,
                     .to = leg.to.kind,
                     .assignment_id = {},
                     .driver_id = {},
                     .partner_id = {},
                     .packages = leg.items};
        if (leg.purpose != LegPurpose::none) view.purpose = leg.purpose;
        if (leg.holder) {
            view.assignment_id = leg.holder->assignment_id;
            if (leg.holder->kind == HolderKind::driver)
                view.driver_id = leg.holder->driver_id;
            else
                view.partner_id = leg.holder->partner_id;
        }
        views.push_back(std::move(view));
    }
    return views;
}

}  // namespace

DeliveryView view_of(const DeliveryRow& row, const std::optional<PersonalData>& personal, int max_attempts) {
    const auto state = status_of(row.lifecycle);
    DeliveryView view;
    view.id = row.id, view.version = row.version, view.created_at = row.created_at, view.updated_at = row.updated_at;
    view.status = state.status, view.status_text = state.status_text, view.delivered_packages = state.delivered_packages;
    if (state.phase != Phase::none) view.phase = state.phase;
    if (state.outcome != Outcome::none) view.outcome = state.outcome;
    if (row.lifecycle.closed != Closing::open) view.closed = row.lifecycle.closed;
    view.cancellation = row.lifecycle.cancellation;
    view.type = row.type, view.source = row.source, view.source_id = row.source_id, view.order_id = row.order_id;
    view.tracking_number = row.tracking_number, view.service_level = row.service_level, view.priority = row.priority;
    view.packages = packages_of(row);
    view.pickup.hub_id = row.pickup_hub_id, view.dropoff.hub_id = row.dropoff_hub_id;
    view.pickup.location = location_of(row.pickup_lat, row.pickup_lon), view.dropoff.location = location_of(row.dropoff_lat, row.dropoff_lon);
    view.pickup.window = window_of(row.pickup_from, row.pickup_to), view.dropoff.window = window_of(row.dropoff_from, row.dropoff_to);
    view.pickup.service_s = row.record.pickup_service_s, view.dropoff.service_s = row.record.dropoff_service_s,
    view.dropoff.leave_at = row.record.leave_at;
    if (personal) {
        view.pickup.address = personal->pickup_address, view.pickup.contact = personal->pickup_contact,
        view.pickup.instructions = personal->pickup_instructions;
        view.dropoff.address = personal->dropoff_address, view.dropoff.recipient = personal->recipient,
        view.dropoff.instructions = personal->dropoff_instructions;
        view.notes = personal->notes;
    }
    view.personal_data_erased = !personal;
    view.recipient_id = row.recipient_id;
    const auto& record = row.record;
    view.skills = record.skills, view.vehicle_types = record.vehicle_types, view.proof = record.proof, view.max_ride_s = record.max_ride_s;
    view.together_with = record.together_with, view.not_with = record.not_with, view.continues = record.continues;
    view.return_of = record.return_of, view.returns = record.returns, view.metadata = record.metadata;
    view.slot_reservation_id = record.slot_reservation_id, view.reconcile_actions = record.reconcile;
    view.legs = legs_of(row.lifecycle);
    if (row.assignment_id) {
        DeliveryAssignment held{};
        held.assignment_id = *row.assignment_id, held.driver_id = row.driver_id, held.partner_id = row.partner_id;
        view.assignment = std::optional(std::move(held));
    }
    view.attempts = {row.lifecycle.attempt, row.lifecycle.failed_attempts, row.lifecycle.pickup_failures};
    view.legal_actions = deliveries::legal_actions(row.lifecycle, max_attempts);
    return view;
}

}  // namespace lastmile
