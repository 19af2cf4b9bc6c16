#include "engines/vrp/routes.hpp"

#include <algorithm>

namespace lastmile::vrp {

Cost& Cost::operator+=(const Cost& other) {
    fixed += other.fixed, time += other.time, distance += other.distance, overtime += other.overtime, lateness += other.lateness;
    left_out += other.left_out, outside += other.outside, carbon += other.carbon, latency += other.latency, stability += other.stability;
    balance += other.balance;
    return *this;
}

const char* name(Constraint constraint) {
    switch (constraint) {
        case Constraint::skills:
            return "skills";
        case Constraint::vehicle_not_allowed:
            return "vehicle_not_allowed";
        case Constraint::capacity:
            return "capacity";
        case Constraint::unreachable:
            return "unreachable";
        case Constraint::release:
            return "release";
        case Constraint::time_window:
            return "time_window";
        case Constraint::shift:
            return "shift";
        case Constraint::max_ride:
            return "max_ride";
        case Constraint::max_stops:
            return "max_stops";
        case Constraint::max_distance:
            return "max_distance";
        case Constraint::max_driving:
            return "max_driving";
        case Constraint::max_duration:
            return "max_duration";
        case Constraint::range:
            return "range";
        case Constraint::breaks:
            return "breaks";
        case Constraint::loading_order:
            return "loading_order";
        case Constraint::not_with:
            return "not_with";
        case Constraint::together_with:
            return "together_with";
        case Constraint::precedence:
            return "precedence";
        case Constraint::load_full:
            return "load_full";
        case Constraint::route_full:
            return "route_full";
        case Constraint::locked:
            return "locked";
        case Constraint::price:
            return "price";
    }
    return "";
}

Plan plan_of(const Solution& solution) {
    Plan plan;
    for (const auto& route : solution.routes) {
        PlanRoute made{route.vehicle, {}};
        for (const auto& step : route.steps)
            if (step.kind == StepKind::visit || step.kind == StepKind::reload) made.stops.push_back({step.task, step.visit});
        if (!made.stops.empty()) plan.routes.push_back(std::move(made));
    }
    for (const auto& job : solution.outside) plan.outside.push_back({job.task, job.offer});
    return plan;
}

Routes empty_routes(const Instance& instance) {
    Routes routes;
    for (const auto& car : instance.cars) routes.of_car.push_back(car.first);
    routes.offer_of.assign(static_cast<std::size_t>(instance.tasks()), -1);
    return routes;
}

Routes routes_of(const Instance& instance, const Plan& plan) {
    Routes routes;
    routes.of_car.resize(instance.cars.size());
    routes.offer_of.assign(static_cast<std::size_t>(instance.tasks()), -1);
    for (const auto& route : plan.routes) {
        auto& nodes = routes.of_car[static_cast<std::size_t>(route.vehicle)];
        for (const auto& stop : route.stops) {
            const int node = stop.task < 0 ? instance.car(route.vehicle).reload_node + stop.visit : instance.node_at(stop.task, stop.visit);
            if (node >= 0) nodes.push_back(node);
        }
    }
    for (const auto& job : plan.outside) routes.offer_of[static_cast<std::size_t>(job.task)] = job.offer;
    return routes;
}

Plan plan_of(const Instance& instance, const Routes& routes) {
    Plan plan;
    for (std::size_t c = 0; c < routes.of_car.size(); ++c) {
        if (routes.of_car[c].empty()) continue;
        PlanRoute made{static_cast<int>(c), {}};
        for (int n : routes.of_car[c]) made.stops.push_back({instance.node(n).task, instance.node(n).visit});
        plan.routes.push_back(std::move(made));
    }
    for (int t = 0; t < instance.tasks(); ++t)
        if (routes.offer_of[static_cast<std::size_t>(t)] >= 0) plan.outside.push_back({t, routes.offer_of[static_cast<std::size_t>(t)]});
    return plan;
}

std::vector<char> planned(const Instance& instance, const Routes& routes) {
    std::vector<char> is(static_cast<std::size_t>(instance.tasks()), 0);
    for (const auto& nodes : routes.of_car)
        for (int n : nodes)
            if (!instance.reload(n) && n == instance.nodes_of(instance.node(n).task).back()) is[static_cast<std::size_t>(instance.node(n).task)] = 1;
    return is;
}

Solution answer(const Instance& instance, const Routes& routes) {
    Solution solution;
    Scheduler scheduler(instance);
    for (std::size_t c = 0; c < routes.of_car.size(); ++c) {
        if (routes.of_car[c].empty() && !instance.car(static_cast<int>(c)).under_way) continue;
        solution.routes.push_back(scheduler.route(static_cast<int>(c), routes.of_car[c]));
        solution.cost += solution.routes.back().cost;
    }
    const auto on_route = planned(instance, routes);
    for (int t = 0; t < instance.tasks(); ++t) {
        if (on_route[static_cast<std::size_t>(t)]) continue;
        if (const int offer = routes.offer_of[static_cast<std::size_t>(t)]; offer >= 0) {
            solution.outside.push_back({t, offer, instance.offer_parts(t, offer)});
            solution.cost += solution.outside.back().cost;
            continue;
        }
        solution.left_out.push_back({t, {}});
        if (instance.optional_task(t)) solution.cost.left_out += instance.absence(t);
    }
    return solution;
}

}  // namespace lastmile::vrp
