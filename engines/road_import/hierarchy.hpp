#pragma once
#include <vector>

#include "engines/road_import/turn_graph.hpp"

namespace lastmile::road_import {

/// One profile as it is written: arcs numbered by rank, turns, and the shape of the contraction hierarchy (Dibbelt, Strasser, Wagner 2016).
struct RankedGraph {
    std::vector<road::Arc> arcs;
    std::vector<road::ArcCopy> copies;
    std::vector<std::uint32_t> arc_of;
    std::vector<std::uint32_t> turn_first;
    std::vector<road::Turn> turns;
    std::vector<std::uint32_t> turn_slots;
    std::vector<std::uint32_t> up_first;
    std::vector<std::uint32_t> up_heads;
    struct ArcHours {
        std::uint32_t arc;
        road::HoursOfWeek hours;
        std::uint32_t duration_cs;
    };
    struct TurnHours {
        std::uint32_t turn;
        road::HoursOfWeek hours;
    };
    std::vector<ArcHours> hourly_arcs;
    std::vector<TurnHours> hourly_turns;
};

/// Orders the arcs by nested dissection of their roads, renumbers them, and plays the elimination game on their turns.
RankedGraph rank(const RoadNet& net, const TurnGraph& graph);

}  // namespace lastmile::road_import
