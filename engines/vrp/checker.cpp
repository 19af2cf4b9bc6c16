#include "engines/vrp/checker.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace lastmile::vrp {
namespace {

bool in_windows(const std::vector<Window>& windows, Time t) {
    return windows.empty() || std::ranges::any_of(windows, [&](const Window& w) { return w.from <= t && t <= w.to; });
}

bool holds(const std::vector<int>& list, int value) { return std::ranges::find(list, value) != list.end(); }

class Walk {
public:
    Walk(const Problem& problem, const Solution& solution, std::vector<Violation>& out) : p_(problem), s_(solution), out_(out) {}
    void run();

private:
    void add(const std::string& code, const std::string& detail = "") { out_.push_back({at_, code, detail}); }
    void require(bool condition, const std::string& code, const std::string& detail = "") {
        if (!condition) add(code, detail);
    }
    void same(Money claimed, Money found, const std::string& code) {
        require(std::abs(claimed - found) <= 1e-6 * std::max(1.0, std::abs(found)), code, std::to_string(claimed) + " is claimed, it is " + std::to_string(found));
    }
    void route(const SolutionRoute& route);
    void travel(const SolutionRoute& route, std::size_t i);
    void step(const SolutionRoute& route, std::size_t i);
    void visit(const SolutionRoute& route, std::size_t i);
    void loads(const SolutionRoute& route);
    void rests(const SolutionRoute& route);
    void locked(const SolutionRoute& route);
    void limits(const SolutionRoute& route);
    void loading(const SolutionRoute& route);
    void cost(const SolutionRoute& route);
    void relations();
    void whereabouts();
    bool is_locked(const VehicleState& state, const Step& step) const {
        return std::ranges::any_of(state.locked, [&](const LockedStop& l) { return l.task == step.task && l.visit == step.visit; });
    }
    /// The dropoff of goods on board or of a locked pickup.
    bool promised(const Step& step) const {
        if (carrier(step.task) >= 0) return true;
        if (task(step.task).kind != TaskKind::shipment || step.visit != 1) return false;
        return std::ranges::any_of(p_.vehicles, [&](const Vehicle& v) { return v.state && is_locked(*v.state, Step{.task = step.task, .visit = 0}); });
    }
    const Task& task(int t) const { return p_.tasks[static_cast<std::size_t>(t)]; }
    const Vehicle& vehicle(const SolutionRoute& r) const { return p_.vehicles[static_cast<std::size_t>(r.vehicle)]; }
    int carrier(int t) const {
        for (std::size_t v = 0; v < p_.vehicles.size(); ++v)
            if (p_.vehicles[v].state)
                for (const auto& goods : p_.vehicles[v].state->on_board)
                    if (goods.task == t) return static_cast<int>(v);
        return -1;
    }
    int was(int t) const;

