#pragma once
#include "platform/api/endpoint.hpp"

namespace lastmile {

api::Endpoints partner_endpoints();

}  // namespace lastmile
