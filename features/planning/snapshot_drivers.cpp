// Whom there is to plan over, and on what they are now.
#include <algorithm>
#include <set>

#include "features/drivers/driver_rules.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/drivers/shift_store.hpp"
#include "features/hubs/hub_store.hpp"
#include "features/partners/partner_store.hpp"
#include "features/planning/snapshot.hpp"
#include "features/vehicles/vehicle_store.hpp"

namespace lastmile::planning {
namespace {

constexpr std::string_view default_area = "default";
constexpr std::chrono::minutes fresh_position{15};

using Hubs = std::map<Id<Hub>, std::optional<Hub>>;

const std::optional<Hub>& hub_of(store::Read& read, Hubs& hubs, Id<Hub> id) {
    const auto at = hubs.find(id);
    return at != hubs.end() ? at->second : hubs.emplace(id, find_hub(read, id)).first->second;
}

/// Areas of the hubs that the wanted deliveries start from or go to; none: any driver will do.
std::set<std::string> wanted_areas(store::Read& read, const PlanRequest& request, Hubs& hubs) {
    std::set<std::string> areas;
    if (!request.delivery_ids || request.driver_ids) return areas;
    for (const auto& row : find_deliveries(read, *request.delivery_ids)) {
        const auto hub = row.pickup_hub_id ? row.pickup_hub_id : row.dropoff_hub_id;
        if (!hub) return {};
        const auto& found = hub_of(read, hubs, *hub);
        areas.insert(found ? std::string(found->planning_area) : std::string(default_area));
    }
    return areas;
}

/// What he is on already, and from where and when that goes on. Answers why he cannot be planned for.
std::optional<SkippedDriver> look_at_routes(store::Read& read, const DriverPositions& positions, const Snapshot& snapshot, Candidate& c) {
    const auto id = c.crew.driver.id;
    auto rows = assignments_of_driver(read, id, false);  // newest first
    std::ranges::reverse(rows);
    const AssignmentRow* running = nullptr;
    const AssignmentRow* waiting = nullptr;
    for (const auto& row : rows) {
        c.open_assignments.push_back(row.id);
        if (row.status == AssignmentState::in_progress || row.status == AssignmentState::paused) running = &row;
        else if (!waiting) waiting = &row;
    }
    const bool now = c.from <= snapshot.now + std::chrono::minutes{1} || !running;
    const auto* goes_on = running && now ? running : waiting;
    if (!goes_on) return std::nullopt;
    if (goes_on->lifecycle.locked) return SkippedDriver{id, "assignment_locked", goes_on->id.text() + " is locked"};
    if (goes_on->status == AssignmentState::paused) return SkippedDriver{id, "route_paused", goes_on->id.text() + " is paused"};
    c.route = *goes_on;
    c.start_place = goes_on->start_place;
    if (goes_on->vehicle_id) c.crew.vehicle = find_vehicle(read, *goes_on->vehicle_id);
    if (goes_on != running) return std::nullopt;  // it may start earlier, or later, than was planned
    c.under_way = true;
    c.from = snapshot.now;
    if (waiting && waiting != running) c.until = std::min(c.until, std::max(waiting->starts_at, snapshot.now));
    if (goes_on->start_place.lat) c.here = {*goes_on->start_place.lat, *goes_on->start_place.lon};
    Instant latest{};
    bool serving = false;
    std::size_t breaks_done = 0;
    for (const auto& stop : goes_on->lifecycle.stops) {
        const auto* place = goes_on->place(stop.id);
        if (const auto* time = goes_on->route.at(stop.id); time && stop.state != StopState::pending) c.driven_m += time->leg_m;
        if (stop.type == StopType::break_ && !stop.open()) ++breaks_done;
        if (place && stop.state == StopState::arrived) {
            serving = true;
            c.here = place->point();
            c.from = std::max(snapshot.now, stop.arrived_at.value_or(snapshot.now) + Seconds{place->service_s});
        } else if (place && !serving && stop.finished_at && *stop.finished_at >= latest && stop.state != StopState::skipped) {
            c.here = place->point(), latest = *stop.finished_at;
        }
    }
    if (!serving && positions.last)
        if (const auto at = positions.last(read, id); at && at->timestamp && *at->timestamp > std::max(latest, snapshot.now - fresh_position))
            c.here = {at->lat, at->lon};
    if (!serving)
        for (const auto& stop : goes_on->lifecycle.stops)
            if (stop.state == StopState::pending) {
                if (stop.type != StopType::break_) c.next_stop = stop.id;
                break;
            }
    c.breaks.erase(c.breaks.begin(), c.breaks.begin() + static_cast<std::ptrdiff_t>(std::min(breaks_done, c.breaks.size())));
    return std::nullopt;
}

void put_shift(store::Read& read, Hubs& hubs, const Snapshot& snapshot, Candidate& c) {
    c.from = snapshot.horizon.from, c.until = snapshot.horizon.to;
    std::optional<Id<Hub>> end_hub = c.crew.driver.home_hub_id;
    if (const auto& shift = c.crew.shift) {
        c.from = std::max(c.from, shift->status == ShiftStatus::started ? snapshot.now : shift->starts_at);
        c.until = std::min(c.until, shift->ends_at);
        for (const auto& rest : shift->breaks)
            if (rest.window.to - Seconds{rest.duration_s} >= c.from && rest.window.from < c.until) c.breaks.push_back(rest);
        if (shift->end_place) {
            end_hub = shift->end_place->hub_id;
            if (const auto& at = shift->end_place->location) c.end = geo::Point{at->lat, at->lon};
        }
    }
    const auto& hub = end_hub ? hub_of(read, hubs, *end_hub) : std::optional<Hub>();
    if (hub && hub->address.location) c.end = geo::Point{hub->address.location->lat, hub->address.location->lon};
    c.start_place = dispatch::start_of(read, c.crew);
    const auto home = c.start_place.hub_id ? c.start_place.hub_id : c.crew.driver.home_hub_id;
    const auto& area = home ? hub_of(read, hubs, *home) : std::optional<Hub>();
    c.area = area ? std::string(area->planning_area) : std::string(default_area);
}

std::optional<SkippedDriver> unfit(store::Read& read, const PlanRequest& request, const Snapshot& snapshot, const Candidate& c) {
    const auto id = c.crew.driver.id;
    const auto& vehicle = c.crew.vehicle;
    const auto partner = c.crew.driver.partner_id ? find_partner(read, *c.crew.driver.partner_id) : std::nullopt;
    if (const auto obstacles = drivers::obstacles(c.crew.driver, c.from, partner ? &*partner : nullptr); !obstacles.empty())
        return SkippedDriver{id, obstacles.front().code, obstacles.front().detail};
    if (!vehicle) return SkippedDriver{id, "vehicle_missing", "the driver has no vehicle"};
    if (!vehicle->available && !c.under_way) return SkippedDriver{id, "vehicle_unavailable", "the vehicle is not available"};
    if (request.constraints.vehicle_type && vehicle->type != *request.constraints.vehicle_type)
        return SkippedDriver{id, "vehicle_type", "the vehicle is a " + std::string(schema::wire_name(vehicle->type))};
    for (const auto* money : {&vehicle->costs.fixed, &vehicle->costs.per_hour, &vehicle->costs.per_km})
        if (*money && std::string((*money)->currency) != std::string(snapshot.policies.currency))
            return SkippedDriver{id, "currency", "the vehicle's costs are in another currency than the plan's"};
    if (c.from >= c.until) return SkippedDriver{id, "shift_over", "no time of the shift is left in the horizon"};
    return std::nullopt;
}

}  // namespace

void add_candidates(store::Read& read, const PlanRequest& request, const DriverPositions* positions, Snapshot& snapshot, const std::optional<Id<Driver>>& always) {
    Hubs hubs;
    const auto areas = wanted_areas(read, request, hubs);
    std::map<Id<Driver>, Shift> shifts;
    for (auto& shift : shifts_in(read, snapshot.horizon)) {
        const auto at = shifts.find(shift.driver_id);
        if (at == shifts.end()) shifts.emplace(shift.driver_id, std::move(shift));
        else if (shift.status == ShiftStatus::started && at->second.status != ShiftStatus::started) at->second = std::move(shift);
    }
    const auto named = [&](Id<Driver> id) { return request.driver_ids && std::ranges::find(*request.driver_ids, id) != request.driver_ids->end(); };
    // Other partners than own fleets are asked for quotes; they say nothing of drivers.
    std::vector<Id<Partner>> fleets;
    if (request.partner_ids)
        for (const auto& id : *request.partner_ids)
            if (const auto partner = find_partner(read, id); partner && partner->type == PartnerType::ownfleet) fleets.push_back(id);
    std::map<Id<Vehicle>, Id<Driver>> in_use;
    std::set<std::string> touched;
    for (auto& driver : active_drivers(read)) {
        if (request.driver_ids && !named(driver.id)) continue;
        if (!fleets.empty() && (!driver.partner_id || std::ranges::find(fleets, *driver.partner_id) == fleets.end())) continue;
        const auto shift = shifts.find(driver.id);
        if (!request.driver_ids && shift == shifts.end() && driver.status == DriverStatus::offline && driver.id != always) continue;
        if (!request.driver_ids && driver.partner_id) {
            const auto partner = find_partner(read, *driver.partner_id);
            if (partner && partner->type != PartnerType::ownfleet) continue;  // they plan their own drivers
        }
        Candidate c;
        c.crew.driver = std::move(driver);
        if (c.crew.driver.vehicle_id) c.crew.vehicle = find_vehicle(read, *c.crew.driver.vehicle_id);
        if (shift != shifts.end()) c.crew.shift = shift->second;
        put_shift(read, hubs, snapshot, c);
        if (!areas.empty() && !areas.contains(c.area)) continue;
        touched.insert(c.area);
        if (!positions) continue;
        auto why = look_at_routes(read, *positions, snapshot, c);
        if (!why) why = unfit(read, request, snapshot, c);
        if (!why) {
            const auto [other, free] = in_use.emplace(c.crew.vehicle->id, c.crew.driver.id);
            if (!free) why = SkippedDriver{c.crew.driver.id, "vehicle_in_use", "the same vehicle is planned for " + other->second.text()};
        }
        if (why) snapshot.skipped.push_back(std::move(*why));
        else snapshot.candidates.push_back(std::move(c));
    }
    for (const auto& id : request.driver_ids.value_or(List<Id<Driver>, 1, 500>{}))
        if (const auto driver = find_driver(read, id); driver && driver->status == DriverStatus::inactive)
            snapshot.skipped.push_back({id, "driver_inactive", "the driver is deactivated"});
    snapshot.areas.assign(touched.begin(), touched.end());
    if (snapshot.areas.empty()) snapshot.areas.emplace_back(default_area);
}

}  // namespace lastmile::planning
