#include "engines/vrp/search.hpp"

#include <algorithm>
#include <cmath>

#include "engines/vrp/savings.hpp"

namespace lastmile::vrp {
namespace {

// Temperatures as shares of what a task costs on average: the cost of a typical detour, and a hundredth of it.
constexpr double hot_share = 1;
constexpr double cold_share = 0.03;
constexpr double hunt_share = 0.6;  // of the whole search, at most
constexpr double hunt_heat = 0.3;
constexpr double hunt_again = 0.15;  // of the whole search lie between a hunt that got nowhere and the next: annealing may have made room
constexpr double warm_share = 0.1;   // hot for one who goes on from a plan
constexpr int asks_clock_every = 32;
constexpr double eager_start = 100;  // tasks that may be left out are put in first: what does not pay goes, what would pay only together never comes
constexpr double open_discount = 0.5;  // tours are easier joined than split later
constexpr int most_constructions = 12, most_visits_again = 3000;
constexpr int whole_tour_every = 100;
constexpr double retype_share = 0.04;  // of the rounds that give some whole tours to another type of vehicle, and of those that change one
constexpr double fresh_share = 0.03;   // of the rounds that open a tour

}  // namespace

Search::Search(const Instance& in, const Neighbours& near, std::uint64_t seed)
    : in_(in),
      near_(near),
      scheduler_(in),
      dice_(seed),
      state_(in, scheduler_),
      ruin_(state_, near, dice_),
      recreate_(state_, near, dice_),
      hunt_(state_, ruin_, recreate_, near, dice_),
      tails_(state_, near, dice_) {}

/// Puts in what is absent. Where vehicles differ in size, once for each type that is opened first; once onto a plan by savings; the cheapest stays.
void Search::construct(const Routes& given, bool warm) {
    recreate_.blink = 0, recreate_.eager = eager_start, recreate_.discount = warm ? 1 : open_discount;
    recreate_.run(state_.absent());
    if (!warm && in_.visits <= most_visits_again) {
        Routes cheapest = state_.save();
        double least = state_.cost;
        const auto from = [&](const Routes& routes) {
            state_.load(routes);
            recreate_.run(state_.absent());
            if (state_.cost < least) least = state_.cost, cheapest = state_.save();
        };
        const bool sizes = std::ranges::any_of(in_.cars, [&](const Car& car) { return car.capacity != in_.cars.front().capacity; });
        if (sizes && in_.types <= most_constructions) {
            for (recreate_.open_type = 0; recreate_.open_type < in_.types; ++recreate_.open_type) from(given);
            recreate_.open_type = -1;
        }
        if (in_.types <= most_constructions && savings_fit(in_)) from(savings(in_, near_, scheduler_));
        state_.load(cheapest);
    }
    recreate_.eager = recreate_.discount = 1, recreate_.blink = 0.01;
}

void Search::start(const Routes& routes) {
    Routes given = routes;
    for (std::size_t c = 0; c < given.of_car.size(); ++c)
        if (!scheduler_.value(static_cast<int>(c), given.of_car[c]).feasible) given.of_car[c] = in_.cars[c].first;
    state_.load(given);
    const bool warm = state_.absent().size() * 10 < static_cast<std::size_t>(in_.tasks());
    construct(given, warm);
    std::vector<int> stranded;
    for (const auto& tour : state_.tours)
        if (!tour.feasible)
            for (int n : tour.nodes)
                if (!in_.reload(n) && !state_.locked(in_.node(n).task)) stranded.push_back(in_.node(n).task);
    if (!stranded.empty()) state_.take(stranded);
    double moving = 0;
    int planned_tasks = 0;
    for (const auto& tour : state_.tours)
        if (!tour.empty()) moving += tour.cost - in_.car(tour.car).fixed, planned_tasks += static_cast<int>(tour.nodes.size());
    const double typical = std::max(1e-9, moving / std::max(1, planned_tasks));
    hot_ = typical * (warm ? warm_share : hot_share), cold_ = typical * cold_share;
    note_best();
    hunting_ = hunts_ = hunt_.pays();
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

void Search::share(const Routes& plan, std::vector<char> cars, std::vector<char> tasks) {
    state_.restrict_to(std::move(cars), std::move(tasks));
    state_.become(plan);
    note_best();
}

/// False if the hunt is over; the plan is complete again then.
bool Search::hunt(double spent) {
    if (spent < hunt_share && hunt_.round(hot_ * hunt_heat)) {
        if (hunt_.complete() && state_.cost < best_cost_ - 1e-9) note_best();
        return true;
    }
    if (!hunt_.complete()) state_.load(best_);
    hunt_.reset();
    hunting_ = false;
    annealed_from_ = std::min(spent, 0.9);
    next_hunt_ = spent + hunt_again;
    return false;
}

const std::vector<int>& Search::choose() {
    recreate_.fresh = false;
    if (iterations_ % whole_tour_every == whole_tour_every - 1) return ruin_.tour();
    const double draw = dice_.unit();
    recreate_.fresh = draw < fresh_share;
    if (in_.types > 1) {
        if (draw > 1 - retype_share) {
            recreate_.fresh = true;
            return ruin_.tours(1 + dice_.below(3));
        }
        if (draw > 1 - 2 * retype_share) return ruin_.strings(try_other_type());
    }
    return ruin_.strings(-1, recreate_.fresh ? 5 : 1);
}

void Search::improve(double temperature) {
    const double before = state_.cost;
    state_.begin();
    const auto& tasks = choose();
    if (tasks.empty() || !state_.take(tasks)) {  // without the triangle inequality less can be late
        state_.rollback();
        return;
    }
    const double limit = before - temperature * std::log(1 - dice_.unit());
    if (recreate_.run(tasks, limit) && state_.cost < limit) {
        state_.commit();
        if (in_.types > 1) change_vehicles();
        if (state_.cost < best_cost_ - 1e-9) note_best();
    } else {
        state_.rollback();
    }
}

void Search::exchange_ends(double temperature) {
    state_.begin();
    const double before = state_.cost, more = -temperature * std::log(1 - dice_.unit());
    if (tails_.exchange(more) && state_.cost < before + more) {
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
        if (!hunting_ && spent >= hunt_share) hunts_ = false;
        if (!hunting_ && hunts_ && spent >= next_hunt_) {
            state_.load(best_);
            hunting_ = true;
        }
        if (hunting_ && hunt(spent)) continue;
        improve(temperature);
        exchange_ends(temperature);
    }
}

}  // namespace lastmile::vrp
