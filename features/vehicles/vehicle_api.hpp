#pragma once
#include "platform/api/endpoint.hpp"

namespace lastmile {

api::Endpoints vehicle_endpoints();

}  // namespace lastmile
