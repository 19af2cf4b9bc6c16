#pragma once
#include <vector>

#include "engines/road/conditions.hpp"
#include "engines/road/cost.hpp"
#include "engines/road/network.hpp"

namespace lastmile::road {

/// What driving each arc of a profile costs under given conditions. `unreachable`: closed.
struct Weights {
    std::vector<Cost> arcs;
    std::vector<bool> forbidden{};      ///< by turn; empty: none is
    const Turn* first_turn = nullptr;   ///< of the graph, so that a turn tells its number

    /// Whether a turn (one that lies in the graph) may not be taken under these conditions.
    bool is_forbidden(const Turn& turn) const { return !forbidden.empty() && forbidden[static_cast<std::size_t>(&turn - first_turn)]; }
    /// Turning into an arc and driving it to its end. The turn lies in the graph.
    Cost step(const Turn& turn) const {
        if (is_forbidden(turn)) return unreachable;
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
