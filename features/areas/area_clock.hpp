#pragma once
#include <optional>
#include <string>

#include "platform/store/tx.hpp"

namespace lastmile {

/// The clock on the wall of a partition: the time zone of its oldest area. No value where it has none.
std::optional<std::string> time_zone_of(store::Read& read);

}  // namespace lastmile
