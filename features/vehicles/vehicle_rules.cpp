#include "features/vehicles/vehicle_rules.hpp"

#include "features/administered/changes.hpp"

namespace lastmile::vehicles {
namespace {

const TypeDefaults& defaults_of(VehicleType type) { return type_defaults[static_cast<std::size_t>(type)]; }
constexpr bool in_order() {
    for (std::size_t i = 0; i < std::size(type_defaults); ++i)
        if (type_defaults[i].type != static_cast<VehicleType>(i)) return false;
    return std::size(type_defaults) == static_cast<std::size_t>(VehicleType::truck) + 1;
}
static_assert(in_order());

}  // namespace

Changed<Vehicle> create(Id<Vehicle> id, const CreateVehicle& request, const Now& now) {
    const auto& defaults = defaults_of(request.type);
    Vehicle vehicle;
    vehicle.id = vehicle.vehicle_id = id;
    vehicle.external_id = request.vehicle_id ? request.vehicle_id : request.external_id;
    vehicle.partner_id = request.partner_id;
    vehicle.type = request.type;
    vehicle.profile = request.profile.value_or(Slug(defaults.profile));
    vehicle.capacity = request.capacity;
    vehicle.dimensions = request.dimensions;
    vehicle.registration = request.registration;
    vehicle.warehouse = request.warehouse;
    vehicle.available = request.available;
    vehicle.range_m = request.range_m;
    vehicle.battery_pct = request.battery_pct;
    vehicle.speed_factor = request.speed_factor.value_or(1);
    vehicle.costs = request.costs;
    vehicle.co2_g_per_km = request.co2_g_per_km.value_or(defaults.co2_g_per_km);
    vehicle.metadata = request.metadata;
    return administered::created(std::move(vehicle), "vehicle", now);
}

Changed<Vehicle> change(const Vehicle& before, const ChangeVehicle& request, const Now& now) {
    auto after = before;
    request.external_id.onto(after.external_id);
    request.partner_id.onto(after.partner_id);
    if (request.type) after.type = *request.type;
    if (request.profile) after.profile = *request.profile;
    if (request.capacity) after.capacity = *request.capacity;
    request.dimensions.onto(after.dimensions);
    request.registration.onto(after.registration);
    request.warehouse.onto(after.warehouse);
    if (request.available) after.available = *request.available;
    request.range_m.onto(after.range_m);
    request.battery_pct.onto(after.battery_pct);
    if (request.speed_factor) after.speed_factor = *request.speed_factor;
    if (request.costs) after.costs = *request.costs;
    if (request.co2_g_per_km) after.co2_g_per_km = request.co2_g_per_km;
    if (request.metadata) after.metadata = *request.metadata;
    return administered::updated(before, std::move(after), "vehicle", now);
}

Changed<Vehicle> remove(Vehicle vehicle, const Now& now) { return administered::deleted(std::move(vehicle), "vehicle", now); }

std::optional<double> range_left_m(const Vehicle& vehicle) {
    if (!vehicle.range_m) return std::nullopt;
    return *vehicle.range_m * (vehicle.battery_pct ? double{*vehicle.battery_pct} / 100 : 1.0);
}

}  // namespace lastmile::vehicles
