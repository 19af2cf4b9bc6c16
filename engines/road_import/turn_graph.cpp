#include "engines/road_import/turn_graph.hpp"

#include <algorithm>
#include <cmath>

#include "engines/geo/point.hpp"

namespace lastmile::road_import {
namespace {

/// Directed edges of one profile by the junction where they begin or end.
struct Junctions {
    std::vector<std::vector<std::uint32_t>> out, in;  // arcs
    std::vector<std::uint32_t> roads;                 // how many roads meet, whatever their direction
};

Junctions junctions_of(const RoadNet& net, const TurnGraph& graph) {
    Junctions j{std::vector<std::vector<std::uint32_t>>(net.nodes.size()), std::vector<std::vector<std::uint32_t>>(net.nodes.size()),
                std::vector<std::uint32_t>(net.nodes.size(), 0)};
    for (std::uint32_t a = 0; a < graph.arcs.size(); ++a) {
        const std::uint32_t edge2 = graph.arcs[a].edge2;
        j.out[net.tail(edge2)].push_back(a);
        j.in[net.head(edge2)].push_back(a);
        const bool second_direction = a > 0 && graph.arcs[a - 1].edge2 == (edge2 & ~1u) && (edge2 & 1);
        if (second_direction) continue;
        ++j.roads[net.tail(edge2)];
        ++j.roads[net.head(edge2)];
    }
    return j;
}

/// The course of a directed edge where it begins (or ends), over its first (last) 8 metres: junctions are drawn with tiny kinks.
double course(const RoadNet& net, std::uint32_t edge2, bool at_end) {
    auto line = net.shape(edge2 / 2);
    std::vector<geo::Point> points;
    for (const road::Coordinate c : line) points.push_back(c.point());
    if (edge2 & 1) std::ranges::reverse(points);
    if (at_end) std::ranges::reverse(points);
    std::size_t i = 1;
    while (i + 1 < points.size() && geo::distance_m(points[0], points[i]) < 8) ++i;
    return at_end ? geo::bearing_deg(points[i], points[0]) : geo::bearing_deg(points[0], points[i]);
}

/// Seconds that turning costs; `angle` in −180…180, right is positive.
double turn_seconds(const TurnCosts& costs, double angle, bool junction, bool signal, bool roundabout, bool drives_on_left) {
    double seconds = signal ? costs.signal_s : 0;
    if (!junction) return seconds;
    const double sharpness = 1 - std::cos(geo::radians(angle));  // 0 straight on, 1 a right angle, 2 back
    const bool near = (angle > 0) != drives_on_left;
    seconds += sharpness * (near ? costs.near_s : costs.far_s);
    return roundabout ? seconds : seconds + costs.crossing_s;
}

class Builder {
public:
    Builder(const RoadNet& net, const RawMap& map, const Profile& profile, std::size_t index)
        : net_(net), map_(map), profile_(profile), index_(index) {}

    TurnGraph run() {
        add_arcs();
        junctions_ = junctions_of(net_, graph_);
        for (const road::Arc& arc : graph_.arcs) {
            starts_.push_back(course(net_, arc.edge2, false));
            ends_.push_back(course(net_, arc.edge2, true));
        }
        graph_.turns.resize(graph_.arcs.size());
        for (std::uint32_t a = 0; a < graph_.arcs.size(); ++a) add_turns(a);
        for (const RawRestriction& r : map_.restrictions)
            if (r.via.empty() && (r.profiles >> index_ & 1)) restrict(r);
        for (std::uint32_t a = 0; a < graph_.arcs.size(); ++a) add_u_turn_at_dead_end(a);
        return std::move(graph_);
    }

private:
    void add_arcs() {
        std::vector<double> ferry_kmh(map_.ways.size(), 0);
        for (std::size_t w = 0; w < map_.ways.size(); ++w) {
            double metres = 0;
            for (std::uint32_t e = net_.way_first[w]; e < net_.way_first[w + 1]; ++e) metres += net_.edges[e].length_dm / 10.0;
            if (map_.ways[w].ferry_s > 0) ferry_kmh[w] = metres / map_.ways[w].ferry_s * 3.6;
        }
        for (std::uint32_t edge2 = 0; edge2 < 2 * net_.edges.size(); ++edge2) {
            const std::uint32_t way = net_.edge_way[edge2 / 2];
            const WayUse& use = map_.ways[way].uses[index_];
            const auto duration_of = [&](const WayUse& u) -> std::uint32_t {
                double kmh = edge2 & 1 ? u.backward_kmh : u.forward_kmh;
                if (kmh <= 0) return 0;
                if (ferry_kmh[way] > 0) kmh = ferry_kmh[way];
                return static_cast<std::uint32_t>(std::clamp(std::round(net_.edges[edge2 / 2].length_dm * 36.0 / kmh), 1.0, 1e8));
            };
            const auto for_visitors = [&](const WayUse& u) { return edge2 & 1 ? u.backward_visitors : u.forward_visitors; };
            road::Arc arc{edge2, duration_of(use), for_visitors(use) ? std::uint32_t{road::arc_restricted} : 0u};
            const auto& hourly = map_.ways[way].hourly;
            const std::uint32_t usual = arc.duration_cs;
            for (const HourlyUse& other : hourly.empty() ? std::vector<HourlyUse>() : hourly[index_]) {
                const std::uint32_t then = duration_of(other.use);
                if (then == usual) continue;
                graph_.hourly.push_back({edge2, other.hours, then});
                if (usual > 0) continue;
                arc.duration_cs = std::max(arc.duration_cs, then);
                arc.flags |= road::arc_by_hours | (for_visitors(other.use) ? std::uint32_t{road::arc_restricted} : 0u);
            }
            if (arc.duration_cs == 0) continue;
            graph_.original.push_back(static_cast<std::uint32_t>(graph_.arcs.size()));
            graph_.arcs.push_back(arc);
        }
    }

