#include "features/dispatch/crew.hpp"

#include <algorithm>

#include "features/drivers/driver_store.hpp"
#include "features/drivers/shift_store.hpp"
#include "features/hubs/hub_store.hpp"
#include "features/vehicles/vehicle_store.hpp"

namespace lastmile::dispatch {

std::optional<Id<Assignment>> open_for_more(store::Read& read, Id<Driver> driver) {
    const auto rows = assignments_of_driver(read, driver, false);
    for (auto row = rows.rbegin(); row != rows.rend(); ++row)
        if (takes_more(row->status)) return row->id;
    return std::nullopt;
}

Crew crew_of(store::Read& read, Driver driver, Instant at) {
    Crew crew{std::move(driver), {}, {}};
    if (crew.driver.vehicle_id) crew.vehicle = find_vehicle(read, *crew.driver.vehicle_id);
    crew.shift = shift_for(read, crew.driver.id, at);
    return crew;
}

StartPlace start_of(store::Read& read, const Crew& crew) {
    StartPlace start;
    auto hub = crew.driver.home_hub_id;
    if (crew.shift && crew.shift->start_place) {
        hub = crew.shift->start_place->hub_id;
        if (const auto& at = crew.shift->start_place->location) start.lat = at->lat, start.lon = at->lon;
    }
    const auto found = hub ? find_hub(read, *hub) : std::nullopt;
    if (found && found->address.location)
        start = {found->id, found->address.location->lat, found->address.location->lon};
    else if (!start.lat && crew.driver.location)
        start.lat = crew.driver.location->lat, start.lon = crew.driver.location->lon;
    return start;
}

AssignmentRow new_assignment(const Crew& crew, const StartPlace& start, Id<Assignment> id, Id<Route> route, Instant now) {
    AssignmentRow row;
    row.id = id, row.route_id = route;
    row.created_at = row.updated_at = now;
    row.driver_id = crew.driver.id;
    row.partner_id = crew.driver.partner_id;
    if (crew.vehicle) row.vehicle_id = crew.vehicle->id;
    row.starts_at = crew.shift ? std::max(now, crew.shift->starts_at) : now;
    row.start_place = start;
    auto& a = row.lifecycle;
    a.id = row.id, a.driver_id = crew.driver.id;
    if (row.vehicle_id) a.vehicle_id = *row.vehicle_id;
    if (row.partner_id) a.partner_id = *row.partner_id;
    return row;
}

}  // namespace lastmile::dispatch
