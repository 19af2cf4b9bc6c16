// Really different ways to do it: each is searched with its own objective, priced in the caller's own money, and kept only if it is
// better than the cheapest by what it is named after.
#include <algorithm>

#include "engines/vrp/solve.hpp"

namespace lastmile::vrp {
namespace {

constexpr double worth_mentioning = 0.01;  // better by a hundredth at least

struct Measures {
    double latency_s = 0;  ///< over all tasks, partners' included
    double co2_g = 0;
    double vehicles = 0;
    double left_out = 0;
};

Measures measure(const Problem& problem, const Solution& solution) {
    Measures sum;
    for (const auto& route : solution.routes) {
        bool used = false;
        for (const auto& step : route.steps) {
            if (step.kind != StepKind::visit) continue;
            used = true;
            const auto& visits = problem.tasks[static_cast<std::size_t>(step.task)].visits;
            if (step.visit + 1 == static_cast<int>(visits.size())) sum.latency_s += static_cast<double>(step.begin - problem.origin);
        }
        sum.vehicles += used;
        sum.co2_g += route.co2_g;
    }
    for (const auto& job : solution.outside) {
        const Offer& offer = problem.tasks[static_cast<std::size_t>(job.task)].offers[static_cast<std::size_t>(job.offer)];
        if (offer.eta) sum.latency_s += static_cast<double>(*offer.eta - problem.origin);
        sum.co2_g += offer.co2_g;
    }
    sum.left_out = static_cast<double>(solution.left_out.size());
    return sum;
}

bool better(const std::string& name, const Measures& mine, const Measures& cheapest) {
    if (mine.left_out > cheapest.left_out) return false;  // doing less is no other way to do it
    const auto less = [](double a, double b) { return a < b - worth_mentioning * std::max(1.0, b); };
    if (name == "fastest") return less(mine.latency_s, cheapest.latency_s);
    if (name == "greenest") return less(mine.co2_g, cheapest.co2_g);
    return mine.vehicles < cheapest.vehicles;
}

/// The caller's problem with what the alternative is about made dear, measured by what the cheapest plan costs.
Problem leaning(const Problem& problem, const std::string& name, const Solution& cheapest) {
    Problem variant = problem;
    Weights& w = variant.weights;
    const Measures now = measure(problem, cheapest);
    const Money dear = 10 * std::max<Money>(1, cheapest.cost.total() - cheapest.cost.left_out);
    if (name == "fastest") w.latency_per_hour += dear / std::max(1.0, now.latency_s / 3600);
    if (name == "greenest") w.carbon_per_kg += dear / std::max(1.0, now.co2_g / 1000);
    if (name == "fewest_vehicles")
        for (auto& vehicle : variant.vehicles) vehicle.fixed += dear;
    return variant;
}

}  // namespace

std::expected<std::vector<Alternative>, Faults> alternatives(const Problem& problem, const SolveOptions& options) {
    const char* const names[] = {"fastest", "greenest", "fewest_vehicles"};
    SolveOptions share = options;
    const auto parts = static_cast<std::int64_t>(std::size(names)) + 1;
    share.budget_s /= static_cast<double>(parts);
    if (share.iterations) *share.iterations = std::max<std::int64_t>(1, *share.iterations / parts);
    auto cheapest = solve(problem, share);
    if (!cheapest) return std::unexpected(std::move(cheapest.error()));
    const Measures usual = measure(problem, *cheapest);
    std::vector<Alternative> made;
    made.push_back({"cheapest", problem.weights, std::move(*cheapest)});
    share.target.reset();  // it is in the caller's money
    for (const std::string name : names) {
        const Problem variant = leaning(problem, name, made.front().solution);
        auto solution = solve(variant, share);
        if (!solution) return std::unexpected(std::move(solution.error()));
        const Plan plan = plan_of(*solution);
        auto priced = evaluate(problem, plan);
        if (!priced) return std::unexpected(std::move(priced.error()));
        if (!better(name, measure(problem, *priced), usual)) continue;
        if (std::ranges::any_of(made, [&](const Alternative& other) { return plan_of(other.solution) == plan; })) continue;
        for (std::size_t i = 0; i < priced->left_out.size(); ++i) priced->left_out[i].reasons = solution->left_out[i].reasons;
        priced->iterations = solution->iterations;
        made.push_back({name, variant.weights, std::move(*priced)});
    }
    return made;
}

}  // namespace lastmile::vrp
