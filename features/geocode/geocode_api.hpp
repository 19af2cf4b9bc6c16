#pragma once
#include "platform/api/endpoint.hpp"

namespace lastmile {

api::Endpoints geocode_endpoints();

}  // namespace lastmile
