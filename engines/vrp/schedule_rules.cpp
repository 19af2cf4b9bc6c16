// Order, load, distance and price of one route.
#include <algorithm>

#include "engines/vrp/schedule.hpp"

namespace lastmile::vrp {

bool Scheduler::order_holds(RouteValue& value) {
    ++turn_;
    has_reload_ = has_ride_ = has_wish_ = false;
    has_moments_ = in_.problem.weights.latency_per_hour != 0;
    int reloads = 0, stops = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const int n = nodes_[i];
        const Node& node = in_.node(n);
        position_[static_cast<std::size_t>(n)] = static_cast<int>(i);
        stamp_[static_cast<std::size_t>(n)] = turn_;
        if (in_.reload(n)) {
            has_reload_ = true;
            if (++reloads > car_->data->max_reloads) return fail(value, Constraint::route_full, i);
            continue;
        }
        if (node.role == Role::deliver && car_->under_way && reloads == 0) return fail(value, Constraint::release, i);  // its goods are at the hub
        if (++stops > car_->max_stops) return fail(value, Constraint::max_stops, i);
        if (!in_.allowed(node.task, car_->index))
            return fail(value, in_.skilled(node.task, car_->index) ? Constraint::vehicle_not_allowed : Constraint::skills, i);
        has_wish_ |= node.preferred != nullptr && node.preferred->early_per_s != 0;
        has_moments_ |= node.preferred != nullptr || node.promised;
        has_ride_ |= in_.task_of(n).max_ride.has_value();
    }
    for (std::size_t i = 0; i < car_->first.size(); ++i)
        if (i >= nodes_.size() || nodes_[i] != car_->first[i]) return fail(value, Constraint::locked, i);
    const auto here = [&](int n) { return stamp_[static_cast<std::size_t>(n)] == turn_; };
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (in_.reload(nodes_[i])) continue;
        const int task = in_.node(nodes_[i]).task;
        const int pickup = in_.pickup_node(task), last = in_.nodes_of(task).back();
        if (in_.node(nodes_[i]).role == Role::drop && pickup >= 0 &&
            (!here(pickup) || position_[static_cast<std::size_t>(pickup)] > static_cast<int>(i)))
            return fail(value, Constraint::precedence, i);
        if (in_.node(nodes_[i]).role == Role::pick && in_.nodes_of(task).size() == 2 && !here(last)) return fail(value, Constraint::precedence, i);
        for (int earlier : in_.before(task))
            for (int n : in_.nodes_of(earlier))
                if (!here(n) || position_[static_cast<std::size_t>(n)] > static_cast<int>(i)) return fail(value, Constraint::precedence, i);
        for (int other : in_.conflicts(task))
            if (here(in_.nodes_of(other)[0])) return fail(value, Constraint::not_with, i);
    }
    return true;
}

