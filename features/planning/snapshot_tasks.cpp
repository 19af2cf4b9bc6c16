// What is to be planned, and what is on the candidates' routes already.
#include <algorithm>
#include <set>

#include "features/planning/snapshot.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::planning {
namespace {

class Tasks {
public:
    Tasks(store::Read& read, const PlanRequest& request, const DriverPositions& positions, Snapshot& snapshot)
        : read_(read), request_(request), positions_(positions), s_(snapshot) {}

    void add(bool narrow, const std::optional<Id<Assignment>>& around) {
        std::vector<Id<Delivery>> wanted;
        if (request_.delivery_ids) wanted.assign(request_.delivery_ids->begin(), request_.delivery_ids->end());
        else if (!around) wanted = deliveries_to_plan(read_);
        load({wanted.begin(), wanted.end()});
        for (const auto& id : wanted) add_delivery(id);
        if (around) narrow_around(s_, *around);
        else if (narrow) narrow_candidates(s_);
        const auto fresh = s_.tasks.size();
        std::set<Id<Delivery>> held;
        for (std::size_t i = 0; i < s_.candidates.size(); ++i) add_route(static_cast<int>(i));
        for (std::size_t t = fresh; t < s_.tasks.size(); ++t)
            if (!s_.deliveries.contains(s_.tasks[t].delivery_id)) held.insert(s_.tasks[t].delivery_id);
        load(held);
        for (std::size_t t = fresh; t < s_.tasks.size(); ++t) {
            look_up(s_.tasks[t]);
            // A replan may be asked to weigh the lateness of what it moves; else what is late already only gets no later.
            if (around && request_.time_window_policy) s_.tasks[t].windows = *request_.time_window_policy;
        }
    }

private:
    void load(const std::set<Id<Delivery>>& ids) {
        for (auto& row : find_deliveries(read_, {ids.begin(), ids.end()})) s_.deliveries.emplace(row.id, std::move(row));
    }

    void look_up(Task& task) {
        const auto at = s_.deliveries.find(task.delivery_id);
        if (at == s_.deliveries.end()) return;
        task.row = &at->second;
        const auto* leg = task.row->lifecycle.leg(task.leg_id);
        if (leg && std::ranges::any_of(leg->items, [](const LegItem& item) { return item.state == ItemState::taken; })) task.movable = false;
    }

    /// Pending stops of a route as tasks, leg by leg: with a pending pickup it is still to be fetched, without one it is on board.
    void add_route(int index) {
        const auto& c = s_.candidates[static_cast<std::size_t>(index)];
        if (!c.route) return;
        const auto first = s_.tasks.size();
        const auto of_leg = [&](const StopItem& item) -> Task& {
            const auto found = std::find_if(s_.tasks.begin() + static_cast<std::ptrdiff_t>(first), s_.tasks.end(),
                                            [&](const Task& task) { return task.leg_id == item.leg_id; });
            if (found != s_.tasks.end()) return *found;
            Task task;
            task.delivery_id = item.delivery_id, task.leg_id = item.leg_id, task.held_by = index;
            return s_.tasks.emplace_back(std::move(task));
        };
        for (const auto& stop : c.route->lifecycle.stops) {
            const auto* place = c.route->place(stop.id);
            if (!place || stop.state != StopState::pending) continue;
            for (const auto& item : stop.items) {
                if (item.outcome != ItemOutcome::open) continue;
                auto& task = of_leg(item);
                if (stop.type == StopType::pickup) {
                    if (!task.pickup) task.pickup = *place, task.pickup_stop = stop.id;
                } else {
                    task.dropoff = *place, task.dropoff_stop = stop.id;
                }
                if (std::ranges::find(task.packages, item.package_id) != task.packages.end()) continue;
                task.packages.push_back(item.package_id);
                const auto* parcel = c.route->parcel(item.package_id);
                task.parcels.push_back(parcel ? *parcel : Parcel{item.package_id, 0, 0});
                add_load(task.load, task.parcels.back());
            }
        }
        // A pickup without a dropoff on the same route is nothing that can be planned around.
        std::erase_if(s_.tasks, [&](const Task& task) { return task.held_by == index && !task.dropoff_stop; });
    }

    static void add_load(Load& load, const Parcel& parcel) { load.weight += parcel.weight, load.volume += parcel.volume, ++load.parcels; }

    void refuse(Id<Delivery> id, std::string code, std::string detail) {
        s_.unplanned.push_back({id, {{std::move(code), std::move(detail), {}, {}}}});
    }

