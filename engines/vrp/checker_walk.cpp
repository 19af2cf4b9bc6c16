// The walk's second half: loads, rests, what is locked, limits, costs, relations.
#include "engines/vrp/checker_walk.hpp"

namespace lastmile::vrp::checking {

void Walk::loads(const SolutionRoute& route) {
    const Vehicle& v = vehicle(route);
    std::size_t dims = v.capacity.size();
    for (const auto& t : p_.tasks) dims = std::max({dims, t.load.size(), t.collect.size()});
    Load now(dims, 0);
    const auto add_load = [&](int t, int sign) {
        for (std::size_t d = 0; d < task(t).load.size(); ++d) now[d] += sign * task(t).load[d];
    };
    const auto take_along = [&](int t, int sign) {
        for (std::size_t d = 0; d < task(t).collect.size(); ++d) now[d] += sign * task(t).collect[d];
    };
    const auto load_trip = [&](std::size_t from) {
        for (std::size_t k = from; k < route.steps.size() && route.steps[k].kind != StepKind::reload; ++k)
            if (route.steps[k].kind == StepKind::visit && task(route.steps[k].task).kind == TaskKind::delivery && carrier(route.steps[k].task) < 0)
                add_load(route.steps[k].task, 1);
    };
    std::vector<int> collected;
    const std::string base = at_;
    for (std::size_t i = 0; i < route.steps.size(); ++i) {
        const Step& step = route.steps[i];
        at_ = base + "/steps/" + std::to_string(i);
        if (step.kind == StepKind::start) {
            for (const auto& other : route.steps)
                if (other.kind == StepKind::visit && carrier(other.task) == route.vehicle) add_load(other.task, 1);
            load_trip(1);
        } else if (step.kind == StepKind::reload) {
            for (int t : collected) task(t).kind == TaskKind::pickup ? add_load(t, -1) : take_along(t, -1);
            collected.clear();
            load_trip(i + 1);
        } else if (step.kind == StepKind::visit) {
            const Task& t = task(step.task);
            if (t.kind == TaskKind::delivery || (t.kind == TaskKind::shipment && step.visit == 1)) add_load(step.task, -1);
            if (t.kind == TaskKind::pickup || (t.kind == TaskKind::shipment && step.visit == 0)) add_load(step.task, 1);
            if (t.kind == TaskKind::delivery) take_along(step.task, 1);
            if (t.kind == TaskKind::pickup || t.kind == TaskKind::delivery) collected.push_back(step.task);
        }
        require(step.load == now, "load");
        for (std::size_t d = 0; d < dims; ++d)
            require(now[d] <= (d < v.capacity.size() ? v.capacity[d] : 0), "capacity", "dimension " + std::to_string(d));
    }
    at_ = base;
}

void Walk::rests(const SolutionRoute& route) {
    const Vehicle& v = vehicle(route);
    const Time begin = route.steps.front().departure, end = route.steps.back().arrival;
    std::map<int, int> taken;
    Time since = begin - (v.state ? v.state->worked_since_break.value_or(0) : 0);
    for (const auto& step : route.steps) {
        const Time busy_until = step.kind == StepKind::rest ? step.begin : step.departure;
        if (v.max_work && step.kind != StepKind::start) {
            // waiting before a break is rest as well
            require((step.kind == StepKind::rest ? step.arrival : busy_until) - since <= *v.max_work, "max_work");
        }
        if (step.kind != StepKind::rest) continue;
        since = step.departure;
        if (step.visit < 0) continue;
        const Break& rest = v.breaks[static_cast<std::size_t>(step.visit)];
        require(++taken[step.visit] == 1, "break_twice");
        require(step.service == rest.duration && in_windows(rest.windows, step.begin), "break");
        for (std::size_t d = 0; rest.max_load && d < step.load.size(); ++d)
            require(step.load[d] <= (d < rest.max_load->size() ? (*rest.max_load)[d] : 0), "break_max_load");
        if (v.state) require(!holds(v.state->breaks_taken, step.visit), "break_twice");
    }
    for (std::size_t b = 0; b < v.breaks.size(); ++b) {
        const auto& windows = v.breaks[b].windows;
        if (taken[static_cast<int>(b)] || (v.state && holds(v.state->breaks_taken, static_cast<int>(b))) || route.steps.size() == 2) continue;
        require(!windows.empty() && (windows.back().to < begin || (windows.back().to >= end && !v.breaks[b].required)), "break_missed");
    }
    for (std::size_t w = 0; w + 1 < v.shift.size(); ++w)  // nothing is driven or served between two windows of the shift
        for (std::size_t i = 0; i < route.steps.size(); ++i) {
            const Step& step = route.steps[i];
            const Time off = v.shift[w].to, on = v.shift[w + 1].from;
            const bool serves = step.kind != StepKind::rest && step.departure > step.begin && step.begin < on && step.departure > off;
            const bool drives = i > 0 && step.arrival > route.steps[i - 1].departure && route.steps[i - 1].departure < on && step.arrival > off;
            require(!serves && !drives, "between_shifts");
        }
}

void Walk::locked(const SolutionRoute& route) {
    const Vehicle& v = vehicle(route);
    if (!v.state) return;
    std::vector<std::pair<int, int>> order;
    for (const auto& step : route.steps)
        if (step.kind == StepKind::visit || step.kind == StepKind::reload) order.emplace_back(step.task, step.visit);
    for (std::size_t i = 0; i < v.state->locked.size(); ++i)
        require(i < order.size() && order[i] == std::pair{v.state->locked[i].task, v.state->locked[i].visit}, "locked");
}

void Walk::limits(const SolutionRoute& route) {
    const Vehicle& v = vehicle(route);
    const Step& last = route.steps.back();
    const auto stops = std::ranges::count_if(route.steps, [](const Step& s) { return s.kind == StepKind::visit; });
    const auto reloads = std::ranges::count_if(route.steps, [](const Step& s) { return s.kind == StepKind::reload; });
    require(!v.max_stops || stops <= *v.max_stops, "max_stops");
    require(reloads <= v.max_reloads, "max_reloads");
    require(!v.max_distance || last.distance <= *v.max_distance, "max_distance");
    require(!v.max_driving || last.driving <= *v.max_driving || !p_.profiles[static_cast<std::size_t>(v.profile)].factors.empty(), "max_driving");
    require(!v.max_duration || last.arrival - route.steps.front().departure <= *v.max_duration, "max_duration");
    if (!v.range) return;
    Distance charged_at = 0, range = v.state ? v.state->range_left.value_or(*v.range) : *v.range;
    for (const auto& step : route.steps) {
        require(step.distance - charged_at <= range, "range");
        if (step.kind == StepKind::reload && v.reloads[static_cast<std::size_t>(step.visit)].recharges) charged_at = step.distance, range = *v.range;
    }
}

void Walk::loading(const SolutionRoute& route) {
    const Vehicle& v = vehicle(route);
    std::vector<int> stack;
    bool picked = false;
    for (const auto& step : route.steps) {
        if (step.kind == StepKind::reload) picked = false;
        if (step.kind != StepKind::visit) continue;
        const Task& t = task(step.task);
        if (v.loading == Loading::deliveries_first) {
            require(!(picked && t.kind == TaskKind::delivery), "loading_order");
            picked |= t.kind == TaskKind::pickup || std::ranges::any_of(t.collect, [](auto amount) { return amount != 0; });
        }
        if (v.loading != Loading::lifo || t.kind != TaskKind::shipment) continue;
        if (step.visit == 0)
            stack.push_back(step.task);
        else if (carrier(step.task) >= 0)
            require(stack.empty(), "loading_order");
        else if (stack.empty() || stack.back() != step.task)
            add("loading_order");
        else
            stack.pop_back();
    }
}

void Walk::cost(const SolutionRoute& route) {
    const Vehicle& v = vehicle(route);
    const Weights& w = p_.weights;
    const Step& last = route.steps.back();
    const Time begin = route.steps.front().departure;
    Cost found;
    Time unpaid = 0, serving = 0;
    bool used = false;
    for (const auto& step : route.steps) {
        if (step.kind == StepKind::rest && (step.visit < 0 || !v.breaks[static_cast<std::size_t>(step.visit)].paid)) unpaid += step.service;
        used |= step.kind == StepKind::visit || step.kind == StepKind::reload;
        if (step.kind != StepKind::visit) continue;
        serving += step.setup + step.service;
        const Task& t = task(step.task);
        const auto& wish = t.visits[static_cast<std::size_t>(step.visit)].preferred;
        Money least = wish.windows.empty() ? 0 : 1e300;
        for (const auto& window : wish.windows)
            least = std::min(least, static_cast<Money>(std::max<Time>(0, window.from - step.begin)) * wish.early_per_s +
                                        static_cast<Money>(std::max<Time>(0, step.begin - window.to)) * wish.late_per_s);
        found.lateness += least * w.lateness;
        const bool locked_stop = v.state && is_locked(*v.state, step);
        if (promised(step) && !locked_stop) found.lateness += static_cast<Money>(step.late_hard_s) * w.late_promise_per_s * w.lateness;
        if (static_cast<std::size_t>(step.visit) + 1 != t.visits.size()) continue;
        found.latency += static_cast<Money>(step.begin - p_.origin) / 3600 * w.latency_per_hour;
        if (was(step.task) != -1 && was(step.task) != route.vehicle) found.stability += w.moved_task;
    }
    const Money hours = static_cast<Money>(last.arrival - begin - unpaid) / 3600;
    if (used) found.fixed = v.fixed * w.fixed;
    found.time = (hours * v.per_hour + static_cast<Money>(last.driving) / 3600 * v.per_driving_hour +
                  static_cast<Money>(serving) / 3600 * v.per_service_hour) *
                 w.time;
    found.distance = static_cast<Money>(last.distance) / 1000 * v.per_km * w.distance;
    found.carbon = static_cast<Money>(last.distance) / 1000 * v.co2_g_per_km / 1000 * w.carbon_per_kg;
    if (v.overtime_after)
        found.overtime = static_cast<Money>(std::max<Time>(0, last.arrival - *v.overtime_after)) / 3600 * v.overtime_per_hour * w.overtime;
    found.balance = hours * hours * w.balance_per_hour / (static_cast<Money>(w.balance_reference) / 3600);
    same(route.cost.fixed, found.fixed, "cost_fixed");
    same(route.cost.time, found.time, "cost_time");
    same(route.cost.distance, found.distance, "cost_distance");
    same(route.cost.carbon, found.carbon, "cost_carbon");
    same(route.cost.overtime, found.overtime, "cost_overtime");
    same(route.cost.lateness, found.lateness, "cost_lateness");
    same(route.cost.latency, found.latency, "cost_latency");
    same(route.cost.stability, found.stability, "cost_stability");
    same(route.cost.balance, found.balance, "cost_balance");
    require(route.distance == last.distance && route.driving == last.driving, "sums");
}

void Walk::relations() {
    const auto vehicle_of = [&](int t) {
        const auto found = made_.find({t, static_cast<int>(task(t).visits.size()) - 1});
        return found == made_.end() ? -1 : found->second.vehicle;
    };
    for (std::size_t i = 0; i < p_.tasks.size(); ++i) {
        const int t = static_cast<int>(i);
        at_ = "/tasks/" + std::to_string(t);
        for (int other : task(t).together_with) require(vehicle_of(other) == vehicle_of(t), "together_with");
        if (vehicle_of(t) < 0) continue;
        for (int other : task(t).not_with) require(vehicle_of(other) != vehicle_of(t), "not_with");
        for (int other : task(t).after)
            for (std::size_t a = 0; a < task(t).visits.size(); ++a)
                for (std::size_t b = 0; b < task(other).visits.size(); ++b) {
                    if (b == 0 && carrier(other) >= 0) continue;
                    if (a == 0 && carrier(t) >= 0) continue;
                    const auto mine = made_.find({t, static_cast<int>(a)}), theirs = made_.find({other, static_cast<int>(b)});
                    require(mine != made_.end() && theirs != made_.end() && mine->second.vehicle == theirs->second.vehicle &&
                                theirs->second.step < mine->second.step,
                            "after");
                }
    }
}

void Walk::whereabouts() {
    at_ = "";
    std::map<int, int> elsewhere, jobs;
    Cost sum;
    for (const auto& r : s_.routes) sum += r.cost;
    for (const auto& job : s_.outside) {
        ++elsewhere[job.task];
        const Offer& offer = task(job.task).offers[static_cast<std::size_t>(job.offer)];
        ++jobs[offer.partner];
        same(job.cost.outside, offer.price * p_.weights.outside, "cost_outside");
        sum += job.cost;
    }
    for (const auto& [partner, count] : jobs)
        if (const auto& limit = p_.partners[static_cast<std::size_t>(partner)].max_jobs) require(count <= *limit, "max_jobs");
    for (const auto& left : s_.left_out) {
        ++elsewhere[left.task];
        if (const auto& price = task(left.task).leave_out_price) sum.left_out += *price * p_.weights.left_out;
    }
    for (std::size_t i = 0; i < p_.tasks.size(); ++i) {
        const int t = static_cast<int>(i);
        int visits = 0;
        for (std::size_t k = 0; k < task(t).visits.size(); ++k) visits += static_cast<int>(made_.count({t, static_cast<int>(k)}));
        const int wanted = static_cast<int>(task(t).visits.size()) - (carrier(t) >= 0 && task(t).kind == TaskKind::shipment ? 1 : 0);
        at_ = "/tasks/" + std::to_string(t);
        int promised_only = 0;  // a locked pickup whose dropoff could not be placed
        if (task(t).kind == TaskKind::shipment)
            for (const auto& v : p_.vehicles)
                promised_only += v.state && is_locked(*v.state, Step{.task = t, .visit = 0}) && !is_locked(*v.state, Step{.task = t, .visit = 1});
        require((visits == wanted && elsewhere[t] == 0) || (visits == promised_only && elsewhere[t] == 1), "whereabouts");
    }
    at_ = "/cost";
    same(s_.cost.total(), sum.total(), "cost_total");
}

}  // namespace lastmile::vrp::checking
