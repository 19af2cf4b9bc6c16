#pragma once
// The answer: routes with times and loads at each step, cost by part, and what is left out with the reasons.
#include <string>
#include <vector>

#include "engines/vrp/problem.hpp"

namespace lastmile::vrp {

/// Already weighted: the parts add up to total(). Tasks without a price that are left out cost nothing here; they are counted instead.
struct Cost {
    Money fixed = 0;
    Money time = 0;
    Money distance = 0;
    Money overtime = 0;
    Money lateness = 0;
    Money left_out = 0;
    Money outside = 0;
    Money carbon = 0;
    Money latency = 0;
    Money stability = 0;
    Money balance = 0;
    Money total() const { return fixed + time + distance + overtime + lateness + left_out + outside + carbon + latency + stability + balance; }
    Cost& operator+=(const Cost& other);
};

enum class StepKind { start, visit, rest, reload, end };

/// arrival ≤ begin ≤ departure; begin - arrival is the wait, departure = begin + setup + service.
struct Step {
    StepKind kind = StepKind::visit;
    int task = -1;
    int visit = 0;   ///< index into Task::visits; for a rest or reload the index into the vehicle's list
    int place = -1;  ///< -1: start or end of an empty open route
    Time arrival = 0;
    Time begin = 0;
    Time setup = 0;
    Time service = 0;
    Time departure = 0;
    Distance distance = 0;  ///< since the start
    Time driving = 0;       ///< since the start
    Load load = {};         ///< when leaving
    Time early_s = 0;       ///< against the preferred windows
    Time late_s = 0;
    Time late_hard_s = 0;  ///< only at locked stops
};

struct SolutionRoute {
    int vehicle = 0;
    std::vector<Step> steps = {};
    Cost cost = {};
    Distance distance = 0;
    Time driving = 0;
    Time duration = 0;
    Time waiting = 0;
    double co2_g = 0;
};

/// The first constraint that keeps a task off a vehicle, from what can never be changed to what only this plan's fullness blocks.
enum class Constraint {
    skills,
    vehicle_not_allowed,
    capacity,
    unreachable,
    release,
    time_window,
    shift,
    max_ride,
    max_stops,
    max_distance,
    max_driving,
    max_duration,
    range,
    breaks,
    loading_order,
    not_with,
    together_with,
    precedence,
    load_full,
    route_full,
    locked,
    price,
};

const char* name(Constraint constraint);

/// What would make it fit: `amount` more of the constraint's unit (seconds, metres, units of `dimension`).
struct Relaxation {
    Constraint constraint = Constraint::time_window;
    std::int64_t amount = 0;
    int dimension = -1;
};

/// One class of equal vehicles and what blocks the task there.
struct Reason {
    std::vector<int> vehicles = {};
    Constraint constraint = Constraint::route_full;
    std::string detail = {};
    std::optional<Relaxation> relaxation = {};
};

struct LeftOut {
    int task = 0;
    std::vector<Reason> reasons = {};
};

struct OutsideJob {
    int task = 0;
    int offer = 0;
    Cost cost = {};
};

struct Solution {
    std::vector<SolutionRoute> routes = {};  ///< of used vehicles, in the order of vehicles
    std::vector<OutsideJob> outside = {};
    std::vector<LeftOut> left_out = {};
    Cost cost = {};
    std::int64_t iterations = 0;
};

/// The bare plan of a solution, to be kept as the incumbent of the next problem.
Plan plan_of(const Solution& solution);

}  // namespace lastmile::vrp
