// What must hold for any problem: answers pass the checker, predicted deltas are true, less is never worse, order does not matter.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <sstream>

#include "engines/vrp/checker.hpp"
#include "engines/vrp/random_problem.hpp"
#include "engines/vrp/recreate.hpp"
#include "engines/vrp/solve.hpp"
#include "engines/vrp/tails.hpp"

namespace lastmile::vrp {
namespace {

SolveOptions brief(std::int64_t iterations, int threads = 1) {
    SolveOptions options;
    options.iterations = iterations;
    options.threads = threads;
    options.explain = false;
    return options;
}

std::string listed(const std::vector<Violation>& violations) {
    std::ostringstream out;
    for (const auto& v : violations) out << v.pointer << ' ' << v.code << ' ' << v.detail << '\n';
    return out.str();
}

std::string listed(const Faults& faults) {
    std::ostringstream out;
    for (const auto& f : faults) out << f.pointer << ' ' << f.code << ' ' << f.detail << '\n';
    return out.str();
}

TEST(Properties, EveryAnswerWithTripsOrOfManyVehiclesPassesTheChecker) {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        auto problem = random_problem(seed, {.tasks = 40, .vehicles = 24, .rich = seed % 5 == 0, .states = false, .trips = seed % 5 != 0});
        if (seed % 2 == 0)
            for (auto& vehicle : problem.vehicles) vehicle.fixed = 1e6;  // hunted for
        const auto solution = solve(problem, brief(400));
        ASSERT_TRUE(solution);
        const auto violations = check(problem, *solution);
        ASSERT_TRUE(violations.empty()) << "seed " << seed << "\n" << listed(violations);
    }
}

TEST(Properties, EveryAnswerPassesTheChecker) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const auto problem = random_problem(seed);
        const auto faults = validate(problem);
        ASSERT_TRUE(faults.empty()) << "seed " << seed << "\n" << listed(faults);
        const auto solution = solve(problem, brief(150));
        ASSERT_TRUE(solution);
        const auto violations = check(problem, *solution);
        ASSERT_TRUE(violations.empty()) << "seed " << seed << "\n" << listed(violations);
    }
}

/// A feasible plan to play with.
Routes some_plan(const Instance& in, std::uint64_t seed) {
    const Neighbours near(in, 50);
    Scheduler scheduler(in);
    Dice dice(seed);
    State state(in, scheduler);
    Recreate recreate(state, near, dice);
    recreate.run(state.absent());
    return state.save();
}

TEST(Properties, APredictedInsertionCostsWhatTheWholePlanSays) {
    EXPECT_TRUE(rc::check([](std::uint32_t seed, bool rich, bool trips) {
        const auto problem = random_problem(seed, {.tasks = 14, .rich = rich, .states = false, .trips = trips && !rich});
        const Instance in(problem);
        Scheduler scheduler(in);
        State state(in, scheduler);
        if (!state.load(some_plan(in, seed))) return;
        Placer placer(in, scheduler);
        for (int task : std::vector<int>(state.absent())) {
            for (int car = 0; car < static_cast<int>(in.cars.size()); ++car) {
                const auto& tour = state.tours[static_cast<std::size_t>(car)];
                const auto found = placer.find(tour, task);
                for (const auto& place : {found.best, found.next}) {
                    if (!place.found()) continue;
                    std::vector<int> nodes;
                    put(in, tour.nodes, task, place, nodes);
                    const auto value = scheduler.value(car, nodes);
                    RC_ASSERT(value.feasible);
                    RC_ASSERT(std::abs(value.total - tour.cost - place.delta) < 1e-6);
                }
            }
        }
        for (int task = 0; task < in.tasks(); ++task) {  // taken out and put back
            const int car = state.car_of[static_cast<std::size_t>(task)];
            if (car < 0) continue;
            const double before = state.cost;
            state.begin();
            if (state.take({task})) {
                const auto& tour = state.tours[static_cast<std::size_t>(car)];
                const auto found = placer.find(tour, task);
                if (!rich && !trips) RC_ASSERT(found.best.found());  // a trip may have been joined to its neighbour
                const double expected = state.cost - in.absence(task) + found.best.delta;
                if (found.best.found()) {
                    state.insert(task, car, found.best);
                    RC_ASSERT(std::abs(state.cost - expected) < 1e-5);
                    RC_ASSERT(std::abs(state.cost - state.recounted()) < 1e-5);
                }
            }
            state.rollback();
            RC_ASSERT(std::abs(state.cost - before) < 1e-9);
            RC_ASSERT(std::abs(state.cost - state.recounted()) < 1e-5);
        }
    }));
}

TEST(Properties, APredictedExchangeOfEndsCostsWhatTheWholePlanSays) {
    int exchanges = 0;
    for (std::uint32_t seed = 1; seed <= 150; ++seed) {
        const auto problem = random_problem(seed, {.tasks = 24, .vehicles = 6, .rich = false, .states = seed % 4 == 0});
        const Instance in(problem, true);
        const Neighbours near(in, 50);
        Scheduler scheduler(in);
        Dice dice(seed);
        State state(in, scheduler);
        ASSERT_TRUE(state.load(some_plan(in, seed)));
        Tails tails(state, near, dice);
        for (int round = 0; round < 40; ++round) {
            const double before = state.cost;
            state.begin();
            if (!tails.exchange(1e9)) {
                state.rollback();
                EXPECT_NEAR(state.cost, before, 1e-9) << seed;
                continue;
            }
            ++exchanges;
            EXPECT_NEAR(state.cost, before + tails.expected(), 1e-5) << seed;
            for (int car : state.changed()) {
                const auto value = scheduler.value(car, state.tours[static_cast<std::size_t>(car)].nodes);
                EXPECT_TRUE(value.feasible) << seed;
                EXPECT_NEAR(value.total, state.tours[static_cast<std::size_t>(car)].cost, 1e-5) << seed;
            }
            state.commit();
            EXPECT_NEAR(state.cost, state.recounted(), 1e-4) << seed;
        }
    }
    EXPECT_GT(exchanges, 500);
}

