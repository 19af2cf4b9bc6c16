#pragma once
// The list of features: every room's endpoint table.
#include "platform/api/endpoints.hpp"

namespace lastmile::app {

api::Endpoints all_endpoints();

}  // namespace lastmile::app
