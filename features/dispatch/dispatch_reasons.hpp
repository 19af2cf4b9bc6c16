#pragma once
// Refusals of this room.
#include "platform/base/result.hpp"

namespace lastmile::reasons {

inline constexpr Reason assignment_unfit{"assignment_unfit", 422, "The driver, vehicle or route does not fit these deliveries",
                                         "Leave out what errors[] names, change it, or repeat with force: true where overridable is true."};
inline constexpr Reason not_assignable{"not_assignable", 409, "Some of these deliveries cannot be assigned now",
                                       "Read not_assignable: each names its status and its legal_actions."};

}  // namespace lastmile::reasons
