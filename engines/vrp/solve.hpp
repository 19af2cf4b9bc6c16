#pragma once
// The library's calls. Pure: time comes from the clock that is handed over, randomness from the seed.
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "engines/vrp/problem.hpp"
#include "engines/vrp/solution.hpp"

namespace lastmile::vrp {

/// What is wrong with the input; `pointer` is a JSON pointer into the problem as `engines/vrp_formats` writes it (`/tasks/3/visits/0/place`).
struct Fault {
    std::string pointer = {};
    std::string code = {};
    std::string detail = {};
};
using Faults = std::vector<Fault>;

/// All faults at once; empty: solvable (perhaps leaving tasks out). What the search does not support is named here, never ignored.
Faults validate(const Problem& problem);

struct Progress {
    std::int64_t iterations = 0;
    double fraction = 0;  ///< of the budget
    Money cost = 0;       ///< best so far
    int left_out = 0;
    int vehicles = 0;
};

/// At least one of `iterations` and `budget_s` must end the search. With `iterations` alone the same seed gives the same plan.
struct SolveOptions {
    std::uint64_t seed = 1;
    int threads = 1;
    std::optional<std::int64_t> iterations = {};
    double budget_s = 0;
    std::function<double()> clock;                  ///< seconds, any origin, never backwards; needed with a budget; called from each thread
    std::function<bool()> stop;                     ///< asked every few milliseconds, from each thread: true keeps the best plan found
    std::function<void(const Progress&)> progress;  ///< now and then, from the calling thread
    std::optional<Money> target = {};               ///< enough is enough
    bool explain = true;                            ///< reasons for left-out tasks
};

/// Refuses a problem with faults, and options that would never end (pointer `/options/...`).
std::expected<Solution, Faults> solve(const Problem& problem, const SolveOptions& options);

/// Times, loads and cost of a plan as it is. Refuses a plan that breaks a hard constraint, with pointers into `/plan/routes/…`.
std::expected<Solution, Faults> evaluate(const Problem& problem, const Plan& plan);

/// Goes on from `problem.incumbent` (faults if there is none): locked prefixes stay, moving a task costs `weights.moved_task`.
std::expected<Solution, Faults> replan(const Problem& problem, const SolveOptions& options);

/// Where one more task fits best into a plan. Linear in the stops; nothing else is moved.
struct Insertion {
    int vehicle = -1;  ///< -1: an offer is cheaper, or it is left out
    int offer = -1;
    std::vector<int> before = {};  ///< for each visit: the index in the route's stops before which it goes (of the route as it was)
    Money extra_cost = 0;
    Plan plan = {};                    ///< with the task in it
    std::vector<Reason> reasons = {};  ///< when it fits nowhere
};
std::expected<Insertion, Faults> best_insertion(const Problem& problem, const Plan& plan, int task);

/// A really different way to do it, with its own weights.
struct Alternative {
    std::string name = {};  ///< fastest | cheapest | greenest | fewest_vehicles
    Weights weights = {};
    Solution solution = {};
};
/// The cheapest, then those that are better than it by what they are named after; each searched with a share of the budget.
std::expected<std::vector<Alternative>, Faults> alternatives(const Problem& problem, const SolveOptions& options);

}  // namespace lastmile::vrp
