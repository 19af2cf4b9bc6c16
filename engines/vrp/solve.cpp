#include "engines/vrp/solve.hpp"

#include <algorithm>

#include "engines/vrp/team.hpp"

namespace lastmile::vrp {
namespace {

Faults option_faults(const SolveOptions& options) {
    Faults faults;
    if (!options.iterations && options.budget_s <= 0) faults.push_back({"/options/budget_s", "endless", "give a budget or a number of iterations"});
    if (options.iterations && *options.iterations < 0) faults.push_back({"/options/iterations", "negative", "must not be negative"});
    if (options.budget_s > 0 && !options.clock) faults.push_back({"/options/clock", "missing", "a budget needs a clock"});
    if (options.threads < 1 || options.threads > 256) faults.push_back({"/options/threads", "out_of_range", "1 to 256"});
    return faults;
}

}  // namespace

std::expected<Solution, Faults> solve(const Problem& problem, const SolveOptions& options) {
    const double start = options.clock ? options.clock() : 0;
    Faults faults = validate(problem);
    std::ranges::move(option_faults(options), std::back_inserter(faults));
    if (!faults.empty()) return std::unexpected(std::move(faults));
    const Instance in(problem, true);
    const Neighbours near(in, 200);
    Team team(in, near, options, start);
    team.run(problem.incumbent ? routes_of(in, *problem.incumbent) : empty_routes(in));
    Solution solution = answer(in, team.best());
    if (options.explain) explain(in, team.best(), solution);
    solution.iterations = team.iterations();
    return solution;
}

std::expected<Solution, Faults> replan(const Problem& problem, const SolveOptions& options) {
    if (!problem.incumbent) return std::unexpected(Faults{{"/incumbent", "missing", "there is no plan to go on from"}});
    return solve(problem, options);
}

}  // namespace lastmile::vrp
