#pragma once
// What planning knows: read in one short transaction, then worked on outside of any.
#include <map>

#include "features/dispatch/board.hpp"
#include "features/dispatch/crew.hpp"
#include "features/drivers/driver_positions.hpp"
#include "features/planning/plan.hpp"

namespace lastmile::planning {

/// A driver with a vehicle, and the route that goes on, where there is one.
struct Candidate {
    dispatch::Crew crew;
    std::optional<AssignmentRow> route;
    std::vector<Id<Assignment>> open_assignments;
    std::string area;
    StartPlace start_place;
    std::optional<geo::Point> end;
    Instant from, until;       // when the route may lie
    bool under_way = false;    // the route is in progress: from `here`, at `from`
    geo::Point here;
    std::optional<Id<Stop>> next_stop;  // being driven to: stays the next
    std::vector<ShiftBreak> breaks;     // that are still to come
    double driven_m = 0;
};

/// A leg: to be planned, or on a candidate's route.
struct Task {
    Id<Delivery> delivery_id;
    Id<Leg> leg_id;
    std::vector<Id<Package>> packages;
    std::vector<Parcel> parcels;
    std::optional<StopPlace> pickup;  // absent: on board
    StopPlace dropoff;
    Load load;
    std::optional<Instant> release;
    int held_by = -1;  // the candidate on whose route it is
    bool movable = true;
    std::optional<Id<Stop>> pickup_stop, dropoff_stop;
    const DeliveryRow* row = nullptr;  // into Snapshot::deliveries
    TimeWindowPolicy windows = TimeWindowPolicy::hard;
};

struct Snapshot {
    Instant now;          // business time
    Instant machine_now;  // for ids
    Window horizon;
    Policies policies;
    std::vector<Candidate> candidates;
    std::vector<Task> tasks;  // those on routes first, in the order of their routes
    std::map<Id<Delivery>, DeliveryRow> deliveries;
    std::vector<Unplanned> unplanned;
    std::vector<SkippedDriver> skipped;
    std::vector<std::string> areas;  // of the candidates: whose turns a run takes
    std::vector<std::pair<Id<Delivery>, Id<Driver>>> refusals;  // he is not asked for it again yet
    std::vector<PartnerQuote> quotes;  // of partners, asked after the snapshot
    std::vector<QuoteMissing> quotes_missing;
    bool narrowed = false;           // only the most promising of many routes are in it
};

/// `positions`: where drivers are who are under way. `narrow`: where little is to join many running routes, only those are looked at that
/// it would lengthen least (as the crow flies); if that leaves something unplanned, look again without.
Snapshot take_snapshot(store::Read& read, const PlanRequest& request, const DriverPositions& positions, bool narrow = false,
                       const std::optional<Id<Assignment>>& around = {});
/// The areas that a snapshot would touch, without reading routes.
std::vector<std::string> areas_of(store::Read& read, const PlanRequest& request);

/// 422 with a pointer for each delivery, driver and partner that is not there or cannot be planned over.
void check_request(store::Read& read, const PlanRequest& request);

/// What of the snapshot a partner may carry whole: legs that nobody holds and that end where the delivery, or a hub, is. What it cannot be
/// asked for is named in `missing`.
std::vector<std::pair<Id<Delivery>, Id<Leg>>> legs_for_partners(const Snapshot& snapshot, std::vector<QuoteMissing>& missing);
/// Who must ride together and found no own vehicle goes to one partner, all or none. `on`: tasks' vehicles, -1: none. Answers what that counts.
double give_groups(const Snapshot& snapshot, const std::vector<int>& on, PlanDocument& plan);
/// Drops quotes that would miss a hard window, naming them.
void drop_late_quotes(Snapshot& snapshot);
void add_missing(std::vector<QuoteMissing>& list, std::optional<Id<Partner>> partner, std::string_view code, std::string_view detail, Id<Delivery> delivery);

// The two halves of a snapshot.
/// `always`: whose route is replanned, whatever his status says.
void add_candidates(store::Read& read, const PlanRequest& request, const DriverPositions* positions, Snapshot& snapshot, const std::optional<Id<Driver>>& always = {});
void add_tasks(store::Read& read, const PlanRequest& request, const DriverPositions& positions, Snapshot& snapshot, bool narrow, const std::optional<Id<Assignment>>& around);

/// Keeps the candidates that are promising for the tasks there are (all of them still without a route).
void narrow_candidates(Snapshot& snapshot);
/// Keeps the route itself and those that its deliveries would lengthen least.
void narrow_around(Snapshot& snapshot, Id<Assignment> route);

}  // namespace lastmile::planning
