// What dispatch looks up of hubs, vehicles and deliveries to make routes of them.
#include "features/dispatch/board.hpp"
#include "features/hubs/hub_store.hpp"
#include "features/vehicles/vehicle_store.hpp"

namespace lastmile::dispatch {
namespace {

/// Seconds at a stop where nobody has said how long it takes.
constexpr std::int64_t pickup_service_s = 120, dropoff_service_s = 180, hub_service_s = 300;

}  // namespace

std::optional<StopPlace> place_of(store::Read& read, const DeliveryRow& row, const Place& place, bool pickup) {
    StopPlace at;
    at.kind = place.kind;
    if (place.kind == PlaceKind::hub) {
        const auto hub = find_hub(read, place.hub_id);
        if (!hub || !hub->address.location) return std::nullopt;
        at.hub_id = place.hub_id;
        at.lat = hub->address.location->lat, at.lon = hub->address.location->lon;
        at.service_s = hub->dock && hub->dock->service_s ? hub->dock->service_s->value : hub_service_s;
        return at;
    }
    if (place.kind == PlaceKind::sender) {
        if (!row.pickup_lat) return std::nullopt;
        at.lat = *row.pickup_lat, at.lon = *row.pickup_lon;
        at.service_s = row.record.pickup_service_s ? row.record.pickup_service_s->value : pickup_service_s;
        if (pickup) at.from = row.pickup_from, at.to = row.pickup_to;
        return at;
    }
    if (place.kind == PlaceKind::recipient) {
        if (!row.dropoff_lat) return std::nullopt;
        at.lat = *row.dropoff_lat, at.lon = *row.dropoff_lon;
        at.service_s = row.record.dropoff_service_s ? row.record.dropoff_service_s->value : dropoff_service_s;
        at.from = row.dropoff_from, at.to = row.dropoff_to;
        return at;
    }
    return std::nullopt;  // on the street: the packages change hands by a scan
}

Wheels wheels_of(store::Read& read, const std::optional<Id<Vehicle>>& id) {
    Wheels wheels;
    const auto vehicle = id ? find_vehicle(read, *id) : std::nullopt;
    if (!vehicle) return wheels;
    wheels.profile = vehicle->profile;
    wheels.speed_factor = vehicle->speed_factor > 0 ? vehicle->speed_factor : 1;
    wheels.fixed = vehicle->costs.fixed, wheels.per_hour = vehicle->costs.per_hour, wheels.per_km = vehicle->costs.per_km;
    if (vehicle->co2_g_per_km) wheels.co2_g_per_km = vehicle->co2_g_per_km->value;
    return wheels;
}

Parcel parcel_of(const DeliveryRow& row, Id<Package> package) {
    for (const auto& record : row.record.packages)
        if (record.id == package) return {package, record.weight.value, record.volume.value};
    return {package, 0, 0};
}

}  // namespace lastmile::dispatch
