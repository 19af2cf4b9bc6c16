#pragma once
// What a person decides about a route under way: it waits, goes on, or is broken off.
#include "features/assignments/assignment_view.hpp"

namespace lastmile {

struct MoveAssignment {
    Id<Assignment> assignment_id;
    std::optional<Text<1, 200>> reason;
};
LASTMILE_VALUE(MoveAssignment, (assignment_id, reason))
LASTMILE_DOC(MoveAssignment, "Which route, and why.", {"assignment_id", "ours"}, {"reason", "in words", "The van has broken down"})

api::Endpoints route_state_endpoints();

}  // namespace lastmile
