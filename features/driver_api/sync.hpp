#pragma once
// Offline batches: each report a command of its own, in the order in which things happened.
#include <array>

#include "features/driver_api/reports.hpp"

namespace lastmile::driver_api {

inline constexpr std::array<std::string_view, 12> action_names{"accept",  "decline", "start-route", "arrive", "attempt",  "complete",
                                                               "partial", "failed",  "undo",        "scan",   "check-in", "check-out"};

/// Who calls with driver:self. *Refuses* forbidden where the credential names no driver.
Reporter reporter_of(const api::Call& call);

api::Endpoint sync_endpoint();

}  // namespace lastmile::driver_api