bool Scheduler::loads_hold(RouteValue& value) {
    const auto dims = static_cast<std::size_t>(in_.dims);
    const auto add = [&](int task, int sign) {
        const auto load = in_.load(task);
        for (std::size_t d = 0; d < dims; ++d) level_[d] += sign * load[d];
    };
    const auto collect = [&](int task, int sign) {
        const auto load = in_.collect(task);
        for (std::size_t d = 0; d < dims; ++d) level_[d] += sign * load[d];
    };
    const bool note = std::ranges::any_of(car_->rests, [](const Rest& rest) { return rest.max_load != nullptr; });
    levels_.clear();
    const auto fits = [&] {
        if (note) levels_.insert(levels_.end(), level_.begin(), level_.end());
        for (std::size_t d = 0; d < dims; ++d)
            if (level_[d] > car_->capacity[d]) return false;
        return true;
    };
    const auto load_trip = [&](std::size_t from) {
        for (std::size_t i = from; i < nodes_.size() && !in_.reload(nodes_[i]); ++i)
            if (in_.node(nodes_[i]).role == Role::deliver) add(in_.node(nodes_[i]).task, 1);
    };
    std::ranges::fill(level_, 0);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {  // goods on board since before the route
        const Node& node = in_.node(nodes_[i]);
        if (node.role == Role::drop && in_.pickup_node(node.task) < 0) add(node.task, 1);
    }
    load_trip(0);
    if (!fits()) return fail(value, Constraint::load_full, 0);
    std::vector<int> stack;  // lifo: shipments on board; small, and only where asked for
    std::vector<int> collected;
    bool collecting = false;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const Node& node = in_.node(nodes_[i]);
        switch (node.role) {
            case Role::pick:
                add(node.task, 1);
                if (car_->data->loading == Loading::lifo) stack.push_back(node.task);
                break;
            case Role::drop:
                add(node.task, -1);
                if (car_->data->loading == Loading::lifo && in_.pickup_node(node.task) >= 0) {
                    if (stack.empty() || stack.back() != node.task) return fail(value, Constraint::loading_order, i);
                    stack.pop_back();
                } else if (car_->data->loading == Loading::lifo && !stack.empty()) {
                    return fail(value, Constraint::loading_order, i);
                }
                break;
            case Role::deliver:
                add(node.task, -1);
                if (collecting && car_->data->loading == Loading::deliveries_first) return fail(value, Constraint::loading_order, i);
                break;
            case Role::collect:
                add(node.task, 1);
                collected.push_back(node.task);
                collecting = true;
                break;
            case Role::none:
                break;
            case Role::reload:
                for (int task : collected) in_.task_of(in_.nodes_of(task).back()).kind == TaskKind::pickup ? add(task, -1) : collect(task, -1);
                collected.clear();
                collecting = false;
                load_trip(i + 1);
                break;
        }
        if (node.collects) collect(node.task, 1), collected.push_back(node.task), collecting = true;
        if (!fits()) return fail(value, Constraint::load_full, i);
    }
    return true;
}

bool Scheduler::distances_hold(RouteValue& value) {
    Distance total = 0, since_charge = 0;
    Time driving = 0;
    Distance range = always_to;
    if (car_->data->range) range = car_->data->state && car_->data->state->range_left ? *car_->data->state->range_left : *car_->data->range;
    int place = car_->start;
    const auto go = [&](int target, std::size_t at) {
        if (place < 0) place = target;
        const Leg leg = place == target ? Leg{} : car_->roads.leg(place, target);
        place = target;
        if (leg.duration < 0) return fail(value, Constraint::unreachable, at);
        total += leg.distance, since_charge += leg.distance, driving += leg.duration;
        if (since_charge > range) return fail(value, Constraint::range, at);
        if (total > car_->max_distance) return fail(value, Constraint::max_distance, at);
        if (driving > car_->max_driving) return fail(value, Constraint::max_driving, at);
        return true;
    };
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const Node& node = in_.node(nodes_[i]);
        if (!go(node.place, i)) return false;
        if (node.role == Role::reload && car_->data->reloads[static_cast<std::size_t>(node.visit)].recharges && car_->data->range)
            since_charge = 0, range = *car_->data->range;
    }
    return car_->end < 0 || go(car_->end, nodes_.size());
}

