#pragma once
// The problem as plain data: vehicles, tasks, matrices, weights. Everything refers to everything else by index.
// Times are seconds on one axis of the caller's choice (Unix time, seconds of the day), distances metres, money any one unit.
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engines/vrp/matrix.hpp"

namespace lastmile::vrp {

using Time = std::int64_t;
using Distance = std::int64_t;
using Money = double;
/// One number per dimension of capacity (grams, cubic centimetres, parcels …); shorter lists are filled up with zeros.
using Load = std::vector<std::int64_t>;

/// Far outside of any real axis, yet sums of a few of them do not overflow.
inline constexpr Time always_from = std::numeric_limits<Time>::min() / 16;
inline constexpr Time always_to = std::numeric_limits<Time>::max() / 16;

/// Both ends belong to it.
struct Window {
    Time from = always_from;
    Time to = always_to;
    friend bool operator==(const Window&, const Window&) = default;
};

/// A wish: service that begins outside of all windows costs per second to the nearest end.
struct Preference {
    std::vector<Window> windows = {};
    Money early_per_s = 0;
    Money late_per_s = 0;
};

/// Other times for vehicles of one type (a crew of two, a tail lift); what is absent is as for everybody.
struct TypeTimes {
    std::string type = {};
    std::optional<Time> service = {};
    std::optional<Time> setup = {};
    friend bool operator==(const TypeTimes&, const TypeTimes&) = default;
};

/// One side of a task. The hard windows bound the *begin* of setup and service.
struct Visit {
    int place = 0;
    Time service = 0;
    Time setup = 0;                    ///< once per place: not counted when the vehicle was at the same place just before
    std::vector<Window> windows = {};  ///< in order, not overlapping; empty: any time
    Preference preferred = {};
    std::vector<TypeTimes> per_type = {};  ///< by Vehicle::type
};

enum class TaskKind {
    shipment,  ///< pickup and dropoff by the same vehicle: two visits
    delivery,  ///< from where the vehicle starts (or last reloaded) to the visit
    pickup,    ///< from the visit to where the vehicle ends (or next reloads)
    service,   ///< a visit that moves nothing
};

/// A partner's quote to do the task instead of us. The job's price is taken as it is; expiry is the caller's to filter.
struct Offer {
    int partner = 0;
    Money price = 0;
    std::optional<Time> eta = {};  ///< of the last visit; counts for `latency` and for the preference of that visit
    double co2_g = 0;
};

struct Task {
    std::string id = {};
    TaskKind kind = TaskKind::service;
    std::vector<Visit> visits = {};  ///< shipment: pickup, then dropoff; else the one visit
    Load load = {};
    Load collect = {};  ///< delivery: taken along at the same visit (empties, returns), on board until the end of the trip
    std::vector<std::string> skills = {};
    std::vector<int> allowed_vehicles = {};  ///< empty: all
    std::vector<int> forbidden_vehicles = {};
    int priority = 0;                           ///< 0..100; among tasks without a price the higher ones are left out last
    std::optional<Money> leave_out_price = {};  ///< absent: left out only if nothing else is feasible
    std::optional<Time> release = {};           ///< goods are at the pickup, or at the hub for a delivery, not before
    std::optional<Time> max_ride = {};          ///< shipment: from leaving the pickup to the begin of the dropoff's service
    std::vector<int> together_with = {};        ///< tasks of a group are planned on one vehicle, all or none
    std::vector<int> not_with = {};             ///< never on the same vehicle
    std::vector<int> after = {};                ///< on the same vehicle as these, each visit after all of theirs
    std::vector<Offer> offers = {};
};

struct Break {
    std::vector<Window> windows = {};  ///< of its begin; empty: any time
    Time duration = 0;
    bool paid = false;
    bool required = false;              ///< taken also where the route could end before its last window closes
    std::optional<Load> max_load = {};  ///< taken only with at most this on board; missing dimensions: 0
};

/// A stop that must be made before all others and in the order given: promised or begun.
struct LockedStop {
    int task = 0;
    int visit = 0;  ///< index into Task::visits
};

/// Goods of a shipment or delivery that are loaded: only the dropoff is left, and only this vehicle can make it.
struct OnBoard {
    int task = 0;
    std::optional<Time> since = {};  ///< when the pickup was left; counts for max_ride
};

/// A vehicle that is under way: it goes on from here and now. Its clock runs: waiting here is paid. Deliveries that are not on board can
/// join only after a reload.
struct VehicleState {
    int place = 0;
    Time time = 0;
    std::vector<OnBoard> on_board = {};
    /// Hard windows of these are not enforced, lateness is reported. A locked pickup promises its dropoff (as goods on board do): that
    /// is planned freely, late if it must be, at `Weights::late_promise_per_s` per second behind its last hard window.
    std::vector<LockedStop> locked = {};
    std::optional<Distance> range_left = {};
    std::optional<Time> worked_since_break = {};
    std::vector<int> breaks_taken = {};  ///< indices into Vehicle::breaks
};

/// A place where the vehicle can reload (next trip's deliveries on, pickups off) and recharge to its full range.
struct ReloadPlace {
    int place = 0;
    Time service = 0;
    std::vector<Window> windows = {};
    bool recharges = true;
};

enum class Loading {
    any,
    lifo,              ///< what was picked up last is dropped off first (shipments)
    deliveries_first,  ///< no pickup visit before the last delivery of the trip (backhauls)
};

struct Vehicle {
    std::string id = {};
    int profile = 0;                 ///< index into Problem::profiles
    double speed_factor = 1;         ///< 1.25: travels in 80 % of the profile's time
    std::optional<int> start = {};   ///< absent: the route begins at its first stop
    std::optional<int> end = {};     ///< absent: the route ends at its last stop
    std::vector<Window> shift = {};  ///< empty: any time; between several windows nothing is driven or served
    Load capacity = {};              ///< missing dimensions: unlimited only if no task uses them, else 0
    std::vector<std::string> skills = {};
    std::string type = {};  ///< what `Visit::per_type` calls it
    Money fixed = 0;
    Money per_hour = 0;          ///< from leaving the start to the end, waiting and paid breaks included
    Money per_driving_hour = 0;  ///< for travel alone
    Money per_service_hour = 0;  ///< for setup and service of tasks alone
    Money per_km = 0;
    Money overtime_per_hour = 0;
    std::optional<Time> overtime_after = {};
    double co2_g_per_km = 0;
    std::optional<int> max_stops = {};  ///< task visits
    std::optional<Distance> max_distance = {};
    std::optional<Time> max_driving = {};
    std::optional<Time> max_duration = {};
    std::vector<Break> breaks = {};
    std::optional<Time> max_work = {};  ///< between breaks (begin and end of the route count as such)
    std::vector<ReloadPlace> reloads = {};
    int max_reloads = 0;
    std::optional<Distance> range = {};  ///< between recharges
    Loading loading = Loading::any;
    std::optional<VehicleState> state = {};
};

/// From `from` on (until the next entry) travel takes `factor` times as long. Crossing a boundary is split, so nobody overtakes.
struct TimeOfDayFactor {
    Time from = 0;
    double factor = 1;
};

struct Profile {
    std::shared_ptr<const Matrix> matrix = {};
    std::vector<TimeOfDayFactor> factors = {};
};

struct Partner {
    std::string id = {};
    std::optional<int> max_jobs = {};
};

/// Factors on the parts of the cost, and prices of what has none.
struct Weights {
    double fixed = 1;
    double time = 1;
    double distance = 1;
    double overtime = 1;
    double lateness = 1;
    double left_out = 1;
    double outside = 1;
    Money carbon_per_kg = 0;
    Money latency_per_hour = 0;    ///< for each task, from `Problem::origin` to the begin of its last visit
    Money moved_task = 0;          ///< stability: a task on another vehicle (or partner) than in the incumbent
    Money late_promise_per_s = 1;  ///< dropoffs of goods on board (or with a locked pickup) behind their last hard window
    Money balance_per_hour = 0;    ///< a route of h hours costs h² × this / `balance_reference` in hours: long routes are dear
    Time balance_reference = 8 * 3600;
};

enum class Strategy { latency, cost, balanced, carbon };

/// Where a task is in a plan: on a vehicle, in this order. The lightest form of a plan, in and out.
struct PlanStop {
    int task = -1;  ///< -1: reload
    int visit = 0;  ///< for a reload: index into Vehicle::reloads
    friend bool operator==(const PlanStop&, const PlanStop&) = default;
};

struct PlanRoute {
    int vehicle = 0;
    std::vector<PlanStop> stops = {};
    friend bool operator==(const PlanRoute&, const PlanRoute&) = default;
};

struct Plan {
    struct Outside {
        int task = 0;
        int offer = 0;
        friend bool operator==(const Outside&, const Outside&) = default;
    };
    std::vector<PlanRoute> routes = {};
    std::vector<Outside> outside = {};
    friend bool operator==(const Plan&, const Plan&) = default;
};

struct Problem {
    int places = 0;  ///< places are 0 .. places-1, the indices of every matrix
    std::vector<Profile> profiles = {};
    std::vector<Vehicle> vehicles = {};
    std::vector<Task> tasks = {};
    std::vector<Partner> partners = {};
    Weights weights = {};
    Time origin = 0;  ///< what latency counts from
    /// The plan that the drivers have now; a change against it costs `moved_task`, and the search starts from it.
    std::optional<Plan> incumbent = {};
};

/// The named sets of weights. `scale` is a typical hourly cost of a vehicle: what an hour of somebody's waiting is measured in.
Weights weights_of(Strategy strategy, Money scale = 30);

}  // namespace lastmile::vrp
