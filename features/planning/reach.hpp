#pragma once
// Whether one more stop fits into a day, and what it would cost: for slots that are offered.
#include "features/planning/planning.hpp"
#include "features/slots/slot_reach.hpp"

namespace lastmile::planning {

/// For each slot of the question: the cheapest insertion of one more parcel between what is on routes that day and what waits for it (the
/// first 100 of these), on the roads as they are. Blocks; binds nothing. A slot out of reach has no cost.
std::map<Id<Slot>, Reach> reach_of(Planning& planning, const ReachQuestion& question);

}  // namespace lastmile::planning