    const Problem& p_;
    const Solution& s_;
    std::vector<Violation>& out_;
    std::string at_;
    struct Made {
        int vehicle;
        std::size_t step;
        Time begin, departure;
    };
    std::map<std::pair<int, int>, Made> made_;  // (task, visit) → where
};

int Walk::was(int t) const {
    if (!p_.incumbent) return -1;
    for (const auto& r : p_.incumbent->routes)
        for (const auto& stop : r.stops)
            if (stop.task == t) return r.vehicle;
    for (const auto& job : p_.incumbent->outside)
        if (job.task == t) return -2 - task(t).offers[static_cast<std::size_t>(job.offer)].partner;
    return -1;
}

void Walk::run() {
    std::set<int> vehicles;
    for (std::size_t r = 0; r < s_.routes.size(); ++r) {
        at_ = "/routes/" + std::to_string(r);
        require(vehicles.insert(s_.routes[r].vehicle).second, "vehicle_twice");
        for (std::size_t i = 0; i < s_.routes[r].steps.size(); ++i) {
            const Step& step = s_.routes[r].steps[i];
            if (step.kind == StepKind::visit && !made_.emplace(std::pair{step.task, step.visit}, Made{s_.routes[r].vehicle, i, step.begin, step.departure}).second)
                add("visited_twice", "task " + std::to_string(step.task));
        }
    }
    for (std::size_t r = 0; r < s_.routes.size(); ++r) {
        at_ = "/routes/" + std::to_string(r);
        route(s_.routes[r]);
    }
    relations();
    whereabouts();
}

void Walk::route(const SolutionRoute& route) {
    if (route.steps.empty()) return;
    require(route.steps.size() >= 2 && route.steps.front().kind == StepKind::start && route.steps.back().kind == StepKind::end, "no_start_or_end");
    const std::string base = at_;
    for (std::size_t i = 0; i < route.steps.size(); ++i) {
        at_ = base + "/steps/" + std::to_string(i);
        if (i > 0) travel(route, i);
        step(route, i);
    }
    at_ = base;
    loads(route);
    rests(route);
    locked(route);
    limits(route);
    loading(route);
    cost(route);
}

void Walk::travel(const SolutionRoute& route, std::size_t i) {
    const Step& from = route.steps[i - 1];
    const Step& to = route.steps[i];
    const Vehicle& v = vehicle(route);
    Leg leg;
    if (from.place != to.place) {
        leg = p_.profiles[static_cast<std::size_t>(v.profile)].matrix->leg(from.place, to.place);
        require(leg.duration >= 0, "unreachable");
        const auto& factors = p_.profiles[static_cast<std::size_t>(v.profile)].factors;
        double left = leg.duration / v.speed_factor, now = static_cast<double>(from.departure);
        if (!factors.empty()) {
            while (left > 1e-9) {  // to the next boundary of the day at this factor
                double factor = 1, boundary = 1e18;
                for (const auto& entry : factors) {
                    if (static_cast<double>(entry.from) <= now) factor = entry.factor;
                    else boundary = std::min(boundary, static_cast<double>(entry.from));
                }
                const double taken = std::min(left * factor, boundary - now);
                left -= taken / factor, now += taken;
            }
            leg.duration = static_cast<std::int32_t>(now - static_cast<double>(from.departure));
            require(std::abs(to.arrival - from.departure - leg.duration) <= 1, "travel_time");
        } else {
            leg.duration = static_cast<std::int32_t>(std::floor(leg.duration / v.speed_factor + 0.5));
            require(std::abs(to.arrival - from.departure - leg.duration) <= (v.speed_factor == 1 ? 0 : 1), "travel_time",
                    "it takes " + std::to_string(leg.duration));
        }
    }
    else require(to.arrival == from.departure, "travel_time");
    require(to.distance - from.distance == leg.distance, "distance");
    require(to.driving - from.driving == to.arrival - from.departure, "driving");
}

void Walk::step(const SolutionRoute& route, std::size_t i) {
    const Step& step = route.steps[i];
    const Vehicle& v = vehicle(route);
    require(step.begin >= step.arrival && step.departure == step.begin + step.setup + step.service, "times");
    switch (step.kind) {
        case StepKind::start:
            require(i == 0, "start_inside");
            if (v.state) require(step.departure == v.state->time && step.place == v.state->place, "not_from_its_state");
            else if (v.start) require(step.place == *v.start, "wrong_start");
            if (!v.shift.empty() && !v.state) require(step.departure >= v.shift.front().from, "before_shift");
            break;
        case StepKind::end:
            require(i + 1 == route.steps.size(), "end_inside");
            if (v.end) require(step.place == *v.end, "wrong_end");
            else require(step.place == route.steps[i - 1].place, "wrong_end");
            if (!v.shift.empty() && !(v.state && v.state->locked.size() + 2 >= route.steps.size())) require(step.arrival <= v.shift.back().to, "after_shift");
            break;
        case StepKind::visit: visit(route, i); break;
        case StepKind::reload: {
            const auto r = static_cast<std::size_t>(step.visit);
            if (r >= v.reloads.size()) return add("no_such_reload");
            require(step.place == v.reloads[r].place && step.service == v.reloads[r].service && step.setup == 0, "reload");
            require(in_windows(v.reloads[r].windows, step.begin), "time_window");
            break;
        }
        case StepKind::rest: require(step.place == route.steps[i - 1].place || i + 1 < route.steps.size(), "rest_nowhere"); break;
    }
}

void Walk::visit(const SolutionRoute& route, std::size_t i) {
    const Step& step = route.steps[i];
    const Vehicle& v = vehicle(route);
    const Task& t = task(step.task);
    const Visit& wanted = t.visits[static_cast<std::size_t>(step.visit)];
    require(step.place == wanted.place, "wrong_place");
    std::size_t before = i - 1;
    while (before > 0 && route.steps[before].kind == StepKind::rest) --before;
    const bool here_already = route.steps[before].kind != StepKind::start && route.steps[before].place == step.place;
    require(step.service == wanted.service && step.setup == (here_already ? 0 : wanted.setup), "service_time");
    if (v.state && is_locked(*v.state, step)) {
        const Time late = wanted.windows.empty() ? 0 : std::max<Time>(0, step.begin - wanted.windows.back().to);
        require(step.late_hard_s == late, "lateness_hidden");
    } else {
        const bool late = promised(step) && !wanted.windows.empty() && step.begin > wanted.windows.back().to;
        require(late || in_windows(wanted.windows, step.begin), "time_window");
        require(step.late_hard_s == (late ? step.begin - wanted.windows.back().to : 0), "lateness_hidden");
    }
    for (const auto& skill : t.skills) require(std::ranges::find(v.skills, skill) != v.skills.end(), "skills", skill);
    require(t.allowed_vehicles.empty() || holds(t.allowed_vehicles, route.vehicle), "vehicle_not_allowed");
    require(!holds(t.forbidden_vehicles, route.vehicle), "vehicle_forbidden");
    if (t.kind == TaskKind::delivery && v.state && carrier(step.task) < 0)
        require(std::any_of(route.steps.begin(), route.steps.begin() + static_cast<std::ptrdiff_t>(i), [](const Step& s) { return s.kind == StepKind::reload; }), "not_on_board");
    if (t.kind == TaskKind::delivery && carrier(step.task) >= 0) {
        require(carrier(step.task) == route.vehicle, "on_board_elsewhere");
    } else if (t.release && t.kind == TaskKind::delivery) {
        Time left_hub = 0;
        for (std::size_t k = 0; k < i; ++k)
            if (route.steps[k].kind == StepKind::start) left_hub = route.steps[k].departure;
            else if (route.steps[k].kind == StepKind::reload) left_hub = route.steps[k].begin;
        require(left_hub >= *t.release, "release");
    } else if (t.release && step.visit == 0) {
        require(step.begin >= *t.release, "release");
    }
    if (t.kind == TaskKind::shipment && step.visit == 1) {
        const int on = carrier(step.task);
        const auto pickup = made_.find({step.task, 0});
        if (on >= 0) {
            require(on == route.vehicle, "on_board_elsewhere");
        } else if (pickup == made_.end() || pickup->second.vehicle != route.vehicle || pickup->second.step > i) {
            add("precedence", "the pickup does not come before on this route");
        } else if (t.max_ride && !promised(step)) {
            require(step.begin - pickup->second.departure <= *t.max_ride, "max_ride");
        }
    }
}

void Walk::loads(const SolutionRoute& route) {
    const Vehicle& v = vehicle(route);
    std::size_t dims = v.capacity.size();
    for (const auto& t : p_.tasks) dims = std::max(dims, t.load.size());
    Load now(dims, 0);
    const auto add_load = [&](int t, int sign) {
        for (std::size_t d = 0; d < task(t).load.size(); ++d) now[d] += sign * task(t).load[d];
    };
    const auto load_trip = [&](std::size_t from) {
        for (std::size_t k = from; k < route.steps.size() && route.steps[k].kind != StepKind::reload; ++k)
            if (route.steps[k].kind == StepKind::visit && task(route.steps[k].task).kind == TaskKind::delivery && carrier(route.steps[k].task) < 0) add_load(route.steps[k].task, 1);
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
            for (int t : collected) add_load(t, -1);
            collected.clear();
            load_trip(i + 1);
        } else if (step.kind == StepKind::visit) {
            const Task& t = task(step.task);
            if (t.kind == TaskKind::delivery || (t.kind == TaskKind::shipment && step.visit == 1)) add_load(step.task, -1);
            if (t.kind == TaskKind::pickup || (t.kind == TaskKind::shipment && step.visit == 0)) add_load(step.task, 1);
            if (t.kind == TaskKind::pickup) collected.push_back(step.task);
        }
        require(step.load == now, "load");
        for (std::size_t d = 0; d < dims; ++d) require(now[d] <= (d < v.capacity.size() ? v.capacity[d] : 0), "capacity", "dimension " + std::to_string(d));
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
        if (v.state) require(!holds(v.state->breaks_taken, step.visit), "break_twice");
    }
    for (std::size_t b = 0; b < v.breaks.size(); ++b) {
        const auto& windows = v.breaks[b].windows;
        if (taken[static_cast<int>(b)] || (v.state && holds(v.state->breaks_taken, static_cast<int>(b))) || route.steps.size() == 2) continue;
        require(!windows.empty() && (windows.back().to < begin || windows.back().to >= end), "break_missed");
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
            if (t.kind == TaskKind::pickup) picked = true;
            require(!(picked && t.kind == TaskKind::delivery), "loading_order");
        }
        if (v.loading != Loading::lifo || t.kind != TaskKind::shipment) continue;
        if (step.visit == 0) stack.push_back(step.task);
        else if (carrier(step.task) >= 0) require(stack.empty(), "loading_order");
        else if (stack.empty() || stack.back() != step.task) add("loading_order");
        else stack.pop_back();
    }
}

