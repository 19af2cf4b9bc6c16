// The only unit that sees libosmium.
#include <algorithm>
#include <filesystem>
#include <osmium/handler.hpp>
#include <osmium/io/any_input.hpp>
#include <osmium/visitor.hpp>
#include <stdexcept>

#include "engines/road_import/hours.hpp"
#include "engines/road_import/osm_tags.hpp"

namespace lastmile::road_import {
namespace {

Tags tags_of(const osmium::OSMObject& object) {
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    for (const osmium::Tag& tag : object.tags()) pairs.emplace_back(tag.key(), tag.value());
    return Tags(std::move(pairs));
}

/// A searchable object that is a way: it is put in the middle of its nodes once these are known.
struct Outline {
    std::size_t first_record, records;
    std::vector<std::int64_t> refs;
};

/// A multipolygon whose member ways are still to be read.
struct Multipolygon {
    std::optional<road::AreaKind> kind;
    std::size_t first_record, records;
    std::vector<std::pair<std::int64_t, bool>> members;  // way, whether inner
};

struct RelationPass : osmium::handler::Handler {
    RawMap& map;
    const std::vector<Profile>& profiles;
    std::vector<Multipolygon> polygons;
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> member_refs;

    RelationPass(RawMap& m, const std::vector<Profile>& p) : map(m), profiles(p) {}

    void relation(const osmium::Relation& relation) {
        ++map.osm_relations;
        const Tags tags = tags_of(relation);
        if (tags.is("type", "multipolygon")) return multipolygon(relation, tags);
        bool skipped = false;
        const auto rules = restrictions_of(tags, profiles, skipped);
        if (skipped) ++map.skipped_restrictions;
        if (rules.empty()) return;
        std::vector<std::int64_t> from, to;
        RawRestriction restriction{};
        for (const auto& member : relation.members()) {
            const std::string_view role = member.role();
            const bool way = member.type() == osmium::item_type::way;
            if (way && role == "from") from.push_back(member.ref());
            else if (way && role == "to") to.push_back(member.ref());
            else if (way && role == "via") restriction.via.push_back(member.ref());
            else if (role == "via" && member.type() == osmium::item_type::node) restriction.via_node = member.ref();
        }
        if (from.empty() || to.empty() || (restriction.via_node == 0) == restriction.via.empty()) {
            ++map.skipped_restrictions;
            return;
        }
        for (const auto f : from)  // no_entry has several from, no_exit several to
            for (const auto t : to) {
                restriction.from = f;
                restriction.to = t;
                for (const RestrictionRule& rule : rules) {
                    restriction.only = rule.only, restriction.u_turn = rule.u_turn, restriction.profiles = rule.profiles, restriction.hours = rule.hours;
                    map.restrictions.push_back(restriction);
                }
            }
        map.hourly_rules += std::ranges::any_of(rules, [](const RestrictionRule& rule) { return rule.hours.any(); });
    }

    void multipolygon(const osmium::Relation& relation, const Tags& tags) {
        Multipolygon polygon{area_kind_of(tags), map.records.size(), 0, {}};
        for (auto& record : records_of(tags)) map.records.push_back(std::move(record));
        polygon.records = map.records.size() - polygon.first_record;
        if (!polygon.kind && polygon.records == 0) return;
        for (const auto& member : relation.members())
            if (member.type() == osmium::item_type::way) {
                polygon.members.emplace_back(member.ref(), std::string_view(member.role()) == "inner");
                member_refs[member.ref()];
            }
        polygons.push_back(std::move(polygon));
    }
};

struct WayPass : osmium::handler::Handler {
    RawMap& map;
    const std::vector<Profile>& profiles;
    RelationPass& relations;
    std::vector<Outline> outlines;
    std::size_t left = 0, right = 0;

    WayPass(RawMap& m, const std::vector<Profile>& p, RelationPass& r) : map(m), profiles(p), relations(r) {}

    void way(const osmium::Way& way) {
        ++map.osm_ways;
        map.data_timestamp = std::max(map.data_timestamp, static_cast<std::int64_t>(way.timestamp().seconds_since_epoch()));
        if (const auto member = relations.member_refs.find(way.id()); member != relations.member_refs.end())
            for (const auto& node : way.nodes()) member->second.push_back(node.ref());
        if (way.tags().empty() || way.nodes().size() < 2) return;
        const Tags tags = tags_of(way);
        if (const auto kind = road_class_of(tags)) road(way, tags, *kind);
        else if (const auto area = way.is_closed() ? area_kind_of(tags) : std::nullopt) map.areas.push_back({*area, {refs_of(way)}});
        auto records = records_of(tags);
        if (records.empty()) return;
        outlines.push_back({map.records.size(), records.size(), refs_of(way)});
        for (auto& record : records) map.records.push_back(std::move(record));
    }

