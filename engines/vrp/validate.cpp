// Everything that can be wrong with a problem before anybody plans: all faults at once, each with a pointer.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "engines/vrp/solve.hpp"

namespace lastmile::vrp {
namespace {

class Validator {
public:
    explicit Validator(const Problem& problem) : p_(problem) {}

    Faults run() {
        profiles();
        for (std::size_t v = 0; v < p_.vehicles.size(); ++v) vehicle(v);
        for (std::size_t t = 0; t < p_.tasks.size(); ++t) task(t);
        for (std::size_t i = 0; i < p_.partners.size(); ++i)
            if (p_.partners[i].max_jobs && *p_.partners[i].max_jobs < 0)
                add("/partners/" + std::to_string(i) + "/max_jobs", "negative", "must not be negative");
        if (faults_.empty())
            for (std::size_t v = 0; v < p_.vehicles.size(); ++v) state(v);
        weights();
        if (faults_.empty() && p_.incumbent) plan(*p_.incumbent, "/incumbent");
        if (faults_.empty()) relations();
        return std::move(faults_);
    }

    void plan(const Plan& plan, const std::string& at);
    Faults take() { return std::move(faults_); }

private:
    void add(std::string pointer, std::string code, std::string detail) {
        faults_.push_back({std::move(pointer), std::move(code), std::move(detail)});
    }
    void index(const std::string& at, int value, std::size_t count, const char* what) {
        if (value < 0 || static_cast<std::size_t>(value) >= count)
            add(at, "out_of_range", std::string("there are ") + std::to_string(count) + " " + what + ", counted from 0");
    }
    void not_negative(const std::string& at, double value) {
        if (!(value >= 0) || !std::isfinite(value)) add(at, "negative", "must be a number and not negative");
    }
    void windows(const std::string& at, const std::vector<Window>& list);
    void load(const std::string& at, const Load& list);
    void profiles();
    void vehicle(std::size_t v);
    void state(std::size_t v);
    void task(std::size_t t);
    void visit(const std::string& at, const Visit& visit);
    void relations();
    void weights();

