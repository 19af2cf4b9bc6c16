#pragma once
#include <functional>
#include <span>
#include <vector>

#include "engines/road/phantom.hpp"

namespace lastmile::road {

/// Which edges must not be used; empty: none.
using Blocked = std::function<bool(std::uint32_t edge)>;

/// Cheapest ways between one place and all arcs (Dijkstra 1959), up to a bound.
struct SearchTree {
    std::vector<Cost> cost;             ///< by arc; `unreachable` where the bound cut it off
    std::vector<std::uint32_t> beyond;  ///< the arc next towards the place; none: the place is on this one
};

/// Costs from the seeds to the end of each arc.
SearchTree grow_forward(const ProfileGraph& graph, const Weights& weights, std::span<const Seed> sources, Cost bound, const Blocked& blocked = {});

/// Costs from the end of each arc to the seeds, all lifted by `lift`, which must be no less than any seed's rest (the way to a seed on the
/// arc itself would be below zero).
SearchTree grow_backward(const ProfileGraph& graph, const Weights& weights, std::span<const Seed> targets, Cost lift, Cost bound,
                         const Blocked& blocked = {});

}  // namespace lastmile::road
