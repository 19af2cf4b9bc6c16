// What the search's parts promise: vehicles are saved, types are changed, neighbours are near.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engines/vrp/checker.hpp"
#include "engines/vrp/hunt.hpp"
#include "engines/vrp/solve.hpp"

namespace lastmile::vrp {
namespace {

/// Deliveries with these loads on a ring around the hub.
Problem ring(const std::vector<std::int64_t>& loads) {
    Problem problem;
    problem.places = static_cast<int>(loads.size()) + 1;
    auto table = std::make_shared<DenseMatrix>(problem.places);
    const auto at = [&](int i) {
        const double angle = 2 * 3.14159265 * i / static_cast<double>(loads.size());
        return i == 0 ? std::pair(0.0, 0.0) : std::pair(1000 * std::cos(angle), 1000 * std::sin(angle));
    };
    for (int a = 0; a < problem.places; ++a)
        for (int b = 0; b < problem.places; ++b) {
            const auto [x, y] = at(a);
            const auto [u, v] = at(b);
            const auto length = static_cast<std::int32_t>(std::hypot(x - u, y - v));
            table->set(a, b, {length, length});
        }
    problem.profiles.push_back({table, {}});
    for (std::size_t i = 0; i < loads.size(); ++i) {
        Task task;
        task.kind = TaskKind::delivery;
        task.load = {loads[i]};
        task.visits = {Visit{.place = static_cast<int>(i) + 1}};
        problem.tasks.push_back(task);
    }
    return problem;
}

Vehicle van(std::int64_t capacity, Money fixed) {
    Vehicle vehicle;
    vehicle.start = vehicle.end = 0;
    vehicle.capacity = {capacity};
    vehicle.fixed = fixed;
    vehicle.per_km = 1;
    return vehicle;
}

int used(const Solution& solution) {
    return static_cast<int>(std::ranges::count_if(solution.routes, [](const SolutionRoute& route) { return route.steps.size() > 2; }));
}

// Seen failing with the acceptance by misses turned round.
TEST(Hunt, PacksIntoTheFewestVehicles) {
    auto problem = ring({5, 4, 3, 5, 4, 3, 6, 6, 7, 5, 2, 10});
    for (int v = 0; v < 12; ++v) problem.vehicles.push_back(van(12, 1000));
    const Instance in(problem);
    const Neighbours near(in, 200);
    Scheduler scheduler(in);
    Dice dice(1);
    State state(in, scheduler);
    Ruin ruin(state, near, dice);
    Recreate recreate(state, near, dice);
    Routes routes = empty_routes(in);
    for (int v = 0; v < 12; ++v) routes.of_car[static_cast<std::size_t>(v)] = {v};
    ASSERT_TRUE(state.load(routes));
    Hunt hunt(state, ruin, recreate, near, dice);
    ASSERT_TRUE(hunt.pays());
    int fewest = state.vehicles();
    for (int i = 0; i < 20000 && hunt.round(1); ++i)
        if (hunt.complete()) fewest = std::min(fewest, state.vehicles());
    EXPECT_EQ(fewest, 5);  // 60 into fives of 12, without a gap
}

TEST(Hunt, DoesNotPayWhereDrivingIsDear) {
    auto problem = ring({1, 1, 1, 1, 1, 1});
    for (int v = 0; v < 6; ++v) problem.vehicles.push_back(van(1, 1));
    const Instance in(problem);
    const Neighbours near(in, 200);
    Scheduler scheduler(in);
    Dice dice(1);
    State state(in, scheduler);
    Ruin ruin(state, near, dice);
    Recreate recreate(state, near, dice);
    recreate.run(state.absent());
    EXPECT_FALSE(Hunt(state, ruin, recreate, near, dice).pays());
}

// Too few rounds for the tour to be taken apart and opened anew: it must go over as it is. Seen failing without change_vehicles().
TEST(Search, ChangesToTheVehicleThatSuits) {
    auto problem = ring(std::vector<std::int64_t>(24, 1));
    for (Money fixed : {50, 5, 20}) problem.vehicles.push_back(van(24, fixed));
    problem.incumbent = Plan{{{0, {}}}, {}};
    for (int t = 0; t < 24; ++t) problem.incumbent->routes[0].stops.push_back({t, 0});
    SolveOptions options;
    options.iterations = 5;
    const auto solution = solve(problem, options);
    ASSERT_TRUE(solution);
    EXPECT_TRUE(check(problem, *solution).empty());
    ASSERT_EQ(used(*solution), 1);
    EXPECT_EQ(solution->routes[0].vehicle, 1);
}

// Greedily the first dear vehicle would take whatever comes, however far. Seen failing without the plan by savings.
TEST(Search, TheFirstPlanFillsDearVehiclesWithNeighbours) {
    auto problem = ring(std::vector<std::int64_t>(60, 1));
    for (int v = 0; v < 60; ++v) problem.vehicles.push_back(van(6, 1e4));
    SolveOptions options;
    options.iterations = 0;
    const auto solution = solve(problem, options);
    ASSERT_TRUE(solution);
    EXPECT_TRUE(check(problem, *solution).empty());
    EXPECT_EQ(used(*solution), 10);
    EXPECT_LT(solution->cost.distance, 10 * 3);  // ten tours out, past six of sixty on the ring, and back
}

// One task never pays for its way; all of them together do.
TEST(Search, GoesWhereOnlyManyPrizesTogetherPay) {
    auto problem = ring(std::vector<std::int64_t>(16, 1));
    problem.vehicles.push_back(van(16, 0));
    for (auto& task : problem.tasks) task.leave_out_price = 0.9;
    SolveOptions options;
    options.iterations = 500;
    const auto solution = solve(problem, options);
    ASSERT_TRUE(solution);
    EXPECT_TRUE(solution->left_out.empty());
}

TEST(Neighbours, OfManyComeFromTheCellsAroundAndAreNearlyTheNearest) {
    const int count = 3200;
    Problem problem;
    problem.places = count + 1;
    Dice dice(5);
    std::vector<std::pair<int, int>> points;
    for (int i = 0; i <= count; ++i) points.emplace_back(dice.below(10000), dice.below(10000));
    const auto leg = [points](int a, int b) {
        const auto& p = points[static_cast<std::size_t>(a)];
        const auto& q = points[static_cast<std::size_t>(b)];
        const auto length = static_cast<std::int32_t>(std::hypot(p.first - q.first, p.second - q.second));
        return Leg{length, length};
    };
    problem.profiles.push_back({std::make_shared<CallableMatrix<decltype(leg)>>(problem.places, leg), {}});
    problem.vehicles.push_back(van(1, 0));
    for (int i = 1; i <= count; ++i) {
        Task task;
        task.visits = {Visit{.place = i}};
        problem.tasks.push_back(task);
    }
    const Instance in(problem);
    const Neighbours near(in, 100);
    int found = 0, wanted = 0;
    for (int a = 0; a < count; a += 53) {
        std::vector<std::pair<int, int>> all;
        for (int b = 0; b < count; ++b)
            if (b != a) all.emplace_back(leg(a + 1, b + 1).distance, b);
        std::ranges::sort(all);
        const auto mine = near.of(a);
        for (int k = 0; k < 50; ++k, ++wanted) found += std::ranges::find(mine, all[static_cast<std::size_t>(k)].second) != mine.end();
        EXPECT_EQ(near.fitting(a)[0], mine[0]);
    }
    EXPECT_GE(found, wanted * 95 / 100);
}

}  // namespace
}  // namespace lastmile::vrp
