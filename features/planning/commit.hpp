#pragma once
// A plan into the world: one component of routes in one transaction, checked against what it was computed from.
#include "features/planning/routes.hpp"

namespace lastmile::planning {

/// Binds what still is as it was read. A new delivery that changed meanwhile is left out of its route by itself (taking something off a
/// route breaks no promise); where the route, its driver or something that was to change routes is not as it was read, the whole component
/// is left out. Offers follow by policy. Answers one outcome for each route. `source` of the events is the policy or person that asked.
std::vector<RouteOutcome> commit_component(store::Tx& tx, const Dispatch& dispatch, std::vector<PlannedRoute> routes);

}  // namespace lastmile::planning
