#include "engines/vrp/hunt.hpp"

#include <algorithm>
#include <cmath>

namespace lastmile::vrp {
namespace {

constexpr double dear = 3;  // times what an average tour costs to drive
constexpr std::int64_t least_patience = 20000, patience_per_task = 200;
constexpr double eject_share = 0.1;   // of the rounds

}  // namespace

Hunt::Hunt(State& state, Ruin& ruin, Recreate& recreate, const Neighbours& near, Dice& dice)
    : s_(state),
      ruin_(ruin),
      recreate_(recreate),
      near_(near),
      dice_(dice),
      placer_(state.in, state.scheduler),
      misses_(static_cast<std::size_t>(state.in.tasks()), 1),
      fewest_(fewest()) {}

/// By what must be loaded at the hubs; only where nobody can reload.
int Hunt::fewest() const {
    int most = 1;
    for (std::size_t d = 0; d < static_cast<std::size_t>(s_.in.dims); ++d) {
        std::vector<std::int64_t> capacity;
        std::int64_t total = 0;
        for (const auto& car : s_.in.cars) {
            if (car.reload_node >= 0 || car.under_way) return 1;
            capacity.push_back(car.capacity[d]);
        }
        for (int t = 0; t < s_.in.tasks(); ++t)
            if (s_.in.problem.tasks[static_cast<std::size_t>(t)].kind == TaskKind::delivery) total += s_.in.load(t)[d];
        std::ranges::sort(capacity, std::greater{});
        int count = 0;
        for (std::size_t c = 0; c < capacity.size() && total > 0; ++c, ++count) total -= capacity[c];
        most = std::max(most, count);
    }
    return most;
}

bool Hunt::pays() const {
    if (!s_.absent().empty() || !s_.outside().empty() || !s_.in.problem.partners.empty() || s_.used().empty()) return false;
    double moving_cost = 0, cheapest = s_.in.car(s_.used().front()).fixed;
    for (int car : s_.used()) {
        const double fixed = s_.in.car(car).fixed;
        moving_cost += s_.tours[static_cast<std::size_t>(car)].cost - fixed;
        cheapest = std::min(cheapest, fixed);
    }
    return cheapest > dear * moving_cost / static_cast<double>(s_.used().size());
}

void Hunt::reset() {
    open_ = false;
    recreate_.open_tours = true;
}

double Hunt::missed() const {
    double sum = 0;
    for (int t : s_.absent()) sum += misses_[static_cast<std::size_t>(t)];
    return sum;
}

double Hunt::moving() const {
    double cost = s_.cost;
    for (int t : s_.absent()) cost -= s_.in.absence(t);
    return cost;
}

/// The one whose tasks were missed least. False if none can go.
bool Hunt::take_a_tour() {
    int chosen = -1;
    double least = 0;
    for (int car : s_.used()) {
        const Tour& tour = s_.tours[static_cast<std::size_t>(car)];
        if (s_.in.car(car).locked > 0) continue;
        double sum = 0;
        for (int n : tour.nodes)
            if (!s_.in.reload(n)) sum += misses_[static_cast<std::size_t>(s_.in.node(n).task)];
        if (chosen < 0 || sum < least) chosen = car, least = sum;
    }
    if (chosen < 0 || s_.vehicles() <= fewest_) return false;
    std::vector<int> tasks;
    for (int n : s_.tours[static_cast<std::size_t>(chosen)].nodes)
        if (!s_.in.reload(n)) tasks.push_back(s_.in.node(n).task);
    std::ranges::sort(tasks);
    tasks.erase(std::unique(tasks.begin(), tasks.end()), tasks.end());
    if (std::ranges::any_of(tasks, [&](int t) { return s_.locked(t); })) return false;
    s_.begin();
    if (!s_.take(tasks)) {
        s_.rollback();
        return false;
    }
    s_.commit();
    open_ = true;
    recreate_.open_tours = false;
    return true;
}

bool Hunt::round(double temperature) {
    if (!open_) {
        since_ = 0;
        if (!take_a_tour()) return false;
    }
    if (++since_ > least_patience + patience_per_task * s_.in.tasks()) return false;
    int seed = -1;
    const double draw = dice_.unit();
    if (draw < 0.5) {
        const int task = s_.absent()[static_cast<std::size_t>(dice_.below(static_cast<int>(s_.absent().size())))];
        if (draw < eject_share && eject(task)) {
            if (s_.absent().empty()) reset();
            return true;
        }
        const auto nodes = s_.in.nodes_of(task);
        seed = nodes[static_cast<std::size_t>(dice_.below(static_cast<int>(nodes.size())))];
    }
    const double missed_before = missed(), moving_before = moving();
    const auto& tasks = ruin_.strings(seed);
    s_.begin();
    if (!s_.take(tasks) || !recreate_.run(tasks)) {
        s_.rollback();
        return true;
    }
    const double missed_now = missed();
    const bool better =
        missed_now < missed_before || (missed_now == missed_before && moving() < moving_before - temperature * std::log(1 - dice_.unit()));
    for (int t : s_.absent()) ++misses_[static_cast<std::size_t>(t)];
    if (better)
        s_.commit();
    else
        s_.rollback();
    if (s_.absent().empty()) reset();
    return true;
}

}  // namespace lastmile::vrp
