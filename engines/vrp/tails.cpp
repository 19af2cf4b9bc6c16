#include "engines/vrp/tails.hpp"

namespace lastmile::vrp {
namespace {

std::size_t z(int i) { return static_cast<std::size_t>(i); }

bool alike(const Car& a, const Car& b) {
    return a.type == b.type || (a.roads.matrix == b.roads.matrix && a.roads.slowness == b.roads.slowness && a.timed() == b.timed());
}

}  // namespace

Tails::Tails(State& state, const Neighbours& near, Dice& dice) : s_(state), near_(near), dice_(dice) {}

bool Tails::plain(const Tour& tour) const {
    const Car& car = s_.in.car(tour.car);
    return s_.open(tour.car) && !tour.rich && tour.reloads == 0 && !car.under_way && car.locked == 0;
}

/// No shipment is on board when the spot is left.
bool Tails::shut(const Tour& tour, int spot) const {
    int open = 0;
    for (int i = 1; i <= spot; ++i) {
        const Role role = s_.in.node(tour.spots[z(i)].node).role;
        open += role == Role::pick ? 1 : role == Role::drop ? -1 : 0;
    }
    return open == 0;
}

/// One way of the exchange: this vehicle's load with the head of one tour and the end of another.
bool Tails::fits(const Tour& head, int at, const Tour& other, int from) const {
    const Car& car = s_.in.car(head.car);
    const auto dims = z(s_.in.dims);
    for (std::size_t d = 0; d < dims; ++d) {
        std::int64_t delivered_here = 0, delivered_there = 0;
        for (std::size_t i = z(at) + 1; i + 1 < head.spots.size(); ++i)
            if (const Node& node = s_.in.node(head.spots[i].node); node.role == Role::deliver) delivered_here += s_.in.load(node.task)[d];
        for (std::size_t i = z(from); i + 1 < other.spots.size(); ++i)
            if (const Node& node = s_.in.node(other.spots[i].node); node.role == Role::deliver) delivered_there += s_.in.load(node.task)[d];
        const std::int64_t collected_here = head.level[z(at) * dims + d] - delivered_here;
        const std::int64_t collected_there = other.level[z(from - 1) * dims + d] - delivered_there;
        if (head.peak_before[z(at) * dims + d] - delivered_here + delivered_there > car.capacity[d]) return false;
        if (other.peak_after[z(from) * dims + d] - collected_there + collected_here > car.capacity[d]) return false;
    }
    return true;
}

/// What the tour costs as whole() counts.
double Tails::driven(const Tour& tour) const {
    const Car& car = s_.in.car(tour.car);
    return car.fixed + static_cast<double>(tour.distance) * car.per_m + static_cast<double>(tour.driving) * car.per_drive_s +
           (tour.timed ? static_cast<double>(tour.duration) * car.per_s : 0);
}

/// The head of one tour with the end of another, driven by the former's vehicle. What lies in time behind the cut is taken as the other vehicle
/// has it: where it ends elsewhere an estimate.
Tails::Whole Tails::whole(const Tour& a, int i, const Tour& b, int j) const {
    const Car& car = s_.in.car(a.car);
    const Spot& head = a.spots[z(i)];
    const bool ends = z(j) + 1 == b.spots.size();
    if (ends && i == 0) return {true, 0};
    const Spot& comes = b.spots[z(j)];
    const Leg there = leg_between(car, head.place, ends ? car.end : comes.place);
    Leg home;
    Time home_before = 0;
    Distance metres = head.along + there.distance;
    Time driving = head.driven + there.duration;
    if (!ends) {
        const Spot& last = b.spots[b.spots.size() - 2];
        home_before = last.next.duration;
        home = car.end == s_.in.car(b.car).end ? last.next : leg_between(car, last.place, car.end);
        metres += last.along - comes.along + home.distance, driving += last.driven - comes.driven + home.duration;
    }
    const bool good = (there.duration | home.duration) >= 0 && head.depart + there.duration <= (ends ? car.to : comes.latest) &&
                      metres <= car.max_distance && driving <= car.max_driving;
    double cost = car.fixed + static_cast<double>(metres) * car.per_m + static_cast<double>(driving) * car.per_drive_s;
    if (good && a.timed && b.timed && car.per_s != 0)
        cost += static_cast<double>(join(a.before[z(i)], there.duration, b.after[z(j)]).duration + home.duration - home_before) * car.per_s;
    return {good, cost};
}

void Tails::consider(const Tour& a, int i, const Tour& b, int j) {
    const Whole first = whole(a, i, b, j);
    if (!first.good) return;
    const Whole second = whole(b, j - 1, a, i + 1);
    const double delta = first.cost + second.cost - driven(a) - driven(b);
    if (!second.good || delta >= best_.delta) return;
    if (!fits(a, i, b, j) || !fits(b, j - 1, a, i + 1) || !shut(a, i) || !shut(b, j - 1)) return;
    best_ = {delta, a.car, i, b.car, j};
}

bool Tails::unrelated(const Tour& tour, int from) const {
    for (std::size_t i = z(from); i + 1 < tour.spots.size(); ++i) {
        const int task = s_.in.node(tour.spots[i].node).task;
        if (s_.in.group_of(task) >= 0 || !s_.in.before(task).empty() || !s_.dependents(task).empty() || !s_.in.conflicts(task).empty()) return false;
    }
    return true;
}

bool Tails::exchange(double most) {
    if (s_.in.visits == 0 || s_.in.releases) return false;
    const int a = dice_.below(s_.in.visits);
    const auto car_of = [&](int n) { return s_.car_of[z(s_.in.node(n).task)]; };
    if (car_of(a) < 0) return false;
    const Tour& tour = s_.tours[z(car_of(a))];
    if (!plain(tour)) return false;
    best_ = {most, -1, 0, -1, 0};
    const int spot = s_.index_of[z(a)] + 1;
    for (int b : near_.fitting(a)) {
        if (car_of(b) < 0 || car_of(b) == tour.car) continue;
        const Tour& other = s_.tours[z(car_of(b))];
        if (!alike(s_.in.car(other.car), s_.in.car(tour.car)) || !plain(other)) continue;
        const int there = s_.index_of[z(b)] + 1;
        consider(tour, spot, other, there);
        consider(other, there, tour, spot);
    }
    if (best_.head < 0 || !unrelated(s_.tours[z(best_.head)], best_.at + 1) || !unrelated(s_.tours[z(best_.other)], best_.from)) return false;
    return s_.exchange_ends(best_.head, best_.at, best_.other, best_.from - 1);
}

}  // namespace lastmile::vrp
