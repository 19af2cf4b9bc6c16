#pragma once
// Costs and reasons of the optimizer in the words of the API.
#include <set>

#include "features/planning/problem.hpp"

namespace lastmile::planning {

PlanCost cost_of(const vrp::Cost& cost, const Currency& currency);

/// What is on no route: with the reasons of each class of equal vehicles, or those known beforehand.
void add_unassigned(const Snapshot& snapshot, const PlanProblem& problem, const vrp::Solution& solution, const std::vector<int>& on,
                    const std::set<int>& frozen, PlanDocument& plan);

}  // namespace lastmile::planning
