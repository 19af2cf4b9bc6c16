#pragma once
// Small problems with any mixture of the model's features, for tests and fuzzing. The same seed gives the same problem.
#include <cmath>

#include "engines/vrp/problem.hpp"
#include "engines/vrp/random.hpp"

namespace lastmile::vrp {

struct Flavour {
    int tasks = 12;
    int vehicles = 3;
    bool rich = true;    ///< false: one window, capacity, distance and time costs only
    bool states = true;  ///< vehicles under way, goods on board, locked stops, incumbent
    bool trips = false;  ///< without `rich`: reloads, releases, loading orders, several windows none
};

inline Problem random_problem(std::uint64_t seed, const Flavour& flavour = {}) {
    Dice dice(seed);
    const auto chance = [&](double p) { return dice.unit() < p; };
    const auto between = [&](int a, int b) { return a + dice.below(b - a + 1); };
    Problem problem;
    problem.places = between(4, 2 * flavour.tasks + 4);
    struct Spot {
        int x, y;
    };
    std::vector<Spot> spots;
    for (int i = 0; i < problem.places; ++i) spots.push_back({between(0, 1000), between(0, 1000)});
    const bool crooked = flavour.rich && chance(0.3);
    auto table = std::make_shared<DenseMatrix>(problem.places);
    for (int a = 0; a < problem.places; ++a)
        for (int b = 0; b < problem.places; ++b) {
            // Rounded up: rounded down a way round would now and then be one shorter than the straight one, and nothing would hold.
            auto length = static_cast<std::int32_t>(std::ceil(std::hypot(spots[static_cast<std::size_t>(a)].x - spots[static_cast<std::size_t>(b)].x,
                                                                         spots[static_cast<std::size_t>(a)].y - spots[static_cast<std::size_t>(b)].y)));
            if (crooked && a != b) length += between(0, 100);
            table->set(a, b, {length, length * 3});
        }
    problem.profiles.push_back({table, {}});
    if (flavour.rich && chance(0.15)) problem.profiles[0].factors = {{2000, 1.5}, {4000, 0.8}, {7000, 1.0}};
    const auto place = [&] { return dice.below(problem.places); };
    const auto windows = [&](bool several) {
        std::vector<Window> list;
        if (chance(0.3)) return list;
        Time at = between(0, 6000);
        for (int i = between(1, several ? 3 : 1); i > 0; --i) {
            list.push_back({at, at + between(50, 3000)});
            at = list.back().to + between(1, 2000);
        }
        return list;
    };
    const bool loads = chance(0.8);
    const int dims = loads ? between(1, flavour.rich ? 3 : 1) : 0;
    for (int v = 0; v < flavour.vehicles; ++v) {
        Vehicle vehicle;
        vehicle.id = "v" + std::to_string(v);
        vehicle.start = vehicle.end = 0;
        if (chance(0.7)) vehicle.shift = {{0, between(5000, 12000)}};
        for (int d = 0; d < dims; ++d) vehicle.capacity.push_back(between(5, 30));
        vehicle.per_km = between(0, 3) * 100;
        vehicle.per_hour = chance(0.5) ? between(0, 500) : 0;
        if (vehicle.per_km + vehicle.per_hour == 0) vehicle.per_km = 100;
        vehicle.per_driving_hour = chance(0.3) ? between(0, 300) : 0;
        vehicle.fixed = chance(0.5) ? between(0, 500) : 0;
        if (chance(0.2)) vehicle.max_stops = between(2, 10);
        if (chance(0.2)) vehicle.max_distance = between(3000, 20000);
        if (chance(0.2)) vehicle.max_driving = between(1000, 8000);
        if (chance(0.2)) vehicle.max_duration = between(2000, 10000);
        if (flavour.rich) {
            if (chance(0.2)) vehicle.start = chance(0.5) ? std::optional(place()) : std::nullopt;
            if (chance(0.2)) vehicle.end = chance(0.5) ? std::optional(place()) : std::nullopt;
            if (chance(0.2)) vehicle.speed_factor = chance(0.5) ? 1.25 : 0.8;
            if (chance(0.3)) vehicle.skills = {"cold"};
            if (chance(0.3)) vehicle.type = "crew";
            if (chance(0.15)) vehicle.per_service_hour = between(0, 400);
            if (chance(0.2)) vehicle.overtime_per_hour = 100, vehicle.overtime_after = between(2000, 8000);
            if (chance(0.2)) vehicle.co2_g_per_km = 150;
            if (chance(0.25)) vehicle.breaks.push_back({windows(true), between(100, 600), chance(0.5)});
            if (chance(0.1)) vehicle.breaks.push_back({windows(true), between(0, 300), false, chance(0.5), Load(static_cast<std::size_t>(dims), between(0, 10))});
            if (chance(0.15))
                vehicle.max_work = between(2500, 6000), vehicle.breaks.push_back({{}, 300, false}), vehicle.breaks.push_back({{}, 300, true});
            if (chance(0.15)) vehicle.shift = {{0, 3000}, {3600, 9000}};
            if (chance(0.25)) vehicle.reloads = {{0, between(0, 200), {}, chance(0.5)}}, vehicle.max_reloads = between(1, 3);
            if (chance(0.1)) vehicle.range = between(4000, 12000);
            if (chance(0.15)) vehicle.loading = chance(0.5) ? Loading::lifo : Loading::deliveries_first;
        }
        if (flavour.trips) {
            if (chance(0.7)) vehicle.reloads = {{between(0, 1), between(0, 200), {}, false}}, vehicle.max_reloads = between(1, 3);
            if (chance(0.2) && !vehicle.reloads.empty()) vehicle.reloads[0].windows = {{1000, between(3000, 9000)}};
            if (chance(0.3)) vehicle.loading = chance(0.3) ? Loading::lifo : Loading::deliveries_first;
        }
        problem.vehicles.push_back(std::move(vehicle));
    }
    if (flavour.rich && chance(0.4)) problem.partners = {{"p", between(0, 3)}, {"q", std::nullopt}};
    for (int t = 0; t < flavour.tasks; ++t) {
        Task task;
        task.id = "t" + std::to_string(t);
        task.kind = static_cast<TaskKind>(between(0, 3));
        const auto visit = [&] {
            Visit made{.place = place(), .service = between(0, 200), .windows = windows(flavour.rich && chance(0.3))};
            if (flavour.rich && chance(0.2)) made.setup = between(1, 100);
            if (flavour.rich && chance(0.1)) made.per_type = {{"crew", between(0, 100), std::nullopt}};
            if (flavour.rich && chance(0.2)) made.preferred = {windows(true), between(0, 2) * 0.1, between(0, 2) * 0.1};
            return made;
        };
        task.visits = {visit()};
        if (task.kind == TaskKind::shipment) task.visits.push_back(visit());
        for (int d = 0; d < dims; ++d) task.load.push_back(between(0, 8));
        if (task.kind == TaskKind::service) task.load.clear();
        if (flavour.trips && chance(0.4)) task.release = between(0, 4000);
        if (flavour.rich && task.kind == TaskKind::delivery && chance(0.2)) task.collect = Load(static_cast<std::size_t>(dims), between(0, 6));
        if (flavour.rich) {
            if (chance(0.1)) task.skills = {"cold"};
            if (chance(0.05)) task.allowed_vehicles = {dice.below(flavour.vehicles)};
            if (chance(0.05)) task.forbidden_vehicles = {dice.below(flavour.vehicles)};
            if (chance(0.2)) task.leave_out_price = between(0, 1000);
            if (chance(0.15)) task.release = between(0, 4000);
            if (task.kind == TaskKind::shipment && chance(0.2)) task.max_ride = between(300, 3000);
            if (t > 0 && chance(0.08)) task.together_with = {dice.below(t)};
            if (t > 0 && chance(0.08) && task.together_with.empty()) task.not_with = {dice.below(t)};
            if (t > 0 && chance(0.08)) task.after = {dice.below(t)};
            if (!problem.partners.empty() && task.together_with.empty() && chance(0.4))
                task.offers = {{dice.below(2), between(10, 900) * 1.0, between(0, 9000), 100}};
            task.priority = between(0, 10);
        }
        problem.tasks.push_back(std::move(task));
    }
    if (flavour.rich) {
        for (auto& task : problem.tasks)  // a group's members may not be offered one by one
            for (int other : task.together_with) problem.tasks[static_cast<std::size_t>(other)].offers.clear();
        if (chance(0.2)) problem.weights.latency_per_hour = 50;
        if (chance(0.2)) problem.weights.balance_per_hour = 50;
        if (chance(0.2)) problem.weights.carbon_per_kg = 10;
    }
    if (flavour.rich && flavour.states && chance(0.5)) {
        Vehicle& vehicle = problem.vehicles[0];
        vehicle.state = VehicleState{.place = place(), .time = between(0, 2000)};
        for (int t = 0; t < 4 && t < flavour.tasks; ++t) {
            Task& task = problem.tasks[static_cast<std::size_t>(t)];
            task.skills.clear(), task.allowed_vehicles.clear(), task.forbidden_vehicles.clear(), task.after.clear(), task.together_with.clear(),
                task.not_with.clear();
            task.offers.clear(), task.release.reset(), task.collect.clear();
            for (auto& other : problem.tasks) std::erase(other.together_with, t), std::erase(other.not_with, t);
            for (auto& amount : task.load) amount = std::min<std::int64_t>(amount, 1);
            if ((task.kind == TaskKind::shipment || task.kind == TaskKind::delivery) && chance(0.5))
                vehicle.state->on_board.push_back({t, chance(0.5) ? std::optional<Time>(0) : std::nullopt});
            else if (task.kind != TaskKind::delivery && chance(0.4))
                vehicle.state->locked.push_back({t, 0});
        }
        vehicle.max_stops.reset(), vehicle.max_distance.reset(), vehicle.max_driving.reset(), vehicle.max_duration.reset();
        vehicle.breaks.clear(), vehicle.max_work.reset(), vehicle.range.reset();
        vehicle.shift = {{0, 100000}};
        vehicle.loading = Loading::any;
    }
    return problem;
}

}  // namespace lastmile::vrp
