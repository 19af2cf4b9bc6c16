#pragma once
#include <vector>

#include "engines/road/conditions.hpp"
#include "engines/road/cost.hpp"
#include "engines/road/network.hpp"

namespace lastmile::road {

/// What driving each arc of a profile costs under given conditions. `unreachable`: closed.
struct Weights {
    std::vector<Cost> arcs;

    /// Turning from `from` into an arc and driving it to its end.
    Cost step(const Turn& turn) const {
        const Cost arc = arcs[turn.to];
        return arc >= unreachable ? unreachable
                                  : arc + make_cost(std::uint64_t{turn.cost_cs} + (turn.enters_restricted ? restricted_entry_cs : 0), 0);
    }
    bool open(std::uint32_t arc) const { return arcs[arc] < unreachable; }
    /// From a fraction of an arc (0…1) to its end.
    Cost rest(std::uint32_t arc, double fraction) const;
};

Weights weigh(const Network& network, const ProfileGraph& graph, const Conditions& conditions);

}  // namespace lastmile::road
