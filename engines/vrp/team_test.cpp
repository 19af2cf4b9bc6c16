// Large plans are shared out among threads: what is put together is one valid plan at the cost that was counted, the same every time.
#include <gtest/gtest.h>

#include "engines/vrp/checker.hpp"
#include "engines/vrp/random_problem.hpp"
#include "engines/vrp/solve.hpp"

namespace lastmile::vrp {
namespace {

/// Large enough to be shared, with tasks that need not be done and partners that take any number.
Problem large(std::uint64_t seed) {
    Problem problem = random_problem(seed, {.tasks = 330, .vehicles = 80, .rich = false, .states = false, .trips = seed % 2 == 0});
    for (std::size_t v = 0; v < problem.vehicles.size(); ++v) {  // of two types
        problem.vehicles[v] = problem.vehicles[v % 2];
        problem.vehicles[v].fixed = 50, problem.vehicles[v].max_stops = 8;
    }
    problem.partners = {{"p", std::nullopt}};
    for (std::size_t t = 0; t < problem.tasks.size(); ++t) {
        problem.tasks[t].leave_out_price = 300;
        if (t % 4 == 0) problem.tasks[t].offers = {{0, 250, std::nullopt, 0}};
    }
    return problem;
}

TEST(Team, WhatSeveralFoundIsOnePlanAtTheCostThatWasCounted) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const auto problem = large(seed);
        Progress last;
        SolveOptions options;
        options.iterations = 4600;
        options.threads = seed % 2 == 0 ? 3 : 2;
        options.explain = false;
        options.progress = [&](const Progress& now) { last = now; };
        const auto solution = solve(problem, options);
        ASSERT_TRUE(solution);
        for (const auto& violation : check(problem, *solution)) ADD_FAILURE() << seed << ' ' << violation.pointer << ' ' << violation.detail;
        EXPECT_NEAR(last.cost, solution->cost.total(), 1e-4) << seed;
        EXPECT_EQ(last.left_out, static_cast<int>(solution->left_out.size())) << seed;
        options.progress = {};
        const auto again = solve(problem, options);
        ASSERT_TRUE(again);
        EXPECT_EQ(plan_of(*solution), plan_of(*again)) << seed;
    }
}

}  // namespace
}  // namespace lastmile::vrp
