#pragma once
#include <functional>
#include <span>

#include "engines/road/phantom.hpp"

namespace lastmile::road {

/// Arcs from the one where a route begins to the one where it ends, and its cost from place to place.
struct Path {
    Cost cost = unreachable;
    std::vector<std::uint32_t> arcs;
};

/// Plain Dijkstra over arcs: for questions with conditions of their own, that no hierarchy was customised for. Milliseconds for a city.
/// `blocked` says which edges must not be used.
Path search_plainly(const ProfileGraph& graph, const Weights& weights, const Phantom& from, const Phantom& to,
                    const std::function<bool(std::uint32_t edge)>& blocked);

/// True where source and target share an arc on which the target lies behind the source: there the way does not lead along the arc, but
/// round.
bool goes_round(const Seed& source, std::span<const Seed> targets);

}  // namespace lastmile::road
