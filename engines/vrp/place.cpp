#include "engines/vrp/place.hpp"

namespace lastmile::vrp {
namespace {

double arcs(const Car& car, Distance metres, Time driving) {
    return static_cast<double>(metres) * car.per_m + static_cast<double>(driving) * car.per_drive_s;
}

}  // namespace

void put(const Instance& in, const std::vector<int>& nodes, int task, const Place& place, std::vector<int>& out) {
    const auto mine = in.nodes_of(task);
    out.clear();
    for (std::size_t i = 0; i <= nodes.size(); ++i) {
        if (static_cast<int>(i) == place.first) {
            if (place.reload >= 0 && !place.reload_behind) out.push_back(place.reload);
            out.push_back(mine[0]);
            if (place.reload >= 0 && place.reload_behind) out.push_back(place.reload);
        }
        if (mine.size() == 2 && static_cast<int>(i) == place.second) out.push_back(mine[1]);
        if (i < nodes.size()) out.push_back(nodes[i]);
    }
}

Places Placer::find(const Tour& tour, int task, double limit) {
    places_ = {};
    limit_ = limit, cut_ = false;
    if (!in_.allowed(task, tour.car)) return places_;
    const Car& car = in_.car(tour.car);
    const auto mine = in_.nodes_of(task);
    screen_ = tour.rich;
    for (int n : mine) screen_ |= in_.node(n).rich;
    candidates_.clear();
    constant_ = (tour.empty() ? car.fixed : 0) + in_.moved_cost(task, tour.car);
    if (static_cast<int>(tour.nodes.size()) - tour.reloads + static_cast<int>(mine.size()) > car.max_stops) return places_;
    if (mine.size() == 1)
        single(tour, mine[0]);
    else
        pair(tour, mine[0], mine[1]);
    if (car.reload_node >= 0 && tour.reloads < car.data->max_reloads) {
        if (screen_ || tour.timed)
            with_reload(tour, task);
        else
            with_plain_reload(tour, task);
    }
    if (!candidates_.empty()) exact(tour, task);
    return places_;
}

/// The candidate goes to the answer, or to the list that schedules will judge.
void Placer::keep(double delta, int first, int second) {
    const Place place{delta + constant_, first, second, -1, false};
    if (screen_)
        candidates_.push_back(place);
    else
        places_.offer(place);
}

double Placer::extra_cost(const Car& car, const Tour& tour, Distance metres, Time driving, const Segment& whole, bool& feasible) const {
    feasible =
        tour.distance + metres <= car.max_distance && tour.driving + driving <= car.max_driving && (screen_ || whole.duration <= car.max_duration);
    return arcs(car, metres, driving) + static_cast<double>(whole.duration - (tour.empty() && !car.under_way ? 0 : tour.duration)) * car.per_s;
}

bool Placer::room(const Tour& tour, const Node& node, std::size_t after) const {
    const Car& car = in_.car(tour.car);
    const auto dims = static_cast<std::size_t>(in_.dims);
    const auto load = in_.load(node.task);
    if (node.role == Role::none || node.role == Role::drop) return true;  // goods on board: the schedule sees to it
    if (car.under_way && node.role == Role::deliver) {                    // goods at the hub: only after a reload
        bool reloaded = false;
        for (std::size_t i = 0; i < after; ++i) reloaded |= in_.reload(tour.nodes[i]);
        if (!reloaded) return false;
    }
    if (car.data->loading == Loading::deliveries_first) {
        if (node.role == Role::deliver && tour.collected[after]) return false;
        if ((node.role == Role::collect || node.collects) && tour.delivers[after + 1]) return false;
    }
    for (std::size_t d = 0; d < dims; ++d) {
        const std::int64_t peak = node.role == Role::deliver ? tour.peak_before[after * dims + d]
                                                             : std::max(tour.level[after * dims + d], tour.peak_after[(after + 1) * dims + d]);
        if (peak + load[d] > car.capacity[d]) return false;
        if (node.collects && std::max(tour.level[after * dims + d], tour.peak_after[(after + 1) * dims + d]) + in_.collect(node.task)[d] > car.capacity[d])
            return false;
    }
    return true;
}

void Placer::Waiting::step(const Tour& tour, const Instance& in, const Car& car, std::size_t i, Time release) {
    const Spot& spot = tour.spots[i];
    const bool begins = i == 0 || in.reload(spot.node);
    const Time opens = begins ? std::max(spot.opens, release) : spot.opens;
    const Time service = i == 0 ? 0 : in.node(spot.node).service;
    const Segment here{service, opens, i == 0 ? (car.under_way ? car.from : car.to) : in.node(spot.node).to};
    if (begins) {  // the trip before is as it was
        ok = std::max(spot.begin, release) <= spot.latest && opens <= here.late;
        depart = std::max(spot.begin, release) + service;
        if (ok && tour.timed) head = i == 0 ? here : join(tour.before[i - 1], tour.spots[i - 1].next.duration, here);
        return;
    }
    const Time travel = tour.spots[i - 1].next.duration;
    Time begin = std::max(depart + travel, opens);
    if (in.node(spot.node).several) begin = earliest_in(*in.node(spot.node).windows, begin).value_or(always_to);
    ok &= begin <= spot.latest;
    depart = begin + service;
    if (ok && tour.timed) head = join(head, travel, here);
}

/// Nowhere: the whole tour carries (behind its start, before its end) what leaves no room. Not with reloads.
bool Placer::full(const Tour& tour, const Node& node) const {
    const Car& car = in_.car(tour.car);
    if (tour.reloads > 0 || (node.role != Role::deliver && node.role != Role::collect)) return false;
    const auto dims = static_cast<std::size_t>(in_.dims), at = node.role == Role::deliver ? 0 : (tour.spots.size() - 1) * dims;
    const auto load = in_.load(node.task);
    for (std::size_t d = 0; d < dims; ++d)
        if (tour.level[at + d] + load[d] > car.capacity[d]) return true;
    return false;
}

/// Where nothing but the way costs and rows of the tables are at hand: the same as single(), in the fewest steps.
void Placer::plain(const Tour& tour, const Node& node, const Leg* reach, const Leg* leave, std::size_t first) {
    const Car& car = in_.car(tour.car);
    const std::size_t last = tour.spots.size() - 1;
    const Time closes = node.to, opens = node.from, service = node.service;
    const double per_m = car.per_m, per_drive_s = car.per_drive_s;
    for (std::size_t i = first; i < last; ++i) {
        const Spot& spot = tour.spots[i];
        const Spot& follower = tour.spots[i + 1];
        if (spot.depart > closes) break;
        const Leg to = reach[spot.place], from = leave[follower.place];
        const Distance metres = Distance{to.distance} + from.distance - spot.next.distance;
        const Time driving = Time{to.duration} + from.duration - spot.next.duration;
        const double delta = static_cast<double>(metres) * per_m + static_cast<double>(driving) * per_drive_s + constant_;
        if (delta >= places_.next.delta || (to.duration | from.duration) < 0) continue;
        Time begin = std::max(spot.depart + to.duration, opens);
        if (node.several) begin = earliest_in(*node.windows, begin).value_or(always_to);
        if (begin > closes || begin + service + from.duration > follower.latest) continue;
        if (tour.distance + metres > car.max_distance || tour.driving + driving > car.max_driving || !room(tour, node, i)) continue;
        places_.offer({delta, static_cast<int>(i), static_cast<int>(i), -1, false});
    }
}

void Placer::single(const Tour& tour, int n) {
    const Car& car = in_.car(tour.car);
    const Node& node = in_.node(n);
    if (full(tour, node)) return;
    const Around legs(car, node.place);
    const double latency = in_.problem.weights.latency_per_hour / 3600;
    const Time closes = node.to, needs = node.from + node.service;
    const std::size_t last = tour.spots.size() - 1;
    const bool waits = node.release != always_from;
    Waiting waiting;
    auto i = static_cast<std::size_t>(car.locked);
    if (waits)
        for (std::size_t k = 0; k < i; ++k) waiting.step(tour, in_, car, k, node.release);
    else
        for (std::size_t beyond = last; i < beyond;) {  // `latest` never falls along a tour
            const std::size_t middle = i + (beyond - i) / 2;
            if (tour.spots[middle + 1].latest < needs)
                i = middle + 1;
            else
                beyond = middle;
        }
    if (!screen_ && !waits && !tour.timed && latency == 0 && car.start >= 0 && car.end >= 0 && legs.rows()) return plain(tour, node, legs.in(), legs.out(), i);
    for (; i < last; ++i) {
        const Spot& spot = tour.spots[i];
        const Spot& follower = tour.spots[i + 1];
        if (spot.depart > closes) break;
        if (waits) {
            waiting.step(tour, in_, car, i, node.release);
            if (!waiting.ok) continue;
        }
        const Leg to = legs.from(spot.place), from = legs.to(follower.place);
        const Distance metres = Distance{to.distance} + from.distance - spot.next.distance;
        const Time driving = Time{to.duration} + from.duration - spot.next.duration;
        if (!screen_ && arcs(car, metres, driving) + constant_ >= places_.next.delta) continue;
        if ((to.duration | from.duration) < 0) continue;
        Time begin = std::max((waits ? waiting.depart : spot.depart) + to.duration, node.from);
        if (node.several) begin = earliest_in(*node.windows, begin).value_or(always_to);
        if (begin > closes) continue;
        const Time reach = begin + node.service + from.duration;
        if (reach > follower.latest || !room(tour, node, i)) continue;
        Segment whole;
        if (tour.timed) whole = join(join(waits ? waiting.head : tour.before[i], to.duration, segment_of(node)), from.duration, tour.after[i + 1]);
        bool feasible = true;
        double delta = extra_cost(car, tour, metres, driving, whole, feasible);
        if (!feasible) continue;
        if (latency != 0) {
            const auto behind = static_cast<double>(last - 1 - i);
            delta +=
                latency * (static_cast<double>(begin - in_.problem.origin) + behind * static_cast<double>(std::max<Time>(0, reach - follower.begin)));
        }
        keep(delta, static_cast<int>(i), static_cast<int>(i));
    }
}

void Placer::pair(const Tour& tour, int p, int q) {
    const Car& car = in_.car(tour.car);
    const Node& pick = in_.node(p);
    const Node& drop = in_.node(q);
    const bool timed = tour.timed;
    const bool lifo = car.data->loading == Loading::lifo;
    const double latency = in_.problem.weights.latency_per_hour / 3600;
    const auto dims = static_cast<std::size_t>(in_.dims);
    const auto load = in_.load(pick.task);
    const auto fits = [&](std::size_t spot) {
        for (std::size_t d = 0; d < dims; ++d)
            if (tour.level[spot * dims + d] + load[d] > car.capacity[d]) return false;
        return true;
    };
    const Around around_pick(car, pick.place), around_drop(car, drop.place);
    const Leg direct = around_pick.to(drop.place);
    const std::size_t last = tour.spots.size() - 1;
    reach_.resize(last + 1), leave_.resize(last + 1);
    for (std::size_t j = static_cast<std::size_t>(car.locked) + 1; j <= last; ++j)
        reach_[j] = around_drop.from(tour.spots[j].place), leave_[j] = around_drop.to(tour.spots[j].place);
    for (std::size_t i = static_cast<std::size_t>(car.locked); i < last; ++i) {
        const Spot& spot = tour.spots[i];
        if (spot.depart > pick.to) break;
        const Spot& follower = tour.spots[i + 1];
        if (follower.latest < pick.from || !fits(i)) continue;
        const Leg to = around_pick.from(spot.place), from = around_pick.to(follower.place);
        if (to.duration < 0) continue;
        Time begin = std::max(spot.depart + to.duration, pick.from);
        if (pick.several) begin = earliest_in(*pick.windows, begin).value_or(always_to);
        if (begin > pick.to) continue;
        const Time leaves = begin + pick.service;
        Segment head;
        if (timed) head = join(tour.before[i], to.duration, segment_of(pick));
        {  // both here
            const Leg away = leave_[i + 1];
            Time at = std::max(leaves + direct.duration, drop.from);
            if (drop.several) at = earliest_in(*drop.windows, at).value_or(always_to);
            const Time reach = at + drop.service + away.duration;
            if ((direct.duration | away.duration) >= 0 && at <= drop.to && reach <= follower.latest) {
                Segment whole;
                if (timed) whole = join(join(head, direct.duration, segment_of(drop)), away.duration, tour.after[i + 1]);
                bool feasible = true;
                double delta = extra_cost(car, tour, Distance{to.distance} + direct.distance + away.distance - spot.next.distance,
                                          Time{to.duration} + direct.duration + away.duration - spot.next.duration, whole, feasible);
                if (latency != 0)
                    delta += latency * (static_cast<double>(at - in_.problem.origin) +
                                        static_cast<double>(last - 1 - i) * static_cast<double>(std::max<Time>(0, reach - follower.begin)));
                if (feasible) keep(delta, static_cast<int>(i), static_cast<int>(i));
            }
        }
        if (i + 1 == last || from.duration < 0) continue;
        const Distance detour = Distance{to.distance} + from.distance - spot.next.distance;
        const Time detour_s = Time{to.duration} + from.duration - spot.next.duration;
        Time arrival = leaves + from.duration;
        Time travel = from.duration;
        int open = 0;  // shipments picked up since, still on board
        for (std::size_t j = i + 1; j < last; ++j) {
            const Spot& here = tour.spots[j];
            if (arrival > here.latest || !fits(j)) break;
            if (!screen_ && arcs(car, detour, detour_s) + constant_ >= places_.next.delta) break;
            const Node& passed = in_.node(here.node);
            if (lifo && passed.role == Role::pick) ++open;
            if (lifo && passed.role == Role::drop && --open < 0) break;
            Time now = std::max(arrival, here.opens);
            if (passed.several) now = earliest_in(*passed.windows, now).value_or(always_to);
            now += passed.service;
            if (now > drop.to) break;
            if (timed) head = join(head, travel, {passed.service, here.opens, passed.to}), travel = here.next.duration;
            arrival = now + here.next.duration;
            if (open > 0) continue;
            const Spot& beyond = tour.spots[j + 1];
            const Leg in = reach_[j], out = leave_[j + 1];
            if ((in.duration | out.duration) < 0) continue;
            const Distance metres = detour + in.distance + out.distance - here.next.distance;
            const Time driving = detour_s + in.duration + out.duration - here.next.duration;
            if (!screen_ && arcs(car, metres, driving) + constant_ >= places_.next.delta) continue;
            Time at = std::max(now + in.duration, drop.from);
            if (drop.several) at = earliest_in(*drop.windows, at).value_or(always_to);
            const Time reach = at + drop.service + out.duration;
            if (at > drop.to || reach > beyond.latest) continue;
            Segment whole;
            if (timed) whole = join(join(head, in.duration, segment_of(drop)), out.duration, tour.after[j + 1]);
            bool feasible = true;
            double delta = extra_cost(car, tour, metres, driving, whole, feasible);
            if (latency != 0)
                delta += latency * (static_cast<double>(at - in_.problem.origin) +
                                    static_cast<double>(last - 1 - j) * static_cast<double>(std::max<Time>(0, reach - beyond.begin)) +
                                    static_cast<double>(j - i) * static_cast<double>(std::max<Time>(0, detour_s)));
            if (feasible) keep(delta, static_cast<int>(i), static_cast<int>(j));
        }
    }
}

}  // namespace lastmile::vrp