    void add_delivery(Id<Delivery> id) {
        const auto at = s_.deliveries.find(id);
        if (at == s_.deliveries.end()) return;  // gone since it was named
        const auto& row = at->second;
        int found = 0;
        std::string code = "not_plannable", detail;
        for (const auto& leg : row.lifecycle.legs) {
            if (!is_plannable(row.lifecycle, leg)) continue;
            if (add_leg(row, leg, code, detail)) ++found;
        }
        if (found > 0 || !request_.delivery_ids) {
            if (found == 0 && !detail.empty()) refuse(id, code, detail);
            return;
        }
        if (!detail.empty()) return refuse(id, code, detail);
        if (row.assignment_id && (row.status == Status::assigned || row.status == Status::enroute))
            return refuse(id, "already_assigned", "it is on " + row.assignment_id->text() + "; unassign it first, or replan that assignment");
        refuse(id, code, "nothing of it can be planned now: it is " + std::string(schema::wire_name(row.status)));
    }

    bool add_leg(const DeliveryRow& row, const Leg& leg, std::string& code, std::string& detail) {
        Task task;
        task.delivery_id = row.id, task.leg_id = leg.id, task.row = &row;
        const auto& policy = policies(row);
        task.windows = request_.time_window_policy.value_or(policy.planning.time_window_policy);
        if (const auto* before = leg.after.empty() ? nullptr : row.lifecycle.leg(leg.after); before && before->live() && leg.from.kind != PlaceKind::street) {
            task.release = end_of(*before);
            if (!task.release) return code = "waits_for_leg", detail = "the leg before it is not planned yet", false;
        }
        if (leg.from.kind == PlaceKind::street) {
            task.pickup = meeting_place(row, leg);
            if (!task.pickup) return code = "place_unknown", detail = "where the van with it stands is not known", false;
        } else {
            task.pickup = dispatch::place_of(read_, row, leg.from, true);
        }
        const auto to = dispatch::place_of(read_, row, leg.to, false);
        if (!task.pickup || !to)
            return code = "address_unplaced", detail = std::string("where it ") + (to ? "is picked up" : "goes") + " is not known: correct the address", false;
        task.dropoff = *to;
        if (leg.from.kind == PlaceKind::hub && row.pickup_from && row.pickup_hub_id == leg.from.hub_id)
            task.release = std::max(task.release.value_or(*row.pickup_from), *row.pickup_from);
        for (const auto& item : leg.items) {
            if (item.state != ItemState::planned) continue;
            task.packages.push_back(item.package_id);
            task.parcels.push_back(dispatch::parcel_of(row, item.package_id));
            add_load(task.load, task.parcels.back());
        }
        // Without being named, what is promised for another day waits.
        if (!request_.delivery_ids && task.dropoff.from && *task.dropoff.from >= s_.horizon.to) return false;
        s_.tasks.push_back(std::move(task));
        return true;
    }

    /// When the leg before is done, by the route that it is on.
    std::optional<Instant> end_of(const Leg& leg) {
        if (!leg.holder || leg.holder->kind != HolderKind::driver) return std::nullopt;
        const auto route = find_assignment(read_, leg.holder->assignment_id);
        if (!route) return std::nullopt;
        for (const auto& stop : route->lifecycle.stops)
            if (stop.type != StopType::pickup && std::ranges::any_of(stop.items, [&](const StopItem& item) { return item.leg_id == leg.id; }))
                if (const auto* time = route->route.at(stop.id)) return time->departure;
        return std::nullopt;
    }

    /// Parcels that change hands on the street are met where their van was last.
    std::optional<StopPlace> meeting_place(const DeliveryRow& row, const Leg& leg) {
        const auto* before = row.lifecycle.leg(leg.after);
        if (!before || !before->holder || before->holder->kind != HolderKind::driver || !positions_.last) return std::nullopt;
        const auto at = positions_.last(read_, before->holder->driver_id);
        if (!at) return std::nullopt;
        StopPlace place;
        place.kind = PlaceKind::street;
        place.lat = at->lat, place.lon = at->lon, place.service_s = 180;
        return place;
    }

    const Policies& policies(const DeliveryRow& row) {
        const auto at = policies_.find(row.service_level);
        if (at != policies_.end()) return at->second;
        return policies_.emplace(row.service_level, policies_of(read_, {{}, row.service_level})).first->second;
    }

    store::Read& read_;
    const PlanRequest& request_;
    const DriverPositions& positions_;
    Snapshot& s_;
    std::map<ServiceLevel, Policies> policies_;
};

}  // namespace

void add_tasks(store::Read& read, const PlanRequest& request, const DriverPositions& positions, Snapshot& snapshot, bool narrow,
               const std::optional<Id<Assignment>>& around) {
    Tasks(read, request, positions, snapshot).add(narrow, around);
}

}  // namespace lastmile::planning
