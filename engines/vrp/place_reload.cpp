// A single task next to a new stop at a hub, in tours where only the way costs: it begins a trip or ends one. The price is exact; feasibility
// errs on the safe side, as if the trip that is cut still waited for the goods of its second part.
#include <algorithm>

#include "engines/vrp/place.hpp"

namespace lastmile::vrp {

void Placer::look_ahead(const Tour& tour) {
    const auto dims = static_cast<std::size_t>(in_.dims), spots = tour.spots.size();
    release_ahead_.assign(spots, always_from);
    delivery_ahead_.assign(spots * dims, 0);
    for (std::size_t i = spots - 1; i-- > 0;) {
        const int n = tour.spots[i + 1].node;
        if (n < 0 || in_.reload(n)) continue;
        const Node& node = in_.node(n);
        const bool delivery = node.role == Role::deliver;
        release_ahead_[i] = std::max(release_ahead_[i + 1], delivery ? node.release : always_from);
        for (std::size_t d = 0; d < dims; ++d)
            delivery_ahead_[i * dims + d] = delivery_ahead_[(i + 1) * dims + d] + (delivery ? in_.load(node.task)[d] : 0);
    }
}

bool Placer::room_beside(const Tour& tour, const Node& node, std::size_t i, bool behind) const {
    if (node.role == Role::none) return true;
    const Car& car = in_.car(tour.car);
    const auto dims = static_cast<std::size_t>(in_.dims);
    const auto load = in_.load(node.task);
    const bool delivery = node.role == Role::deliver;
    if (car.data->loading == Loading::deliveries_first)
        if (behind ? delivery && tour.collected[i] : (!delivery || node.collects) && tour.delivers[i + 1]) return false;
    for (std::size_t d = 0; d < dims; ++d) {
        const std::size_t here = i * dims + d;
        const std::int64_t peak = behind     ? (delivery ? tour.peak_before[here] : tour.level[here]) - delivery_ahead_[here]
                                  : delivery ? tour.level[here]
                                             : std::max(tour.level[here], tour.peak_after[here + dims]);
        if (peak + load[d] > car.capacity[d]) return false;
        if (!node.collects) continue;
        const std::int64_t after = behind ? tour.level[here] - delivery_ahead_[here] : std::max(tour.level[here], tour.peak_after[here + dims]);
        if (after + in_.collect(node.task)[d] > car.capacity[d]) return false;
    }
    return true;
}

void Placer::with_plain_reload(const Tour& tour, int task) {
    const auto mine = in_.nodes_of(task);
    if (mine.size() != 1 || tour.empty()) return;
    const Car& car = in_.car(tour.car);
    const Node& node = in_.node(mine[0]);
    if (node.role == Role::drop) return;
    look_ahead(tour);
    const Around at_node(car, node.place);
    for (std::size_t r = 0; r < car.data->reloads.size(); ++r) {
        const int reload = car.reload_node + static_cast<int>(r);
        const Node& hub = in_.node(reload);
        const Around at_hub(car, hub.place);
        const Leg out = at_hub.to(node.place), home = at_node.to(hub.place);
        Time trip_begins = tour.spots.front().begin;
        for (std::size_t i = 0; i + 1 < tour.spots.size(); ++i) {
            const Spot& spot = tour.spots[i];
            const Spot& follower = tour.spots[i + 1];
            const bool begins = i == 0 || in_.reload(spot.node), ends = follower.node < 0 || in_.reload(follower.node);
            if (begins) trip_begins = spot.begin;
            if (static_cast<int>(i) < car.locked) continue;
            if (spot.depart > std::max(node.to, hub.to)) break;
            for (const bool behind : {false, true}) {
                if (behind ? ends : begins) continue;  // a trip without a task is none
                const Leg to = behind ? at_node.from(spot.place) : at_hub.from(spot.place), via = behind ? home : out,
                          from = behind ? at_hub.to(follower.place) : at_node.to(follower.place);
                const Distance metres = Distance{to.distance} + via.distance + from.distance - spot.next.distance;
                const Time driving = Time{to.duration} + via.duration + from.duration - spot.next.duration;
                const double delta = static_cast<double>(metres) * car.per_m + static_cast<double>(driving) * car.per_drive_s + constant_;
                if (delta >= places_.next.delta || (to.duration | via.duration | from.duration) < 0) continue;
                if (tour.distance + metres > car.max_distance || tour.driving + driving > car.max_driving) continue;
                if (behind && (node.release > trip_begins || (car.under_way && node.role == Role::deliver && tour.reloads == 0))) continue;
                Time hub_opens = std::max(hub.from, release_ahead_[i]);
                if (!behind) hub_opens = std::max(hub_opens, node.release);
                const Time first = std::max(spot.depart + to.duration, behind ? node.from : hub_opens);
                const Time second = std::max(first + (behind ? node : hub).service + via.duration, behind ? hub_opens : node.from);
                if (first > (behind ? node : hub).to || second > (behind ? hub : node).to) continue;
                if (second + (behind ? hub : node).service + from.duration > follower.latest) continue;
                if (room_beside(tour, node, i, behind)) places_.offer({delta, static_cast<int>(i), static_cast<int>(i), reload, behind});
            }
        }
    }
}

}  // namespace lastmile::vrp