void Scheduler::price(RouteValue& value) {
    const Weights& w = in_.problem.weights;
    value.begin = events_.front().departure;
    value.end = events_.back().arrival;
    value.cost = {};
    value.waiting = value.driving = 0;
    value.distance = 0;
    Time unpaid = 0, serving = 0;
    for (const auto& event : events_) {
        value.distance += event.distance;
        value.driving += event.travel;
        if (event.kind == StepKind::rest) {
            if (!car_->rests[static_cast<std::size_t>(event.node)].paid) unpaid += event.service;
            continue;
        }
        value.waiting += event.begin - event.arrival;
        if (event.kind != StepKind::visit) continue;
        serving += event.setup + event.service;
        const Node& node = in_.node(event.node);
        if (node.preferred) {
            const auto off = deviation(*node.preferred, event.begin);
            value.cost.lateness +=
                (static_cast<double>(off.early) * node.preferred->early_per_s + static_cast<double>(off.late) * node.preferred->late_per_s) *
                w.lateness;
        }
        if (node.promised && !node.windows->empty())
            value.cost.lateness += static_cast<double>(std::max<Time>(0, event.begin - node.windows->back().to)) * w.late_promise_per_s * w.lateness;
        if (event.node == in_.nodes_of(node.task).back()) {
            if (w.latency_per_hour != 0) value.cost.latency += static_cast<double>(event.begin - in_.problem.origin) / 3600 * w.latency_per_hour;
            value.cost.stability += in_.moved_cost(node.task, car_->index);
        }
    }
    value.duration = value.end - value.begin - unpaid;
    value.cost.fixed = nodes_.empty() ? 0 : car_->fixed;
    value.cost.time = static_cast<double>(value.duration) * car_->per_s + static_cast<double>(value.driving) * car_->per_drive_s +
                      static_cast<double>(serving) * car_->per_service_s;
    value.cost.distance = static_cast<double>(value.distance) * car_->data->per_km / 1000 * w.distance;
    value.cost.carbon = static_cast<double>(value.distance) * car_->data->co2_g_per_km / 1e6 * w.carbon_per_kg;
    if (const auto& after = car_->data->overtime_after)
        value.cost.overtime = static_cast<double>(std::max<Time>(0, value.end - *after)) * car_->overtime_per_s;
    if (w.balance_per_hour != 0) {
        const double hours = static_cast<double>(value.duration) / 3600;
        value.cost.balance = hours * hours * w.balance_per_hour / (static_cast<double>(w.balance_reference) / 3600);
    }
    value.total = value.cost.total();
}

SolutionRoute Scheduler::route(int car, std::span<const int> nodes) {
    const RouteValue result = value(car, nodes);
    SolutionRoute made;
    made.vehicle = car;
    made.cost = result.cost;
    made.distance = result.distance;
    made.driving = result.driving;
    made.duration = result.duration;
    made.waiting = result.waiting;
    made.co2_g = static_cast<double>(result.distance) / 1000 * car_->data->co2_g_per_km;
    if (nodes.empty() && !car_->under_way) return made;
    Distance distance = 0;
    Time driving = 0;
    Load load(static_cast<std::size_t>(in_.dims), 0), collected = load;
    const auto add = [&](Load& to, int task, int sign) {
        for (std::size_t d = 0; d < to.size(); ++d) to[d] += sign * in_.load(task)[d];
    };
    const auto load_trip = [&](std::size_t from) {
        for (std::size_t i = from; i < nodes_.size() && !in_.reload(nodes_[i]); ++i)
            if (in_.node(nodes_[i]).role == Role::deliver) add(load, in_.node(nodes_[i]).task, 1);
    };
    for (int n : nodes)
        if (in_.node(n).role == Role::drop && in_.pickup_node(in_.node(n).task) < 0) add(load, in_.node(n).task, 1);
    load_trip(0);
    std::size_t index = 0;
    for (const auto& event : events_) {
        distance += event.distance, driving += event.travel;
        Step step{event.kind, -1, 0, event.place, event.arrival, event.begin, event.setup, event.service, event.departure, distance, driving, {},
                  0,          0,  0};
        if (event.kind == StepKind::rest) step.visit = car_->rests[static_cast<std::size_t>(event.node)].index;
        if (event.kind == StepKind::visit || event.kind == StepKind::reload) {
            const Node& node = in_.node(event.node);
            step.task = node.task, step.visit = node.visit;
            ++index;
            if (node.role == Role::pick || node.role == Role::collect) add(load, node.task, 1);
            if (node.role == Role::drop || node.role == Role::deliver) add(load, node.task, -1);
            if (node.role == Role::collect) add(collected, node.task, 1);
            if (node.collects)
                for (std::size_t d = 0; d < load.size(); ++d) load[d] += in_.collect(node.task)[d], collected[d] += in_.collect(node.task)[d];
            if (node.role == Role::reload) {
                for (std::size_t d = 0; d < load.size(); ++d) load[d] -= collected[d], collected[d] = 0;
                load_trip(index);
            }
            if (node.preferred) {
                const auto off = deviation(*node.preferred, event.begin);
                step.early_s = off.early, step.late_s = off.late;
            }
            if (!node.windows->empty() && event.begin > node.windows->back().to) step.late_hard_s = event.begin - node.windows->back().to;
        }
        step.load = load;
        made.steps.push_back(std::move(step));
    }
    return made;
}

}  // namespace lastmile::vrp
