#pragma once
// The work on triangles of the hierarchy (three arcs x < y < z, each a neighbour of the others), which is nearly all of a customisation.
#include <cstdint>
#include <vector>

#include "engines/road/cost.hpp"
#include "engines/road/network.hpp"

namespace lastmile::road {

/// Of a hierarchy arc: from its lower to its higher end, and back.
struct BothWays {
    Cost up, down;
};

/// The hierarchy arc from the arc below over which that cost comes to the lower end; none: a turn.
struct ViaBelow {
    std::uint32_t up, down;
};

/// The hierarchy arcs that end at each arc, with their lower ends: triangles are visited by their middle corner, so that each is found at once.
/// (The higher neighbours of x above y are neighbours of y: elimination has seen to that.)
struct LowerArcs {
    struct Low {
        std::uint32_t arc, past;  // the hierarchy arc x→y, and the end of x's arcs
    };
    std::vector<std::uint32_t> first;
    std::vector<Low> arcs;

    explicit LowerArcs(const ProfileGraph& graph);
};

/// Lower triangles: from the lowest arc upwards, each hierarchy arc learns the ways over arcs below its ends.
void learn_from_below(const ProfileGraph& graph, const LowerArcs& low, std::vector<BothWays>& costs, std::vector<ViaBelow>& vias);

/// Upper and middle triangles: from the highest arc downwards, costs become those of the cheapest way there is.
void learn_from_above(const ProfileGraph& graph, const LowerArcs& low, std::vector<BothWays>& costs);

}  // namespace lastmile::road
