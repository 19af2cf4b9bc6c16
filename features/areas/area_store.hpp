#pragma once
// The SQL of areas.
#include <optional>
#include <vector>

#include "engines/geo/polygon.hpp"
#include "features/areas/area.hpp"
#include "platform/events/event.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

std::optional<Area> find_area(store::Read& read, Id<Area> id);
/// Locks the row until the commit: also for those that are about to refer to it, so that it cannot go meanwhile.
std::optional<Area> lock_area_if_any(store::Tx& tx, Id<Area> id);
/// *Refuses* `not_found`.
Area lock_area(store::Tx& tx, Id<Area> id);
/// Inserts version 1, replaces the version before this one, or removes what is `deleted`.
void save(store::Writer& writer, const Area& area);
inline events::Refs event_refs(const Area& area) { return {"area", area.id.text(), area.version}; }

/// Newest first, below `below`, at most `count`.
std::vector<Area> areas_below(store::Read& read, Id<Area> below, std::int64_t count);
/// Areas that `place` lies in, the smallest first: what is nearest wins.
std::vector<Area> areas_at(store::Read& read, geo::Point place);

}  // namespace lastmile
