#pragma once
#include "platform/api/endpoint.hpp"

namespace lastmile {

api::Endpoints shift_endpoints();

}  // namespace lastmile