TEST(Properties, ThePlainSumsAgreeWithTheSchedule) {
    EXPECT_TRUE(rc::check([](std::uint32_t seed, bool trips) {
        const auto problem = random_problem(seed, {.tasks = 10, .vehicles = 2, .rich = false, .trips = trips});
        const Instance in(problem, seed % 2 == 0);
        Scheduler scheduler(in);
        Dice dice(seed);
        Tour tour;
        for (int t = 0; t < in.tasks(); ++t) {
            if (dice.unit() < 0.4)
                for (int n : in.nodes_of(t)) tour.nodes.push_back(n);
            if (in.car(0).reload_node >= 0 && dice.unit() < 0.2) tour.nodes.push_back(in.car(0).reload_node);
        }
        refresh(tour, in, scheduler);
        RC_ASSERT(!tour.rich);
        const auto value = scheduler.value(0, tour.nodes);
        RC_ASSERT(tour.feasible == value.feasible);
        if (value.feasible) RC_ASSERT(std::abs(tour.cost - value.total) < 1e-6);
    }));
}

TEST(Properties, RemovingATaskNeverHurtsAPlainPlan) {
    EXPECT_TRUE(rc::check([](std::uint32_t seed, bool trips) {
        const auto problem = random_problem(seed, {.tasks = 14, .rich = false, .trips = trips});
        const Instance in(problem);
        Scheduler scheduler(in);
        State state(in, scheduler);
        RC_ASSERT(state.load(some_plan(in, seed)));
        for (int t = 0; t < in.tasks(); ++t) {
            if (state.car_of[static_cast<std::size_t>(t)] < 0) continue;
            state.begin();
            RC_ASSERT(state.take({t}));
            state.rollback();
        }
    }));
}

TEST(Properties, TheOrderOfTheInputDoesNotChangeTheCostOfAPlan) {
    EXPECT_TRUE(rc::check([](std::uint32_t seed) {
        auto problem = random_problem(seed, {.tasks = 10, .states = false});
        auto solution = solve(problem, brief(20));
        RC_ASSERT(solution.has_value());
        const int last = static_cast<int>(problem.tasks.size()) - 1;
        const auto turned = [&](int t) { return last - t; };
        Plan plan = plan_of(*solution);
        for (auto& route : plan.routes)
            for (auto& stop : route.stops)
                if (stop.task >= 0) stop.task = turned(stop.task);
        for (auto& job : plan.outside) job.task = turned(job.task);
        std::ranges::reverse(problem.tasks);
        for (auto& task : problem.tasks)
            for (auto* list : {&task.together_with, &task.not_with, &task.after})
                for (int& other : *list) other = turned(other);
        const auto again = evaluate(problem, plan);
        RC_ASSERT(again.has_value());
        RC_ASSERT(std::abs(again->cost.total() - solution->cost.total()) < 1e-6);
    }));
}

// Found by the property above: a group taken out took what comes after it along, and so broke another group.
TEST(Properties, AGroupBrokenByTakingOutAnotherGoesAsWell) {
    const auto problem = random_problem(434, {.tasks = 10, .states = false});
    const auto solution = solve(problem, brief(20));
    ASSERT_TRUE(solution);
    const auto violations = check(problem, *solution);
    EXPECT_TRUE(violations.empty()) << listed(violations);
}

TEST(Properties, SeedAndIterationsFixThePlanForAnyNumberOfThreads) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        const auto problem = random_problem(seed, {.tasks = 20, .vehicles = 4});
        for (int threads : {1, 3}) {
            const auto a = solve(problem, brief(2100, threads)), b = solve(problem, brief(2100, threads));
            ASSERT_TRUE(a && b);
            EXPECT_EQ(plan_of(*a), plan_of(*b)) << seed;
        }
    }
}

TEST(Properties, TheCheckerSeesWhatIsWrong) {
    auto problem = random_problem(3, {.tasks = 10, .rich = false});
    const auto good = solve(problem, brief(50));
    ASSERT_TRUE(good);
    ASSERT_TRUE(check(problem, *good).empty());
    const auto wrong = [&](auto change) {
        Solution bad = *good;
        change(bad);
        return !check(problem, bad).empty();
    };
    const auto step = [](Solution& s) -> Step& { return s.routes[0].steps[1]; };
    EXPECT_TRUE(wrong([&](Solution& s) { step(s).arrival -= 1; }));
    EXPECT_TRUE(wrong([&](Solution& s) { step(s).begin += 1; }));
    EXPECT_TRUE(wrong([&](Solution& s) { step(s).place += 1; }));
    EXPECT_TRUE(wrong([&](Solution& s) { s.routes[0].cost.distance += 1; }));
    EXPECT_TRUE(wrong([&](Solution& s) { s.routes[0].steps.erase(s.routes[0].steps.begin() + 1); }));
    EXPECT_TRUE(wrong([&](Solution& s) { s.left_out.push_back({step(s).task, {}}); }));
    EXPECT_TRUE(wrong([&](Solution& s) { s.routes.push_back(s.routes[0]); }));
    problem.vehicles[static_cast<std::size_t>(good->routes[0].vehicle)].max_distance = 1;
    EXPECT_FALSE(check(problem, *good).empty());
}

}  // namespace
}  // namespace lastmile::vrp
