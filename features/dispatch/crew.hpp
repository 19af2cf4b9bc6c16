#pragma once
// Who drives with what, from where: what an assignment is made of.
#include "features/dispatch/fitness.hpp"
#include "platform/store/tx.hpp"

namespace lastmile::dispatch {

constexpr bool takes_more(AssignmentState state) {
    return state == AssignmentState::planned || state == AssignmentState::offered || state == AssignmentState::accepted;
}
/// The driver's assignment that new deliveries join: the oldest that has not started.
std::optional<Id<Assignment>> open_for_more(store::Read& read, Id<Driver> driver);

/// With the driver's vehicle, and the shift that counts at `at`.
Crew crew_of(store::Read& read, Driver driver, Instant at);
/// The shift's start place, else the home hub, else where the driver last said to be.
StartPlace start_of(store::Read& read, const Crew& crew);
/// Planned, without stops, not written; it starts with the shift, and not before now.
AssignmentRow new_assignment(const Crew& crew, const StartPlace& start, Id<Assignment> id, Id<Route> route, Instant now);

}  // namespace lastmile::dispatch