    static std::vector<std::int64_t> refs_of(const osmium::Way& way) {
        std::vector<std::int64_t> refs;
        for (const auto& node : way.nodes()) refs.push_back(node.ref());
        return refs;
    }

    void add_hours(RawWay& raw, const Tags& tags, bool& usable) {
        bool understood = true, any = false;
        for (std::size_t i = 0; i < profiles.size(); ++i) {
            raw.hourly.push_back(hourly_uses(profiles[i], tags, raw.uses[i], understood));
            any = any || !raw.hourly.back().empty();
            usable = usable || std::ranges::any_of(raw.hourly.back(), [](const HourlyUse& hourly) { return hourly.use.usable(); });
        }
        if (!any) raw.hourly.clear();
        if (usable) map.hourly_rules += any, map.skipped_conditions += !understood;
    }

    void road(const osmium::Way& way, const Tags& tags, road::RoadClass kind) {
        RawWay raw{way.id(), static_cast<std::uint32_t>(map.refs.size()), 0, 0, 0, kind, edge_flags_of(tags), 0, {}};
        bool usable = false;
        for (const Profile& profile : profiles) {
            raw.uses.push_back(use_of_way(profile, tags));
            usable = usable || raw.uses.back().usable();
        }
        if (std::ranges::any_of(tags.pairs(), [](const auto& tag) { return tag.first.ends_with(":conditional"); })) add_hours(raw, tags, usable);
        if (!usable) return;
        if (const auto side = tags["driving_side"]; !side.empty()) ++(side == "left" ? left : right);
        raw.name = map.names.id(tags["name"]);
        raw.ref = map.names.id(tags["ref"]);
        if (kind == road::RoadClass::ferry) raw.ferry_s = static_cast<float>(parse_duration_s(tags["duration"]).value_or(0));
        for (const auto& node : way.nodes()) map.refs.push_back(node.ref());
        raw.refs = static_cast<std::uint32_t>(way.nodes().size());
        map.ways.push_back(std::move(raw));
    }
};

struct NodePass : osmium::handler::Handler {
    RawMap& map;
    const std::vector<Profile>& profiles;
    std::vector<std::int64_t> on_roads;  // sorted
    NodePass(RawMap& m, const std::vector<Profile>& p) : map(m), profiles(p) {}

