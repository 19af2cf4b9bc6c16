#include "engines/vrp/state.hpp"

#include <limits>
#include <utility>

namespace lastmile::vrp {

void State::List::drop(int t) {
    const auto i = static_cast<std::size_t>(at[static_cast<std::size_t>(t)]);
    items[i] = items.back();
    at[static_cast<std::size_t>(items[i])] = static_cast<int>(i);
    items.pop_back();
}

State::State(const Instance& instance, Scheduler& exact)
    : in(instance),
      scheduler(exact),
      dependents_(static_cast<std::size_t>(instance.tasks())),
      locked_(static_cast<std::size_t>(instance.tasks()), 0) {
    for (int t = 0; t < in.tasks(); ++t)
        for (int earlier : in.before(t)) dependents_[static_cast<std::size_t>(earlier)].push_back(t);
    for (const auto& car : in.cars)
        for (int n : car.first)
            if (n == in.nodes_of(in.node(n).task).back()) locked_[static_cast<std::size_t>(in.node(n).task)] = 1;
    touched_.assign(in.cars.size(), 0), stale_.assign(in.cars.size(), 0), rank_.assign(in.cars.size(), 0);
    for (const auto& cars : in.cars_of_type)
        for (std::size_t i = 0; i < cars.size(); ++i) rank_[static_cast<std::size_t>(cars[i])] = static_cast<int>(i);
    load(empty_routes(in));
}

bool State::load(const Routes& routes) {
    bool good = true;
    const auto count = static_cast<std::size_t>(in.tasks());
    tours.resize(in.cars.size());
    car_of.assign(count, -1);
    offer_of = routes.offer_of;
    index_of.assign(in.nodes.size(), -1);
    jobs.assign(in.problem.partners.size(), 0);
    absent_.clear(), outside_.clear(), at_.assign(count, -1);
    used_.clear(), at_used_.assign(tours.size(), -1), first_idle_.assign(in.cars_of_type.size(), 0);
    visits_ = 0, all_stale_ = true;
    for (std::size_t c = 0; c < tours.size(); ++c) {
        Tour& tour = tours[c];
        tour.car = static_cast<int>(c);
        tour.nodes = routes.of_car[c];
        tour.version = ++versions_;
        refresh(tour, in, scheduler);
        good &= tour.feasible;
        index(tour);
        tally(tour.car, 0, tour.nodes.size());
        for (int n : tour.nodes)
            if (!in.reload(n) && n == in.nodes_of(in.node(n).task).back()) car_of[static_cast<std::size_t>(in.node(n).task)] = tour.car;
    }
    for (int t = 0; t < in.tasks(); ++t) {
        if (car_of[static_cast<std::size_t>(t)] >= 0) continue;
        const int offer = offer_of[static_cast<std::size_t>(t)];
        if (offer < 0) {
            List{absent_, at_}.add(t);
            continue;
        }
        List{outside_, at_}.add(t);
        ++jobs[static_cast<std::size_t>(in.problem.tasks[static_cast<std::size_t>(t)].offers[static_cast<std::size_t>(offer)].partner)];
    }
    cost = recounted();
    return good;
}

double State::recounted() const {
    double sum = 0;
    for (const auto& tour : tours) sum += tour.cost;
    for (int t : absent_) sum += in.absence(t);
    for (int t : outside_) sum += in.offer_cost(t, offer_of[static_cast<std::size_t>(t)]);
    return sum;
}

Routes State::save() const {
    Routes routes;
    for (const auto& tour : tours) routes.of_car.push_back(tour.nodes);
    routes.offer_of = offer_of;
    return routes;
}

void State::become(const Routes& routes) {
    std::vector<int> changed;
    for (std::size_t c = 0; c < tours.size(); ++c) {
        if (tours[c].nodes == routes.of_car[c]) continue;
        changed.push_back(static_cast<int>(c));
        for (int n : tours[c].nodes)
            if (!in.reload(n)) car_here(in.node(n).task, -1, routes.offer_of[static_cast<std::size_t>(in.node(n).task)]);
    }
    for (int c : changed)
        for (int n : routes.of_car[static_cast<std::size_t>(c)])
            if (!in.reload(n)) car_here(in.node(n).task, c, -1);
    for (int t : std::vector<int>(absent_)) car_here(t, -1, routes.offer_of[static_cast<std::size_t>(t)]);
    for (int t : std::vector<int>(outside_)) car_here(t, -1, routes.offer_of[static_cast<std::size_t>(t)]);
    for (int c : changed) {
        std::vector<int> nodes = routes.of_car[static_cast<std::size_t>(c)];
        set_nodes(c, nodes);
    }
}

void State::car_here(int task, int car, int offer) {
    const auto t = static_cast<std::size_t>(task);
    if (car_of[t] != car || offer_of[t] != offer) where(task, car, offer);
}

void State::restrict_to(std::vector<char> cars, std::vector<char> tasks) {
    open_car_ = std::move(cars), open_task_ = std::move(tasks);
    first_idle_.assign(in.cars_of_type.size(), 0);
}

void State::index(const Tour& tour) {
    for (std::size_t i = 0; i < tour.nodes.size(); ++i) index_of[static_cast<std::size_t>(tour.nodes[i])] = static_cast<int>(i);
}

void State::begin() {
    ++turn_;
    saved_count_ = 0;
    saved_car_.clear();
    notes_.clear();
    cost_before_ = cost;
    noting_ = true;
}

void State::commit() {
    noting_ = false;
    for (int car : saved_car_) stale(car);
}

void State::stale(int car) {
    if (std::exchange(stale_[static_cast<std::size_t>(car)], 1) == 0) stale_cars_.push_back(car);
}

void State::sync(Routes& routes) {
    if (all_stale_) {
        routes = save();
    } else {
        for (int car : stale_cars_) routes.of_car[static_cast<std::size_t>(car)] = tours[static_cast<std::size_t>(car)].nodes;
        if (!in.problem.partners.empty()) routes.offer_of = offer_of;
    }
    all_stale_ = false;
    for (int car : stale_cars_) stale_[static_cast<std::size_t>(car)] = 0;
    stale_cars_.clear();
}

void State::tally(int car, std::size_t before, std::size_t after) {
    visits_ += after - before;
    if ((before == 0) == (after == 0)) return;
    if (after > 0) {
        List{used_, at_used_}.add(car);
        return;
    }
    List{used_, at_used_}.drop(car);
    int& first = first_idle_[static_cast<std::size_t>(in.car(car).type)];
    first = std::min(first, rank_[static_cast<std::size_t>(car)]);
}

int State::idle(int type, int task) {
    const auto& cars = in.cars_of_type[static_cast<std::size_t>(type)];
    int& first = first_idle_[static_cast<std::size_t>(type)];
    const auto is_idle = [&](std::size_t i) { return tours[static_cast<std::size_t>(cars[i])].empty() && open(cars[i]); };
    while (static_cast<std::size_t>(first) < cars.size() && !is_idle(static_cast<std::size_t>(first))) ++first;
    for (auto i = static_cast<std::size_t>(first); i < cars.size(); ++i)
        if (is_idle(i) && in.allowed(task, cars[i])) return cars[i];
    return -1;
}

void State::rollback() {
    noting_ = false;
    for (std::size_t i = notes_.size(); i-- > 0;) where(notes_[i].task, notes_[i].car, notes_[i].offer);
    for (std::size_t i = 0; i < saved_count_; ++i) {
        Tour& tour = tours[static_cast<std::size_t>(saved_car_[i])];
        tally(tour.car, tour.nodes.size(), saved_[i].nodes.size());
        std::swap(tour, saved_[i]);
        index(tour);
    }
    cost = cost_before_;
}

void State::where(int task, int car, int offer) {
    const auto t = static_cast<std::size_t>(task);
    if (noting_) notes_.push_back({task, car_of[t], offer_of[t]});
    const auto partner = [&](int o) { return static_cast<std::size_t>(in.problem.tasks[t].offers[static_cast<std::size_t>(o)].partner); };
    if (car_of[t] < 0) {
        if (offer_of[t] >= 0)
            List{outside_, at_}.drop(task), --jobs[partner(offer_of[t])], cost -= in.offer_cost(task, offer_of[t]);
        else
            List{absent_, at_}.drop(task), cost -= in.absence(task);
    }
    car_of[t] = car, offer_of[t] = offer;
    if (car >= 0) return;
    if (offer >= 0)
        List{outside_, at_}.add(task), ++jobs[partner(offer)], cost += in.offer_cost(task, offer);
    else
        List{absent_, at_}.add(task), cost += in.absence(task);
}

void State::keep(int car) {
    auto& touched = touched_[static_cast<std::size_t>(car)];
    if (touched == turn_ || !noting_) return;
    touched = turn_;
    if (saved_.size() == saved_count_) saved_.emplace_back();
    Tour& tour = tours[static_cast<std::size_t>(car)];
    Tour& saved = saved_[saved_count_++];
    std::swap(saved, tour);  // what is left is written over by refresh()
    tour.car = car, tour.cost = saved.cost;
    saved_car_.push_back(car);
}

void State::set_nodes(int car, std::vector<int>& nodes) {
    if (!noting_) stale(car);
    tally(car, tours[static_cast<std::size_t>(car)].nodes.size(), nodes.size());
    keep(car);
    Tour& tour = tours[static_cast<std::size_t>(car)];
    cost -= tour.cost;
    tour.nodes.swap(nodes);
    tour.version = ++versions_;
    refresh(tour, in, scheduler);
    index(tour);
    cost += tour.cost;
}

bool State::take(const std::vector<int>& tasks) {
    cars_.clear();
    for (int t : tasks) {
        const int car = car_of[static_cast<std::size_t>(t)];
        if (car >= 0 && std::ranges::find(cars_, car) == cars_.end()) cars_.push_back(car);
        where(t, -1, -1);
    }
    bool good = true;
    for (int c : cars_) {
        const Tour& tour = tours[static_cast<std::size_t>(c)];
        nodes_.clear();
        const auto locked = static_cast<std::size_t>(in.car(c).locked);
        for (std::size_t i = 0; i < tour.nodes.size(); ++i)
            if (const int n = tour.nodes[i]; i < locked || in.reload(n) || car_of[static_cast<std::size_t>(in.node(n).task)] == c)
                nodes_.push_back(n);
        if (tour.reloads > 0) {  // a trip without tasks is none
            while (!nodes_.empty() && in.reload(nodes_.back())) nodes_.pop_back();
            with_idle_ = nodes_;
            const auto idle = [&](std::size_t i) { return in.reload(nodes_[i]) && (i == 0 || in.reload(nodes_[i - 1])); };
            for (std::size_t i = nodes_.size(); i-- > 0;)
                if (idle(i) && !in.car(c).data->range) nodes_.erase(nodes_.begin() + static_cast<std::ptrdiff_t>(i));
        }
        const bool trimmed = tour.reloads > 0 && nodes_.size() < with_idle_.size();
        set_nodes(c, nodes_);
        // What the idle trip was for (a later start of the loading, say) may be needed by those that stay.
        if (!tour.feasible && trimmed) set_nodes(c, with_idle_);
        good &= tour.feasible;
    }
    return good;
}

void State::insert(int task, int car, const Place& place) {
    where(task, car, -1);
    put(in, tours[static_cast<std::size_t>(car)].nodes, task, place, nodes_);
    set_nodes(car, nodes_);
}

void State::move_tour(int from, int to) {
    std::vector<int> nodes = tours[static_cast<std::size_t>(from)].nodes, none;
    for (int n : nodes)
        if (car_of[static_cast<std::size_t>(in.node(n).task)] != to) where(in.node(n).task, to, -1);
    set_nodes(from, none);
    set_nodes(to, nodes);
}

bool State::exchange_ends(int one, int keep_one, int two, int keep_two) {
    const auto& first = tours[static_cast<std::size_t>(one)].nodes;
    const auto& second = tours[static_cast<std::size_t>(two)].nodes;
    std::vector<int> now_first(first.begin(), first.begin() + keep_one), now_second(second.begin(), second.begin() + keep_two);
    now_first.insert(now_first.end(), second.begin() + keep_two, second.end());
    now_second.insert(now_second.end(), first.begin() + keep_one, first.end());
    const auto moved = [&](const std::vector<int>& nodes, int keep, int car) {
        for (std::size_t i = static_cast<std::size_t>(keep); i < nodes.size(); ++i) {
            const int task = in.node(nodes[i]).task;
            if (!in.allowed(task, car)) return false;
            if (car_of[static_cast<std::size_t>(task)] != car) where(task, car, -1);
        }
        return true;
    };
    if (!moved(now_first, keep_one, one) || !moved(now_second, keep_two, two)) return false;
    set_nodes(one, now_first);
    set_nodes(two, now_second);
    return tours[static_cast<std::size_t>(one)].feasible && tours[static_cast<std::size_t>(two)].feasible;
}

void State::hand_over(int task, int offer) { where(task, -1, offer); }

int State::cheapest_offer(int task, double& price) const {
    price = std::numeric_limits<double>::infinity();
    int best = -1;
    const auto& offers = in.problem.tasks[static_cast<std::size_t>(task)].offers;
    for (std::size_t o = 0; o < offers.size(); ++o) {
        const auto partner = static_cast<std::size_t>(offers[o].partner);
        const auto& limit = in.problem.partners[partner].max_jobs;
        if (limit && jobs[partner] >= *limit) continue;
        const double cost_here = in.offer_cost(task, static_cast<int>(o));
        if (cost_here < price) price = cost_here, best = static_cast<int>(o);
    }
    return best;
}

}  // namespace lastmile::vrp
