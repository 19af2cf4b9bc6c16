#pragma once
// The cheapest place for one task, judged by whole schedules. Slow and sure: for explanations and tests.
#include <vector>

#include "engines/vrp/routes.hpp"

namespace lastmile::vrp {

struct ExactPlace {
    int car = -1;             ///< -1: fits nowhere
    std::vector<int> nodes;   ///< the route with the task in it
    std::vector<int> before;  ///< for each node of the task the index in the old route
    double extra = 0;
    double total = 0;  ///< of the new route
};

/// Best place in one route whose cost is `total` now; `keep` is improved if something cheaper is found. Order and relations within the
/// route are judged, `together_with` is the caller's.
void place_in_route(const Instance& instance, Scheduler& scheduler, int car, const std::vector<int>& nodes, double total, int task, ExactPlace& keep);

}  // namespace lastmile::vrp
