#include "features/planning/commit.hpp"

#include <algorithm>
#include <set>

#include "features/deliveries/plan_rules.hpp"
#include "features/dispatch/assign.hpp"
#include "features/dispatch/offers.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/vehicles/vehicle_store.hpp"

namespace lastmile::planning {
namespace {

class Commit {
public:
    Commit(store::Tx& tx, const Dispatch& dispatch, std::vector<PlannedRoute> routes) : tx_(tx), board_(tx, dispatch), routes_(std::move(routes)) {}

    std::vector<RouteOutcome> run() {
        lock();
        for (auto& route : routes_) {
            if (auto why = changed(route)) return all_left_out(std::move(*why));
            if (auto why = check_legs(route)) return all_left_out(std::move(*why));
        }
        std::vector<RouteOutcome> outcomes;
        for (const auto& route : routes_)
            for (const auto& leg : route.legs)
                if (leg.from) {
                    auto& delivery = *board_.delivery(leg.delivery_id);
                    board_.apply(delivery, deliveries::unassign(delivery.lifecycle, leg.leg_id, board_.given(delivery)));
                }
        for (auto& route : routes_) {
            const bool nothing_left = route.legs.empty() && dropped_.contains(route.assignment_id);
            if (!nothing_left) write(route);
            outcomes.push_back({route.assignment_id, !nothing_left, std::move(dropped_[route.assignment_id]), {}, {}});
        }
        dispatch::withdraw_empty(board_);
        board_.settle_routes();
        return outcomes;
    }

private:
    void lock() {
        std::vector<Id<Assignment>> assignments;
        std::vector<Id<Delivery>> deliveries;
        for (const auto& route : routes_) {
            if (!route.fresh) assignments.push_back(route.assignment_id);
            for (const auto& leg : route.legs) deliveries.push_back(leg.delivery_id);
        }
        board_.lock(assignments, deliveries, false);
        std::vector<Id<Driver>> drivers;
        for (const auto& route : routes_) drivers.push_back(route.driver_id);
        std::ranges::sort(drivers);
        for (const auto& id : drivers)
            if (auto driver = lock_driver_if_any(tx_, id)) drivers_.emplace(id, std::move(*driver));
    }

    /// Why the route is not as it was read.
    std::optional<LeftOut> changed(const PlannedRoute& route) {
        const auto no = [&](std::string code, std::string reason) { return LeftOut{route.assignment_id, {}, std::move(code), std::move(reason)}; };
        const auto driver = drivers_.find(route.driver_id);
        if (driver == drivers_.end() || driver->second.status == DriverStatus::inactive) return no("driver_gone", "the driver is deactivated");
        if (route.fresh) {
            if (open_assignments_of(tx_, route.driver_id) != route.open_assignments)
                return no("driver_busy", "the driver got, or finished, another route meanwhile");
            const auto vehicle = route.vehicle_id ? find_vehicle(tx_, *route.vehicle_id) : std::nullopt;
            if (driver->second.vehicle_id != route.vehicle_id || !vehicle || !vehicle->available)
                return no("vehicle_changed", "the driver's vehicle is another one now, or not available");
            return std::nullopt;
        }
        const auto* row = board_.assignment(route.assignment_id);
        if (!row) return no("route_gone", "the assignment is not there any more");
        if (assignments::is_over(row->status)) return no("route_over", "it is " + std::string(name_of(row->status)));
        if (row->status == AssignmentState::paused) return no("route_paused", "it is paused");
        if (row->lifecycle.locked) return no("assignment_locked", "it was locked meanwhile");
        if (row->lifecycle.plan_version != route.plan_version)
            return no("route_changed", "planned from version " + std::to_string(route.plan_version) + ", it is " + std::to_string(row->lifecycle.plan_version));
        return std::nullopt;
    }

    std::string leg_changed(const PlannedRoute& route, const PlannedLeg& planned) {
        const auto* row = board_.delivery(planned.delivery_id);
        const auto* leg = row ? row->lifecycle.leg(planned.leg_id) : nullptr;
        if (!leg) return "it is not there any more";
        if (planned.from) {
            const bool there = leg->live() && leg->holder && leg->holder->assignment_id == *planned.from &&
                               std::ranges::none_of(leg->items, [](const LegItem& item) { return item.state == ItemState::taken; });
            if (!there) return "it was loaded, or taken off its route, meanwhile";
        } else if (!is_plannable(row->lifecycle, *leg)) {
            return leg->holder ? "it is held by " + leg->holder->assignment_id.text() + " now"
                               : "nothing of it can be planned any more: it is " + std::string(schema::wire_name(row->status));
        }
        if (row->version == planned.delivery_version) return {};
        // It changed, perhaps in nothing that a plan rests on.
        for (const auto& stop : route.stops)
            for (const auto& item : stop.items) {
                if (item.leg_id != planned.leg_id) continue;
                const auto now = stop.type == StopType::pickup ? dispatch::place_of(tx_, *row, leg->from, true) : dispatch::place_of(tx_, *row, leg->to, false);
                const bool street = stop.type == StopType::pickup && leg->from.kind == PlaceKind::street;
                if (!street && (!now || now->lat != stop.place.lat || now->lon != stop.place.lon || now->from != stop.place.from || now->to != stop.place.to))
                    return "its place or window was changed meanwhile";
                const auto* package = leg->item(item.package_id);
                if (!package || package->state != ItemState::planned) return "its packages have changed";
            }
        return {};
    }

