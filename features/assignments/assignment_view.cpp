#include "features/assignments/assignment_view.hpp"

#include <algorithm>
#include <cmath>

namespace lastmile {
namespace {

/// The further ahead, the less certain; straight lines more so.
Window eta_window(Instant eta, Instant now, bool roads) {
    const auto ahead = std::max<std::int64_t>(0, std::chrono::duration_cast<Seconds>(eta - now).count());
    const Seconds spread{std::max<std::int64_t>(300, ahead * (roads ? 15 : 30) / 100)};
    return {std::max(now, eta - spread), eta + spread};
}

StopView stop_view(const AssignmentRow& row, const Stop& stop, Instant now) {
    StopView view;
    view.stop_id = stop.id, view.type = stop.type, view.sequence = stop.sequence, view.status = stop.state, view.attempts = stop.attempts,
    view.items = stop.items;
    for (const auto& item : stop.items) {
        view.package_ids.push_back(item.package_id);
        if (std::ranges::find(view.delivery_ids, item.delivery_id) == view.delivery_ids.end()) view.delivery_ids.push_back(item.delivery_id);
    }
    if (const auto* place = row.place(stop.id)) {
        view.location = Location{place->lat, place->lon, {}, {}};
        view.hub_id = place->hub_id, view.service_s = place->service_s, view.window_from = place->from, view.window_to = place->to;
    }
    if (const auto* time = row.route.at(stop.id)) {
        view.arrival = time->arrival, view.departure = time->departure, view.load = time->load;
        if (stop.state == StopState::pending && !assignments::is_over(row.status)) {
            view.eta = time->arrival;
            view.eta_window = eta_window(time->arrival, now, row.route.eta_source == "roads");
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
    for (const auto& stop : a.stops) {
        view.route.stops.push_back(stop_view(row, stop, now));
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
    return api::Reply(view_of(row, now)).at_version(row.version, row.route.revision);
}

}  // namespace lastmile
