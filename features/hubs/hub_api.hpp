#pragma once
#include "platform/api/endpoint.hpp"

namespace lastmile {

api::Endpoints hub_endpoints();

}  // namespace lastmile