void Walk::cost(const SolutionRoute& route) {
    const Vehicle& v = vehicle(route);
    const Weights& w = p_.weights;
    const Step& last = route.steps.back();
    const Time begin = route.steps.front().departure;
    Cost found;
    Time unpaid = 0;
    bool used = false;
    for (const auto& step : route.steps) {
        if (step.kind == StepKind::rest && (step.visit < 0 || !v.breaks[static_cast<std::size_t>(step.visit)].paid)) unpaid += step.service;
        used |= step.kind == StepKind::visit || step.kind == StepKind::reload;
        if (step.kind != StepKind::visit) continue;
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
    found.time = (hours * v.per_hour + static_cast<Money>(last.driving) / 3600 * v.per_driving_hour) * w.time;
    found.distance = static_cast<Money>(last.distance) / 1000 * v.per_km * w.distance;
    found.carbon = static_cast<Money>(last.distance) / 1000 * v.co2_g_per_km / 1000 * w.carbon_per_kg;
    if (v.overtime_after) found.overtime = static_cast<Money>(std::max<Time>(0, last.arrival - *v.overtime_after)) / 3600 * v.overtime_per_hour * w.overtime;
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
                    require(mine != made_.end() && theirs != made_.end() && mine->second.vehicle == theirs->second.vehicle && theirs->second.step < mine->second.step, "after");
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

}  // namespace

std::vector<Violation> check(const Problem& problem, const Solution& solution) {
    std::vector<Violation> found;
    Walk(problem, solution, found).run();
    return found;
}

}  // namespace lastmile::vrp
