#pragma once
// What one matched track teaches of speeds, and how well they were known before it.
#include <functional>

#include "engines/road/learned_speeds.hpp"
#include "engines/road/match.hpp"
#include "engines/road/network.hpp"

namespace lastmile::road {

/// Driven time by the map's time for one cell of a stretch, both without the turns.
struct Lesson {
    SpeedCell cell;
    double time_ratio;
};

/// A stretch as it was foretold by the map alone, and with what had been learned before it. `tile` and `hour_class` are those of its start.
struct ForetoldStretch {
    AreaTile tile;
    std::uint8_t hour_class;
    double driven_s, map_s, learned_s;
};

struct Lessons {
    std::vector<Lesson> lessons;
    std::vector<ForetoldStretch> stretches;
};

/// The area of a road: that of the middle between its ends.
AreaTile area_tile_of(const Network& network, std::uint32_t road);

/// `hour_of_week` says the hour of a ping's time in the wall clock of the place. Cells with less than ten seconds of the map's time in a stretch teach
/// nothing, nor do stretches of less than 30 s (they are not foretold either).
Lessons lessons_of(const Network& network, const MatchQuery& query, const Match& match, const LearnedSpeeds& known,
                   const std::function<int(double time_s)>& hour_of_week);

}  // namespace lastmile::road
