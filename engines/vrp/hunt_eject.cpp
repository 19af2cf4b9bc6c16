// A missing task pushes others out: one or two of a tour that were missed less often than it in sum, so that what is missing gets easier to
// place (guided ejection, Nagata & Kobayashi 2010).
#include <algorithm>

#include "engines/vrp/hunt.hpp"

namespace lastmile::vrp {
namespace {

constexpr std::size_t most_tours = 12, most_sets = 150;  // that are looked at for a task, and in a tour

}  // namespace

bool Hunt::alone(int task) const {
    return !s_.locked(task) && s_.in.group_of(task) < 0 && s_.in.conflicts(task).empty() && s_.in.before(task).empty() && s_.dependents(task).empty();
}

/// The tours of what is near its visits, nearest first.
void Hunt::tours_near(int task) {
    cars_.clear();
    for (int n : s_.in.nodes_of(task))
        for (int other : near_.fitting(n)) {
            const int car = s_.car_of[static_cast<std::size_t>(s_.in.node(other).task)];
            if (car >= 0 && std::ranges::find(cars_, car) == cars_.end()) cars_.push_back(car);
        }
    dice_.shuffle(cars_);
    if (cars_.size() > most_tours) cars_.resize(most_tours);
}

/// The place that the task has in the tour without these, if that is cheaper in misses than what was found so far.
void Hunt::try_without(int task, int car, int one, int two) {
    const double sum = misses_[static_cast<std::size_t>(one)] + (two >= 0 ? misses_[static_cast<std::size_t>(two)] : 0);
    if (sum >= eviction_.misses) return;
    trial_.car = car;
    trial_.nodes.clear();
    for (int n : s_.tours[static_cast<std::size_t>(car)].nodes)
        if (s_.in.reload(n) || (s_.in.node(n).task != one && s_.in.node(n).task != two)) trial_.nodes.push_back(n);
    refresh(trial_, s_.in, s_.scheduler);
    if (!trial_.feasible) return;
    const Places found = placer_.find(trial_, task);
    if (!found.best.found()) return;
    eviction_ = {sum, car, two >= 0 ? std::vector{one, two} : std::vector{one}};
}

bool Hunt::eject(int task) {
    if (!alone(task)) return false;
    tours_near(task);
    eviction_ = {misses_[static_cast<std::size_t>(task)], -1, {}};
    for (int car : cars_) {
        if (!s_.in.allowed(task, car)) continue;
        tasks_.clear();
        for (int n : s_.tours[static_cast<std::size_t>(car)].nodes)
            if (!s_.in.reload(n) && n == s_.in.nodes_of(s_.in.node(n).task).back() && alone(s_.in.node(n).task)) tasks_.push_back(s_.in.node(n).task);
        std::ranges::stable_sort(tasks_, {}, [&](int t) { return misses_[static_cast<std::size_t>(t)]; });
        std::size_t sets = 0;
        for (std::size_t i = 0; i < tasks_.size() && sets < most_sets; ++i) {
            if (misses_[static_cast<std::size_t>(tasks_[i])] >= eviction_.misses) break;
            try_without(task, car, tasks_[i], -1), ++sets;
            for (std::size_t j = 0; j < i && sets < most_sets; ++j, ++sets) try_without(task, car, tasks_[i], tasks_[j]);
        }
    }
    if (eviction_.car < 0) return false;
    s_.begin();
    if (s_.take(eviction_.tasks)) {
        const Places found = placer_.find(s_.tours[static_cast<std::size_t>(eviction_.car)], task);
        if (found.best.found()) {
            s_.insert(task, eviction_.car, found.best);
            recreate_.run(eviction_.tasks);
            s_.commit();
            return true;
        }
    }
    s_.rollback();  // a reload went with them
    return false;
}

}  // namespace lastmile::vrp
