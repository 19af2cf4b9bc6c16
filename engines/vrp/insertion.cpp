// One more task into a plan.
#include <algorithm>
#include <iterator>
#include <utility>

#include "engines/vrp/state.hpp"

namespace lastmile::vrp {
namespace {

/// The task's cheapest place of all; of equal empty vehicles the first. Groups, conflicts and order bind it to, or keep it off, a vehicle.
std::pair<int, Place> cheapest(const State& state, int task) {
    const Instance& in = state.in;
    Placer placer(in, state.scheduler);
    std::vector<int> bound = in.before(task);
    if (const int g = in.group_of(task); g >= 0)
        std::ranges::copy_if(in.group(g), std::back_inserter(bound), [&](int member) { return member != task; });
    std::vector<char> tried(static_cast<std::size_t>(in.types), 0);
    std::pair<int, Place> best{-1, {}};
    for (const auto& tour : state.tours) {
        const auto here = [&](int other) { return state.car_of[static_cast<std::size_t>(other)] == tour.car; };
        if (!std::ranges::all_of(bound, here) || std::ranges::any_of(in.conflicts(task), here) || !in.allowed(task, tour.car)) continue;
        if (tour.empty() && in.problem.weights.moved_task == 0 && std::exchange(tried[static_cast<std::size_t>(in.car(tour.car).type)], 1)) continue;
        const Place found = placer.find(tour, task).best;
        if (found.found() && found.delta < best.second.delta) best = {tour.car, found};
    }
    return best;
}

}  // namespace

std::expected<Insertion, Faults> best_insertion(const Problem& problem, const Plan& plan, int task) {
    Faults faults = validate(problem);
    if (faults.empty()) faults = validate_plan(problem, plan, "/plan");
    if (task < 0 || static_cast<std::size_t>(task) >= problem.tasks.size()) faults.push_back({"/task", "out_of_range", "there is no such task"});
    if (!faults.empty()) return std::unexpected(std::move(faults));
    const Instance instance(problem);
    Scheduler scheduler(instance);
    Routes routes = routes_of(instance, plan);
    if (planned(instance, routes)[static_cast<std::size_t>(task)])
        return std::unexpected(Faults{{"/task", "planned", "the task is in the plan already"}});
    State state(instance, scheduler);
    if (!state.load(routes)) return std::unexpected(Faults{{"/plan", "infeasible", "the plan breaks a hard constraint; evaluate() says which"}});
    const auto [car, place] = cheapest(state, task);
    Insertion found;
    double other = instance.absence(task);
    for (std::size_t o = 0; o < problem.tasks[static_cast<std::size_t>(task)].offers.size(); ++o) {
        const double price = instance.offer_cost(task, static_cast<int>(o));
        const int partner = problem.tasks[static_cast<std::size_t>(task)].offers[o].partner;
        const auto& limit = problem.partners[static_cast<std::size_t>(partner)].max_jobs;
        const auto jobs = std::ranges::count_if(plan.outside, [&](const Plan::Outside& job) {
            return problem.tasks[static_cast<std::size_t>(job.task)].offers[static_cast<std::size_t>(job.offer)].partner == partner;
        });
        if (price < other && (!limit || jobs < *limit)) other = price, found.offer = static_cast<int>(o);
    }
    if (car >= 0 && place.delta < other) {
        found.vehicle = car, found.offer = -1;
        found.before = {place.first};
        if (instance.nodes_of(task).size() == 2) found.before.push_back(place.second);
        found.extra_cost = place.delta;
        put(instance, state.tours[static_cast<std::size_t>(car)].nodes, task, place, routes.of_car[static_cast<std::size_t>(car)]);
    } else if (found.offer >= 0) {
        found.extra_cost = other;
        routes.offer_of[static_cast<std::size_t>(task)] = found.offer;
    } else {
        Solution left;
        left.left_out.push_back({task, {}});
        explain(instance, routes, left);
        found.reasons = std::move(left.left_out.front().reasons);
    }
    found.plan = plan_of(instance, routes);
    return found;
}

}  // namespace lastmile::vrp
