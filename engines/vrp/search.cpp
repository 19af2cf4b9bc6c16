#include "engines/vrp/search.hpp"

#include <algorithm>
#include <cmath>

namespace lastmile::vrp {
namespace {

// Temperatures as shares of what a task costs on average: the cost of a typical detour, and a hundredth of it.
constexpr double hot_share = 1;
constexpr double cold_share = 0.01;
constexpr int asks_clock_every = 32;
constexpr double eager_start = 100;  // tasks that may be left out are put in first: what does not pay goes, what would pay only together never comes
constexpr int whole_tour_every = 100;
constexpr double fresh_share = 0.03;  // of the rounds that open a tour

}  // namespace

Search::Search(const Instance& in, const Neighbours& near, std::uint64_t seed)
    : in_(in),
      scheduler_(in),
      dice_(seed),
      state_(in, scheduler_),
      ruin_(state_, near, dice_),
      recreate_(state_, near, dice_),
      hunt_(state_, ruin_, recreate_, dice_) {}

void Search::start(const Routes& routes) {
    Routes given = routes;
    for (std::size_t c = 0; c < given.of_car.size(); ++c)
        if (!scheduler_.value(static_cast<int>(c), given.of_car[c]).feasible) given.of_car[c] = in_.cars[c].first;
    state_.load(given);
    recreate_.blink = 0, recreate_.eager = eager_start;
    recreate_.run(state_.absent());
    recreate_.eager = 1;
    std::vector<int> stranded;
    for (const auto& tour : state_.tours)
        if (!tour.feasible)
            for (int n : tour.nodes)
                if (!in_.reload(n) && !state_.locked(in_.node(n).task)) stranded.push_back(in_.node(n).task);
    if (!stranded.empty()) state_.take(stranded);
    recreate_.blink = 0.01;
    double moving = 0;
    int planned_tasks = 0;
    for (const auto& tour : state_.tours)
        if (!tour.empty()) moving += tour.cost - in_.car(tour.car).fixed, planned_tasks += static_cast<int>(tour.nodes.size());
    const double typical = std::max(1e-9, moving / std::max(1, planned_tasks));
    hot_ = typical * hot_share, cold_ = typical * cold_share;
    note_best();
    hunting_ = hunt_.pays();
}

void Search::note_best() {
    if (++bests_ % 128 == 0) state_.cost = state_.recounted();  // sums of many small changes drift
    state_.sync(best_);
    best_cost_ = state_.cost;
    best_left_out_ = static_cast<int>(state_.absent().size());
    best_vehicles_ = state_.vehicles();
}

void Search::adopt(const Routes& routes) {
    state_.load(routes);
    hunt_.reset();
    if (state_.cost < best_cost_) note_best();
}

/// False if the hunt is over; the plan is complete again then.
bool Search::hunt(double spent) {
    if (spent < hunt_share && hunt_.round(hot_ * 0.1)) {
        if (hunt_.complete() && state_.cost < best_cost_ - 1e-9) note_best();
        return true;
    }
    if (!hunt_.complete()) state_.load(best_);
    hunt_.reset();
    hunting_ = false;
    annealed_from_ = std::min(spent, 0.9);
    return false;
}

void Search::improve(double temperature) {
    const bool whole = iterations_ % whole_tour_every == whole_tour_every - 1;
    recreate_.fresh = !whole && dice_.unit() < fresh_share;
    const auto& tasks = whole ? ruin_.tour() : ruin_.strings(-1, recreate_.fresh ? 5 : 1);
    if (tasks.empty()) return;
    const double before = state_.cost;
    state_.begin();
    if (!state_.take(tasks)) {  // without the triangle inequality less can be late
        state_.rollback();
        return;
    }
    if (recreate_.run(tasks) && state_.cost < before - temperature * std::log(1 - dice_.unit())) {
        state_.commit();
        if (state_.cost < best_cost_ - 1e-9) note_best();
    } else {
        state_.rollback();
    }
}

void Search::run(std::int64_t iterations, const std::function<double()>& fraction, const std::function<bool()>& go_on) {
    double temperature = hot_, spent = 0;
    for (std::int64_t i = 0; i < iterations; ++i, ++iterations_) {
        if (i % asks_clock_every == 0) {
            if (!go_on()) return;
            spent = std::min(1.0, fraction());
            temperature = hot_ * std::pow(cold_ / hot_, std::max(0.0, (spent - annealed_from_) / (1 - annealed_from_)));
        }
        if (hunting_ && hunt(spent)) continue;
        improve(temperature);
    }
}

}  // namespace lastmile::vrp
