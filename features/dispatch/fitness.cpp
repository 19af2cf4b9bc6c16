#include "features/dispatch/fitness.hpp"

#include <algorithm>
#include <cmath>

#include "features/drivers/driver_rules.hpp"

namespace lastmile::dispatch {
namespace {

using Found = std::vector<Violation>;

void check_capacity(const AssignmentRow& row, const Vehicle& vehicle, Found& found) {
    const auto peak = peak_load(row);
    const auto over = [&](std::string_view what, std::int64_t load, std::int64_t limit) {
        if (load > limit)
            found.push_back({"capacity_exceeded",
                             std::string(what) + " on board reaches " + std::to_string(load) + ", the vehicle takes " + std::to_string(limit),
                             {}});
    };
    if (vehicle.capacity.weight) over("weight (g)", peak.weight, vehicle.capacity.weight->value);
    if (vehicle.capacity.volume) over("volume (cm3)", peak.volume, vehicle.capacity.volume->value);
    if (vehicle.capacity.parcels) over("the number of parcels", peak.parcels, vehicle.capacity.parcels->value);
}

void check_range(const AssignmentRow& row, const Vehicle& vehicle, Found& found) {
    if (!vehicle.range_m) return;
    const double range = vehicle.range_m->value * (vehicle.battery_pct ? vehicle.battery_pct->value / 100 : 1);
    if (row.route.distance_m > range)
        found.push_back({"range_exceeded",
                         "the route is " + std::to_string(std::llround(row.route.distance_m)) + " m long, the vehicle gets " +
                             std::to_string(std::llround(range)) + " m far",
                         {}});
}

void check_delivery(const AssignmentRow& row, const DeliveryRow& delivery, const Crew& crew, Found& found) {
    for (const auto& skill : drivers::missing_skills(crew.driver, delivery.record.skills))
        found.push_back({"skill_missing", "the driver lacks the skill " + skill, delivery.id});
    const auto& types = delivery.record.vehicle_types;
    if (!types.empty() && !crew.vehicle)
        found.push_back({"vehicle_missing", "the delivery wants a certain vehicle, the driver has none", delivery.id});
    if (!types.empty() && crew.vehicle && std::ranges::find(types, crew.vehicle->type) == types.end())
        found.push_back({"vehicle_type", "a " + std::string(schema::wire_name(crew.vehicle->type)) + " may not carry it", delivery.id});
    const auto on_route = assignments::deliveries_of(row.lifecycle);
    for (const auto& other : delivery.record.not_with)
        if (std::ranges::find(on_route, other) != on_route.end())
            found.push_back({"apart_from", "it must not ride with " + other.text(), delivery.id});
    for (const auto& other : delivery.record.together_with)
        if (std::ranges::find(on_route, other) == on_route.end())
            found.push_back({"together_with", "it must ride with " + other.text() + ", which is not on this route", delivery.id});
    if (!delivery.record.max_ride_s) return;
    std::optional<Instant> picked;
    for (const auto& stop : row.lifecycle.stops) {
        const bool here = std::ranges::any_of(stop.items, [&](const StopItem& item) { return item.delivery_id == delivery.id; });
        const auto* time = row.route.at(stop.id);
        if (!here || !time) continue;
        if (stop.type == StopType::pickup)
            picked = time->departure;
        else if (picked && time->arrival - *picked > Seconds{delivery.record.max_ride_s->value})
            found.push_back({"ride_too_long", "it would ride longer than " + std::to_string(delivery.record.max_ride_s->value) + " s", delivery.id});
    }
}

}  // namespace

std::vector<Violation> violations(const AssignmentRow& row, const std::vector<const DeliveryRow*>& deliveries, const Crew& crew) {
    Found found;
    const auto end = row.route.times.empty() ? row.starts_at : row.route.times.back().departure;
    for (const auto& obstacle : drivers::obstacles(crew.driver, end)) found.push_back({obstacle.code, obstacle.detail, {}});
    if (crew.vehicle) {
        if (!crew.vehicle->available) found.push_back({"vehicle_unavailable", "the vehicle is not available", {}});
        check_capacity(row, *crew.vehicle, found);
        check_range(row, *crew.vehicle, found);
    }
    for (const auto* delivery : deliveries) check_delivery(row, *delivery, crew, found);
    for (const auto& late : late_stops(row)) {
        const auto* stop = row.lifecycle.stop(late.stop_id);
        for (const auto& item : stop->items) {
            if (&item != &stop->items.front() && item.delivery_id == stop->items.front().delivery_id) continue;
            found.push_back({"window_missed", "it would be reached at " + to_rfc3339(late.eta) + ", the window ends at " + to_rfc3339(late.to),
                             item.delivery_id});
        }
    }
    if (crew.shift && end > crew.shift->ends_at)
        found.push_back(
            {"shift_exceeded", "the route would end at " + to_rfc3339(end) + ", the shift ends at " + to_rfc3339(crew.shift->ends_at), {}});
    return found;
}

}  // namespace lastmile::dispatch
