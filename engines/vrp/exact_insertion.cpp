#include "engines/vrp/exact_insertion.hpp"

namespace lastmile::vrp {
namespace {

void try_sequence(Scheduler& scheduler, int car, const std::vector<int>& nodes, double total, std::vector<int> before, ExactPlace& keep) {
    const RouteValue value = scheduler.value(car, nodes);
    if (!value.feasible) return;
    const double extra = value.total - total;
    if (keep.car >= 0 && extra >= keep.extra) return;
    keep = {car, nodes, std::move(before), extra, value.total};
}

}  // namespace

void place_in_route(const Instance& instance, Scheduler& scheduler, int car, const std::vector<int>& nodes, double total, int task,
                    ExactPlace& keep) {
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

}  // namespace lastmile::vrp
