#include "features/assignments/assignment_view.hpp"

#include <algorithm>
#include <cmath>

namespace lastmile {
namespace {

StopView stop_view(const AssignmentRow& row, const std::vector<StopTime>& times, const Stop& stop, Instant now) {
    StopView view;
    view.stop_id = stop.id, view.type = stop.type, view.sequence = stop.sequence, view.status = stop.state, view.attempts = stop.attempts,
    view.items = stop.items, view.contacts = stop.contacts;
    for (const auto& item : stop.items) {
        view.package_ids.push_back(item.package_id);
        if (std::ranges::find(view.delivery_ids, item.delivery_id) == view.delivery_ids.end()) view.delivery_ids.push_back(item.delivery_id);
    }
    if (const auto* place = row.place(stop.id)) {
        view.location = Location{place->lat, place->lon, {}, {}};
        view.hub_id = place->hub_id, view.service_s = place->service_s, view.window_from = place->from, view.window_to = place->to;
    }
    if (const auto time = std::ranges::find(times, stop.id, &StopTime::stop_id); time != times.end()) {
        view.arrival = time->arrival, view.departure = time->departure, view.load = time->load;
        if (stop.state == StopState::pending && !assignments::is_over(row.status)) {
            const auto when = expected(row, *time, now);
            view.eta = when.eta, view.eta_window = when.window, view.confidence = when.confidence;
        }
    }
    view.legal_now = assignments::legal_now(row.lifecycle, stop);
    return view;
}

}  // namespace

AssignmentView view_of(const AssignmentRow& row, Instant now) {
    const auto& a = row.lifecycle;
    AssignmentView view;
    view.id = view.assignment_id = row.id;
    view.version = row.version, view.created_at = row.created_at, view.updated_at = row.updated_at, view.kind = row.kind, view.status = row.status;
    view.locked = a.locked, view.route_revision = a.route_revision, view.plan_version = a.plan_version;
    view.driver_id = row.driver_id, view.vehicle_id = row.vehicle_id, view.partner_id = row.partner_id, view.starts_at = row.starts_at;
    if (row.status == AssignmentState::offered) view.offer_expires_at = a.offer_expires_at;
    view.legal_now = assignments::machine.legal_now(row.status);
    view.route.route_id = row.route_id;
    const auto times = times_at(row, now);
    for (const auto& stop : a.stops) {
        view.route.stops.push_back(stop_view(row, times, stop, now));
        if (view.route.stops.back().eta) view.route.eta_per_stop.push_back({stop.id, *view.route.stops.back().eta});
    }
    view.route.route_geometry = row.route.geometry;
    view.route.geometry_precision = geometry_precision;
    view.route.eta_source = row.route.eta_source;
    view.route.estimated_distance_m = std::llround(row.route.distance_m);
    view.route.estimated_time_s = std::llround(row.route.time_s);
    view.route.cost = row.route.cost, view.route.co2_g = row.route.co2_g;
    return view;
}

api::Reply<AssignmentView> shown(const AssignmentRow& row, Instant now) {
    // While somebody drives, what has not happened yet moves with the clock: to the minute.
    const bool moves = row.status == AssignmentState::in_progress;
    const auto live = moves ? (row.route.revision * 1'000'003 + to_unix_ms(now) / 60'000) & 0x7fffffff : row.route.revision;
    return api::Reply(view_of(row, now)).at_version(row.version, live);
}

}  // namespace lastmile
