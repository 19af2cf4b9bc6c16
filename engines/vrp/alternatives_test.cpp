// Alternatives differ by what they are named after, in the caller's own money.
#include <gtest/gtest.h>

#include <algorithm>

#include "engines/vrp/checker.hpp"
#include "engines/vrp/solve.hpp"

namespace lastmile::vrp {
namespace {

/// A line of places. The van is quick to pay and dirty, the bike clean and dear; many stops, each takes a while.
Problem town() {
    Problem problem;
    problem.places = 13;
    auto table = std::make_shared<DenseMatrix>(problem.places);
    for (int a = 0; a < problem.places; ++a)
        for (int b = 0; b < problem.places; ++b) table->set(a, b, {std::abs(a - b) * 60, std::abs(a - b) * 500});
    problem.profiles.push_back({table, {}});
    for (int v = 0; v < 4; ++v) {
        Vehicle vehicle;
        vehicle.id = v < 2 ? "van" : "bike";
        vehicle.start = vehicle.end = 6;
        vehicle.shift = {{0, 36000}};
        vehicle.capacity = {12};
        vehicle.per_km = v < 2 ? 1 : 3;
        vehicle.co2_g_per_km = v < 2 ? 200 : 0;
        problem.vehicles.push_back(vehicle);
    }
    for (int place = 0; place < problem.places; ++place) {
        if (place == 6) continue;
        Task task;
        task.kind = TaskKind::delivery;
        task.load = {1};
        task.visits = {Visit{.place = place, .service = 600}};
        problem.tasks.push_back(task);
    }
    return problem;
}

const Alternative* find(const std::vector<Alternative>& list, const std::string& name) {
    const auto found = std::ranges::find(list, name, &Alternative::name);
    return found == list.end() ? nullptr : &*found;
}

Time latency(const Solution& solution) {
    Time sum = 0;
    for (const auto& route : solution.routes)
        for (const auto& step : route.steps)
            if (step.kind == StepKind::visit) sum += step.begin;
    return sum;
}

double co2(const Solution& solution) {
    double sum = 0;
    for (const auto& route : solution.routes) sum += route.co2_g;
    return sum;
}

TEST(Alternatives, AreBetterByWhatTheyAreNamedAfterAndNotCheaper) {
    const auto problem = town();
    SolveOptions options;
    options.iterations = 4000;
    const auto made = alternatives(problem, options);
    ASSERT_TRUE(made);
    const auto* cheapest = find(*made, "cheapest");
    ASSERT_NE(cheapest, nullptr);
    for (const auto& one : *made) {
        EXPECT_TRUE(check(problem, one.solution).empty()) << one.name;
        EXPECT_GE(one.solution.cost.total(), cheapest->solution.cost.total() - 1e-6) << one.name;
    }
    const auto* fastest = find(*made, "fastest");
    ASSERT_NE(fastest, nullptr);
    EXPECT_LT(latency(fastest->solution), latency(cheapest->solution));
    const auto* greenest = find(*made, "greenest");
    ASSERT_NE(greenest, nullptr);
    EXPECT_EQ(co2(greenest->solution), 0);
    EXPECT_GT(co2(cheapest->solution), 0);
}

TEST(Alternatives, WithoutAChoiceThereIsOne) {
    auto problem = town();
    problem.vehicles.resize(1);
    problem.tasks.resize(1);
    SolveOptions options;
    options.iterations = 400;
    const auto made = alternatives(problem, options);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->size(), 1u);
}

TEST(Alternatives, SaveVehiclesThatCostNothingByThemselves) {
    auto problem = town();  // stops at both ends of the line, a hub at each: one vehicle alone has to drive along all of it
    for (auto& vehicle : problem.vehicles) vehicle.capacity = {12}, vehicle.co2_g_per_km = 0, vehicle.per_km = 1;
    for (std::size_t v = 0; v < 4; ++v) problem.vehicles[v].start = v % 2 == 0 ? 0 : 12, problem.vehicles[v].end = problem.vehicles[v].start;
    problem.tasks.erase(problem.tasks.begin() + 3, problem.tasks.begin() + 9);
    SolveOptions options;
    options.iterations = 4000;
    const auto made = alternatives(problem, options);
    ASSERT_TRUE(made);
    const auto used = [](const Solution& solution) {
        return std::ranges::count_if(solution.routes, [](const SolutionRoute& route) { return route.steps.size() > 2; });
    };
    const auto* fewest = find(*made, "fewest_vehicles");
    ASSERT_NE(fewest, nullptr);
    EXPECT_EQ(used(fewest->solution), 1);
    EXPECT_GE(used(made->front().solution), 2);
}

}  // namespace
}  // namespace lastmile::vrp
