#pragma once
// The SQL of shifts. Lock the driver first: overlaps are looked for under that lock.
#include <optional>
#include <vector>

#include "features/administered/references.hpp"
#include "features/drivers/shift.hpp"
#include "platform/events/event.hpp"

namespace lastmile {

std::optional<Shift> find_shift(store::Read& read, Id<Shift> id);
/// *Refuses* `not_found`.
Shift lock_shift(store::Tx& tx, Id<Shift> id);
/// Inserts version 1, replaces the version before this one, or removes what is `deleted`.
void save(store::Writer& writer, const Shift& shift);
inline events::Refs event_refs(const Shift& shift) { return {.aggregate = "shift", .aggregate_id = shift.id.text(), .version = shift.version,
    .driver_id = shift.driver_id.text()}; }

/// Another shift of the driver that overlaps this one.
std::optional<Shift> overlapping_shift(store::Read& read, const Shift& shift);
/// The driver's shift at `at`: the one that is started, else the one whose planned time holds it, else the next within 12 hours.
std::optional<Shift> shift_for(store::Read& read, Id<Driver> driver, Instant at);
/// Shifts that touch a span, all drivers, by driver and start: what a planner asks.
std::vector<Shift> shifts_in(store::Read& read, const Window& span);
/// Of one driver, the latest start first; `before`: below (starts_at, id) of the page before.
std::vector<Shift> shifts_below(store::Read& read, const ListShifts& filter, const std::optional<std::pair<Instant, Id<Shift>>>& before,
    std::int64_t count);
/// Shifts not ended that start or end at a hub (see References).
std::vector<Reference> shifts_referring_to(store::Read& read, Id<Hub> hub);

}  // namespace lastmile
