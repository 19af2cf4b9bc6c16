#include "features/planning/routes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "features/planning/reasons_of.hpp"

namespace lastmile::planning {
namespace {

bool same_place(const StopPlace& a, const StopPlace& b) { return a.kind == b.kind && a.hub_id == b.hub_id && a.lat == b.lat && a.lon == b.lon; }

/// Builds one vehicle's stops from its steps.
class StopList {
public:
    StopList(const Snapshot& s, const Ids& ids, const Candidate& c) : s_(s), ids_(ids), c_(c) {}

    void load(const StopPlace& hub, const std::vector<int>& tasks) {
        for (int t : tasks) visit(task(t), hub, StopType::pickup, task(t).pickup_stop);
    }
    void step(const vrp::Step& step, bool loading) {
        if (step.kind == vrp::StepKind::rest) return rest(step);
        if (step.kind != vrp::StepKind::visit) return;
        const auto& t = task(step.task);
        if (!loading && step.visit == 0) {
            if (t.pickup) visit(t, *t.pickup, StopType::pickup, t.pickup_stop);
            return;
        }
        visit(t, t.dropoff, t.dropoff.kind == PlaceKind::hub ? StopType::hub : StopType::dropoff, t.dropoff_stop);
    }
    std::vector<PlannedStop> take() { return std::move(stops_); }

private:
    const Task& task(int t) const { return s_.tasks[static_cast<std::size_t>(t)]; }

    /// Pickups at one place are one stop, so are parcels unloaded at one hub; dropoffs of different deliveries are different stops. A stop
    /// that is on the route already keeps its id.
    void visit(const Task& t, const StopPlace& place, StopType type, const std::optional<Id<Stop>>& known) {
        const bool at_it = !stops_.empty() && stops_.back().type == type && same_place(stops_.back().place, place);
        const bool joins = at_it && (type != StopType::dropoff || (known ? stops_.back().id == *known : is_of(stops_.back(), t.delivery_id)));
        if (!joins) {
            PlannedStop stop;
            const bool mine = known && t.held_by >= 0 && &s_.candidates[static_cast<std::size_t>(t.held_by)] == &c_;
            stop.id = mine && used_.insert(*known).second ? *known : ids_.make<Stop>();
            stop.type = type, stop.place = place;
            stop.place.stop_id = stop.id;
            stops_.push_back(std::move(stop));
        } else if (known && t.held_by >= 0 && &s_.candidates[static_cast<std::size_t>(t.held_by)] == &c_ && fresh(stops_.back().id) &&
                   used_.insert(*known).second) {
            stops_.back().id = stops_.back().place.stop_id = *known;
        }
        for (const auto& package : t.packages) stops_.back().items.push_back({t.delivery_id, package, t.leg_id, ItemOutcome::open, {}});
    }
    bool fresh(Id<Stop> id) const { return !used_.contains(id); }
    /// Parcels of one delivery that wait side by side go to its door in one visit.
    static bool is_of(const PlannedStop& stop, Id<Delivery> delivery) {
        return std::ranges::all_of(stop.items, [&](const StopItem& item) { return item.delivery_id == delivery; });
    }

    void rest(const vrp::Step& step) {
        PlannedStop stop;
        stop.id = ids_.make<Stop>();
        if (c_.route)
            for (const auto& old : c_.route->lifecycle.stops)
                if (old.type == StopType::break_ && old.state == StopState::pending && used_.insert(old.id).second) {
                    stop.id = old.id;
                    break;
                }
        stop.type = StopType::break_;
        stop.place.stop_id = stop.id;
        stop.place.kind = PlaceKind::street;
        const auto here = stops_.empty() ? start_of(c_) : stops_.back().place.point();
        stop.place.lat = here.lat, stop.place.lon = here.lon;
        stop.place.service_s = step.departure - step.begin;
        const auto& data = c_.breaks.at(static_cast<std::size_t>(step.visit));
        stop.place.from = data.window.from, stop.place.to = data.window.to;
        stops_.push_back(std::move(stop));
    }

