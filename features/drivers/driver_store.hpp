#pragma once
// The SQL of drivers.
#include <optional>
#include <vector>

#include "features/administered/references.hpp"
#include "features/drivers/driver.hpp"
#include "platform/events/event.hpp"

namespace lastmile {

std::optional<Driver> find_driver(store::Read& read, Id<Driver> id);
std::optional<Driver> find_driver_by_external_id(store::Read& read, std::string_view external_id);
/// Locks the row until the commit.
std::optional<Driver> lock_driver_if_any(store::Tx& tx, Id<Driver> id);
/// *Refuses* `not_found`.
Driver lock_driver(store::Tx& tx, Id<Driver> id);
/// Inserts version 1 or replaces the version before this one. *Refuses* `external_id_taken`.
void save(store::Writer& writer, const Driver& driver);
inline events::Refs event_refs(const Driver& driver) { return {.aggregate = "driver", .aggregate_id = driver.id.text(), .version = driver.version,
    .driver_id = driver.id.text()}; }

/// Newest first, below `below`, at most `count`.
std::vector<Driver> drivers_below(store::Read& read, const ListDrivers& filter, Id<Driver> below, std::int64_t count);
/// All that are not deactivated: what a planner starts from (see drivers::plannable).
std::vector<Driver> active_drivers(store::Read& read);
/// Those, not deactivated, of whose mandatory papers one expires before `at`: what alerts ask.
std::vector<Driver> drivers_with_papers_until(store::Read& read, Instant at);
/// Who uses a vehicle, who is at home at a hub (see References).
std::vector<Reference> drivers_referring_to(store::Read& read, Id<Vehicle> vehicle);
std::vector<Reference> drivers_referring_to(store::Read& read, Id<Hub> hub);

}  // namespace lastmile
