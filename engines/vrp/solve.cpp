#include "engines/vrp/solve.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include "engines/vrp/exact_insertion.hpp"

namespace lastmile::vrp {
namespace {

Faults option_faults(const SolveOptions& options) {
    Faults faults;
    if (!options.iterations && options.budget_s <= 0) faults.push_back({"/options/budget_s", "endless", "give a budget or a number of iterations"});
    if (options.budget_s > 0 && !options.clock) faults.push_back({"/options/clock", "missing", "a budget needs a clock"});
    if (options.threads < 1 || options.threads > 256) faults.push_back({"/options/threads", "out_of_range", "1 to 256"});
    return faults;
}

struct State {
    Routes routes;
    std::vector<double> totals;
    double cost = 0;
};

double cost_of(const Instance& in, const State& state) {
    double cost = std::accumulate(state.totals.begin(), state.totals.end(), 0.0);
    const auto on = planned(in, state.routes);
    for (int t = 0; t < in.tasks(); ++t) {
        if (on[static_cast<std::size_t>(t)]) continue;
        const int offer = state.routes.offer_of[static_cast<std::size_t>(t)];
        cost += offer >= 0 ? in.offer_cost(t, offer) : in.absence(t);
    }
    return cost;
}

/// Takes a task off its route or partner.
void remove(const Instance& in, Scheduler& scheduler, State& state, int task) {
    state.routes.offer_of[static_cast<std::size_t>(task)] = -1;
    for (std::size_t c = 0; c < state.routes.of_car.size(); ++c) {
        auto& nodes = state.routes.of_car[c];
        const auto was = nodes.size();
        std::erase_if(nodes, [&](int n) { return in.node(n).task == task && !in.reload(n); });
        if (nodes.size() != was) state.totals[c] = scheduler.value(static_cast<int>(c), nodes).total;
    }
}

int best_offer(const Instance& in, const State& state, int task, double& cost) {
    const auto& offers = in.problem.tasks[static_cast<std::size_t>(task)].offers;
    std::vector<int> jobs(in.problem.partners.size(), 0);
    for (int t = 0; t < in.tasks(); ++t)
        if (const int o = state.routes.offer_of[static_cast<std::size_t>(t)]; o >= 0)
            ++jobs[static_cast<std::size_t>(in.problem.tasks[static_cast<std::size_t>(t)].offers[static_cast<std::size_t>(o)].partner)];
    int best = -1;
    for (std::size_t o = 0; o < offers.size(); ++o) {
        const auto& limit = in.problem.partners[static_cast<std::size_t>(offers[o].partner)].max_jobs;
        if (limit && jobs[static_cast<std::size_t>(offers[o].partner)] >= *limit) continue;
        const double price = in.offer_cost(task, static_cast<int>(o));
        if (price < cost) cost = price, best = static_cast<int>(o);
    }
    return best;
}

void insert(const Instance& in, Scheduler& scheduler, State& state, int task) {
    const ExactPlace place = place_anywhere(in, scheduler, state.routes, state.totals, task);
    double other = in.absence(task);
    const int offer = best_offer(in, state, task, other);
    if (place.car >= 0 && place.extra < other) {
        state.routes.of_car[static_cast<std::size_t>(place.car)] = place.nodes;
        state.totals[static_cast<std::size_t>(place.car)] = place.total;
    } else if (offer >= 0) {
        state.routes.offer_of[static_cast<std::size_t>(task)] = offer;
    }
}

/// A group is planned whole or not at all.
void drop_broken_groups(const Instance& in, Scheduler& scheduler, State& state) {
    const auto on = planned(in, state.routes);
    for (int t = 0; t < in.tasks(); ++t) {
        const int g = in.group_of(t);
        if (g < 0 || in.group(g).front() != t) continue;
        if (std::ranges::all_of(in.group(g), [&](int member) { return on[static_cast<std::size_t>(member)] != 0; })) continue;
        for (int member : in.group(g)) remove(in, scheduler, state, member);
    }
}

}  // namespace

std::expected<Solution, Faults> solve(const Problem& problem, const SolveOptions& options) {
    Faults faults = validate(problem);
    std::ranges::move(option_faults(options), std::back_inserter(faults));
    if (!faults.empty()) return std::unexpected(std::move(faults));
    const Instance in(problem);
    Scheduler scheduler(in);
    std::mt19937_64 random(options.seed);
    State best;
    best.routes = problem.incumbent ? routes_of(in, *problem.incumbent) : empty_routes(in);
    for (std::size_t c = 0; c < in.cars.size(); ++c) {
        auto value = scheduler.value(static_cast<int>(c), best.routes.of_car[c]);
        if (!value.feasible) best.routes.of_car[c] = in.cars[c].first, value = scheduler.value(static_cast<int>(c), best.routes.of_car[c]);
        best.totals.push_back(value.total);
    }
    const double start = options.clock ? options.clock() : 0;
    for (std::int64_t iteration = 0;; ++iteration) {
        const double fraction = std::max(options.iterations ? static_cast<double>(iteration) / static_cast<double>(std::max<std::int64_t>(1, *options.iterations)) : 0,
                                         options.budget_s > 0 ? (options.clock() - start) / options.budget_s : 0);
        if (iteration > 0 && (fraction >= 1 || (options.stop && options.stop()) || (options.target && best.cost <= *options.target))) {
            Solution solution = answer(in, best.routes);
            if (options.explain) explain(in, best.routes, solution);
            solution.iterations = iteration;
            return solution;
        }
        State trial = best;
        const auto on = planned(in, trial.routes);
        std::vector<int> missing, present;
        for (int t = 0; t < in.tasks(); ++t) (on[static_cast<std::size_t>(t)] || trial.routes.offer_of[static_cast<std::size_t>(t)] >= 0 ? present : missing).push_back(t);
        std::ranges::shuffle(present, random);
        for (std::size_t i = 0; iteration > 0 && i < std::min<std::size_t>(present.size(), 1 + random() % 8); ++i) {
            const auto& fixed = in.cars;
            const bool locked = std::ranges::any_of(fixed, [&](const Car& car) {
                return std::ranges::any_of(car.first, [&](int n) { return in.node(n).task == present[i]; });
            });
            if (locked) continue;
            remove(in, scheduler, trial, present[i]);
            missing.push_back(present[i]);
        }
        drop_broken_groups(in, scheduler, trial);
        std::ranges::shuffle(missing, random);
        std::ranges::stable_sort(missing, std::greater{}, [&](int t) { return in.absence(t); });
        for (int t : missing) insert(in, scheduler, trial, t);
        drop_broken_groups(in, scheduler, trial);
        trial.cost = cost_of(in, trial);
        if (iteration == 0 || trial.cost <= best.cost) best = std::move(trial);
        if (options.progress && iteration % 16 == 0)
            options.progress({iteration, fraction, best.cost, 0, static_cast<int>(std::ranges::count_if(best.routes.of_car, [](const auto& r) { return !r.empty(); }))});
    }
}

std::expected<Solution, Faults> replan(const Problem& problem, const SolveOptions& options) {
    if (!problem.incumbent) return std::unexpected(Faults{{"/incumbent", "missing", "there is no plan to go on from"}});
    return solve(problem, options);
}

}  // namespace lastmile::vrp
