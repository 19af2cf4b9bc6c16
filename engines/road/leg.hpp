#pragma once
#include "engines/road/dijkstra.hpp"

namespace lastmile::road {

/// Draws a path: its line from place to place, its length and time, and (where asked for) its steps.
Leg draw_leg(const Network& network, const ProfileGraph& graph, const Phantom& from, const Phantom& to, const Path& path, bool steps);

}  // namespace lastmile::road
