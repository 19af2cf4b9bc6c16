#pragma once
// A vehicle: what it can carry, how it drives, what it costs.
#include "features/ids/ids.hpp"
#include "features/shapes/kinds.hpp"
#include "features/shapes/shapes.hpp"
#include "platform/api/request.hpp"

namespace lastmile {

/// What it carries at most; a dimension that is absent does not limit it.
struct Capacity {
    std::optional<Grams> weight;
    std::optional<CubicCentimetres> volume;
    std::optional<Whole<0, 10'000>> parcels;
    std::optional<Whole<0, 1'000>> pallets;
};
LASTMILE_VALUE(Capacity, (weight, volume, parcels, pallets))
LASTMILE_DOC(Capacity, "What a vehicle carries at most; what is left out does not limit it.", {"weight", "grams", "800000"},
             {"volume", "cubic centimetres", "6000000"},
             {"parcels", "how many parcels", "120"}, {"pallets", "how many pallets", "2"})

struct VehicleCosts {
    std::optional<Money> fixed;
    std::optional<Money> per_hour;
    std::optional<Money> per_km;
};
LASTMILE_VALUE(VehicleCosts, (fixed, per_hour, per_km))
LASTMILE_DOC(VehicleCosts, "What its use costs, in one currency.", {"fixed", "for each day that it is used"},
             {"per_hour", "for each hour on the road"}, {"per_km", "for each kilometre"})
inline void schema_check(const VehicleCosts& c, const schema::Check& check) {
    const std::pair<std::string_view, const std::optional<Money>*> all[] = {{"fixed", &c.fixed}, {"per_hour", &c.per_hour}, {"per_km", &c.per_km}};
    const Money* first = nullptr;
    for (const auto& [name, money] : all) {
        if (!*money) continue;
        if ((*money)->amount < 0) check.add(name, "out_of_range", "must not be negative");
        if (first && first->currency != (*money)->currency) check.add(name, "mixed_currencies", "all costs of a vehicle are in one currency");
        if (!first) first = &**money;
    }
}

struct Vehicle {
    Id<Vehicle> id;
    Id<Vehicle> vehicle_id;  // the same, under the API document's name
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<Text<1, 200>> external_id;
    std::optional<Id<Partner>> partner_id;
    VehicleType type = VehicleType::van;
    Slug profile;
    Capacity capacity;
    std::optional<Dimensions> dimensions;
    std::optional<Text<1, 50>> registration;
    std::optional<Id<Hub>> warehouse;
    bool available = true;
    std::optional<Metres> range_m;
    std::optional<Percent> battery_pct;
    double speed_factor = 1;
    VehicleCosts costs;
    std::optional<Whole<0, 10'000>> co2_g_per_km;
    Metadata metadata;
    bool deleted = false;
};
LASTMILE_RESOURCE(Vehicle, (id, vehicle_id, version, created_at, updated_at, external_id, partner_id, type, profile, capacity, dimensions,
                            registration, warehouse, available,
                            range_m, battery_pct, speed_factor, costs, co2_g_per_km, metadata))
LASTMILE_VIEW(Vehicle, owner, (*))
LASTMILE_VIEW(Vehicle, admin, (*))
LASTMILE_VIEW(Vehicle, driver, (id, vehicle_id, version, external_id, type, capacity, dimensions, registration, warehouse, available, range_m,
                                battery_pct))
LASTMILE_VIEW(Vehicle, partner, (id, vehicle_id, version, external_id, type, capacity, dimensions, registration, available, range_m, battery_pct,
                                 co2_g_per_km))
LASTMILE_VIEW(Vehicle, event, (id, external_id, partner_id, type, profile, capacity, warehouse, available, range_m, battery_pct, speed_factor,
                               co2_g_per_km))
LASTMILE_DOC(Vehicle, "A vehicle.", {"id", "ours"}, {"vehicle_id", "the same id"}, {"version", "rises with every change; the ETag"},
             {"created_at", "when it was created"},
             {"updated_at", "when it was last changed"}, {"external_id", "the caller's id of it, unique", "VAN-7"},
             {"partner_id", "whose it is; absent: the own fleet's"},
             {"type", "bike, car, van or truck"}, {"profile", "how it is routed: a profile of the road map", "van"},
             {"capacity", "what it carries at most"},
             {"dimensions", "outer size in millimetres"}, {"registration", "number plate", "NB-LM 42"}, {"warehouse", "its hub: where it stands"},
             {"available", "false: it is not planned"}, {"range_m", "metres that it drives with a full tank or battery", "180000"},
             {"battery_pct", "charge now, 0 to 100", "80"},
             {"speed_factor", "1.25: travels in 80 % of the profile's time", "1"}, {"costs", "what its use costs"},
             {"co2_g_per_km", "grams of CO2 a kilometre", "180"},
             {"metadata", "free object, up to 16 KiB"})

/// Its members' limits that no type says.
inline void check_speed_factor(const std::optional<double>& factor, const schema::Check& check) {
    if (factor && !(*factor >= 0.2 && *factor <= 3)) check.add("speed_factor", "out_of_range", "must be from 0.2 to 3");
}

struct CreateVehicle {
    std::optional<Text<1, 200>> vehicle_id;
    std::optional<Text<1, 200>> external_id;
    std::optional<Id<Partner>> partner_id;
    VehicleType type;
    std::optional<Slug> profile;
    Capacity capacity;
    std::optional<Dimensions> dimensions;
    std::optional<Text<1, 50>> registration;
    std::optional<Id<Hub>> warehouse;
    bool available = true;
    std::optional<Metres> range_m;
    std::optional<Percent> battery_pct;
    std::optional<double> speed_factor;
    VehicleCosts costs;
    std::optional<Whole<0, 10'000>> co2_g_per_km;
    Metadata metadata;
};
LASTMILE_VALUE(CreateVehicle, (vehicle_id, external_id, partner_id, type, profile, capacity, dimensions, registration, warehouse, available, range_m,
                               battery_pct, speed_factor, costs,
                               co2_g_per_km, metadata))
LASTMILE_DEFAULTS(CreateVehicle, (capacity, available, costs, metadata))
LASTMILE_DOC(CreateVehicle, "A new vehicle.", {"vehicle_id", "your id of it, unique; kept as external_id", "VAN-7"},
             {"external_id", "the same as vehicle_id: give one of them"},
             {"partner_id", "whose it is; absent: the own fleet's"}, {"type", "bike, car, van or truck"},
             {"profile", "how it is routed; absent: by its type", "van"},
             {"capacity", "what it carries at most"}, {"dimensions", "outer size in millimetres"}, {"registration", "number plate", "NB-LM 42"},
             {"warehouse", "its hub: where it stands"},
             {"available", "false: it is not planned"}, {"range_m", "metres that it drives with a full tank or battery", "180000"},
             {"battery_pct", "charge now, 0 to 100", "80"},
             {"speed_factor", "0.2 to 3; 1.25: travels in 80 % of the profile's time", "1"}, {"costs", "what its use costs"},
             {"co2_g_per_km", "grams of CO2 a kilometre; absent: typical of its type", "180"},
             {"metadata", "free object, up to 16 KiB"})
inline void schema_check(const CreateVehicle& v, const schema::Check& check) {
    if (v.vehicle_id && v.external_id && *v.vehicle_id != *v.external_id) check.add("external_id", "ambiguous",
        "vehicle_id and external_id are the same thing: give one");
    check_speed_factor(v.speed_factor, check);
}

struct ChangeVehicle {
    Id<Vehicle> vehicle_id;
    Patch<Text<1, 200>> external_id;
    Patch<Id<Partner>> partner_id;
    std::optional<VehicleType> type;
    std::optional<Slug> profile;
    std::optional<Capacity> capacity;
    Patch<Dimensions> dimensions;
    Patch<Text<1, 50>> registration;
    Patch<Id<Hub>> warehouse;
    std::optional<bool> available;
    Patch<Metres> range_m;
    Patch<Percent> battery_pct;
    std::optional<double> speed_factor;
    std::optional<VehicleCosts> costs;
    std::optional<Whole<0, 10'000>> co2_g_per_km;
    std::optional<Metadata> metadata;
};
LASTMILE_VALUE(ChangeVehicle, (vehicle_id, external_id, partner_id, type, profile, capacity, dimensions, registration, warehouse, available, range_m,
                               battery_pct, speed_factor, costs,
                               co2_g_per_km, metadata))
LASTMILE_DOC(ChangeVehicle, "What to change of a vehicle; what is left out stays, null clears.", {"vehicle_id", "which vehicle"},
             {"external_id", "your id of it, unique", "VAN-7"},
             {"partner_id", "whose it is; null: the own fleet's"}, {"type", "bike, car, van or truck"}, {"profile", "how it is routed", "van"},
             {"capacity", "replaces the capacity"},
             {"dimensions", "outer size in millimetres"}, {"registration", "number plate"}, {"warehouse", "its hub"},
             {"available", "false: it is not planned"}, {"range_m", "metres with a full tank or battery"},
             {"battery_pct", "charge now"}, {"speed_factor", "0.2 to 3", "1"}, {"costs", "replaces the costs"},
             {"co2_g_per_km", "grams of CO2 a kilometre"}, {"metadata", "replaces the free object"})
inline void schema_check(const ChangeVehicle& v, const schema::Check& check) { check_speed_factor(v.speed_factor, check); }

struct VehicleRef {
    Id<Vehicle> vehicle_id;
};
LASTMILE_VALUE(VehicleRef, (vehicle_id))
LASTMILE_DOC(VehicleRef, "Which vehicle.", {"vehicle_id", "ours"})

struct ListVehicles {
    std::optional<Id<Hub>> warehouse;
    std::optional<bool> available;
    std::optional<Id<Partner>> partner_id;
    std::optional<VehicleType> type;
    std::optional<Text<1, 200>> external_id;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListVehicles, (warehouse, available, partner_id, type, external_id, limit, cursor))
LASTMILE_DEFAULTS(ListVehicles, (limit))
LASTMILE_DOC(ListVehicles, "Which vehicles, newest first.", {"warehouse", "only of this hub"},
             {"available", "only those that can be planned, or only those that cannot"}, {"partner_id", "only of this partner"},
             {"type", "only of this type"}, {"external_id", "only the one with this id of yours", "VAN-7"}, {"limit", "how many on a page"},
             {"cursor", "next_cursor of the page before"})

}  // namespace lastmile
