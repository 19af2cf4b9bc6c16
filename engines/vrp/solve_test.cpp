#include "engines/vrp/solve.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace lastmile::vrp {
namespace {

/// Places on a line, 1 metre and 1 second apart.
std::shared_ptr<const Matrix> line(int places) {
    return std::make_shared<CallableMatrix<Leg (*)(int, int)>>(places, [](int a, int b) { return Leg{std::abs(a - b), std::abs(a - b)}; });
}

Problem on_a_line(int places, int vehicles) {
    Problem problem;
    problem.places = places;
    problem.profiles.push_back({line(places), {}});
    for (int v = 0; v < vehicles; ++v) {
        Vehicle vehicle;
        vehicle.id = "v" + std::to_string(v);
        vehicle.start = vehicle.end = 0;
        vehicle.capacity = {2};
        vehicle.per_km = 1000;
        problem.vehicles.push_back(vehicle);
    }
    return problem;
}

Task delivery(int place, std::int64_t load = 1) {
    Task task;
    task.kind = TaskKind::delivery;
    task.visits = {Visit{.place = place}};
    task.load = {load};
    return task;
}

Task shipment(int from, int to) {
    Task task;
    task.kind = TaskKind::shipment;
    task.visits = {Visit{.place = from}, Visit{.place = to}};
    task.load = {1};
    return task;
}

SolveOptions quick() {
    SolveOptions options;
    options.iterations = 200;
    return options;
}

TEST(Solve, PutsTheCapacityToUse) {
    auto problem = on_a_line(11, 3);
    for (int place : {2, 4, 6, 8}) problem.tasks.push_back(delivery(place));
    const auto solution = solve(problem, quick());
    ASSERT_TRUE(solution);
    EXPECT_DOUBLE_EQ(solution->cost.total(), 16 + 8);  // the far two together, the near two together
    EXPECT_TRUE(solution->left_out.empty());
}

TEST(Solve, KeepsTheOrderOfAShipment) {
    auto problem = on_a_line(11, 1);
    problem.tasks.push_back(shipment(8, 3));
    problem.tasks.push_back(shipment(2, 9));
    const auto solution = solve(problem, quick());
    ASSERT_TRUE(solution);
    EXPECT_DOUBLE_EQ(solution->cost.total(), 18);
    ASSERT_EQ(solution->routes.size(), 1u);
    EXPECT_EQ(solution->routes[0].steps.size(), 6u);
}

TEST(Solve, NamesWhatIsLeftOutAndWhatWouldHelp) {
    auto problem = on_a_line(101, 1);
    problem.tasks.push_back(delivery(90));
    problem.tasks.back().visits[0].windows = {{0, 80}};
    problem.vehicles[0].shift = {{0, 1000}};
    const auto solution = solve(problem, quick());
    ASSERT_TRUE(solution);
    ASSERT_EQ(solution->left_out.size(), 1u);
    ASSERT_EQ(solution->left_out[0].reasons.size(), 1u);
    EXPECT_EQ(solution->left_out[0].reasons[0].constraint, Constraint::time_window);
    ASSERT_TRUE(solution->left_out[0].reasons[0].relaxation);
    EXPECT_EQ(solution->left_out[0].reasons[0].relaxation->amount, 10);
}

TEST(Solve, HandsOverWhereAPartnerIsCheaper) {
    auto problem = on_a_line(101, 1);
    problem.partners.push_back({"p", 1});
    for (int place : {3, 100, 99}) problem.tasks.push_back(delivery(place)), problem.tasks.back().offers = {{0, 10, {}, 0}};
    const auto solution = solve(problem, quick());
    ASSERT_TRUE(solution);
    EXPECT_EQ(solution->outside.size(), 1u);  // the partner takes only one job
    EXPECT_TRUE(solution->left_out.empty() || solution->cost.total() > 0);
}

TEST(Solve, SameSeedSamePlan) {
    auto problem = on_a_line(60, 9);
    for (int i = 1; i < 18; ++i) problem.tasks.push_back(delivery((i * 37) % 59 + 1));
    const auto a = solve(problem, quick()), b = solve(problem, quick());
    ASSERT_TRUE(a && b);
    EXPECT_EQ(plan_of(*a), plan_of(*b));
}

TEST(Solve, RefusesWhatWouldNeverEnd) {
    const auto problem = on_a_line(2, 1);
    const auto solution = solve(problem, {});
    ASSERT_FALSE(solution);
    EXPECT_EQ(solution.error()[0].pointer, "/options/budget_s");
}

TEST(Solve, InsertsOneTaskIntoAPlan) {
    auto problem = on_a_line(11, 2);
    for (int place : {2, 8}) problem.tasks.push_back(delivery(place));
    problem.tasks.push_back(shipment(3, 5));
    const Plan plan{{{0, {{0, 0}}}, {1, {{1, 0}}}}, {}};
    const auto found = best_insertion(problem, plan, 2);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->vehicle, 1);
    EXPECT_DOUBLE_EQ(found->extra_cost, 0);
    EXPECT_EQ(found->plan.routes[1].stops.size(), 3u);
}

TEST(Validate, NamesAllFaultsAtOnce) {
    auto problem = on_a_line(3, 1);
    problem.tasks.push_back(delivery(7));
    problem.tasks.back().visits[0].windows = {{5, 2}};
    problem.vehicles[0].capacity = {-1};
    const auto faults = validate(problem);
    ASSERT_EQ(faults.size(), 3u);
    EXPECT_EQ(faults[0].pointer, "/vehicles/0/capacity/0");
    EXPECT_EQ(faults[1].pointer, "/tasks/0/visits/0/place");
    EXPECT_EQ(faults[2].pointer, "/tasks/0/visits/0/windows/0");
}

}  // namespace
}  // namespace lastmile::vrp
