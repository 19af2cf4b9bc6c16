#pragma once
// A plan as it is kept: durable before anything of it is committed, so that a crash resumes it and a preview can be committed later.
#include "features/assignments/assignment_store.hpp"
#include "features/planning/partner_offers.hpp"
#include "features/planning/plan_request.hpp"

namespace lastmile {

/// `open`: nothing of it is committed. `committing`: a crash goes on with the routes that have no outcome yet.
enum class PlanStatus { open, committing, committed };
LASTMILE_ENUM(PlanStatus, open, committing, committed)

struct PlannedStop {
    Id<Stop> id;
    StopType type = StopType::dropoff;
    std::vector<StopItem> items;
    StopPlace place;
};
LASTMILE_VALUE(PlannedStop, (id, type, items, place))

/// A leg that is to be bound to a route, as it was read.
struct PlannedLeg {
    Id<Delivery> delivery_id;
    Id<Leg> leg_id;
    std::int64_t delivery_version = 0;
    std::optional<Id<Assignment>> from;  // taken from this one; absent: nobody holds it
    std::vector<Id<Delivery>> together_with;
};
LASTMILE_VALUE(PlannedLeg, (delivery_id, leg_id, delivery_version, from, together_with))

/// Pending stops of one route in their order. An existing assignment is named with the plan version it was read at; for a new one the ids
/// are made here, so that committing twice cannot make two.
struct PlannedRoute {
    Id<Driver> driver_id;
    std::optional<Id<Vehicle>> vehicle_id;
    Id<Assignment> assignment_id;
    Id<Route> route_id;
    bool fresh = true;
    std::int64_t plan_version = 0;
    std::vector<Id<Assignment>> open_assignments;  // the driver's, as they were read
    Instant starts_at;
    StartPlace start_place;
    std::vector<PlannedStop> stops;
    std::vector<PlannedLeg> legs;
    std::vector<Parcel> parcels;
    int component = 0;
    AssignmentRow trial;  // priced: what a preview shows
};
LASTMILE_VALUE(PlannedRoute, (driver_id, vehicle_id, assignment_id, route_id, fresh, plan_version, open_assignments, starts_at, start_place, stops,
                              legs, parcels, component, trial))

struct PlanRelaxation {
    std::string constraint;
    std::int64_t amount = 0;
    std::string unit;
};
LASTMILE_VALUE(PlanRelaxation, (constraint, amount, unit))
LASTMILE_DOC(PlanRelaxation, "The smallest change that would make it fit.", {"constraint", "of what there is too little", "time_window"},
             {"amount", "how much more", "900"}, {"unit", "s, m, g, cm3, parcels or stops", "s"})

struct PlanReason {
    std::string code;
    std::string detail;
    std::optional<PlanRelaxation> relaxation;
    std::vector<Id<Driver>> driver_ids;
};
LASTMILE_VALUE(PlanReason, (code, detail, relaxation, driver_ids))
LASTMILE_DOC(PlanReason, "Why it is not planned.", {"code", "which constraint", "time_window"}, {"detail", "in words"},
             {"relaxation", "what would make it fit, where one change would"}, {"driver_ids", "with these drivers"})

struct Unplanned {
    Id<Delivery> delivery_id;
    std::vector<PlanReason> reasons;
};
LASTMILE_VALUE(Unplanned, (delivery_id, reasons))
LASTMILE_DOC(Unplanned, "A delivery that is not planned.", {"delivery_id", "which"}, {"reasons", "why, for each class of equal vehicles"})

struct LeftOut {
    std::optional<Id<Assignment>> assignment_id;
    std::optional<Id<Delivery>> delivery_id;
    std::string code;
    std::string reason;
};
LASTMILE_VALUE(LeftOut, (assignment_id, delivery_id, code, reason))
LASTMILE_DOC(LeftOut, "What changed while it was being planned, and is therefore not committed.", {"assignment_id", "this route"},
             {"delivery_id", "or just this delivery of a route"}, {"code", "what changed", "route_changed"}, {"reason", "in words"})

struct SkippedDriver {
    Id<Driver> driver_id;
    std::string code;
    std::string detail;
};
LASTMILE_VALUE(SkippedDriver, (driver_id, code, detail))
LASTMILE_DOC(SkippedDriver, "A driver who was not planned for.", {"driver_id", "who"}, {"code", "why", "assignment_locked"}, {"detail", "in words"})

struct CostParts {
    Money fixed, time, distance, overtime, lateness, outside, carbon, latency, stability, balance;
};
LASTMILE_VALUE(CostParts, (fixed, time, distance, overtime, lateness, outside, carbon, latency, stability, balance))
LASTMILE_DOC(CostParts, "The parts of the objective, weighted; they add up to the total.", {"fixed", "vehicles used"},
             {"time", "hours on the road"}, {"distance", "kilometres"}, {"overtime", "beyond the shift"}, {"lateness", "being late"},
             {"outside", "what partners charge"}, {"carbon", "CO2"}, {"latency", "the deliveries' waiting"}, {"stability", "changes of running plans"},
             {"balance", "long routes beside short ones"})
struct PlanCost {
    Money total;
    CostParts by_component;
};
LASTMILE_VALUE(PlanCost, (total, by_component))
LASTMILE_DOC(PlanCost, "What the planned routes cost as the optimizer counts.", {"total", "the sum"}, {"by_component", "its parts"})

/// What became of one route, or of one quote: set in the commit that binds it. Of a quote `assignment_id` is the partner's, once there is one.
struct RouteOutcome {
    Id<Assignment> assignment_id;
    bool committed = false;
    std::vector<LeftOut> left_out;
    std::optional<Id<Booking>> booking_id;    // a quote's: the reference that it was planned with
    std::optional<planning::PartnerQuote> booked;  // what was booked: another one where that was too old
};
LASTMILE_VALUE(RouteOutcome, (assignment_id, committed, left_out, booking_id, booked))

struct MovedDelivery {
    Id<Delivery> delivery_id;
    Id<Assignment> from;
    Id<Assignment> to;
};
LASTMILE_VALUE(MovedDelivery, (delivery_id, from, to))
LASTMILE_DOC(MovedDelivery, "A delivery that changes routes.", {"delivery_id", "which"}, {"from", "off this assignment"}, {"to", "onto this one"})
struct AddedDelivery {
    Id<Delivery> delivery_id;
    Id<Assignment> assignment_id;
};
LASTMILE_VALUE(AddedDelivery, (delivery_id, assignment_id))
LASTMILE_DOC(AddedDelivery, "A delivery that was on no route.", {"delivery_id", "which"}, {"assignment_id", "onto this assignment"})
struct EtaChange {
    Id<Stop> stop_id;
    std::vector<Id<Delivery>> delivery_ids;
    Instant before;
    Instant after;
    std::int64_t change_s = 0;
};
LASTMILE_VALUE(EtaChange, (stop_id, delivery_ids, before, after, change_s))
LASTMILE_DOC(EtaChange, "A stop that will be reached a minute or more earlier or later.", {"stop_id", "which stop"}, {"delivery_ids", "whose"},
             {"before", "expected until now"}, {"after", "expected by the plan"}, {"change_s", "seconds later; negative: earlier"})
struct PlanDiff {
    std::vector<MovedDelivery> moved;
    std::vector<AddedDelivery> added;
    std::vector<Id<Delivery>> removed;
    std::vector<EtaChange> eta_changes;
};
LASTMILE_VALUE(PlanDiff, (moved, added, removed, eta_changes))
LASTMILE_DOC(PlanDiff, "What a replan changes.", {"moved", "from route to route"}, {"added", "new on a route"},
             {"removed", "on no route any more: a replan leaves nothing behind, so none"}, {"eta_changes", "stops reached at another time"})

struct PlanDocument {
    std::vector<PlannedRoute> routes;
    std::vector<Unplanned> unassigned;
    std::vector<SkippedDriver> skipped_drivers;
    std::string travel_source;  // roads | straight_line
    PlanCost cost;
    std::vector<std::string> areas;
    std::optional<PlanDiff> diff;
    std::vector<planning::PartnerQuote> outside;  // what goes to partners
    std::vector<planning::QuoteMissing> quotes_missing;
};
LASTMILE_VALUE(PlanDocument, (routes, unassigned, skipped_drivers, travel_source, cost, areas, diff, outside, quotes_missing))
LASTMILE_DEFAULTS(PlanDocument, (outside, quotes_missing))

struct PlanRow {
    Id<Plan> id;
    PlanStatus status = PlanStatus::open;
    Instant created_at;   // business time
    Instant expires_at;   // machine time: until then a preview can be committed
    PlanDocument document;
    std::vector<RouteOutcome> outcomes;
};
LASTMILE_VALUE(PlanRow, (id, status, created_at, expires_at, document, outcomes))

}  // namespace lastmile
