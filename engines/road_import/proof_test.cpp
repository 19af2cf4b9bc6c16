// The hierarchy against a plain one-to-all search, on every map that is there, before and after random closures and factors; and driven ways against
// the tags of OpenStreetMap, read anew. LASTMILE_PROOF_SOURCES says from how many places a profile is searched (default 4; 50 for the full proof).
#include <gtest/gtest.h>

#include <iostream>
#include <osmium/io/any_input.hpp>
#include <osmium/osm/node.hpp>
#include <osmium/osm/relation.hpp>
#include <osmium/osm/way.hpp>
#include <optional>
#include <queue>
#include <random>
#include <set>

#include "engines/road/metric.hpp"
#include "engines/road/table_sweep.hpp"
#include "engines/road_import/city_map.hpp"

namespace lastmile::road_import {
namespace {

using namespace road;

std::size_t sources_wanted() {
    const char* text = std::getenv("LASTMILE_PROOF_SOURCES");
    if (text) return static_cast<std::size_t>(std::strtoul(text, nullptr, 10));
    return std::getenv("LASTMILE_FULL") ? 50 : 4;  // of each profile on each map, in each of three states of the roads
}

/// Entries, hundredths of a second and decimetres from the end of one arc to the end of every other: Dijkstra by its own weights.
class OneToAll {
public:
    OneToAll(const Network& network, const ProfileGraph& graph, const std::vector<bool>& closed, const std::vector<double>& factors, std::optional<int> hour)
        : graph_(graph), first_(graph.arcs.size() + 1, 0) {
        const auto holds = [&](std::uint32_t set) {
            const auto& words = network.hour_sets()[set].words;
            return hour && (words[static_cast<std::size_t>(*hour / 64)] & std::uint64_t{1} << *hour % 64) != 0;
        };
        std::vector<std::uint32_t> durations;
        for (const Arc& arc : graph.arcs) durations.push_back(arc.flags & arc_by_hours ? 0 : arc.duration_cs);
        for (const HourlyArc& rule : graph.hourly_arcs)
            if (holds(rule.hours)) durations[rule.arc] = rule.duration_cs;
        std::set<std::size_t> forbidden;
        for (const HourlyTurn& rule : graph.hourly_turns)
            if (holds(rule.hours)) forbidden.insert(rule.turn);
        for (std::uint32_t a = 0; a < graph.arcs.size(); ++a) {
            for (std::size_t number = graph.turn_first[a]; number < graph.turn_first[a + 1]; ++number) {
                const Turn& t = graph.turns[number];
                const std::uint32_t edge = graph.arcs[t.to].edge2 / 2;
                if (closed[edge] || durations[t.to] == 0 || forbidden.contains(number)) continue;
                const double time = std::max(1.0, std::round(durations[t.to] / factors[edge]));
                steps_.push_back({t.to, {t.enters_restricted ? 1 : 0, static_cast<std::int64_t>(time) + t.cost_cs, network.edges()[edge].length_dm}});
            }
            first_[a + 1] = steps_.size();
        }
    }
    struct Value {
        std::int64_t entries, time, length;
        auto operator<=>(const Value&) const = default;
    };
    std::vector<Value> run(std::uint32_t from) const {
        const Value far{INT64_MAX / 4, 0, 0};
        std::vector<Value> best(graph_.arcs.size(), far);
        using Item = std::pair<Value, std::uint32_t>;
        std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
        best[from] = {0, 0, 0};
        queue.push({best[from], from});
        while (!queue.empty()) {
            const auto [value, arc] = queue.top();
            queue.pop();
            if (value != best[arc]) continue;
            for (std::size_t i = first_[arc]; i < first_[arc + 1]; ++i) {
                const auto& [to, step] = steps_[i];
                const Value next{value.entries + step.entries, value.time + step.time, value.length + step.length};
                if (next < best[to]) best[to] = next, queue.push({next, to});
            }
        }
        return best;
    }

private:
    const ProfileGraph& graph_;
    std::vector<std::size_t> first_;
    std::vector<std::pair<std::uint32_t, Value>> steps_;
};

/// Compares all pairs (from some arcs, to all arcs).
void prove(const Network& network, const ProfileGraph& graph, const Conditions& conditions, const std::vector<bool>& closed, const std::vector<double>& factors,
           std::mt19937& random, std::size_t& pairs) {
    const Metric metric(graph, weigh(network, graph, conditions));
    const OneToAll plain(network, graph, closed, factors, conditions.hour_of_week);
    std::vector<Phantom> all(graph.arcs.size());
    std::vector<const Phantom*> targets;
    for (std::uint32_t a = 0; a < graph.arcs.size(); ++a) {
        all[a].edge = graph.arcs[a].edge2 / 2;
        all[a].sources = all[a].targets = {{a, 0}};
        targets.push_back(&all[a]);
    }
    TableSweep sweep(metric, targets);
    std::vector<Cost> costs(TableSweep::lanes * targets.size());
    for (std::size_t done = 0; done < sources_wanted(); done += TableSweep::lanes) {
        std::vector<const Phantom*> sources;
        while (sources.size() < std::min(TableSweep::lanes, sources_wanted() - done)) {
            const auto arc = static_cast<std::uint32_t>(random() % graph.arcs.size());
            if (!closed[graph.arcs[arc].edge2 / 2]) sources.push_back(targets[arc]);
        }
        sweep.run(sources, costs);
        for (std::size_t s = 0; s < sources.size(); ++s) {
            const auto expected = plain.run(sources[s]->sources[0].arc);
            for (std::uint32_t a = 0; a < graph.arcs.size(); ++a) {
                const Cost cost = costs[s * targets.size() + a];
                const bool reached = expected[a].entries < INT64_MAX / 4;
                ASSERT_EQ(reached, cost < unreachable) << graph.name << " to arc " << a;
                ++pairs;
                if (!reached) continue;
                ASSERT_EQ(static_cast<std::int64_t>(entries_of(cost)), expected[a].entries) << graph.name << " to arc " << a;
                ASSERT_EQ(static_cast<std::int64_t>(time_of(cost) % restricted_entry_cs), expected[a].time) << graph.name << " to arc " << a;
                ASSERT_EQ(static_cast<std::int64_t>(length_of(cost)), expected[a].length) << graph.name << " to arc " << a;
            }
        }
    }
}

std::vector<std::pair<std::string, std::filesystem::path>> maps() {
    std::vector<std::pair<std::string, std::filesystem::path>> found{{"neubrandenburg", city_file()}};
    for (const std::string name : {"lauf", "prague", "porto"})
        if (const auto path = other_file(name + ".osm.pbf"); !path.empty()) found.emplace_back(name, path);
    return found;
}

std::filesystem::path imported(const std::string& name, const std::filesystem::path& osm) {
    if (name == "neubrandenburg") return city_map();
    const auto out = scratch() / (name + "-proof.map");
    if (!std::filesystem::exists(out)) import_map(osm, out, {{}, {}, false});
    return out;
}

TEST(Proof, EveryCostIsThatOfThePlainSearchBeforeAndAfterRecustomisation) {
    for (const auto& [name, osm] : maps()) {
        const Network network(MapFile::open(imported(name, osm)));
        std::mt19937 random(17);
        std::size_t pairs = 0;
        for (const ProfileGraph& graph : network.profiles()) {
            for (int round = 0; round < 3; ++round) {
                std::vector<bool> closed(network.edges().size(), false);
                std::vector<double> factors(network.edges().size(), 1);
                Conditions conditions;
                if (round > 0) {
                    conditions.hour_of_week = round == 1 ? 8 : 6 * 24 + 23;  // Monday at eight, Sunday at eleven in the evening
                    auto& closure = conditions.closures.emplace_back();
                    auto& factor = conditions.factors.emplace_back();
                    factor.factor = round == 1 ? 0.5 : 1.7;
                    for (std::size_t i = 0; i < network.edges().size() / 40; ++i) {
                        closure.roads.push_back(static_cast<std::uint32_t>(random() % network.edges().size()));
                        closed[closure.roads.back()] = true;
                    }
                    for (std::size_t i = 0; i < network.edges().size() / 10; ++i) factor.roads.push_back(static_cast<std::uint32_t>(random() % network.edges().size()));
                    for (const auto road : factor.roads) factors[road] = factor.factor;
                }
                prove(network, graph, conditions, closed, factors, random, pairs);
                ASSERT_FALSE(HasFatalFailure()) << name;
            }
        }
        std::cout << "  " << name << ": " << pairs << " pairs equal\n";
    }
}


/// What a car may do, read from the file without the importer.
struct OsmLaw {
    struct Way {
        std::vector<std::int64_t> nodes;
        std::map<std::string, std::string> tags;
        std::string tag(const char* key) const {
            const auto at = tags.find(key);
            return at == tags.end() ? "" : at->second;
        }
    };
    std::map<std::int64_t, Way> ways;
    std::map<std::pair<std::int32_t, std::int32_t>, std::set<std::int64_t>> nodes_at;
    std::map<std::int64_t, std::string> barriers;
    struct Restriction {
        std::string kind;
        std::int64_t from, via, to;
    };
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<Restriction>> restrictions;  // by from way and via node

