#pragma once
#include "platform/api/endpoint.hpp"

namespace lastmile {

api::Endpoints driver_endpoints();

}  // namespace lastmile