    std::optional<LeftOut> check_legs(PlannedRoute& route) {
        std::set<Id<Delivery>> gone;
        for (const auto& leg : route.legs) {
            auto why = leg_changed(route, leg);
            if (why.empty()) continue;
            if (leg.from) return LeftOut{route.assignment_id, leg.delivery_id, "delivery_changed", std::move(why)};
            dropped_[route.assignment_id].push_back({route.assignment_id, leg.delivery_id, "delivery_changed", std::move(why)});
            gone.insert(leg.delivery_id);
        }
        // Who must ride together with what is gone does not ride either.
        for (bool grows = !gone.empty(); grows;) {
            grows = false;
            for (const auto& leg : route.legs) {
                const bool mate = std::ranges::any_of(leg.together_with, [&](const Id<Delivery>& id) { return gone.contains(id); }) ||
                                  std::ranges::any_of(route.legs, [&](const PlannedLeg& other) {
                                      return gone.contains(other.delivery_id) && std::ranges::find(other.together_with, leg.delivery_id) != other.together_with.end();
                                  });
                if (!mate || gone.contains(leg.delivery_id)) continue;
                if (leg.from) return LeftOut{route.assignment_id, leg.delivery_id, "together_with", "what it must ride with has changed"};
                dropped_[route.assignment_id].push_back({route.assignment_id, leg.delivery_id, "together_with", "what it must ride with has changed"});
                grows = gone.insert(leg.delivery_id).second;
            }
        }
        if (gone.empty()) return std::nullopt;
        std::set<Id<Leg>> legs;
        std::erase_if(route.legs, [&](const PlannedLeg& leg) { return gone.contains(leg.delivery_id) && legs.insert(leg.leg_id).second; });
        for (auto& stop : route.stops) std::erase_if(stop.items, [&](const StopItem& item) { return legs.contains(item.leg_id); });
        std::erase_if(route.stops, [](const PlannedStop& stop) { return stop.items.empty() && stop.type != StopType::break_; });
        return std::nullopt;
    }

    std::vector<RouteOutcome> all_left_out(LeftOut why) const {
        std::vector<RouteOutcome> outcomes;
        for (const auto& route : routes_) {
            auto mine = why;
            if (mine.assignment_id != route.assignment_id) {
                mine.reason = "it exchanges deliveries with " + mine.assignment_id->text() + ": " + mine.reason;
                mine.assignment_id = route.assignment_id;
                mine.delivery_id.reset();
            }
            outcomes.push_back({route.assignment_id, false, {std::move(mine)}, {}, {}});
        }
        return outcomes;
    }

    /// A stop that was begun meanwhile stays as it is; what was to join it gets a stop of its own.
    void part_from_begun(PlannedRoute& route, const AssignmentRow& row) {
        for (auto& stop : route.stops) {
            const auto* known = row.lifecycle.stop(stop.id);
            if (!known || known->state == StopState::pending) continue;
            std::erase_if(stop.items, [&](const StopItem& item) { return std::ranges::find(route.legs, item.leg_id, &PlannedLeg::leg_id) == route.legs.end(); });
            if (!stop.items.empty()) stop.id = stop.place.stop_id = tx_.new_id<Stop>();
        }
    }

    void write(PlannedRoute& route) {
        if (route.fresh) {
            dispatch::Crew crew{drivers_.at(route.driver_id), find_vehicle(tx_, *route.vehicle_id), {}};
            auto row = dispatch::new_assignment(crew, route.start_place, route.assignment_id, route.route_id, tx_.now().business);
            row.starts_at = std::max(route.starts_at, tx_.now().business);
            const auto open = pending_of(route, row);
            row.lifecycle = assignments::replan(row.lifecycle, open, false, {}).value().after;
            row.lifecycle.route_revision = row.lifecycle.plan_version = 1;
            price(row, dispatch::wheels_of(tx_, row.vehicle_id), *board_.services().pricer(tx_, tx_.now().business), board_.services().roads != nullptr, tx_.now().business);
            board_.create(std::move(row));
        } else {
            auto& row = *board_.assignment(route.assignment_id);
            part_from_begun(route, row);
            if (dispatch::takes_more(row.status)) row.starts_at = std::max(route.starts_at, tx_.now().business);
            auto places = row;
            const auto open = pending_of(route, places);
            row.places = std::move(places.places), row.parcels = std::move(places.parcels);
            board_.apply(row, assignments::replan(row.lifecycle, open, true, {}));
        }
        auto& row = *board_.assignment(route.assignment_id);
        std::vector<std::pair<Id<Delivery>, Id<Leg>>> legs;
        for (const auto& leg : route.legs) legs.emplace_back(leg.delivery_id, leg.leg_id);
        board_.bind(row, legs);
        dispatch::offer_by_policy(board_, row);
    }

    store::Tx& tx_;
    dispatch::Board board_;
    std::vector<PlannedRoute> routes_;
    std::map<Id<Driver>, Driver> drivers_;
    std::map<Id<Assignment>, std::vector<LeftOut>> dropped_;
};

}  // namespace

std::vector<RouteOutcome> commit_component(store::Tx& tx, const Dispatch& dispatch, std::vector<PlannedRoute> routes) {
    return Commit(tx, dispatch, std::move(routes)).run();
}

}  // namespace lastmile::planning
