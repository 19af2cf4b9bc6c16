#include "engines/road/lessons.hpp"

#include <algorithm>

namespace lastmile::road {
namespace {

constexpr double least_of_cell_s = 10, least_of_stretch_s = 30;

struct Seen {
    double map_s = 0, driven_s = 0;
};

}  // namespace

AreaTile area_tile_of(const Network& network, std::uint32_t road) {
    const Edge& edge = network.edges()[road];
    const auto a = network.nodes()[edge.from].point(), b = network.nodes()[edge.to].point();
    return area_tile_of({(a.lat + b.lat) / 2, (a.lon + b.lon) / 2});
}

Lessons lessons_of(const Network& network, const MatchQuery& query, const Match& match, const LearnedSpeeds& known,
                   const std::function<int(double time_s)>& hour_of_week) {
    Lessons out;
    const auto* speeds = known.profile(query.profile);
    for (const Stretch& stretch : match.stretches) {
        if (stretch.expected_s < least_of_stretch_s || stretch.roads.empty()) continue;
        const double begins = query.pings[stretch.first_ping].time_s;
        const auto hour_at = [&](double time_s) { return static_cast<std::uint8_t>(hour_class_of(hour_of_week(time_s))); };
        std::map<SpeedCell, Seen> cells;
        ForetoldStretch foretold{area_tile_of(network, stretch.roads[0].road), hour_at(begins), 0, 0, 0};
        for (const DrivenRoad& road : stretch.roads) {
            const SpeedCell cell{area_tile_of(network, road.road), network.edges()[road.road].road_class, hour_at(begins + foretold.driven_s)};
            const double driving = std::max(0.0, road.expected_s - road.turns_s);
            Seen& seen = cells[cell];
            seen.map_s += driving;
            // Turns are taken as the map has them, so that what is learned is what it will be multiplied with.
            seen.driven_s += road.observed_s - road.turns_s;
            foretold.driven_s += road.observed_s;
            foretold.map_s += road.expected_s;
            foretold.learned_s += road.turns_s + driving * (speeds ? speeds->time_factor(cell) : 1);
        }
        for (const auto& [cell, seen] : cells)
            if (seen.map_s >= least_of_cell_s) out.lessons.push_back({cell, std::max(0.0, seen.driven_s) / seen.map_s});
        out.stretches.push_back(foretold);
    }
    return out;
}

}  // namespace lastmile::road
