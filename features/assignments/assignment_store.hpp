#pragma once
// All SQL on assignments and their stops.
#include "features/administered/references.hpp"
#include "features/assignments/assignment_rules.hpp"
#include "features/assignments/route.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/list.hpp"
#include "platform/store/rows.hpp"

namespace lastmile {

struct AssignmentRow {
    Id<Assignment> id;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    AssignmentKind kind = AssignmentKind::driver;
    AssignmentState status = AssignmentState::planned;
    std::optional<Id<Driver>> driver_id;
    std::optional<Id<Vehicle>> vehicle_id;
    std::optional<Id<Partner>> partner_id;
    Id<Route> route_id;
    Instant starts_at;
    StartPlace start_place;
    std::vector<StopPlace> places;
    std::vector<Parcel> parcels;
    PricedRoute route;
    AssignmentLifecycle lifecycle;

    std::int64_t saved_revision = -1;  // no column: the route revision that the stops' lookup rows show

    const StopPlace* place(Id<Stop> stop) const;
    const Parcel* parcel(Id<Package> package) const;
};
LASTMILE_VALUE(AssignmentRow, (id, version, created_at, updated_at, kind, status, driver_id, vehicle_id, partner_id, route_id, starts_at, start_place,
                               places, parcels, route, lifecycle))

std::optional<AssignmentRow> find_assignment(store::Read& read, Id<Assignment> id);
std::optional<AssignmentRow> lock_assignment(store::Tx& tx, Id<Assignment> id);
/// By id, which is the lock order inside the kind; absent ones are missing from the answer.
std::vector<AssignmentRow> lock_assignments(store::Tx& tx, std::vector<Id<Assignment>> ids);
std::optional<Id<Assignment>> assignment_of_stop(store::Read& read, Id<Stop> stop);
/// Newest first, at most 200. Without `over`: only those that are not over.
std::vector<AssignmentRow> assignments_of_driver(store::Read& read, Id<Driver> driver, bool over);
/// Ids of the driver's assignments that are not over.
std::vector<Id<Assignment>> open_assignments_of(store::Read& read, Id<Driver> driver);
/// Packages in this assignment's vehicle.
struct OnBoardPackage {
    Id<Delivery> delivery_id;
    Id<Package> package_id;
};
std::vector<OnBoardPackage> on_board_of(store::Read& read, Id<Driver> driver);

/// Assignments that keep a driver from being deactivated: not over (see References).
std::vector<Reference> assignments_referring_to(store::Read& read, Id<Driver> driver);

void save(store::Writer& writer, const AssignmentRow& row);
events::Refs event_refs(const AssignmentRow& row);
/// New times and geometry only: neither version nor event.
void save_route(store::Writer& writer, const AssignmentRow& row);

/// Puts a decision into the row and saves it with its events; nothing when it changed nothing. Effects are the caller's.
void apply_change(store::Tx& tx, AssignmentRow& row, const assignments::AssignmentChange& change);

/// The route from where it is now: done stops keep their times, open ones are timed anew by the ways between them (`pricer`), waiting for
/// windows to open. Called after each change of the route.
void price(AssignmentRow& row, const Wheels& wheels, const RoutePricer& pricer, bool roads, Instant now);
/// The same with the ways already known: after progress.
void retime(AssignmentRow& row, Instant now);

/// The stop that is being driven to; nullptr: one is being served, none is left, or nobody drives.
const Stop* next_stop_of(const AssignmentRow& row);
/// The route's times as they are at a moment: what should have happened by then and has not moves all that comes after. Changes nothing.
std::vector<StopTime> times_at(const AssignmentRow& row, Instant now);

/// An arrival as it is told: never in the past, with a window and how likely it lies inside.
struct Expected {
    Instant eta;
    Window window;
    double confidence = 0;
};
Expected expected(const AssignmentRow& row, const StopTime& time, Instant now);
/// Half the window of an arrival so far ahead, where nothing was learnt yet.
double usual_spread_s(double ahead_s, bool roads);
/// What such windows are worth: by the road map, and by straight lines.
inline constexpr double usual_confidence = 0.8, rough_confidence = 0.6;

struct LateStop {
    Id<Stop> stop_id;
    Instant eta;
    Instant to;
};
/// Open stops that will be reached after their window's end.
std::vector<LateStop> late_stops(const AssignmentRow& row);
/// The largest load anywhere on the way.
Load peak_load(const AssignmentRow& row);

}  // namespace lastmile
