#pragma once
// Deliveries onto a driver's route, and off it.
#include "features/dispatch/board.hpp"
#include "features/dispatch/fitness.hpp"

namespace lastmile::dispatch {

struct AssignOutcome {
    Id<Assignment> assignment_id;
    std::vector<Id<Delivery>> assigned;
    std::vector<Id<Delivery>> already_assigned;
    std::vector<Violation> overridden;
};

/// Onto the driver's open assignment (planned, offered, accepted), or a new one, which is then offered by policy. Said twice, nothing changes.
/// With `force` what does not fit is overridden, and what another driver has not loaded yet is taken from him.
/// *Refuses* not_found; 422 assignment_unfit with all violations; 409 not_assignable; driver_not_legal_now.
AssignOutcome assign(Board& board, Id<Driver> driver, const std::vector<Id<Delivery>>& deliveries, bool force);

/// Takes what is not loaded off the driver's routes. What he does not have is passed over. *Refuses* on_board and others by name.
/// An assignment that is empty afterwards is withdrawn. Answers what was taken off.
std::vector<Id<Delivery>> unassign(Board& board, std::optional<Id<Driver>> driver, const std::vector<Id<Delivery>>& deliveries);

/// Assignments on this board that have no stop any more are withdrawn, with their timers.
void withdraw_empty(Board& board);

}  // namespace lastmile::dispatch
