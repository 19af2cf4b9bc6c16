#pragma once
// The SQL of hubs.
#include <optional>
#include <vector>

#include "features/administered/references.hpp"
#include "features/hubs/hub.hpp"
#include "platform/events/event.hpp"

namespace lastmile {

std::optional<Hub> find_hub(store::Read& read, Id<Hub> id);
/// Locks the row until the commit: also for those that are about to refer to it, so that it cannot go meanwhile.
std::optional<Hub> lock_hub_if_any(store::Tx& tx, Id<Hub> id);
/// *Refuses* `not_found`.
Hub lock_hub(store::Tx& tx, Id<Hub> id);
/// Inserts version 1, replaces the version before this one, or removes what is `deleted`.
void save(store::Writer& writer, const Hub& hub);
inline events::Refs event_refs(const Hub& hub) { return {"hub", hub.id.text(), hub.version}; }

/// Newest first, below `below`, at most `count`.
std::vector<Hub> hubs_below(store::Read& read, const ListHubs& filter, Id<Hub> below, std::int64_t count);
std::vector<Hub> hubs_of_planning_area(store::Read& read, std::string_view planning_area);
/// Hubs that lie in an area (see References).
std::vector<Reference> hubs_referring_to(store::Read& read, Id<Area> area);

}  // namespace lastmile
