#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engines/geo/point.hpp"

namespace lastmile::road {

/// Where a vehicle said it was.
struct Ping {
    geo::Point point;
    double time_s = 0;      ///< on any clock; never falling from one ping to the next
    double accuracy_m = 0;  ///< standard deviation; 0: as the query has it
};

struct MatchQuery {
    std::string profile;
    std::vector<Ping> pings;    ///< at least two
    double accuracy_m = 10;     ///< standard deviation of a ping's place; 1…100
    double max_gap_s = 300;     ///< a longer silence splits the track
    bool geometry = true;       ///< whether stretches are drawn
};

/// A road that was driven: by the map's number, in its own direction or against it.
struct DrivenRoad {
    std::uint32_t road = 0;
    bool forward = true;
    double distance_m = 0;  ///< of the road within the stretch
    double expected_s = 0;  ///< that the map expects for it, the turn into it included
    double turns_s = 0;     ///< of these, the turns
    double observed_s = 0;  ///< the time between pings, shared out as expected; standing for more than `longest_wait_s` is left out
};

/// Who stands for longer has arrived somewhere; a shorter wait (lights, a queue) is part of driving.
inline constexpr double longest_wait_s = 120;

/// A part of the track along which the pings fit together on the roads.
struct Stretch {
    std::size_t first_ping = 0, last_ping = 0;
    double distance_m = 0;
    double expected_s = 0;  ///< that the map expects for the way
    double observed_s = 0;  ///< between its first and its last ping
    std::vector<geo::Point> geometry{};
    std::vector<DrivenRoad> roads{};
};

/// Where a ping was put; `used` is false for those that say nothing new (within two deviations of the one before) or lie off all roads.
struct MatchedPing {
    bool used = false;
    geo::Point point;
    std::uint32_t road = 0;
    double off_m = 0;  ///< from the ping to that place
};

struct Match {
    std::vector<Stretch> stretches;
    std::vector<MatchedPing> pings;  ///< one a ping
    double distance_m = 0;           ///< of all stretches
};

}  // namespace lastmile::road