    const Snapshot& s_;
    const Ids& ids_;
    const Candidate& c_;
    std::vector<PlannedStop> stops_;
    std::set<Id<Stop>> used_;
};

/// The optimizer leaves as late as it can without ending later; people get a margin.
constexpr std::chrono::minutes margin{15};

Instant start_of(const Candidate& c, const vrp::SolutionRoute& made, const std::optional<StopPlace>& loading) {
    const auto leaves = Instant(Seconds(made.steps.front().departure - (loading ? loading->service_s : 0)));
    return std::max(c.from, leaves - margin);
}

PlannedRoute blank(const Candidate& c, const Ids& ids, Instant starts_at) {
    PlannedRoute route;
    route.driver_id = c.crew.driver.id;
    route.vehicle_id = c.crew.vehicle->id;
    route.open_assignments = c.open_assignments;
    if (c.route) {
        route.fresh = false;
        route.assignment_id = c.route->id, route.route_id = c.route->route_id, route.plan_version = c.route->lifecycle.plan_version;
        route.starts_at = c.under_way ? c.route->starts_at : starts_at, route.start_place = c.route->start_place;
    } else {
        route.assignment_id = ids.make<Assignment>(), route.route_id = ids.make<Route>();
        route.starts_at = starts_at, route.start_place = c.start_place;
    }
    return route;
}

/// Which vehicle each task is on; -1: none.
std::vector<int> places_of(const Snapshot& s, const vrp::Solution& solution) {
    std::vector<int> on(s.tasks.size(), -1);
    for (const auto& route : solution.routes)
        for (const auto& step : route.steps)
            if (step.kind == vrp::StepKind::visit) on[static_cast<std::size_t>(step.task)] = route.vehicle;
    return on;
}

/// Vehicles whose routes cannot be kept whole, and all that would exchange something with them.
std::set<int> frozen_of(const Snapshot& s, const std::vector<int>& on) {
    std::set<int> frozen;
    for (std::size_t t = 0; t < s.tasks.size(); ++t)
        if (s.tasks[t].held_by >= 0 && on[t] < 0) frozen.insert(s.tasks[t].held_by);
    for (bool grows = true; grows;) {
        grows = false;
        for (std::size_t t = 0; t < s.tasks.size(); ++t) {
            const int from = s.tasks[t].held_by, to = on[t];
            if (from < 0 || to < 0 || from == to || frozen.contains(from) == frozen.contains(to)) continue;
            frozen.insert(from), frozen.insert(to);
            grows = true;
        }
    }
    return frozen;
}

bool same_order(const Candidate& c, const std::vector<PlannedStop>& stops) {
    std::vector<Id<Stop>> before, after;
    if (c.route)
        for (const auto& stop : c.route->lifecycle.stops)
            if (stop.state == StopState::pending) before.push_back(stop.id);
    for (const auto& stop : stops) after.push_back(stop.id);
    return before == after;
}

/// Routes that exchange something are one component: committed together or not at all.
void number_components(std::vector<PlannedRoute>& routes) {
    for (std::size_t i = 0; i < routes.size(); ++i) routes[i].component = static_cast<int>(i);
    for (auto& route : routes)
        for (const auto& leg : route.legs) {
            if (!leg.from) continue;
            for (auto& other : routes) {
                if (other.assignment_id != *leg.from || other.component == route.component) continue;
                const int gone = std::max(other.component, route.component), kept = std::min(other.component, route.component);
                for (auto& any : routes)
                    if (any.component == gone) any.component = kept;
            }
        }
}

PlanDiff diff_of(const Snapshot& s, const PlanDocument& plan) {
    PlanDiff diff;
    for (const auto& route : plan.routes) {
        for (const auto& leg : route.legs)
            if (leg.from) diff.moved.push_back({leg.delivery_id, *leg.from, route.assignment_id});
            else diff.added.push_back({leg.delivery_id, route.assignment_id});
        const auto before = std::ranges::find_if(s.candidates, [&](const Candidate& c) { return c.route && c.route->id == route.assignment_id; });
        if (before == s.candidates.end()) continue;
        auto was = *before->route;
        retime(was, s.now);
        for (const auto& stop : route.trial.lifecycle.stops) {
            const auto *then = was.route.at(stop.id), *now = route.trial.route.at(stop.id);
            if (!then || !now || !stop.open()) continue;
            const auto change = std::chrono::duration_cast<Seconds>(now->arrival - then->arrival).count();
            if (std::abs(change) < 60) continue;
            EtaChange eta{stop.id, {}, then->arrival, now->arrival, change};
            for (const auto& item : stop.items)
                if (std::ranges::find(eta.delivery_ids, item.delivery_id) == eta.delivery_ids.end()) eta.delivery_ids.push_back(item.delivery_id);
            diff.eta_changes.push_back(std::move(eta));
        }
    }
    return diff;
}

}  // namespace

PlanDocument plan_of(const Snapshot& s, const PlanProblem& problem, const vrp::Solution& solution, const Dispatch& dispatch, const Ids& ids,
                     const std::optional<Id<Assignment>>& around) {
    PlanDocument plan;
    plan.unassigned = s.unplanned, plan.skipped_drivers = s.skipped, plan.areas = s.areas;
    plan.travel_source = problem.roads ? "roads" : "straight_line";
    const auto on = places_of(s, solution);
    const auto frozen = frozen_of(s, on);
    vrp::Cost cost;
    for (const auto& made : solution.routes) {
        if (frozen.contains(made.vehicle)) continue;
        const auto& c = s.candidates[static_cast<std::size_t>(made.vehicle)];
        auto route = blank(c, ids, start_of(c, made, problem.loading));
        std::vector<int> loaded;
        std::set<int> seen;
        bool loses = false;
        for (std::size_t t = 0; t < s.tasks.size(); ++t) loses = loses || (s.tasks[t].held_by == made.vehicle && on[t] != made.vehicle);
        for (const auto& step : made.steps) {
            if (step.kind != vrp::StepKind::visit || !seen.insert(step.task).second) continue;
            const auto& task = s.tasks[static_cast<std::size_t>(step.task)];
            loaded.push_back(step.task);
            if (task.held_by == made.vehicle) continue;
            PlannedLeg leg{task.delivery_id, task.leg_id, task.row ? task.row->version : 0, {}, {}};
            if (task.held_by >= 0) leg.from = s.candidates[static_cast<std::size_t>(task.held_by)].route->id;
            if (task.row) leg.together_with = task.row->record.together_with;
            route.legs.push_back(std::move(leg));
            for (const auto& parcel : task.parcels) route.parcels.push_back(parcel);
        }
        StopList stops(s, ids, c);
        if (problem.loading) stops.load(*problem.loading, loaded);
        for (const auto& step : made.steps) stops.step(step, problem.loading.has_value());
        route.stops = stops.take();
        if (route.legs.empty() && !loses && (!around || route.assignment_id != *around || same_order(c, route.stops))) continue;
        cost += made.cost;
        route.trial = trial_of(c, route, dispatch, s.now);
        plan.routes.push_back(std::move(route));
    }
    if (!plan.routes.empty()) number_components(plan.routes);
    for (const auto& job : solution.outside) {
        const auto t = static_cast<std::size_t>(job.task);
        const auto& quote = s.quotes[static_cast<std::size_t>(problem.quotes[t][static_cast<std::size_t>(job.offer)])];
        cost += job.cost;
        if (quote.own_fleet_first && problem.problem.weights.outside > 0) cost.outside -= own_first;
        plan.outside.push_back(quote);
    }
    plan.quotes_missing = s.quotes_missing;
    add_unassigned(s, problem, solution, on, frozen, plan);
    cost.outside += give_groups(s, on, plan);
    plan.cost = cost_of(cost, s.policies.currency);
    if (around) plan.diff = diff_of(s, plan);
    return plan;
}

Wheels wheels_of(const Vehicle& vehicle) {
    Wheels wheels;
    wheels.profile = vehicle.profile;
    wheels.speed_factor = vehicle.speed_factor > 0 ? vehicle.speed_factor : 1;
    wheels.fixed = vehicle.costs.fixed, wheels.per_hour = vehicle.costs.per_hour, wheels.per_km = vehicle.costs.per_km;
    if (vehicle.co2_g_per_km) wheels.co2_g_per_km = vehicle.co2_g_per_km->value;
    return wheels;
}

std::vector<Stop> pending_of(const PlannedRoute& route, AssignmentRow& row) {
    std::vector<Stop> open;
    for (const auto& planned : route.stops) {
        Stop stop;
        stop.id = planned.id, stop.type = planned.type, stop.items = planned.items;
        if (const auto* known = row.lifecycle.stop(planned.id); known && known->state != StopState::pending) continue;
        if (!row.place(stop.id)) row.places.push_back(planned.place);
        open.push_back(std::move(stop));
    }
    for (const auto& parcel : route.parcels)
        if (!row.parcel(parcel.package_id)) row.parcels.push_back(parcel);
    return open;
}

AssignmentRow trial_of(const Candidate& c, const PlannedRoute& route, const Dispatch& dispatch, Instant now) {
    auto row = c.route ? *c.route : dispatch::new_assignment(c.crew, c.start_place, route.assignment_id, route.route_id, now);
    row.starts_at = route.starts_at;
    const auto open = pending_of(route, row);
    row.lifecycle = assignments::replan(row.lifecycle, open, false, {}).value().after;
    if (route.fresh) row.lifecycle.route_revision = row.lifecycle.plan_version = 1;
    row.status = row.lifecycle.state;
    std::erase_if(row.places, [&](const StopPlace& place) { return !row.lifecycle.stop(place.stop_id); });
    price(row, wheels_of(*c.crew.vehicle), dispatch.pricer(), dispatch.roads != nullptr, now);
    return row;
}

}  // namespace lastmile::planning
