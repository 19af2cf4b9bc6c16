#include "engines/vrp/tour.hpp"

namespace lastmile::vrp {
namespace {

Segment segment_at(const Tour& tour, const Instance& in, const Car& car, std::size_t i) {
    const Spot& spot = tour.spots[i];
    if (spot.node < 0) return {0, always_from, car.to};
    const Node& node = in.node(spot.node);
    return {node.service, spot.opens, node.to};
}

Time latest_in(const std::vector<Window>& windows, Time until) {
    if (windows.empty()) return until;
    for (std::size_t w = windows.size(); w-- > 0;)
        if (windows[w].from <= until) return std::min(until, windows[w].to);
    return always_from * 2;
}

/// The latest release among the deliveries of the trip that begins behind spot `from`.
Time release_of_trip(const Tour& tour, const Instance& in, std::size_t from) {
    Time release = always_from;
    for (std::size_t i = from; i < tour.nodes.size() && !in.reload(tour.nodes[i]); ++i) release = std::max(release, in.node(tour.nodes[i]).release);
    return release;
}

Segment start_of(const Tour& tour, const Car& car) { return {0, tour.spots.front().opens, car.under_way ? car.from : car.to}; }

bool run_forward(Tour& tour, const Instance& in, const Car& car) {
    bool good = true;
    const std::size_t spots = tour.spots.size();
    Spot& start = tour.spots.front();
    start.opens = car.from;
    if (in.releases && !car.under_way) start.opens = std::max(start.opens, release_of_trip(tour, in, 0));
    start.begin = start.depart = start.opens;
    start.along = start.driven = 0;
    tour.driving = 0, tour.distance = 0;
    for (std::size_t i = 1; i < spots; ++i) {
        Spot& prior = tour.spots[i - 1];
        Spot& spot = tour.spots[i];
        prior.next = leg_between(car, prior.place, spot.place);
        good &= prior.next.duration >= 0;
        tour.driving += prior.next.duration, tour.distance += prior.next.distance;
        spot.along = tour.distance, spot.driven = tour.driving;
        const Time arrival = prior.depart + prior.next.duration;
        if (spot.node < 0) {
            spot.begin = spot.depart = arrival;
            spot.opens = always_from;
            good &= arrival <= car.to;
            continue;
        }
        const Node& node = in.node(spot.node);
        spot.opens = node.from;
        if (in.releases && node.role == Role::reload) spot.opens = std::max(spot.opens, release_of_trip(tour, in, i));
        spot.begin = std::max(arrival, spot.opens);
        if (node.several) spot.begin = earliest_in(*node.windows, spot.begin).value_or(always_to);
        good &= spot.begin <= node.to;
        spot.depart = spot.begin + node.service;
    }
    return good;
}

void run_backward(Tour& tour, const Instance& in, const Car& car) {
    tour.spots.back().latest = car.to;
    for (std::size_t i = tour.spots.size() - 1; i-- > 0;) {
        Spot& spot = tour.spots[i];
        const Spot& follower = tour.spots[i + 1];
        spot.latest = follower.latest - spot.next.duration;
        if (spot.node < 0) continue;
        const Node& node = in.node(spot.node);
        spot.latest = std::min(node.to, spot.latest - node.service);
        if (node.several) spot.latest = latest_in(*node.windows, spot.latest);
    }
}

void join_all(Tour& tour, const Instance& in, const Car& car) {
    const std::size_t spots = tour.spots.size();
    tour.before.resize(spots), tour.after.resize(spots);
    tour.before.front() = start_of(tour, car);
    for (std::size_t i = 1; i < spots; ++i) tour.before[i] = join(tour.before[i - 1], tour.spots[i - 1].next.duration, segment_at(tour, in, car, i));
    tour.after.back() = segment_at(tour, in, car, spots - 1);
    for (std::size_t i = spots - 1; i-- > 0;)
        tour.after[i] = join(i == 0 ? start_of(tour, car) : segment_at(tour, in, car, i), tour.spots[i].next.duration, tour.after[i + 1]);
    tour.duration = tour.before.back().duration;
}

/// What the deliveries of the trip load that begins at node index `from`.
std::int64_t trip_load(const Tour& tour, const Instance& in, std::size_t from, std::size_t d) {
    std::int64_t sum = 0;
    for (std::size_t i = from; i < tour.nodes.size() && !in.reload(tour.nodes[i]); ++i)
        if (const Node& node = in.node(tour.nodes[i]); node.role == Role::deliver) sum += in.load(node.task)[d];
    return sum;
}

bool weigh(Tour& tour, const Instance& in, const Car& car) {
    const auto dims = static_cast<std::size_t>(in.dims), spots = tour.spots.size();
    tour.level.resize(spots * dims);
    tour.peak_before.resize(spots * dims);
    tour.peak_after.resize(spots * dims);
    bool good = true;
    for (std::size_t d = 0; d < dims; ++d) {
        std::int64_t now = trip_load(tour, in, 0, d), collected = 0;
        for (std::size_t i = 1; car.under_way && i + 1 < spots; ++i)
            if (const Node& node = in.node(tour.spots[i].node); node.boards) now += in.load(node.task)[d];
        std::int64_t peak = now;
        for (std::size_t i = 0; i < spots; ++i) {
            if (tour.spots[i].node >= 0) {
                const Node& node = in.node(tour.spots[i].node);
                if (node.role == Role::reload)
                    now += trip_load(tour, in, i, d) - collected, collected = 0, peak = now;
                else if (node.role == Role::pick)
                    now += in.load(node.task)[d];
                else if (node.role == Role::collect)
                    now += in.load(node.task)[d], collected += in.load(node.task)[d];
                else if (node.role != Role::none)
                    now -= in.load(node.task)[d];
                if (node.collects) now += in.collect(node.task)[d], collected += in.collect(node.task)[d];
            }
            tour.level[i * dims + d] = now;
            peak = std::max(peak, now);
            tour.peak_before[i * dims + d] = peak;
        }
        std::int64_t ahead = 0;
        for (std::size_t i = spots; i-- > 0;) {
            good &= tour.level[i * dims + d] <= car.capacity[d];
            ahead = tour.reloads > 0 && tour.spots[i].node >= 0 && in.reload(tour.spots[i].node) ? 0 : std::max(ahead, tour.level[i * dims + d]);
            tour.peak_after[i * dims + d] = ahead;
        }
    }
    return good;
}

/// False if something is picked up for the hub before the trip's last delivery.
bool mark_order(Tour& tour, const Instance& in) {
    tour.collected.assign(tour.spots.size(), 0);
    tour.delivers.assign(tour.spots.size(), 0);
    for (std::size_t i = 1; i < tour.spots.size(); ++i) {
        const int n = tour.spots[i].node;
        tour.collected[i] = n >= 0 && !in.reload(n) && (tour.collected[i - 1] || in.node(n).role == Role::collect || in.node(n).collects);
    }
    for (std::size_t i = tour.spots.size() - 1; i-- > 0;) {
        const int n = tour.spots[i].node;
        tour.delivers[i] = n >= 0 && !in.reload(n) && (tour.delivers[i + 1] || in.node(n).role == Role::deliver);
    }
    for (std::size_t i = 1; i + 1 < tour.spots.size(); ++i)
        if (tour.collected[i] && tour.delivers[i + 1]) return false;
    return true;
}

}  // namespace

void refresh(Tour& tour, const Instance& in, Scheduler& scheduler) {
    const Car& car = in.car(tour.car);
    tour.spots.resize(tour.nodes.size() + 2);
    tour.spots.front().node = tour.spots.back().node = -1;
    tour.spots.front().place = car.start;
    tour.spots.back().place = car.end;
    tour.reloads = 0;
    tour.rich = in.rich || car.rich;
    for (std::size_t i = 0; i < tour.nodes.size(); ++i) {
        const Node& node = in.node(tour.nodes[i]);
        tour.spots[i + 1].node = tour.nodes[i];
        tour.spots[i + 1].place = node.place;
        tour.rich |= node.rich;
        tour.reloads += node.role == Role::reload;
    }
    tour.feasible = run_forward(tour, in, car);
    run_backward(tour, in, car);
    tour.feasible &= weigh(tour, in, car);
    if (car.data->loading == Loading::deliveries_first) tour.feasible &= mark_order(tour, in);
    tour.timed = car.timed();
    tour.duration = 0;
    if (tour.timed) join_all(tour, in, car);
    tour.cost = 0;
    if (tour.rich || car.under_way) {
        const RouteValue value = scheduler.value(tour.car, tour.nodes);
        tour.feasible = value.feasible;
        tour.cost = value.total;
        tour.duration = value.duration;
        return;
    }
    if (tour.nodes.empty()) {
        tour.feasible = true;
        tour.duration = tour.driving = tour.distance = 0;  // an idle vehicle does not drive from its start to its end
        tour.spots.front().next = {};
        return;
    }
    tour.feasible &= tour.distance <= car.max_distance && tour.driving <= car.max_driving && tour.duration <= car.max_duration &&
                     static_cast<int>(tour.nodes.size()) - tour.reloads <= car.max_stops && tour.reloads <= car.data->max_reloads;
    tour.cost = car.fixed + static_cast<double>(tour.distance) * car.per_m + static_cast<double>(tour.duration) * car.per_s +
                static_cast<double>(tour.driving) * car.per_drive_s;
    if (in.problem.weights.moved_task != 0)
        for (int n : tour.nodes)
            if (n == in.nodes_of(in.node(n).task).back()) tour.cost += in.moved_cost(in.node(n).task, tour.car);
}

}  // namespace lastmile::vrp
