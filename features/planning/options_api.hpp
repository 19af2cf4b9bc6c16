#pragma once
// The endpoints of options_api.cpp, a part of this room's table.
#include "features/planning/planning_api.hpp"

namespace lastmile {

api::Endpoints options_endpoints();

}  // namespace lastmile