    const Problem& p_;
    Faults faults_;
    std::map<int, std::size_t> carried_;  // task on board → vehicle
};

void Validator::windows(const std::string& at, const std::vector<Window>& list) {
    for (std::size_t w = 0; w < list.size(); ++w) {
        const std::string here = at + "/" + std::to_string(w);
        if (list[w].from > list[w].to) add(here, "empty_window", "the window ends before it begins");
        if (list[w].from < always_from || list[w].to > always_to) add(here, "out_of_range", "beyond the axis of time");
        if (w > 0 && list[w].from <= list[w - 1].to) add(here, "overlapping_windows", "windows must be in order and must not overlap");
    }
}

void Validator::load(const std::string& at, const Load& list) {
    for (std::size_t d = 0; d < list.size(); ++d)
        if (list[d] < 0) add(at + "/" + std::to_string(d), "negative", "must not be negative");
}

void Validator::profiles() {
    if (p_.places < 0) add("/places", "negative", "must not be negative");
    for (std::size_t i = 0; i < p_.profiles.size(); ++i) {
        const std::string at = "/profiles/" + std::to_string(i);
        const auto& profile = p_.profiles[i];
        if (!profile.matrix)
            add(at + "/matrix", "missing", "a profile needs a matrix");
        else if (profile.matrix->size() < p_.places)
            add(at + "/matrix", "too_small", "the matrix must cover all places");
        for (std::size_t f = 0; f < profile.factors.size(); ++f) {
            if (!(profile.factors[f].factor > 0)) add(at + "/factors/" + std::to_string(f), "not_positive", "the factor must be greater than 0");
            if (f > 0 && profile.factors[f].from <= profile.factors[f - 1].from)
                add(at + "/factors/" + std::to_string(f), "not_ascending", "entries must be in order of time");
        }
    }
}

void Validator::vehicle(std::size_t v) {
    const auto& vehicle = p_.vehicles[v];
    const std::string at = "/vehicles/" + std::to_string(v);
    const auto places = static_cast<std::size_t>(std::max(0, p_.places));
    index(at + "/profile", vehicle.profile, p_.profiles.size(), "profiles");
    if (!(vehicle.speed_factor > 0) || !std::isfinite(vehicle.speed_factor)) add(at + "/speed_factor", "not_positive", "must be greater than 0");
    if (vehicle.start) index(at + "/start", *vehicle.start, places, "places");
    if (vehicle.end) index(at + "/end", *vehicle.end, places, "places");
    windows(at + "/shift", vehicle.shift);
    load(at + "/capacity", vehicle.capacity);
    for (const auto& [name, value] : {std::pair<const char*, double>{"fixed", vehicle.fixed},
                                      {"per_hour", vehicle.per_hour},
                                      {"per_driving_hour", vehicle.per_driving_hour},
                                      {"per_service_hour", vehicle.per_service_hour},
                                      {"per_km", vehicle.per_km},
                                      {"overtime_per_hour", vehicle.overtime_per_hour},
                                      {"co2_g_per_km", vehicle.co2_g_per_km},
                                      {"max_stops", vehicle.max_stops.value_or(0)},
                                      {"max_distance", static_cast<double>(vehicle.max_distance.value_or(0))},
                                      {"max_driving", static_cast<double>(vehicle.max_driving.value_or(0))},
                                      {"max_duration", static_cast<double>(vehicle.max_duration.value_or(0))},
                                      {"max_work", static_cast<double>(vehicle.max_work.value_or(0))},
                                      {"range", static_cast<double>(vehicle.range.value_or(0))},
                                      {"max_reloads", vehicle.max_reloads}})
        not_negative(at + "/" + name, value);
    for (std::size_t b = 0; b < vehicle.breaks.size(); ++b) {
        windows(at + "/breaks/" + std::to_string(b) + "/windows", vehicle.breaks[b].windows);
        not_negative(at + "/breaks/" + std::to_string(b) + "/duration", static_cast<double>(vehicle.breaks[b].duration));
        if (vehicle.breaks[b].max_load) load(at + "/breaks/" + std::to_string(b) + "/max_load", *vehicle.breaks[b].max_load);
    }
    if (vehicle.max_reloads > 0 && vehicle.reloads.empty()) add(at + "/reloads", "missing", "max_reloads is set, but there is no place to reload at");
    for (std::size_t r = 0; r < vehicle.reloads.size(); ++r) {
        index(at + "/reloads/" + std::to_string(r) + "/place", vehicle.reloads[r].place, places, "places");
        windows(at + "/reloads/" + std::to_string(r) + "/windows", vehicle.reloads[r].windows);
        not_negative(at + "/reloads/" + std::to_string(r) + "/service", static_cast<double>(vehicle.reloads[r].service));
    }
}

void Validator::state(std::size_t v) {
    if (!p_.vehicles[v].state) return;
    const auto& state = *p_.vehicles[v].state;
    const std::string at = "/vehicles/" + std::to_string(v) + "/state";
    index(at + "/place", state.place, static_cast<std::size_t>(p_.places), "places");
    for (std::size_t i = 0; i < state.on_board.size(); ++i) {
        const std::string here = at + "/on_board/" + std::to_string(i);
        const int t = state.on_board[i].task;
        index(here + "/task", t, p_.tasks.size(), "tasks");
        if (t < 0 || static_cast<std::size_t>(t) >= p_.tasks.size()) continue;
        const auto kind = p_.tasks[static_cast<std::size_t>(t)].kind;
        if (kind != TaskKind::shipment && kind != TaskKind::delivery)
            add(here + "/task", "not_goods", "only a shipment or a delivery can be on board");
        if (!carried_.emplace(t, v).second) add(here + "/task", "duplicate", "the goods are on board twice");
    }
    for (int taken : state.breaks_taken) index(at + "/breaks_taken", taken, p_.vehicles[v].breaks.size(), "breaks");
    std::map<std::pair<int, int>, int> seen;
    for (std::size_t i = 0; i < state.locked.size(); ++i) {
        const std::string here = at + "/locked/" + std::to_string(i);
        const auto& stop = state.locked[i];
        index(here + "/task", stop.task, p_.tasks.size(), "tasks");
        if (stop.task < 0 || static_cast<std::size_t>(stop.task) >= p_.tasks.size()) continue;
        const auto& task = p_.tasks[static_cast<std::size_t>(stop.task)];
        index(here + "/visit", stop.visit, task.visits.size(), "visits");
        if (!seen.emplace(std::pair{stop.task, stop.visit}, 1).second) add(here, "duplicate", "the stop is locked twice");
        const bool on_board = carried_.contains(stop.task);
        if (task.kind == TaskKind::delivery && !on_board) add(here, "not_on_board", "a locked delivery must be on board");
        if (task.kind == TaskKind::shipment && stop.visit == 0 && on_board) add(here, "already_picked_up", "the goods are on board");
        if (task.kind == TaskKind::shipment && stop.visit == 1 && !on_board && !seen.contains({stop.task, 0}))
            add(here, "dropoff_first", "the dropoff is locked before its pickup");
        const auto& allowed = task.allowed_vehicles;
        if (!allowed.empty() && std::ranges::find(allowed, static_cast<int>(v)) == allowed.end())
            add(here, "vehicle_not_allowed", "the task may not ride on this vehicle");
    }
}

void Validator::visit(const std::string& at, const Visit& visit) {
    index(at + "/place", visit.place, static_cast<std::size_t>(std::max(0, p_.places)), "places");
    not_negative(at + "/service", static_cast<double>(visit.service));
    not_negative(at + "/setup", static_cast<double>(visit.setup));
    windows(at + "/windows", visit.windows);
    windows(at + "/preferred/windows", visit.preferred.windows);
    not_negative(at + "/preferred/early_per_s", visit.preferred.early_per_s);
    not_negative(at + "/preferred/late_per_s", visit.preferred.late_per_s);
    for (std::size_t i = 0; i < visit.per_type.size(); ++i) {
        const std::string here = at + "/per_type/" + std::to_string(i);
        const auto& times = visit.per_type[i];
        not_negative(here + "/service", static_cast<double>(times.service.value_or(0)));
        not_negative(here + "/setup", static_cast<double>(times.setup.value_or(0)));
        for (std::size_t j = 0; j < i; ++j)
            if (visit.per_type[j].type == times.type) add(here + "/type", "duplicate", "the type has its times already");
    }
}

void Validator::task(std::size_t t) {
    const auto& task = p_.tasks[t];
    const std::string at = "/tasks/" + std::to_string(t);
    const std::size_t wanted = task.kind == TaskKind::shipment ? 2 : 1;
    if (task.visits.size() != wanted) add(at + "/visits", "wrong_count", "a shipment has two visits, any other task one");
    for (std::size_t i = 0; i < task.visits.size(); ++i) visit(at + "/visits/" + std::to_string(i), task.visits[i]);
    load(at + "/load", task.load);
    load(at + "/collect", task.collect);
    if (!task.collect.empty() && task.kind != TaskKind::delivery) add(at + "/collect", "not_a_delivery", "only a delivery can take something along");
    for (int v : task.allowed_vehicles) index(at + "/allowed_vehicles", v, p_.vehicles.size(), "vehicles");
    for (int v : task.forbidden_vehicles) index(at + "/forbidden_vehicles", v, p_.vehicles.size(), "vehicles");
    if (task.priority < 0 || task.priority > 100) add(at + "/priority", "out_of_range", "0 to 100");
    if (task.leave_out_price) not_negative(at + "/leave_out_price", *task.leave_out_price);
    if (task.max_ride) not_negative(at + "/max_ride", static_cast<double>(*task.max_ride));
    if (task.max_ride && task.kind != TaskKind::shipment) add(at + "/max_ride", "not_a_shipment", "only a shipment rides");
    for (const auto& [name, list] : {std::pair<const char*, const std::vector<int>*>{"together_with", &task.together_with},
                                     {"not_with", &task.not_with},
                                     {"after", &task.after}})
        for (std::size_t i = 0; i < list->size(); ++i) {
            index(at + "/" + name + "/" + std::to_string(i), (*list)[i], p_.tasks.size(), "tasks");
            if ((*list)[i] == static_cast<int>(t)) add(at + "/" + name + "/" + std::to_string(i), "itself", "a task cannot refer to itself");
        }
    for (std::size_t i = 0; i < task.offers.size(); ++i) {
        index(at + "/offers/" + std::to_string(i) + "/partner", task.offers[i].partner, p_.partners.size(), "partners");
        not_negative(at + "/offers/" + std::to_string(i) + "/price", task.offers[i].price);
        not_negative(at + "/offers/" + std::to_string(i) + "/co2_g", task.offers[i].co2_g);
    }
}

/// Relations that contradict themselves, and the few combinations that the search cannot do.
void Validator::relations() {
    std::vector<int> mark(p_.tasks.size(), 0);  // 1: on the path, 2: done
    const auto cyclic = [&](auto&& self, int t) -> bool {
        auto& m = mark[static_cast<std::size_t>(t)];
        if (m) return m == 1;
        m = 1;
        const bool found = std::ranges::any_of(p_.tasks[static_cast<std::size_t>(t)].after, [&](int earlier) { return self(self, earlier); });
        m = 2;
        return found;
    };
    for (std::size_t t = 0; t < p_.tasks.size(); ++t) {
        const std::string at = "/tasks/" + std::to_string(t);
        if (cyclic(cyclic, static_cast<int>(t))) add(at + "/after", "cycle", "the tasks wait for each other");
        if (!p_.tasks[t].together_with.empty() && !p_.tasks[t].offers.empty())
            add(at + "/offers", "not_supported", "a task that must stay together with others cannot be offered to partners");
        for (int other : p_.tasks[t].not_with)
            if (std::ranges::find(p_.tasks[t].together_with, other) != p_.tasks[t].together_with.end())
                add(at + "/not_with", "contradiction", "a task cannot be together with and apart from the same task");
    }
}

void Validator::weights() {
    const Weights& w = p_.weights;
    for (const auto& [name, value] : {std::pair<const char*, double>{"fixed", w.fixed},
                                      {"time", w.time},
                                      {"distance", w.distance},
                                      {"overtime", w.overtime},
                                      {"lateness", w.lateness},
                                      {"left_out", w.left_out},
                                      {"outside", w.outside},
                                      {"carbon_per_kg", w.carbon_per_kg},
                                      {"latency_per_hour", w.latency_per_hour},
                                      {"late_promise_per_s", w.late_promise_per_s},
                                      {"moved_task", w.moved_task},
                                      {"balance_per_hour", w.balance_per_hour}})
        not_negative(std::string("/weights/") + name, value);
    if (w.balance_reference <= 0) add("/weights/balance_reference", "not_positive", "must be greater than 0");
}

void Validator::plan(const Plan& plan, const std::string& at) {
    std::map<std::pair<int, int>, int> seen;
    std::map<int, int> used;
    for (std::size_t r = 0; r < plan.routes.size(); ++r) {
        const std::string here = at + "/routes/" + std::to_string(r);
        const auto& route = plan.routes[r];
        index(here + "/vehicle", route.vehicle, p_.vehicles.size(), "vehicles");
        if (route.vehicle < 0 || static_cast<std::size_t>(route.vehicle) >= p_.vehicles.size()) continue;
        if (used[route.vehicle]++) add(here + "/vehicle", "duplicate", "the vehicle has two routes");
        for (std::size_t s = 0; s < route.stops.size(); ++s) {
            const std::string stop = here + "/stops/" + std::to_string(s);
            if (route.stops[s].task == -1) {
                index(stop + "/visit", route.stops[s].visit, p_.vehicles[static_cast<std::size_t>(route.vehicle)].reloads.size(), "reload places");
                continue;
            }
            index(stop + "/task", route.stops[s].task, p_.tasks.size(), "tasks");
            if (route.stops[s].task < 0 || static_cast<std::size_t>(route.stops[s].task) >= p_.tasks.size()) continue;
            index(stop + "/visit", route.stops[s].visit, p_.tasks[static_cast<std::size_t>(route.stops[s].task)].visits.size(), "visits");
            if (seen[{route.stops[s].task, route.stops[s].visit}]++) add(stop, "duplicate", "the visit is made twice");
        }
    }
    for (std::size_t i = 0; i < plan.outside.size(); ++i) {
        const std::string here = at + "/outside/" + std::to_string(i);
        index(here + "/task", plan.outside[i].task, p_.tasks.size(), "tasks");
        if (plan.outside[i].task < 0 || static_cast<std::size_t>(plan.outside[i].task) >= p_.tasks.size()) continue;
        index(here + "/offer", plan.outside[i].offer, p_.tasks[static_cast<std::size_t>(plan.outside[i].task)].offers.size(), "offers");
        if (seen[{plan.outside[i].task, 0}]++) add(here, "duplicate", "the task is planned twice");
    }
}

}  // namespace

Faults validate(const Problem& problem) { return Validator(problem).run(); }

/// For the calls that take a plan (not part of the port).
Faults validate_plan(const Problem& problem, const Plan& plan, const std::string& at) {
    Validator validator(problem);
    validator.plan(plan, at);
    return validator.take();
}

}  // namespace lastmile::vrp
