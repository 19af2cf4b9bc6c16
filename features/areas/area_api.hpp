#pragma once
#include "platform/api/endpoint.hpp"

namespace lastmile {

api::Endpoints area_endpoints();

}  // namespace lastmile
