#pragma once
// A snapshot as the optimizer's problem, and the way back from its indices.
#include "engines/vrp/solve.hpp"
#include "features/planning/snapshot.hpp"
#include "features/planning/travel.hpp"

namespace lastmile::planning {

/// Tasks and vehicles have the indices of the snapshot's tasks and candidates.
struct PlanProblem {
    vrp::Problem problem;
    vrp::Plan incumbent;                                // the candidates' routes as they are
    std::optional<StopPlace> loading;                   // all is loaded at this hub before the start: pickups are no visits then
    std::vector<std::pair<int, PlanReason>> not_given;  // tasks that cannot be handed to the optimizer, with the reason
    std::vector<std::vector<int>> quotes;  // by task and offer: index into the snapshot's quotes
    bool roads = false;
};

/// What a quote counts beyond its price where own vehicles come first: more than any of their ways, less than being left out.
inline constexpr double own_first = 1e7;

struct ProblemOptions {
    bool may_move = false;    // tasks on routes may change routes (replan); else only their order may change
    double moved_price = 0;  // what such a change costs
};

/// Money is in minor units of the policies' currency, time in Unix seconds.
PlanProblem problem_of(const Snapshot& snapshot, const PlanRequest& request, const TravelTable* roads, const ProblemOptions& options);

std::int64_t unix_s(Instant at);
geo::Point start_of(const Candidate& candidate);

}  // namespace lastmile::planning