    explicit OsmLaw(const std::filesystem::path& osm) {
        osmium::io::Reader reader{osmium::io::File{osm.string()}};
        while (const auto buffer = reader.read()) {
            for (const auto& object : buffer.select<osmium::Node>()) {
                nodes_at[{object.location().y(), object.location().x()}].insert(object.id());
                if (const char* barrier = object.tags()["barrier"]) {
                    const char *access = object.tags()["access"], *motor = object.tags()["motor_vehicle"], *vehicle = object.tags()["vehicle"];
                    if (std::string(barrier) == "bollard" && !access && !motor && !vehicle && !object.tags()["motorcar"]) barriers[object.id()] = barrier;
                }
            }
            for (const auto& object : buffer.select<osmium::Way>()) {
                Way& way = ways[object.id()];
                for (const auto& node : object.nodes()) way.nodes.push_back(node.ref());
                for (const auto& tag : object.tags()) way.tags[tag.key()] = tag.value();
            }
            for (const auto& object : buffer.select<osmium::Relation>()) {
                const char *type = object.tags()["type"], *kind = object.tags()["restriction"];
                if (!type || std::string(type) != "restriction" || !kind || object.tags()["except"]) continue;
                Restriction r{kind, 0, 0, 0};
                int froms = 0, vias = 0, tos = 0;
                for (const auto& member : object.members()) {
                    const std::string role = member.role();
                    if (role == "from") r.from = member.ref(), ++froms;
                    if (role == "via" && member.type() == osmium::item_type::node) r.via = member.ref(), ++vias;
                    if (role == "to") r.to = member.ref(), ++tos;
                }
                if (froms == 1 && vias == 1 && tos == 1) restrictions[{r.from, r.via}].push_back(r);
            }
        }
    }

