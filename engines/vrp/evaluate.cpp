// The calls that judge a given plan.
#include <algorithm>

#include "engines/vrp/routes.hpp"

namespace lastmile::vrp {

Weights weights_of(Strategy strategy, Money scale) {
    Weights weights;
    switch (strategy) {
        case Strategy::cost:
            break;
        case Strategy::latency:
            weights.latency_per_hour = scale;
            break;
        case Strategy::balanced:
            weights.latency_per_hour = scale / 20;
            weights.balance_per_hour = scale / 4;
            weights.carbon_per_kg = scale / 100;
            break;
        case Strategy::carbon:
            weights.carbon_per_kg = scale * 10;
            weights.fixed = weights.time = weights.distance = 0.05;  // still tells two plans of equal emissions apart
            break;
    }
    return weights;
}

namespace {

std::string pointer(const Plan& plan, int car, int at) {
    for (std::size_t r = 0; r < plan.routes.size(); ++r)
        if (plan.routes[r].vehicle == car) {
            const std::string route = "/plan/routes/" + std::to_string(r);
            return at < 0 || at >= static_cast<int>(plan.routes[r].stops.size()) ? route : route + "/stops/" + std::to_string(at);
        }
    return "/plan";
}

}  // namespace

std::expected<Solution, Faults> evaluate(const Problem& problem, const Plan& plan) {
    Faults faults = validate(problem);
    if (faults.empty()) faults = validate_plan(problem, plan, "/plan");
    if (!faults.empty()) return std::unexpected(std::move(faults));
    const Instance instance(problem);
    const Routes routes = routes_of(instance, plan);
    Scheduler scheduler(instance);
    std::vector<int> car_of(problem.tasks.size(), -1);
    for (std::size_t c = 0; c < routes.of_car.size(); ++c) {
        const auto value = scheduler.value(static_cast<int>(c), routes.of_car[c]);
        if (!value.feasible) faults.push_back({pointer(plan, static_cast<int>(c), value.at), name(value.why), "the route breaks this constraint"});
        for (int n : routes.of_car[c])
            if (!instance.reload(n)) car_of[static_cast<std::size_t>(instance.node(n).task)] = static_cast<int>(c);
    }
    for (std::size_t t = 0; t < problem.tasks.size(); ++t)
        if (const int g = instance.group_of(static_cast<int>(t)); g >= 0 && car_of[static_cast<std::size_t>(instance.group(g).front())] != car_of[t])
            faults.push_back({"/plan", name(Constraint::together_with), "task " + std::to_string(t) + " is not where its group is"});
    std::vector<int> jobs(problem.partners.size(), 0);
    for (const auto& job : plan.outside)
        ++jobs[static_cast<std::size_t>(problem.tasks[static_cast<std::size_t>(job.task)].offers[static_cast<std::size_t>(job.offer)].partner)];
    for (std::size_t p = 0; p < jobs.size(); ++p)
        if (problem.partners[p].max_jobs && jobs[p] > *problem.partners[p].max_jobs)
            faults.push_back({"/plan/outside", "max_jobs",
                              "partner " + std::to_string(p) + " takes at most " + std::to_string(*problem.partners[p].max_jobs) + " jobs"});
    if (!faults.empty()) return std::unexpected(std::move(faults));
    return answer(instance, routes);
}

}  // namespace lastmile::vrp
