#pragma once
// A plan between search and answer: node lists per vehicle, what partners do, what is left out.
#include <vector>

#include "engines/vrp/instance.hpp"
#include "engines/vrp/schedule.hpp"
#include "engines/vrp/solve.hpp"

namespace lastmile::vrp {

struct Routes {
    std::vector<std::vector<int>> of_car;  ///< nodes in order
    std::vector<int> offer_of;             ///< by task: index of the accepted offer, -1: none

    friend bool operator==(const Routes&, const Routes&) = default;
};

Faults validate_plan(const Problem& problem, const Plan& plan, const std::string& at);

/// Locked stops on their vehicles, nothing else.
Routes empty_routes(const Instance& instance);
/// By the plan's lists; visits that are done already (goods on board) are dropped.
Routes routes_of(const Instance& instance, const Plan& plan);
Plan plan_of(const Instance& instance, const Routes& routes);
/// True where a task is on a route (all its nodes are).
std::vector<char> planned(const Instance& instance, const Routes& routes);
/// Every route timed and priced. The routes must be feasible. Reasons for left-out tasks are not looked for.
Solution answer(const Instance& instance, const Routes& routes);
/// Reasons for solution.left_out.
void explain(const Instance& instance, const Routes& routes, Solution& solution);

}  // namespace lastmile::vrp
