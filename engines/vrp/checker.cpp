#include "engines/vrp/checker_walk.hpp"

namespace lastmile::vrp {
namespace checking {

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
            if (step.kind == StepKind::visit &&
                !made_.emplace(std::pair{step.task, step.visit}, Made{s_.routes[r].vehicle, i, step.begin, step.departure}).second)
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
                    if (static_cast<double>(entry.from) <= now)
                        factor = entry.factor;
                    else
                        boundary = std::min(boundary, static_cast<double>(entry.from));
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
    } else
        require(to.arrival == from.departure, "travel_time");
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
            if (v.state)
                require(step.departure == v.state->time && step.place == v.state->place, "not_from_its_state");
            else if (v.start)
                require(step.place == *v.start, "wrong_start");
            if (!v.shift.empty() && !v.state) require(step.departure >= v.shift.front().from, "before_shift");
            break;
        case StepKind::end:
            require(i + 1 == route.steps.size(), "end_inside");
            if (v.end)
                require(step.place == *v.end, "wrong_end");
            else
                require(step.place == route.steps[i - 1].place, "wrong_end");
            if (!v.shift.empty() && !(v.state && v.state->locked.size() + 2 >= route.steps.size()))
                require(step.arrival <= v.shift.back().to, "after_shift");
            break;
        case StepKind::visit:
            visit(route, i);
            break;
        case StepKind::reload: {
            const auto r = static_cast<std::size_t>(step.visit);
            if (r >= v.reloads.size()) return add("no_such_reload");
            require(step.place == v.reloads[r].place && step.service == v.reloads[r].service && step.setup == 0, "reload");
            require(in_windows(v.reloads[r].windows, step.begin), "time_window");
            break;
        }
        case StepKind::rest:
            require(step.place == route.steps[i - 1].place || i + 1 < route.steps.size(), "rest_nowhere");
            break;
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
    Time service = wanted.service, setup = wanted.setup;
    for (const auto& special : wanted.per_type)
        if (special.type == v.type) service = special.service.value_or(service), setup = special.setup.value_or(setup);
    require(step.service == service && step.setup == (here_already ? 0 : setup), "service_time");
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
        require(std::any_of(route.steps.begin(), route.steps.begin() + static_cast<std::ptrdiff_t>(i),
                            [](const Step& s) { return s.kind == StepKind::reload; }),
                "not_on_board");
    if (t.kind == TaskKind::delivery && carrier(step.task) >= 0) {
        require(carrier(step.task) == route.vehicle, "on_board_elsewhere");
    } else if (t.release && t.kind == TaskKind::delivery) {
        Time left_hub = 0;
        for (std::size_t k = 0; k < i; ++k)
            if (route.steps[k].kind == StepKind::start)
                left_hub = route.steps[k].departure;
            else if (route.steps[k].kind == StepKind::reload)
                left_hub = route.steps[k].begin;
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

}  // namespace checking

std::vector<Violation> check(const Problem& problem, const Solution& solution) {
    std::vector<Violation> found;
    checking::Walk(problem, solution, found).run();
    return found;
}

}  // namespace lastmile::vrp