    RawTurn turn(std::uint32_t a, std::uint32_t b) const {
        const std::uint32_t node = net_.head(graph_.arcs[a].edge2);
        const RawNode& use = net_.node_uses[node];
        const bool round =
            (net_.edges[graph_.arcs[a].edge2 / 2].flags & net_.edges[graph_.arcs[b].edge2 / 2].flags & road::edge_roundabout) != 0;
        const bool back = graph_.arcs[b].edge2 == (graph_.arcs[a].edge2 ^ 1);
        const double angle = std::remainder(starts_[b] - ends_[a], 360);
        const double seconds =
            back ? profile_.turns.u_turn_s
                 : turn_seconds(profile_.turns, angle, junctions_.roads[node] > 2, use.signal, round, map_.drives_on_left);
        const bool from_visitors = graph_.arcs[a].flags & road::arc_restricted, to_visitors = graph_.arcs[b].flags & road::arc_restricted;
        const bool gate = (use.visitors >> index_ & 1) && !back;
        return {{b, static_cast<std::uint32_t>(std::lround(seconds * 100)) & 0x7fffffff,
                 (!from_visitors && (to_visitors || gate)) ? 1u : 0u}};
    }

    void add_turns(std::uint32_t a) {
        const std::uint32_t node = net_.head(graph_.arcs[a].edge2);
        const bool blocked = net_.node_uses[node].blocked >> index_ & 1;
        for (const std::uint32_t b : junctions_.out[node]) {
            const bool back = graph_.arcs[b].edge2 == (graph_.arcs[a].edge2 ^ 1);
            if (back ? profile_.turns.u_turns == UTurns::anywhere : !blocked) graph_.turns[a].push_back(turn(a, b));
        }
    }

    /// Where nothing (or nothing open to all) leads on, a driver must be able to turn round.
    void add_u_turn_at_dead_end(std::uint32_t a) {
        if (profile_.turns.u_turns != UTurns::dead_end) return;
        auto& turns = graph_.turns[a];
        if (std::ranges::any_of(turns, [](const road::Turn& t) { return !t.enters_restricted; })) return;
        for (const std::uint32_t b : junctions_.out[net_.head(graph_.arcs[a].edge2)])
            if (graph_.arcs[b].edge2 == (graph_.arcs[a].edge2 ^ 1)) turns.push_back(turn(a, b));
    }

    std::int64_t way_of(std::uint32_t arc) const { return map_.ways[net_.edge_way[graph_.arcs[arc].edge2 / 2]].id; }

    void restrict(const RawRestriction& r) {
        const auto from = std::ranges::lower_bound(map_.ways, r.from, {}, &RawWay::id);
        if (from == map_.ways.end() || from->id != r.from) return;
        bool applied = false;
        const auto way = static_cast<std::size_t>(from - map_.ways.begin());
        for (std::uint32_t e = net_.way_first[way]; e < net_.way_first[way + 1]; ++e)
            for (const std::uint32_t node : {net_.edges[e].from, net_.edges[e].to}) {
                if (net_.node_ids[node] != r.via_node) continue;
                for (const std::uint32_t a : junctions_.in[node]) {
                    if (graph_.arcs[a].edge2 / 2 != e) continue;
                    auto& turns = graph_.turns[a];
                    const auto is_target = [&](const road::Turn& t) {
                        const bool back = graph_.arcs[t.to].edge2 == (graph_.arcs[a].edge2 ^ 1);
                        return way_of(t.to) == r.to && (!r.u_turn || back || r.from != r.to);
                    };
                    // An only_… whose target the profile cannot drive would strand it: then it does not speak to it.
                    if (r.only && std::ranges::none_of(turns, is_target)) continue;
                    const auto forbidden = [&](const road::Turn& t) { return is_target(t) != r.only; };
                    applied = applied || std::ranges::any_of(turns, forbidden);
                    if (r.hours.none()) std::erase_if(turns, forbidden);
                    for (RawTurn& t : turns)
                        if (r.hours.any() && forbidden(t)) graph_.forbid(t, r.hours);
                }
            }
        graph_.restrictions += applied;
    }

    const RoadNet& net_;
    const RawMap& map_;
    const Profile& profile_;
    std::size_t index_;
    TurnGraph graph_;
    Junctions junctions_;
    std::vector<double> starts_, ends_;
};

}  // namespace

std::uint32_t TurnGraph::add_copy(std::uint32_t arc) {
    const auto copy = static_cast<std::uint32_t>(arcs.size());
    arcs.push_back(arcs[arc]);
    original.push_back(original[arc]);
    turns.push_back(turns[arc]);
    return copy;
}

void TurnGraph::forbid(RawTurn& turn, const road::HoursOfWeek& hours) {
    const road::HoursOfWeek all = turn.forbidden == road::none ? hours : hours | hour_sets[turn.forbidden];
    const auto known = std::ranges::find(hour_sets, all);
    turn.forbidden = static_cast<std::uint32_t>(known - hour_sets.begin());
    if (known == hour_sets.end()) hour_sets.push_back(all);
}

TurnGraph build_turn_graph(const RoadNet& net, const RawMap& map, const std::vector<Profile>& profiles, std::size_t index) {
    TurnGraph graph = Builder(net, map, profiles[index], index).run();
    apply_way_restrictions(graph, net, map, index);
    return graph;
}

}  // namespace lastmile::road_import
