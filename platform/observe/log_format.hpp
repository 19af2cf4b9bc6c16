#pragma once
// A line of the log as text. Internal.
#include <string>

#include "platform/observe/log.hpp"

namespace lastmile::observe {

std::string json_line(std::string_view time, Level level, std::string_view what, Fields fields);
std::string pretty_line(std::string_view time, Level level, std::string_view what, Fields fields, bool colours);

}  // namespace lastmile::observe
