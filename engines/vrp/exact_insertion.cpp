#include "engines/vrp/exact_insertion.hpp"

namespace lastmile::vrp {
namespace {

/// Travel and distance that the detour costs, a lower bound of what any schedule will ask for it where the triangle inequality holds.
void try_sequence(Scheduler& scheduler, int car, const std::vector<int>& nodes, double total, std::vector<int> before, ExactPlace& keep) {
    const RouteValue value = scheduler.value(car, nodes);
    if (!value.feasible) return;
    const double extra = value.total - total;
    if (keep.car >= 0 && extra >= keep.extra) return;
    keep = {car, nodes, std::move(before), extra, value.total};
}

}  // namespace

void place_in_route(const Instance& instance, Scheduler& scheduler, int car, const std::vector<int>& nodes, double total, int task, ExactPlace& keep) {
    if (!instance.allowed(task, car)) return;
    const auto mine = instance.nodes_of(task);
    const auto first = static_cast<std::size_t>(instance.car(car).locked);
    std::vector<int> trial;
    for (std::size_t i = first; i <= nodes.size(); ++i) {
        for (std::size_t j = i; j <= (mine.size() == 2 ? nodes.size() : i); ++j) {
            trial.assign(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(i));
            trial.push_back(mine[0]);
            trial.insert(trial.end(), nodes.begin() + static_cast<std::ptrdiff_t>(i), nodes.begin() + static_cast<std::ptrdiff_t>(j));
            if (mine.size() == 2) trial.push_back(mine[1]);
            trial.insert(trial.end(), nodes.begin() + static_cast<std::ptrdiff_t>(j), nodes.end());
            std::vector<int> before{static_cast<int>(i)};
            if (mine.size() == 2) before.push_back(static_cast<int>(j));
            try_sequence(scheduler, car, trial, total, std::move(before), keep);
        }
    }
}

ExactPlace place_anywhere(const Instance& instance, Scheduler& scheduler, const Routes& routes, const std::vector<double>& totals, int task) {
    ExactPlace best;
    int only = -1;
    if (const int g = instance.group_of(task); g >= 0)
        for (std::size_t c = 0; c < routes.of_car.size(); ++c)
            for (int n : routes.of_car[c])
                if (!instance.reload(n) && instance.node(n).task != task && instance.group_of(instance.node(n).task) == g) only = static_cast<int>(c);
    std::vector<char> empty_tried(static_cast<std::size_t>(instance.types), 0);
    for (const auto& car : instance.cars) {
        if (only >= 0 && car.index != only) continue;
        const auto c = static_cast<std::size_t>(car.index);
        if (routes.of_car[c].empty() && instance.problem.weights.moved_task == 0) {
            auto& tried = empty_tried[static_cast<std::size_t>(car.type)];
            if (tried && instance.allowed(task, car.index)) continue;
            tried = instance.allowed(task, car.index);
        }
        place_in_route(instance, scheduler, car.index, routes.of_car[c], totals[c], task, best);
    }
    return best;
}

}  // namespace lastmile::vrp
