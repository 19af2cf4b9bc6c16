#pragma once
// Pure decisions about vehicles.
#include "features/vehicles/vehicle.hpp"
#include "platform/base/changed.hpp"
#include "platform/base/result.hpp"

namespace lastmile::vehicles {

/// What a type has that a request leaves open. Source of CO2: EEA, emissions of new cars and vans (fleet in use, rounded); bikes have none.
struct TypeDefaults {
    VehicleType type;
    std::string_view profile;  // of the road map
    int co2_g_per_km;
};
inline constexpr TypeDefaults type_defaults[] = {
    {VehicleType::bike, "bike", 0},
    {VehicleType::car, "car", 120},
    {VehicleType::van, "van", 190},
    {VehicleType::truck, "truck", 700},
};

/// *Emits* `vehicle.created`.
Changed<Vehicle> create(Id<Vehicle> id, const CreateVehicle& request, const Now& now);
/// *Emits* `vehicle.updated` where something changes.
Changed<Vehicle> change(const Vehicle& before, const ChangeVehicle& request, const Now& now);
/// *Emits* `vehicle.deleted`.
Changed<Vehicle> remove(Vehicle vehicle, const Now& now);

/// Metres that it can drive before it must charge: its range at its present charge; nullopt: not limited.
std::optional<double> range_left_m(const Vehicle& vehicle);

}  // namespace lastmile::vehicles
