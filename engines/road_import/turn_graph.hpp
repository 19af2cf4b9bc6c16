#pragma once
#include <vector>

#include "engines/road_import/road_net.hpp"

namespace lastmile::road_import {

/// A turn before arcs are ordered.
struct RawTurn : road::Turn {
    std::uint32_t forbidden = road::none;  ///< at these hours: into TurnGraph::hour_sets
};

/// What becomes of an edge's direction at some hours: driven in another time, or not at all (0).
struct HourlyDuration {
    std::uint32_t edge2;
    road::HoursOfWeek hours;
    std::uint32_t duration_cs;
};

/// One profile's arcs and turns before they are ordered.
struct TurnGraph {
    std::vector<road::Arc> arcs;                 ///< copies behind the originals
    std::vector<std::uint32_t> original;         ///< parallel: itself, or the arc that it copies
    std::vector<std::vector<RawTurn>> turns;     ///< by arc
    std::vector<road::HoursOfWeek> hour_sets;    ///< at which turns are forbidden
    std::vector<HourlyDuration> hourly;          ///< by edge, ascending
    std::uint64_t restrictions = 0;              ///< relations that took effect

    std::uint32_t add_copy(std::uint32_t arc);
    /// Forbids a turn at some hours, beside those at which it is already.
    void forbid(RawTurn& turn, const road::HoursOfWeek& hours);
};

/// All arcs that profile number `index` may drive, and all turns that it may take, with their costs; restrictions over single nodes and
/// over ways applied.
TurnGraph build_turn_graph(const RoadNet& net, const RawMap& map, const std::vector<Profile>& profiles, std::size_t index);

/// Takes away restrictions over via ways from a graph that has none yet: a driver who comes from the restriction's beginning is led over
/// copies of the
/// via arcs, which lack the forbidden turn.
void apply_way_restrictions(TurnGraph& graph, const RoadNet& net, const RawMap& map, std::size_t index);

/// Leaves only what a route can use: the largest strongly connected component, and originals of its copies.
void keep_largest_component(TurnGraph& graph);

}  // namespace lastmile::road_import
