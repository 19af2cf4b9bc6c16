#include "engines/road_import/import.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <fstream>
#include <future>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "engines/geocode/index_builder.hpp"
#include "engines/road/map_file.hpp"
#include "engines/road_import/hierarchy.hpp"

namespace lastmile::road_import {
namespace {

using road::Section;

std::vector<Profile> chosen_profiles(const ImportOptions& options) {
    std::vector<Profile> known = built_in_profiles();
    for (const auto& path : options.more) {
        std::ifstream file(path);
        std::stringstream text;
        if (!file || !(text << file.rdbuf())) throw std::runtime_error("The profile " + path.string() + " cannot be read.");
        Profile profile = parse_profile(text.str(), known);
        std::erase_if(known, [&](const Profile& k) { return k.name == profile.name; });
        known.push_back(std::move(profile));
    }
    if (known.size() > 32) throw std::runtime_error("A map takes at most 32 profiles.");
    if (options.profiles.empty()) return known;
    std::vector<Profile> chosen;
    for (const std::string& name : options.profiles) {
        const auto at = std::ranges::find(known, name, &Profile::name);
        if (at == known.end()) {
            std::string names;
            for (const Profile& profile : known) names += (names.empty() ? "" : ", ") + profile.name;
            throw std::runtime_error("There is no profile " + name + "; there are " + names + ".");
        }
        chosen.push_back(*at);
    }
    return chosen;
}

template <class T>
void add_texts(road::MapWriter& out, const std::vector<T>& texts) {
    std::vector<std::uint32_t> first{0};
    std::vector<char> chars;
    for (const std::string& text : texts) {
        chars.insert(chars.end(), text.begin(), text.end());
        first.push_back(static_cast<std::uint32_t>(chars.size()));
    }
    out.add(Section::name_first, first);
    out.add(Section::name_chars, chars);
}

void add_net(road::MapWriter& out, const RoadNet& net, const RawMap& map) {
    out.add(Section::nodes, net.nodes);
    out.add(Section::edges, net.edges);
    out.add(Section::shape_first, net.shape_first);
    out.add(Section::shapes, net.shapes);
    add_texts(out, map.names.texts());
    std::vector<std::int64_t> ways;
    for (const std::uint32_t way : net.edge_way) ways.push_back(map.ways[way].id);
    out.add(Section::edge_ways, ways);
    const BoxTree tree = build_box_tree(net);
    out.add(Section::tree_boxes, tree.boxes);
    out.add(Section::tree_levels, tree.levels);
    out.add(Section::tree_edges, tree.edges);
}

void add_areas(road::MapWriter& out, const RawMap& map) {
    std::vector<road::AreaRecord> areas;
    std::vector<road::Coordinate> points;
    for (std::uint32_t group = 0; group < map.areas.size(); ++group)
        for (const auto& ring : map.areas[group].rings) {
            const auto first = static_cast<std::uint32_t>(points.size());
            for (const std::int64_t ref : ring)
                if (const auto c = map.place(ref); c != RawMap::missing) points.push_back(c);
            if (points.size() - first < 4) {
                points.resize(first);
                continue;
            }
            areas.push_back(
                {first, static_cast<std::uint32_t>(points.size() - first), static_cast<std::uint32_t>(map.areas[group].kind), group});
        }
    out.add(Section::areas, areas);
    out.add(Section::area_points, points);
}

/// Roads as streets that can be searched: each named piece by its middle.
void add_streets(const RoadNet& net, RawMap& map) {
    for (std::uint32_t e = 0; e < net.edges.size(); ++e) {
        const road::Edge& edge = net.edges[e];
        if (edge.name == 0 || edge.road_class == road::RoadClass::ferry) continue;
        const auto shape = net.shape(e);
        geocode::Record record;
        record.kind = geocode::Kind::street;
        record.name = map.names.texts()[edge.name];
        record.point = shape[shape.size() / 2].point();
        record.importance = edge.length_dm / 10;
        map.records.push_back(std::move(record));
    }
}

struct Ranked {
    RankedGraph graph;
    std::uint64_t restrictions;
};

/// One profile's graph, ready to be written. Several may be made at a time.
Ranked rank_profile(const RoadNet& net, const RawMap& map, const std::vector<Profile>& profiles, std::size_t index) {
    TurnGraph graph = build_turn_graph(net, map, profiles, index);
    const std::uint64_t restrictions = graph.restrictions;
    keep_largest_component(graph);
    return {rank(net, graph), restrictions};
}

/// Sets of hours stored once.
class HourSets {
public:
    std::uint32_t id(const road::HoursOfWeek& hours) {
        const auto known = std::ranges::find(known_, hours);
        const auto number = static_cast<std::uint32_t>(known - known_.begin());
        if (known == known_.end()) known_.push_back(hours);
        return number;
    }
    std::vector<road::HourSet> sets() const {
        std::vector<road::HourSet> sets;
        for (const auto& hours : known_) {
            auto& set = sets.emplace_back();
            for (std::size_t h = 0; h < hours.size(); ++h)
                if (hours[h]) set.words[h / 64] |= std::uint64_t{1} << h % 64;
        }
        return sets;
    }

private:
    std::vector<road::HoursOfWeek> known_;
};

ImportedProfile add_profile(road::MapWriter& out, const Profile& profile, std::uint32_t index, const RoadNet& net, const RankedGraph& g, HourSets& hours) {
    road::ProfileRecord record{};
    std::memcpy(record.name.data(), profile.name.data(), profile.name.size());
    record.arcs = static_cast<std::uint32_t>(g.arcs.size());
    for (const road::Arc& arc : g.arcs)
        record.max_speed_cms = std::max(record.max_speed_cms, net.edges[arc.edge2 / 2].length_dm * 1000 / arc.duration_cs);
    out.add(Section::profile, std::vector{record}, index);
    out.add(Section::arc_of, g.arc_of, index);
    out.add(Section::arcs, g.arcs, index);
    out.add(Section::copies, g.copies, index);
    out.add(Section::turn_first, g.turn_first, index);
    out.add(Section::turns, g.turns, index);
    out.add(Section::turn_slots, g.turn_slots, index);
    out.add(Section::up_first, g.up_first, index);
    out.add(Section::up_heads, g.up_heads, index);
    std::vector<road::HourlyArc> hourly_arcs;
    for (const auto& rule : g.hourly_arcs) hourly_arcs.push_back({rule.arc, hours.id(rule.hours), rule.duration_cs});
    std::vector<road::HourlyTurn> hourly_turns;
    for (const auto& rule : g.hourly_turns) hourly_turns.push_back({rule.turn, hours.id(rule.hours)});
    out.add(Section::hourly_arcs, hourly_arcs, index);
    out.add(Section::hourly_turns, hourly_turns, index);
    return {profile.name, g.arcs.size(), g.turns.size(), g.up_heads.size()};
}

road::MapMeta meta_of(const RoadNet& net, const RawMap& map, std::size_t profiles, std::uint64_t restrictions) {
    road::MapMeta meta{};
    meta.south = meta.west = INT32_MAX;
    meta.north = meta.east = INT32_MIN;
    for (const road::Coordinate c : net.shapes) {
        meta.south = std::min(meta.south, c.lat);
        meta.north = std::max(meta.north, c.lat);
        meta.west = std::min(meta.west, c.lon);
        meta.east = std::max(meta.east, c.lon);
    }
    meta.osm_nodes = map.osm_nodes;
    meta.osm_ways = map.osm_ways;
    meta.osm_relations = map.osm_relations;
    meta.missing_nodes = map.missing_nodes;
    meta.restrictions = restrictions;
    meta.skipped_restrictions = map.skipped_restrictions;
    meta.hourly_rules = map.hourly_rules;
    meta.skipped_conditions = map.skipped_conditions;
    meta.data_timestamp = map.data_timestamp;
    meta.profiles = static_cast<std::uint32_t>(profiles);
    meta.drives_on_left = map.drives_on_left;
    return meta;
}

}  // namespace

ImportReport import_map(const std::filesystem::path& osm, const std::filesystem::path& out_path, const ImportOptions& options,
                        const Progress& progress) {
    const std::vector<Profile> profiles = chosen_profiles(options);
    RawMap map = read_osm(osm.string(), profiles, progress);
    if (progress) progress("cutting roads", 0);
    const RoadNet net = build_road_net(map);
    if (net.edges.empty()) throw std::runtime_error(osm.string() + " holds no road that one of the profiles can use.");

    ImportReport report;
    road::MapWriter out;
    add_net(out, net, map);
    add_areas(out, map);
    const std::string source = osm.filename().string();
    out.add(Section::source_name, std::span<const char>(source));
    std::future<std::vector<std::byte>> places;
    if (options.addresses) {
        add_streets(net, map);
        report.records = map.records.size();
        places = std::async(std::launch::async, [records = std::move(map.records)]() mutable { return geocode::build_index(std::move(records)); });
    }
    // As many profiles at a time as there are processors, each with the memory of its own graph.
    HourSets hours;
    std::deque<std::future<Ranked>> under_way;
    std::size_t begun = 0;
    for (std::uint32_t i = 0; i < profiles.size(); ++i) {
        for (; begun < profiles.size() && begun < i + std::max(1u, std::thread::hardware_concurrency()); ++begun)
            under_way.push_back(std::async(std::launch::async, [&, begun] { return rank_profile(net, map, profiles, begun); }));
        if (progress) progress("ordering " + profiles[i].name, static_cast<double>(i) / static_cast<double>(profiles.size()));
        const Ranked ranked = under_way.front().get();
        under_way.pop_front();
        report.restrictions = std::max(report.restrictions, ranked.restrictions);
        report.profiles.push_back(add_profile(out, profiles[i], i, net, ranked.graph, hours));
    }
    if (options.addresses) {
        if (progress) progress("indexing places", 0);
        out.add(Section::places, places.get());
    }
    out.add(Section::hour_sets, hours.sets());
    out.add(Section::meta, std::vector{meta_of(net, map, profiles.size(), report.restrictions)});
    if (progress) progress("writing", 0);
    out.write(out_path);
    if (progress) progress("writing", 1);

    report.osm_nodes = map.osm_nodes;
    report.osm_ways = map.osm_ways;
    report.osm_relations = map.osm_relations;
    report.missing_nodes = map.missing_nodes;
    report.roads = net.edges.size();
    report.junctions = net.nodes.size();
    report.skipped_restrictions = map.skipped_restrictions;
    report.hourly_rules = map.hourly_rules;
    report.skipped_conditions = map.skipped_conditions;
    report.bytes = std::filesystem::file_size(out_path);
    return report;
}

}  // namespace lastmile::road_import
