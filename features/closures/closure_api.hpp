#pragma once
#include "features/closures/closed_roads.hpp"
#include "platform/api/endpoint.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {

/// What the endpoints need besides the store; the app puts it among the services.
struct RoadClosures {
    ClosedRoads* roads = nullptr;  // nullptr: no map is loaded
};

api::Endpoints closure_endpoints();
/// Closures that end. Before the timers start.
void register_closure_timers(work::Timers& timers);

}  // namespace lastmile
