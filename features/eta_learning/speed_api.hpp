#pragma once
#include "features/eta_learning/learned_roads.hpp"
#include "platform/api/endpoint.hpp"

namespace lastmile {

/// What the endpoints need besides the store; the app puts it among the services.
struct LearnedSpeedsService {
    LearnedRoads* roads = nullptr;
    bool has_map = false;
};

api::Endpoints eta_learning_endpoints();

}  // namespace lastmile
