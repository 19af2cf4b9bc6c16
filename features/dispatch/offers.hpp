#pragma once
// How a plan gets to its driver: offered at once or at its release, accepted by him or by policy, expired by a timer.
#include "features/dispatch/board.hpp"

namespace lastmile::dispatch {

inline constexpr std::string_view expire_timer = "assignment.expire", release_timer = "assignment.release";
/// Under way, with nothing left to do: it completes unless something is still on board.
inline constexpr std::string_view finish_timer = "assignment.finish";

/// By policy (offer.push, offer.auto_accept): for an assignment that is planned. Otherwise nothing happens.
void offer_by_policy(Board& board, AssignmentRow& row);
/// Now. *Refuses* assignment_not_legal_now.
void offer_now(Board& board, AssignmentRow& row);

}  // namespace lastmile::dispatch
