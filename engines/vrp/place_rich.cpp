// Where sums do not tell everything: candidates in the order of the screen, each judged by its schedule.
#include <algorithm>

#include "engines/vrp/place.hpp"

namespace lastmile::vrp {

/// A single task next to a new stop at a hub: it begins or ends a trip.
void Placer::with_reload(const Tour& tour, int task) {
    const auto mine = in_.nodes_of(task);
    if (mine.size() != 1) return;
    const Car& car = in_.car(tour.car);
    const Node& node = in_.node(mine[0]);
    for (std::size_t r = 0; r < car.data->reloads.size(); ++r) {
        const int reload = car.reload_node + static_cast<int>(r);
        const Node& hub = in_.node(reload);
        for (std::size_t i = static_cast<std::size_t>(car.locked); i + 1 < tour.spots.size(); ++i) {
            const Spot& spot = tour.spots[i];
            const Spot& follower = tour.spots[i + 1];
            if (spot.depart > std::max(node.to, hub.to)) break;
            for (const bool behind : {false, true}) {
                const Node& a = behind ? node : hub;
                const Node& b = behind ? hub : node;
                const Leg to = leg_between(car, spot.place, a.place), via = leg_between(car, a.place, b.place),
                          from = leg_between(car, b.place, follower.place);
                if ((to.duration | via.duration | from.duration) < 0) continue;
                const Time first = std::max(spot.depart + to.duration, a.from);
                const Time second = std::max(first + a.service + via.duration, b.from);
                if (first > a.to || second > b.to || second + b.service + from.duration > follower.latest) continue;
                const Distance metres = Distance{to.distance} + via.distance + from.distance - spot.next.distance;
                const Time driving = Time{to.duration} + via.duration + from.duration - spot.next.duration;
                const double delta = static_cast<double>(metres) * car.per_m + static_cast<double>(driving) * car.per_drive_s + constant_;
                if (delta < places_.next.delta) candidates_.push_back({delta, static_cast<int>(i), static_cast<int>(i), reload, behind});
            }
        }
    }
}

void Placer::exact(const Tour& tour, int task) {
    std::ranges::sort(candidates_,
                      [](const Place& a, const Place& b) { return std::tie(a.delta, a.first, a.second) < std::tie(b.delta, b.first, b.second); });
    constexpr int patience = 6;  // schedules after the first that fits
    constexpr int most = 200;    // schedules at all
    int judged = 0, since = 0;
    for (const auto& candidate : candidates_) {
        if (places_.best.found() && (candidate.delta >= places_.next.delta || ++since > patience)) break;
        if (!places_.best.found() && candidate.delta >= limit_) {
            cut_ = true;
            break;
        }
        if (++judged > most) break;
        put(in_, tour.nodes, task, candidate, trial_);
        const RouteValue value = scheduler_.value(tour.car, trial_);
        if (!value.feasible) continue;
        Place place = candidate;
        place.delta = value.total - tour.cost;
        places_.offer(place);
    }
}

}  // namespace lastmile::vrp
