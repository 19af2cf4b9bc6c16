#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engines/geo/box.hpp"
#include "engines/geocode/record.hpp"
#include "engines/road/conditions.hpp"
#include "engines/road/map_format.hpp"
#include "engines/road_import/profile.hpp"

namespace lastmile::road_import {

/// Called with the stage's name and how much of the stage is done (0…1); comes from the importing thread.
using Progress = std::function<void(std::string_view stage, double fraction)>;

/// Texts stored once; 0 is the empty one.
class Names {
public:
    std::uint32_t id(std::string_view text) {
        if (text.empty()) return 0;
        const auto [at, fresh] = ids_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
        if (fresh) texts_.push_back(at->first);
        return at->second;
    }
    const std::vector<std::string>& texts() const { return texts_; }

private:
    std::unordered_map<std::string, std::uint32_t> ids_;
    std::vector<std::string> texts_{""};
};

/// What a profile makes of a way at some hours, other than usual.
struct HourlyUse {
    road::HoursOfWeek hours;
    WayUse use;
};

/// A way that some profile uses. `uses` has one entry a profile.
struct RawWay {
    std::int64_t id;
    std::uint32_t first_ref, refs;  ///< into RawMap::refs
    std::uint32_t name, ref;        ///< into RawMap::names
    road::RoadClass road_class;
    std::uint8_t flags;
    float ferry_s;  ///< how long the whole ferry way takes; 0: no statement
    std::vector<WayUse> uses;
    std::vector<std::vector<HourlyUse>> hourly{};  ///< one entry a profile, or empty
};

/// What matters of a node on a way. Bit i of a mask speaks of profile i.
struct RawNode {
    std::uint32_t blocked = 0;
    std::uint32_t visitors = 0;
    bool signal = false;
    bool any() const { return blocked || visitors || signal; }
};

struct RawRestriction {
    std::int64_t from, to;          ///< ways
    std::int64_t via_node;          ///< 0 where the via is made of ways
    std::vector<std::int64_t> via;  ///< ways, in driving order
    bool only;                      ///< an only_… restriction
    bool u_turn;                    ///< no_u_turn: speaks of turning round alone
    std::uint32_t profiles;         ///< a bit for each that must obey
    road::HoursOfWeek hours{};      ///< when; none: always
};

/// An area to draw; rings of node ids, outer first.
struct RawArea {
    road::AreaKind kind;
    std::vector<std::vector<std::int64_t>> rings;
};

/// What is taken out of an OSM file, before any node is placed on a graph.
struct RawMap {
    std::vector<RawWay> ways;
    std::vector<std::int64_t> refs;             ///< node ids of all ways, one after the other
    std::vector<std::int64_t> node_ids;         ///< all that are needed, ascending
    std::vector<road::Coordinate> coordinates;  ///< parallel to node_ids; `missing` where the extract lacks one
    std::unordered_map<std::int64_t, RawNode> nodes;
    std::vector<RawRestriction> restrictions;
    std::vector<RawArea> areas;
    std::vector<geocode::Record> records;  ///< what can be searched for
    Names names;
    std::uint64_t osm_nodes = 0, osm_ways = 0, osm_relations = 0, missing_nodes = 0, skipped_restrictions = 0;
    std::uint64_t hourly_rules = 0, skipped_conditions = 0;
    std::int64_t data_timestamp = 0;
    bool drives_on_left = false;

    static constexpr road::Coordinate missing{INT32_MAX, INT32_MAX};
    /// Where a node is; `missing` for one that is not there.
    road::Coordinate place(std::int64_t node) const;
};

/// Reads any file that libosmium knows (.osm.pbf, .osm, .osm.bz2, …) in any order of objects, three times over, keeping in memory what
/// roads and
/// addresses need. *Refuses* (std::runtime_error, one sentence) what is not OSM data.
RawMap read_osm(const std::string& path, const std::vector<Profile>& profiles, const Progress& progress);

}  // namespace lastmile::road_import
