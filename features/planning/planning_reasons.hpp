#pragma once
// Refusals of this room.
#include "platform/base/result.hpp"

namespace lastmile::reasons {

inline constexpr Reason plan_outdated{"plan_outdated", 409, "Nothing of the plan could be committed: what it was made from has changed",
                                      "Read left_out, then plan again."};
inline constexpr Reason plan_expired{"plan_expired", 409, "The preview has expired", "Ask for a new preview and commit that one."};

}  // namespace lastmile::reasons
