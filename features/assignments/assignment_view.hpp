#pragma once
// The assignment as it is shown. It names places and times, never people: callers that may see people get the deliveries besides.
#include "features/assignments/assignment_store.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct StopView {
    Id<Stop> stop_id;
    StopType type = StopType::dropoff;
    std::vector<Id<Delivery>> delivery_ids;
    std::vector<Id<Package>> package_ids;
    int sequence = 0;
    std::optional<Location> location;
    std::optional<Id<Hub>> hub_id;
    std::optional<Instant> window_from;
    std::optional<Instant> window_to;
    std::optional<Instant> eta;
    std::optional<Window> eta_window;
    std::optional<double> confidence;
    std::optional<Instant> arrival;
    std::int64_t service_s = 0;
    std::optional<Instant> departure;
    std::optional<Load> load;
    StopState status = StopState::pending;
    int attempts = 0;
    std::vector<StopItem> items;
    std::vector<ContactTry> contacts;
    std::vector<assignments::StopMove> legal_now;
};
LASTMILE_VALUE(StopView, (stop_id, type, delivery_ids, package_ids, sequence, location, hub_id, window_from, window_to, eta, eta_window, confidence, arrival,
                          service_s, departure, load, status, attempts, items, contacts, legal_now))
LASTMILE_DOC(StopView, "One visit to one place.", {"stop_id", "ours"}, {"type", "pickup, dropoff, break or hub"}, {"delivery_ids", "whose packages"},
             {"package_ids", "which packages"}, {"sequence", "its place on the route, from 1"}, {"location", "where it is"},
             {"hub_id", "at this hub"}, {"window_from", "not served before"}, {"window_to", "promised until"},
             {"eta", "expected arrival; absent once it is over"}, {"eta_window", "with its uncertainty"}, {"confidence", "0 to 1: how likely the arrival lies in eta_window"},
             {"arrival", "planned or actual arrival"},
             {"service_s", "seconds spent there"}, {"departure", "planned or actual departure"}, {"load", "on board afterwards"},
             {"status", "pending, arrived, completed, partial, failed or skipped"}, {"attempts", "knocks and calls reported"},
             {"items", "what became of each package"}, {"contacts", "how the recipient was tried there"}, {"legal_now", "what the driver can do with it now"})

struct StopEta {
    Id<Stop> stop_id;
    Instant eta;
};
LASTMILE_VALUE(StopEta, (stop_id, eta))
LASTMILE_DOC(StopEta, "When a stop is reached.", {"stop_id", "which stop"}, {"eta", "expected arrival"})

struct RouteView {
    Id<Route> route_id;
    std::vector<StopView> stops;
    std::vector<StopEta> eta_per_stop;
    std::string route_geometry;
    int geometry_precision = 5;
    std::string eta_source;
    std::int64_t estimated_distance_m = 0;
    std::int64_t estimated_time_s = 0;
    std::optional<Money> cost;
    std::int64_t co2_g = 0;
};
LASTMILE_VALUE(RouteView,
               (route_id, stops, eta_per_stop, route_geometry, geometry_precision, eta_source, estimated_distance_m, estimated_time_s, cost, co2_g))
LASTMILE_DOC(RouteView, "The way of an assignment.", {"route_id", "ours"}, {"stops", "in order"},
             {"eta_per_stop", "of the stops that are still open"}, {"route_geometry", "the way that is left, as an encoded polyline"},
             {"geometry_precision", "decimals of the polyline"},
             {"eta_source", "roads: from the road map; osrm or valhalla: from that engine; straight_line: estimated from distances"},
             {"estimated_distance_m", "metres of the whole route"}, {"estimated_time_s", "seconds of driving and service of the whole route"},
             {"cost", "by the vehicle's prices"}, {"co2_g", "grams of CO2"})

struct AssignmentView {
    Id<Assignment> id;
    Id<Assignment> assignment_id;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    AssignmentKind kind = AssignmentKind::driver;
    AssignmentState status = AssignmentState::planned;
    bool locked = false;
    std::int64_t route_revision = 0;
    std::int64_t plan_version = 0;
    std::optional<Id<Driver>> driver_id;
    std::optional<Id<Vehicle>> vehicle_id;
    std::optional<Id<Partner>> partner_id;
    Instant starts_at;
    std::optional<Instant> offer_expires_at;
    std::vector<assignments::Move> legal_now;
    RouteView route;
};
LASTMILE_VALUE(AssignmentView, (id, assignment_id, version, created_at, updated_at, kind, status, locked, route_revision, plan_version, driver_id,
                                vehicle_id, partner_id, starts_at, offer_expires_at, legal_now, route))
LASTMILE_DOC(AssignmentView, "Deliveries bound to one driver and vehicle with one route, or to one partner.", {"id", "ours"},
             {"assignment_id", "the same id"}, {"version", "rises with every change; the ETag"}, {"created_at", "when it was made"},
             {"updated_at", "when it last changed"}, {"kind", "driver or partner"},
             {"status", "planned, offered, accepted, in_progress, paused, completed, declined, expired, withdrawn or aborted"},
             {"locked", "true: no replans, no machine's moves"}, {"route_revision", "rises with every change of the route"},
             {"plan_version", "what plans are checked against"}, {"driver_id", "who drives"}, {"vehicle_id", "with what"},
             {"partner_id", "or which partner"}, {"starts_at", "planned start"}, {"offer_expires_at", "when the offer ends"},
             {"legal_now", "what can be done with it now"}, {"route", "its way"})

AssignmentView view_of(const AssignmentRow& row, Instant now);
/// The reply with its ETag: version and live revision.
api::Reply<AssignmentView> shown(const AssignmentRow& row, Instant now);

struct OneAssignment {
    Id<Assignment> assignment_id;
};
LASTMILE_VALUE(OneAssignment, (assignment_id))
LASTMILE_DOC(OneAssignment, "Which assignment.", {"assignment_id", "ours"})

/// For If-Match: locks it.
template <class Request>
std::optional<std::int64_t> assignment_version(store::Tx& tx, const api::Call&, const Request& request) {
    const auto row = lock_assignment(tx, request.assignment_id);
    return row ? std::optional(row->version) : std::nullopt;
}

api::Endpoints assignment_endpoints();

}  // namespace lastmile