    /// True where the way runs from one of the places to the other with or against its nodes; `back` says which.
    bool runs(const Way& way, Coordinate a, Coordinate b, bool& back) const {
        const auto at = [&](Coordinate c) {
            std::vector<std::size_t> places;
            const auto nodes = nodes_at.find({c.lat, c.lon});
            for (std::size_t i = 0; nodes != nodes_at.end() && i < way.nodes.size(); ++i)
                if (nodes->second.contains(way.nodes[i])) places.push_back(i);
            return places;
        };
        const auto from = at(a), to = at(b);
        if (from.empty() || to.empty()) return false;
        back = to.front() < from.front();
        return true;
    }
};

TEST(Proof, DrivenWaysKeepTheLawsOfTheirTags) {
    for (const auto& [name, osm] : maps()) {
        if (name == "porto") continue;  // its nodes take the test's memory and a minute
        const OsmLaw law(osm);
        const Network network(MapFile::open(imported(name, osm)));
        const ProfileGraph& graph = *network.profile("car");
        const Metric metric(graph, weigh(network, graph, {}));
        // An only_… whose target a car cannot drive does not speak to cars.
        std::set<std::pair<std::int64_t, std::pair<std::int32_t, std::int32_t>>> leaving;
        for (const Arc& arc : graph.arcs) {
            const auto shape = network.shape(arc.edge2 / 2);
            const Coordinate start = arc.edge2 & 1 ? shape.back() : shape.front();
            leaving.insert({network.ways()[arc.edge2 / 2], {start.lat, start.lon}});
        }
        std::mt19937 random(23);
        std::size_t arcs = 0, turns = 0, routes = 0;
        while (routes < 400) {
            Phantom from, to;
            const auto a = static_cast<std::uint32_t>(random() % graph.arcs.size()), b = static_cast<std::uint32_t>(random() % graph.arcs.size());
            from.edge = graph.arcs[a].edge2 / 2, to.edge = graph.arcs[b].edge2 / 2;
            from.sources = {{a, 0}}, to.targets = {{b, 0}};
            if (!(graph.arcs[a].flags & arc_snaps) || (graph.arcs[a].flags & arc_by_hours)) continue;
            const Path path = metric.path(from, to);
            if (path.arcs.empty()) continue;
            ++routes;
            std::int64_t last_way = 0;
            Coordinate last_end{};
            std::uint32_t last_edge2 = none;
            for (const std::uint32_t arc : path.arcs) {
                const std::uint32_t edge2 = graph.arcs[arc].edge2;
                auto shape = network.shape(edge2 / 2);
                const Coordinate start = edge2 & 1 ? shape.back() : shape.front(), end = edge2 & 1 ? shape.front() : shape.back();
                const std::int64_t id = network.ways()[edge2 / 2];
                ASSERT_TRUE(law.ways.contains(id)) << name << " way " << id;
                const auto& way = law.ways.at(id);
                ++arcs;
                const bool loop = way.nodes.front() == way.nodes.back();
                bool back = false;
                ASSERT_TRUE(law.runs(way, start, end, back)) << name << " way " << id;
                // One-ways, by the plain tags alone; a road that closes on itself has its direction in its number.
                const std::string oneway = way.tag("oneway");
                if (!loop && (oneway == "yes" || oneway == "1") && way.tag("oneway:motor_vehicle").empty() && way.tag("oneway:motorcar").empty()) {
                    EXPECT_FALSE(back) << name << " against one-way " << id;
                }
                if (!loop && oneway == "-1") {
                    EXPECT_TRUE(back) << name << " against one-way " << id;
                }
                if (way.tag("junction") == "roundabout" && oneway.empty()) {
                    EXPECT_FALSE(edge2 & 1) << name << " against roundabout " << id;
                }
                for (const char* key : {"motorcar", "motor_vehicle", "vehicle", "access"}) {
                    const std::string value = way.tag(key);
                    if (value.empty()) continue;
                    EXPECT_NE(value, "no") << name << " way " << id << " has " << key << "=no";
                    break;
                }
                const std::string highway = way.tag("highway");
                const bool allowed = !way.tag("motor_vehicle").empty() || !way.tag("motorcar").empty() || !way.tag("vehicle").empty() || !way.tag("access").empty();
                if (!allowed) {
                    for (const char* kind : {"footway", "cycleway", "steps", "path", "bridleway", "construction", "proposed", "pedestrian"})
                        EXPECT_NE(highway, kind) << name << " way " << id;
                }
                if (last_edge2 != none) {
                    ++turns;
                    ASSERT_EQ(last_end, start) << name << " jumps to way " << id;
                    for (const auto node : law.nodes_at.at({start.lat, start.lon})) {
                        if (edge2 != (last_edge2 ^ 1)) {
                            EXPECT_FALSE(law.barriers.contains(node)) << name << " through barrier " << node;
                        }
                        const auto rules = law.restrictions.find({last_way, node});
                        if (rules == law.restrictions.end() || last_way == id) continue;
                        for (const auto& rule : rules->second) {
                            if (rule.kind.starts_with("no_")) {
                                EXPECT_NE(rule.to, id) << name << " " << rule.kind << " from " << last_way << " at " << node;
                            }
                            if (rule.kind.starts_with("only_") && leaving.contains({rule.to, {start.lat, start.lon}})) {
                                EXPECT_EQ(rule.to, id) << name << " " << rule.kind << " from " << last_way << " at " << node;
                            }
                        }
                    }
                }
                last_way = id, last_end = end, last_edge2 = edge2;
            }
        }
        std::cout << "  " << name << ": " << routes << " ways of " << arcs << " roads and " << turns << " turns are legal\n";
    }
}

}  // namespace
}  // namespace lastmile::road_import
