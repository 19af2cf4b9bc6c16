#pragma once
// The layout of a map file: a header, a table of sections, and the sections, each an array of the types below, aligned to 64 bytes.
// Little-endian, written on one machine and mapped on another of the same kind.
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "engines/geo/point.hpp"

namespace lastmile::road {

static_assert(std::endian::native == std::endian::little, "map files are little-endian");

inline constexpr std::array<char, 8> map_magic{'L', 'M', 'M', 'A', 'P', '\r', '\n', '\x1a'};
inline constexpr std::uint32_t map_version = 2;
inline constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

struct FileHeader {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t sections;
    std::uint64_t bytes;     ///< of the whole file
    std::uint64_t checksum;  ///< of everything behind the header
};

struct SectionEntry {
    std::uint32_t kind;
    std::uint32_t index;  ///< of the profile, where a section belongs to one
    std::uint64_t offset;
    std::uint64_t bytes;
};

enum class Section : std::uint32_t {
    meta = 1,      // one MapMeta
    nodes,         // Coordinate a junction
    edges,         // Edge
    shape_first,   // u32 an edge and one more: its points in `shapes`, both ends included
    shapes,        // Coordinate
    name_first,    // u32 a name and one more: its bytes in `name_chars`
    name_chars,    // UTF-8
    edge_ways,     // i64 an edge: its OSM way
    tree_boxes,    // TreeBox, leaves first, level by level
    tree_levels,   // u32: first box of each level
    tree_edges,    // u32: the edge of each leaf box
    source_name,   // text: the file that was imported
    places,        // an SQLite database, made and read by engines/geocode
    areas,         // AreaRecord: what is drawn beside roads
    area_points,   // Coordinate
    hour_sets,     // HourSet
    profile = 64,  // one ProfileRecord; this and all below once a profile
    arc_of,        // u32: the arc of an edge forward (2 × edge) and backward (2 × edge + 1), or none
    arcs,          // Arc, in the order of contraction
    copies,        // ArcCopy, ascending
    turn_first,    // u32 an arc and one more
    turns,         // Turn
    turn_slots,    // u32 a turn: 2 × hierarchy arc (+ 1: against it), or none for a turn of an arc into itself
    up_first,      // u32 an arc and one more: its hierarchy arcs
    up_heads,      // u32: the higher end of a hierarchy arc, ascending within one lower end
    hourly_arcs,   // HourlyArc
    hourly_turns,  // HourlyTurn
};

/// 1e-7 degrees, as OpenStreetMap stores them.
struct Coordinate {
    std::int32_t lat = 0;
    std::int32_t lon = 0;
    geo::Point point() const { return {lat * 1e-7, lon * 1e-7}; }
    friend bool operator==(const Coordinate&, const Coordinate&) = default;
};

inline Coordinate to_coordinate(geo::Point p) {
    return {static_cast<std::int32_t>(std::lround(p.lat * 1e7)), static_cast<std::int32_t>(std::lround(p.lon * 1e7))};
}

struct MapMeta {
    std::int32_t south, west, north, east;  // of the roads
    std::uint64_t osm_nodes, osm_ways, osm_relations;
    std::uint64_t missing_nodes;         ///< references to nodes that the extract lacks
    std::uint64_t restrictions;          ///< turn restrictions that apply to some profile
    std::uint64_t skipped_restrictions;  ///< incomplete, or conditional on what is not understood
    std::uint64_t hourly_rules;          ///< ways and restrictions whose rules by hour are applied
    std::uint64_t skipped_conditions;    ///< ways and barriers with conditions that are not understood
    std::int64_t data_timestamp;         ///< newest change within the extract, Unix seconds; 0 where it carries none
    std::uint32_t profiles;
    std::uint32_t drives_on_left;
};

/// Kinds of road in the order of their importance; how maps draw them and how factors name them.
enum class RoadClass : std::uint8_t {
    motorway,
    trunk,
    primary,
    secondary,
    tertiary,
    unclassified,
    residential,
    living_street,
    service,
    pedestrian,
    track,
    cycleway,
    footway,
    path,
    steps,
    ferry,
};
inline constexpr std::array<const char*, 16> road_class_names{
    "motorway", "trunk",      "primary", "secondary", "tertiary", "unclassified", "residential", "living_street",
    "service",  "pedestrian", "track",   "cycleway",  "footway",  "path",         "steps",       "ferry"};

enum EdgeFlags : std::uint8_t { edge_roundabout = 1, edge_tunnel = 2, edge_bridge = 4, edge_link = 8, edge_oneway = 16 };

/// A piece of road between two junctions.
struct Edge {
    std::uint32_t from, to;   // junctions
    std::uint32_t name, ref;  // 0: none
    std::uint32_t length_dm;
    RoadClass road_class;
    std::uint8_t flags;
    std::uint16_t unused;
};

struct TreeBox {
    std::int32_t south, west, north, east;
};

struct ProfileRecord {
    std::array<char, 32> name;  // zero-terminated
    std::uint32_t arcs;
    std::uint32_t max_speed_cms;  ///< the fastest arc, centimetres a second
};

enum ArcFlags : std::uint32_t {
    arc_restricted = 1,  ///< for visitors alone (private, destination, delivery, …)
    arc_snaps = 2,       ///< in the largest strongly connected component: a route may begin and end here
    arc_by_hours = 4,    ///< closed but at the hours of its HourlyArcs
};

/// One direction of an edge as one profile drives it. Its number is its rank in the contraction order.
struct Arc {
    std::uint32_t edge2;        ///< 2 × edge (+ 1: backward)
    std::uint32_t duration_cs;  ///< hundredths of a second, at least 1
    std::uint32_t flags;
};

/// A copy of an arc that a driver reaches by the first part of a turn restriction over several ways; it lacks the forbidden turn.
struct ArcCopy {
    std::uint32_t original;
    std::uint32_t copy;
};

/// From the end of one arc into another.
struct Turn {
    std::uint32_t to;
    std::uint32_t cost_cs : 31;
    std::uint32_t enters_restricted : 1;  ///< from what is open to all into what is open to visitors alone
};

/// Hours of a week: hour h (Monday 0:00 first) is bit h % 64 of word h / 64.
struct HourSet {
    std::array<std::uint64_t, 3> words;
    bool holds(int hour_of_week) const { return words[static_cast<std::size_t>(hour_of_week) / 64] >> (hour_of_week % 64) & 1; }
};

/// At these hours an arc is driven in another time, or not at all (0).
struct HourlyArc {
    std::uint32_t arc;
    std::uint32_t hours;  // into hour_sets
    std::uint32_t duration_cs;
};

/// At these hours a turn is forbidden.
struct HourlyTurn {
    std::uint32_t turn;  // into turns
    std::uint32_t hours;
};

/// An area to draw: buildings, water, woods, …; `first` … `first + count` of `area_points`, rings closed, one record a ring.
struct AreaRecord {
    std::uint32_t first, count;
    std::uint32_t kind;   ///< AreaKind
    std::uint32_t group;  ///< rings of one area share it; the first one is outer
};
enum class AreaKind : std::uint32_t { water, wood, park, residential, industrial, building };

}  // namespace lastmile::road
