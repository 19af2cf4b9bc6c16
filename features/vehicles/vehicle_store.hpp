#pragma once
// The SQL of vehicles.
#include <optional>
#include <vector>

#include "features/administered/references.hpp"
#include "features/vehicles/vehicle.hpp"
#include "platform/events/event.hpp"

namespace lastmile {

std::optional<Vehicle> find_vehicle(store::Read& read, Id<Vehicle> id);
/// Locks the row until the commit: also for those that are about to refer to it.
std::optional<Vehicle> lock_vehicle_if_any(store::Tx& tx, Id<Vehicle> id);
/// *Refuses* `not_found`.
Vehicle lock_vehicle(store::Tx& tx, Id<Vehicle> id);
/// Inserts version 1, replaces the version before this one, or removes what is `deleted`. *Refuses* `external_id_taken`.
void save(store::Writer& writer, const Vehicle& vehicle);
inline events::Refs event_refs(const Vehicle& v) { return {"vehicle", v.id.text(), v.version}; }

/// Newest first, below `below`, at most `count`.
std::vector<Vehicle> vehicles_below(store::Read& read, const ListVehicles& filter, Id<Vehicle> below, std::int64_t count);
std::optional<Vehicle> find_vehicle_by_external_id(store::Read& read, std::string_view external_id);
/// Vehicles that stand at a hub (see References).
std::vector<Reference> vehicles_referring_to(store::Read& read, Id<Hub> hub);

}  // namespace lastmile
