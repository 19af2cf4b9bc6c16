#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engines/road_import/tags.hpp"

namespace lastmile::road_import {

enum class Access : std::uint8_t { yes, visitors, no };
enum class UTurns : std::uint8_t { never, dead_end, anywhere };

struct TurnCosts {
    double near_s = 0;      ///< a right angle to the driver's own side
    double far_s = 0;       ///< a right angle across the oncoming lane
    double signal_s = 0;    ///< traffic lights
    double crossing_s = 0;  ///< straight on over a junction of three or more roads
    double u_turn_s = 0;
    UTurns u_turns = UTurns::dead_end;
};

/// Limits in the vehicle's own size; 0: does not matter.
struct Dimensions {
    double height_m = 0, width_m = 0, length_m = 0, weight_t = 0, axle_t = 0;
};

using Table = std::map<std::string, double, std::less<>>;

/// How one kind of vehicle reads OSM tags; loaded from profiles/*.toml.
struct Profile {
    std::string name;
    std::vector<std::string> access_keys;  ///< general to special
    std::size_t explicit_keys = 1;
    std::vector<std::string> oneway_keys;  ///< special to general
    bool implied_oneway = true;
    bool contraflow = false;  ///< may ride against one-ways that have a lane for it (cycleway=opposite…)
    bool restrictions = true;
    std::vector<std::string> closed_by;
    double max_kmh = 0;
    double maxspeed_share = 1;
    Table speeds, if_allowed, service;
    std::map<std::string, Table, std::less<>> caps;  ///< by tag (surface, tracktype, smoothness), by value
    std::map<std::string, Access, std::less<>> access;
    std::vector<std::string> barriers_passed;
    Dimensions dimensions;
    TurnCosts turns;
};

/// What a profile makes of one way. A speed of 0: not in that direction.
struct WayUse {
    float forward_kmh = 0;
    float backward_kmh = 0;
    bool forward_visitors = false;  ///< for visitors alone
    bool backward_visitors = false;
    bool usable() const { return forward_kmh > 0 || backward_kmh > 0; }
};

/// What a profile makes of one node on a way.
struct NodeUse {
    bool blocked = false;
    bool visitors = false;
};

/// The six that come with the program (bike, cargo_bike, car, van, truck, foot), compiled in.
std::vector<Profile> built_in_profiles();

/// Reads one profile; `based_on` names one of `known`, whose tables it replaces one by one. *Refuses* (std::runtime_error, one sentence)
/// unknown keys
/// and wrong types: a typo must not be lost.
Profile parse_profile(std::string_view toml, const std::vector<Profile>& known);

/// Applies a profile to the tags of a way (with `highway` or `route=ferry`; anything else is not usable).
WayUse use_of_way(const Profile& profile, const Tags& tags);

/// Applies a profile to the tags of a node.
NodeUse use_of_node(const Profile& profile, const Tags& tags);

/// True where the vehicle meets an OSM condition on itself, such as "weight>7.5" or "length<=10 AND height>3". No value where the
/// condition speaks of
/// anything else (hours, for one).
std::optional<bool> meets_condition(const Profile& profile, std::string_view condition);

}  // namespace lastmile::road_import