    void node(const osmium::Node& node) {
        ++map.osm_nodes;
        if (!node.location().valid()) return;
        const road::Coordinate here{node.location().y(), node.location().x()};
        const auto at = std::ranges::lower_bound(map.node_ids, node.id());
        const bool needed = at != map.node_ids.end() && *at == node.id();
        if (needed) map.coordinates[static_cast<std::size_t>(at - map.node_ids.begin())] = here;
        if (node.tags().empty()) return;
        const Tags tags = tags_of(node);
        if (needed && std::ranges::binary_search(on_roads, node.id())) {
            RawNode raw;
            raw.signal = tags.is("highway", "traffic_signals");
            for (std::size_t i = 0; i < profiles.size(); ++i) {
                const NodeUse use = use_of_node(profiles[i], tags);
                if (use.blocked) raw.blocked |= 1u << i;
                if (use.visitors) raw.visitors |= 1u << i;
            }
            if (raw.any()) map.nodes.emplace(node.id(), raw);
            if (tags.has("barrier") && std::ranges::any_of(tags.pairs(), [](const auto& tag) { return tag.first.ends_with(":conditional"); }))
                ++map.skipped_conditions;
        }
        for (auto& record : records_of(tags)) {
            record.point = here.point();
            map.records.push_back(std::move(record));
        }
    }
};

template <class Handler>
void pass(const std::string& path, osmium::osm_entity_bits::type kinds, std::string_view stage, const Progress& progress,
          Handler& handler) {
    osmium::io::Reader reader{osmium::io::File{path}, kinds};
    const double size = std::max<double>(1, static_cast<double>(reader.file_size()));
    while (const osmium::memory::Buffer buffer = reader.read()) {
        osmium::apply(buffer, handler);
        if (progress) progress(stage, std::min(1.0, static_cast<double>(reader.offset()) / size));
    }
    reader.close();
    if (progress) progress(stage, 1);
}

/// Joins the member ways of one role into closed rings; what does not close is left out.
void join_rings(const Multipolygon& polygon, bool inner, const RelationPass& relations, std::vector<std::vector<std::int64_t>>& rings) {
    std::vector<std::vector<std::int64_t>> open;
    for (const auto& [way, is_inner] : polygon.members) {
        const auto& refs = relations.member_refs.at(way);
        if (is_inner != inner || refs.size() < 2) continue;
        if (refs.front() == refs.back()) rings.push_back(refs);
        else open.push_back(refs);
    }
    while (!open.empty()) {
        auto line = std::move(open.back());
        open.pop_back();
        for (bool grown = true; grown && line.front() != line.back();) {
            grown = false;
            for (std::size_t i = 0; i < open.size() && !grown; ++i) {
                auto& next = open[i];
                if (next.back() == line.back()) std::ranges::reverse(next);
                if (next.front() != line.back()) continue;
                line.insert(line.end(), next.begin() + 1, next.end());
                open.erase(open.begin() + static_cast<std::ptrdiff_t>(i));
                grown = true;
            }
        }
        if (line.front() == line.back()) rings.push_back(std::move(line));
    }
}

void collect_needed(RawMap& map, const WayPass& ways) {
    auto& ids = map.node_ids;
    ids = map.refs;
    for (const auto& area : map.areas)
        for (const auto& ring : area.rings) ids.insert(ids.end(), ring.begin(), ring.end());
    for (const auto& outline : ways.outlines) ids.insert(ids.end(), outline.refs.begin(), outline.refs.end());
    std::ranges::sort(ids);
    const auto repeated = std::ranges::unique(ids);
    ids.erase(repeated.begin(), repeated.end());
    ids.shrink_to_fit();
    map.coordinates.assign(ids.size(), RawMap::missing);
}

/// Records of ways get the middle of their nodes' box; those whose nodes are all missing are dropped.
void place_outlines(RawMap& map, const std::vector<Outline>& outlines) {
    std::vector<bool> drop(map.records.size(), false);
    for (const Outline& outline : outlines) {
        geo::Box box;
        for (const auto ref : outline.refs)
            if (const auto c = map.place(ref); c != RawMap::missing) box.add(c.point());
        for (std::size_t i = outline.first_record; i < outline.first_record + outline.records; ++i) {
            if (box.empty()) drop[i] = true;
            else map.records[i].point = box.center();
        }
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < map.records.size(); ++i) {
        if (drop[i]) continue;
        if (kept != i) map.records[kept] = std::move(map.records[i]);
        ++kept;
    }
    map.records.resize(kept);
}

}  // namespace

road::Coordinate RawMap::place(std::int64_t node) const {
    const auto at = std::ranges::lower_bound(node_ids, node);
    return at == node_ids.end() || *at != node ? missing : coordinates[static_cast<std::size_t>(at - node_ids.begin())];
}

RawMap read_osm(const std::string& path, const std::vector<Profile>& profiles, const Progress& progress) {
    if (!std::filesystem::is_regular_file(path)) throw std::runtime_error("There is no file " + path + ".");
    RawMap map;
    try {
        RelationPass relations(map, profiles);
        pass(path, osmium::osm_entity_bits::relation, "reading relations", progress, relations);
        WayPass ways(map, profiles, relations);
        pass(path, osmium::osm_entity_bits::way, "reading ways", progress, ways);
        map.drives_on_left = ways.left > ways.right;
        for (const Multipolygon& polygon : relations.polygons) {
            RawArea area{polygon.kind.value_or(road::AreaKind::building), {}};
            join_rings(polygon, false, relations, area.rings);
            if (polygon.records > 0) {
                Outline outline{polygon.first_record, polygon.records, {}};
                for (const auto& [way, inner] : polygon.members) {
                    const auto& refs = relations.member_refs.at(way);
                    if (!inner) outline.refs.insert(outline.refs.end(), refs.begin(), refs.end());
                }
                ways.outlines.push_back(std::move(outline));
            }
            if (!polygon.kind || area.rings.empty()) continue;
            join_rings(polygon, true, relations, area.rings);
            map.areas.push_back(std::move(area));
        }
        collect_needed(map, ways);
        NodePass nodes(map, profiles);
        nodes.on_roads = map.refs;
        std::ranges::sort(nodes.on_roads);
        pass(path, osmium::osm_entity_bits::node, "reading nodes", progress, nodes);
        place_outlines(map, ways.outlines);
    } catch (const std::exception& error) {
        std::string reason = error.what();
        while (reason.ends_with('.')) reason.pop_back();
        throw std::runtime_error(path + " cannot be read as OpenStreetMap data: " + reason + ".");
    }
    std::size_t lacking = 0;
    for (const auto& c : map.coordinates) lacking += c == RawMap::missing;
    map.missing_nodes = lacking;
    return map;
}

}  // namespace lastmile::road_import
