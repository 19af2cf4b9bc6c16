#pragma once
// Judges an answer from the definitions in problem.hpp alone: walks each route step by step. Shares no code with the search or the schedule.
#include <string>
#include <vector>

#include "engines/vrp/problem.hpp"
#include "engines/vrp/solution.hpp"

namespace lastmile::vrp {

struct Violation {
    std::string pointer;  ///< into the solution, `/routes/0/steps/3`
    std::string code;
    std::string detail;
};

/// Everything that is wrong: hard constraints, times that do not follow from each other, loads and costs that do not add up.
/// The problem must be valid.
std::vector<Violation> check(const Problem& problem, const Solution& solution);

}  // namespace lastmile::vrp
