#include "engines/vrp/instance.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_map>

namespace lastmile::vrp {

std::optional<Time> earliest_in(const std::vector<Window>& windows, Time ready) {
    if (windows.empty()) return ready;
    for (const auto& window : windows)
        if (window.to >= ready) return std::max(ready, window.from);
    return std::nullopt;
}

Deviation deviation(const Preference& wish, Time begin) {
    if (wish.windows.empty()) return {};
    Deviation best{always_to, always_to};
    double best_cost = 0;
    for (const auto& window : wish.windows) {
        const Deviation here{std::max<Time>(0, window.from - begin), std::max<Time>(0, begin - window.to)};
        const double cost = static_cast<double>(here.early) * wish.early_per_s + static_cast<double>(here.late) * wish.late_per_s;
        if (best.early == always_to || cost < best_cost) best = here, best_cost = cost;
    }
    return best;
}

Time Roads::duration_at(int from, int to, Time depart) const {
    const Leg base = leg(from, to);
    if (!factors || factors->empty() || base.duration <= 0) return base.duration;
    // `slowness` holds the smallest factor already; undo it piece by piece of the day
    const Leg raw = table ? table[static_cast<std::size_t>(from) * size + static_cast<std::size_t>(to)] : matrix->leg(from, to);
    double least = factors->front().factor;
    for (const auto& entry : *factors) least = std::min(least, entry.factor);
    least = std::min(least, 1.0);
    double left = raw.duration * slowness / least;  // as if the factor were 1
    double now = static_cast<double>(depart);
    std::size_t next = 0;
    while (next < factors->size() && static_cast<double>((*factors)[next].from) <= now) ++next;
    for (;; ++next) {
        const double factor = next == 0 ? 1.0 : (*factors)[next - 1].factor;
        if (next == factors->size()) return static_cast<Time>(now + left * factor + 0.999999) - depart;
        const double boundary = static_cast<double>((*factors)[next].from);
        const double possible = (boundary - now) / factor;
        if (left <= possible) return static_cast<Time>(now + left * factor + 0.999999) - depart;
        left -= possible;
        now = boundary;
    }
}

Instance::Instance(const Problem& given, bool for_search) : problem(given) {
    for (const auto& task : problem.tasks) dims = std::max({dims, static_cast<int>(task.load.size()), static_cast<int>(task.collect.size())});
    for (const auto& vehicle : problem.vehicles) dims = std::max(dims, static_cast<int>(vehicle.capacity.size()));
    rich = problem.weights.latency_per_hour != 0 || problem.weights.balance_per_hour != 0;
    add_nodes();
    add_cars();
    add_type_times();
    if (for_search) lay_tables();
    add_reloads();
    add_relations();
    add_absences();
}

int Instance::node_at(int task, int visit) const {
    const auto t = static_cast<std::size_t>(task);
    for (int n = first_node_[t]; n < first_node_[t] + node_count_[t]; ++n)
        if (node(n).visit == visit) return n;
    return -1;
}

bool Instance::skilled(int task, int car_index) const {
    const auto& has = problem.vehicles[static_cast<std::size_t>(car_index)].skills;
    return std::ranges::all_of(problem.tasks[static_cast<std::size_t>(task)].skills,
                               [&](const std::string& skill) { return std::ranges::find(has, skill) != has.end(); });
}

namespace {

Role role_of(const Task& task, int visit) {
    switch (task.kind) {
        case TaskKind::shipment:
            return visit == 0 ? Role::pick : Role::drop;
        case TaskKind::delivery:
            return Role::deliver;
        case TaskKind::pickup:
            return Role::collect;
        case TaskKind::service:
            return Role::none;
    }
    return Role::none;
}

bool wishes(const Preference& wish) { return !wish.windows.empty() && (wish.early_per_s != 0 || wish.late_per_s != 0); }

}  // namespace

void Instance::add_nodes() {
    const auto count = problem.tasks.size();
    on_board_of_.assign(count, -1);
    on_board_since_.assign(count, std::nullopt);
    std::set<std::pair<int, int>> locked;
    for (const auto& vehicle : problem.vehicles)
        if (vehicle.state)
            for (const auto& stop : vehicle.state->locked) locked.emplace(stop.task, stop.visit);
    for (std::size_t v = 0; v < problem.vehicles.size(); ++v)
        if (const auto& state = problem.vehicles[v].state)
            for (const auto& goods : state->on_board) {
                on_board_of_[static_cast<std::size_t>(goods.task)] = static_cast<int>(v);
                on_board_since_[static_cast<std::size_t>(goods.task)] = goods.since;
            }
    loads_.assign(count * static_cast<std::size_t>(dims), 0);
    collects_ = loads_;
    for (std::size_t t = 0; t < count; ++t) {
        const Task& task = problem.tasks[t];
        std::ranges::copy(task.load, loads_.begin() + static_cast<std::ptrdiff_t>(t) * dims);
        std::ranges::copy(task.collect, collects_.begin() + static_cast<std::ptrdiff_t>(t) * dims);
        first_.push_back(static_cast<int>(node_list_.size()));
        first_node_.push_back(static_cast<int>(nodes.size()));
        const bool locked_pickup = task.kind == TaskKind::shipment && locked.contains({static_cast<int>(t), 0});
        const bool locked_dropoff = task.kind == TaskKind::shipment && locked.contains({static_cast<int>(t), 1});
        for (std::size_t v = on_board_of_[t] >= 0 && task.kind == TaskKind::shipment ? 1 : 0; v < task.visits.size(); ++v) {
            const Visit& visit = task.visits[v];
            Node made;
            made.task = static_cast<int>(t);
            made.visit = static_cast<int>(v);
            made.place = visit.place;
            made.role = on_board_of_[t] >= 0 ? Role::drop : role_of(task, made.visit);
            made.service = visit.service;
            made.setup = visit.setup;
            made.collects = std::ranges::any_of(task.collect, [](auto amount) { return amount != 0; });
            made.windows = &visit.windows;
            made.several = visit.windows.size() > 1;
            if (!visit.windows.empty()) made.from = visit.windows.front().from, made.to = visit.windows.back().to;
            if (task.release && made.role != Role::drop && made.role != Role::deliver) made.from = std::max(made.from, *task.release);
            if (wishes(visit.preferred)) made.preferred = &visit.preferred;
            if (task.release && made.role == Role::deliver) made.release = *task.release, releases = true;
            made.rich = visit.windows.size() > 1 || made.preferred || visit.setup > 0 || task.max_ride || !task.after.empty() ||
                        !visit.per_type.empty();
            if (made.role == Role::drop && !locked.contains({static_cast<int>(t), made.visit}) && (locked_pickup || on_board_of_[t] >= 0)) {
                made.promised = made.rich = true;
                made.to = always_to;
            }
            if (!(made.role == Role::pick && locked_pickup && !locked_dropoff)) node_list_.push_back(static_cast<int>(nodes.size()));
            nodes.push_back(made);
        }
        count_.push_back(static_cast<int>(node_list_.size()) - first_.back());
        node_count_.push_back(static_cast<int>(nodes.size()) - first_node_.back());
    }
    visits = static_cast<int>(nodes.size());
    for (auto& made : nodes) made.boards = made.role == Role::drop && pickup_node(made.task) < 0;
    for (const auto& task : problem.tasks)  // what others come after is as rich as what comes after it
        for (int earlier : task.after)
            for (int n : nodes_of(earlier)) nodes[static_cast<std::size_t>(n)].rich = true;
}

void Instance::add_reloads() {
    for (auto& car : cars) {
        const auto& reloads = car.data->reloads;
        if (reloads.empty() || car.data->max_reloads <= 0) continue;
        car.reload_node = static_cast<int>(nodes.size());
        for (std::size_t r = 0; r < reloads.size(); ++r) {
            Node made;
            made.visit = static_cast<int>(r);
            made.place = reloads[r].place;
            made.role = Role::reload;
            made.rich = made.several = reloads[r].windows.size() > 1;
            made.service = reloads[r].service;
            made.windows = &reloads[r].windows;
            if (!reloads[r].windows.empty()) made.from = reloads[r].windows.front().from, made.to = reloads[r].windows.back().to;
            nodes.push_back(made);
        }
    }
}

void Instance::add_relations() {
    const auto count = problem.tasks.size();
    std::vector<int> parent(count);
    std::iota(parent.begin(), parent.end(), 0);
    const auto root = [&](int t) {
        while (parent[static_cast<std::size_t>(t)] != t) t = parent[static_cast<std::size_t>(t)];
        return t;
    };
    std::vector<std::set<int>> apart(count);
    for (std::size_t t = 0; t < count; ++t) {
        const auto join = [&](int other) { parent[static_cast<std::size_t>(root(other))] = root(static_cast<int>(t)); };
        for (int other : problem.tasks[t].together_with) join(other);
        for (int other : problem.tasks[t].not_with) {
            apart[t].insert(other);
            apart[static_cast<std::size_t>(other)].insert(static_cast<int>(t));
        }
    }
    group_.assign(count, -1);
    std::unordered_map<int, std::vector<int>> members;
    for (std::size_t t = 0; t < count; ++t) members[root(static_cast<int>(t))].push_back(static_cast<int>(t));
    for (std::size_t t = 0; t < count; ++t) {
        const auto& mine = members[static_cast<int>(t)];
        if (mine.size() < 2) continue;
        for (int member : mine) group_[static_cast<std::size_t>(member)] = static_cast<int>(groups_.size());
        groups_.push_back(mine);
    }
    for (const auto& set : apart) conflicts_.emplace_back(set.begin(), set.end());

    incumbent_.assign(count, -1);
    if (!problem.incumbent) return;
    for (const auto& route : problem.incumbent->routes)
        for (const auto& stop : route.stops)
            if (stop.task >= 0) incumbent_[static_cast<std::size_t>(stop.task)] = route.vehicle;
    for (const auto& job : problem.incumbent->outside) {
        const auto& offers = problem.tasks[static_cast<std::size_t>(job.task)].offers;
        incumbent_[static_cast<std::size_t>(job.task)] = -2 - offers[static_cast<std::size_t>(job.offer)].partner;
    }
}

Cost Instance::offer_parts(int task_index, int offer_index) const {
    const Task& task = problem.tasks[static_cast<std::size_t>(task_index)];
    const Offer& offer = task.offers[static_cast<std::size_t>(offer_index)];
    const Weights& w = problem.weights;
    Cost cost;
    cost.outside = offer.price * w.outside;
    cost.carbon = offer.co2_g / 1000 * w.carbon_per_kg;
    if (offer.eta) {
        cost.latency = static_cast<double>(*offer.eta - problem.origin) / 3600 * w.latency_per_hour;
        const auto& wish = task.visits.back().preferred;
        const auto off = deviation(wish, *offer.eta);
        cost.lateness = (static_cast<double>(off.early) * wish.early_per_s + static_cast<double>(off.late) * wish.late_per_s) * w.lateness;
    }
    const int was = incumbent_of(task_index);
    if (was != -1 && was != -2 - offer.partner) cost.stability = w.moved_task;
    return cost;
}

}  // namespace lastmile::vrp
