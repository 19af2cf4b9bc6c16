// Which vehicle drives a tour: a cheaper idle one takes it over as it is.
#include <algorithm>

#include "engines/vrp/search.hpp"

namespace lastmile::vrp {
namespace {

/// What the same stops cost on another vehicle that drives alike, waiting apart; nothing is known (0) if it drives otherwise.
double least_cost(const Tour& tour, const Car& own, const Car& other) {
    if (own.roads.matrix != other.roads.matrix || own.roads.slowness != other.roads.slowness) return 0;
    Distance metres = tour.distance;
    Time driving = tour.driving;
    const auto change = [&](int place, int was, int is, bool leaving) {
        const Leg old = leaving ? leg_between(own, was, place) : leg_between(own, place, was);
        const Leg now = leaving ? leg_between(other, is, place) : leg_between(other, place, is);
        metres += now.distance - old.distance, driving += now.duration - old.duration;
    };
    change(tour.spots[1].place, own.start, other.start, true);
    change(tour.spots[tour.spots.size() - 2].place, own.end, other.end, false);
    return other.fixed + static_cast<double>(metres) * other.per_m + static_cast<double>(driving) * other.per_drive_s;
}

}  // namespace

/// Within a transaction: a tour drawn at random goes to an idle vehicle of another type. Returns one of its visits, -1 if it stayed.
int Search::try_other_type() {
    if (in_.visits == 0) return -1;
    const int seed = dice_.below(in_.visits);
    const int car = state_.car_of[static_cast<std::size_t>(in_.node(seed).task)];
    if (car < 0 || !state_.open(car) || in_.car(car).under_way || state_.tours[static_cast<std::size_t>(car)].reloads > 0) return -1;
    const int type = dice_.below(in_.types);
    const int other = type == in_.car(car).type ? -1 : state_.idle(type, in_.node(seed).task);
    if (other < 0 || in_.car(other).under_way) return -1;
    const auto& nodes = state_.tours[static_cast<std::size_t>(car)].nodes;
    if (!std::ranges::all_of(nodes, [&](int n) { return in_.allowed(in_.node(n).task, other); })) return -1;
    if (!scheduler_.value(other, nodes).feasible) return -1;
    state_.move_tour(car, other);
    return seed;
}

void Search::change_vehicles() {
    const std::vector<int> changed = state_.changed();
    for (int car : changed) {
        const Tour& tour = state_.tours[static_cast<std::size_t>(car)];
        const Car& own = in_.car(car);
        if (tour.empty() || tour.reloads > 0 || own.under_way) continue;
        double best = tour.cost - 1e-6;
        int chosen = -1;
        for (int type = 0; type < in_.types; ++type) {
            if (type == own.type) continue;
            const int other = state_.idle(type, in_.node(tour.nodes.front()).task);
            if (other < 0 || in_.car(other).under_way || least_cost(tour, own, in_.car(other)) >= best) continue;
            if (!std::ranges::all_of(tour.nodes, [&](int n) { return in_.allowed(in_.node(n).task, other); })) continue;
            const RouteValue value = scheduler_.value(other, tour.nodes);
            if (value.feasible && value.total < best) best = value.total, chosen = other;
        }
        if (chosen < 0) continue;
        state_.begin();
        state_.move_tour(car, chosen);
        state_.commit();
    }
}

}  // namespace lastmile::vrp
