#include "engines/road/weights.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "engines/road/lessons.hpp"

namespace lastmile::road {
namespace {

bool speaks_of(const std::vector<std::string>& profiles, const std::string& name) {
    return profiles.empty() || std::ranges::find(profiles, name) != profiles.end();
}

/// Edges that touch one of the areas.
std::vector<std::uint32_t> edges_touching(const Network& network, const std::vector<geo::Polygon>& areas) {
    std::vector<std::uint32_t> found;
    for (const geo::Polygon& area : areas)
        for (const std::uint32_t e : network.edges_in(geo::box_of(area)))
            if (geo::touches(area, network.line(e))) found.push_back(e);
    return found;
}

void close(const Network& network, const ProfileGraph& graph, const Closure& closure, std::vector<bool>& closed) {
    std::vector<std::uint32_t> edges = edges_touching(network, closure.areas);
    for (const std::uint32_t e : closure.roads)
        if (e < network.edges().size()) edges.push_back(e);
    if (!closure.osm_ways.empty())
        for (std::uint32_t e = 0; e < network.ways().size(); ++e)
            if (std::ranges::find(closure.osm_ways, network.ways()[e]) != closure.osm_ways.end()) edges.push_back(e);
    for (const std::uint32_t e : edges) {
        if (closure.forward && graph.arc_of[2 * e] != none) closed[2 * e] = true;
        if (closure.backward && graph.arc_of[2 * e + 1] != none) closed[2 * e + 1] = true;
    }
}

void slow(const Network& network, const SpeedFactor& rule, std::vector<double>& factors) {
    std::vector<bool> chosen(network.edges().size(), rule.areas.empty() && rule.roads.empty());
    for (const std::uint32_t e : edges_touching(network, rule.areas)) chosen[e] = true;
    for (const std::uint32_t e : rule.roads)
        if (e < chosen.size()) chosen[e] = true;
    for (std::uint32_t e = 0; e < chosen.size(); ++e) {
        const bool of_class = rule.classes.empty() || std::ranges::find(rule.classes, network.edges()[e].road_class) != rule.classes.end();
        if (chosen[e] && of_class) factors[e] *= rule.factor;
    }
}

/// What was learned of each road at the hour.
void pace(const Network& network, const LearnedSpeeds::Profile& speeds, int hour_class, std::vector<double>& factors) {
    for (std::uint32_t e = 0; e < factors.size(); ++e)
        factors[e] /= speeds.time_factor({area_tile_of(network, e), network.edges()[e].road_class, static_cast<std::uint8_t>(hour_class)});
}

/// What the map's own rules say of an hour. Without an hour none holds, and what is open at some hours alone is closed.
struct Hours {
    std::unordered_map<std::uint32_t, std::uint32_t> durations;
    std::vector<bool> forbidden;
};

Hours hours_of(const Network& network, const ProfileGraph& graph, std::optional<int> hour_of_week) {
    Hours hours;
    if (!hour_of_week) return hours;
    for (const HourlyArc& rule : graph.hourly_arcs)
        if (network.hour_sets()[rule.hours].holds(*hour_of_week)) hours.durations[rule.arc] = rule.duration_cs;
    for (const HourlyTurn& rule : graph.hourly_turns) {
        if (!network.hour_sets()[rule.hours].holds(*hour_of_week)) continue;
        hours.forbidden.resize(graph.turns.size(), false);
        hours.forbidden[rule.turn] = true;
    }
    return hours;
}

}  // namespace

Cost Weights::rest(std::uint32_t arc, double fraction) const {
    const double share = 1 - std::clamp(fraction, 0.0, 1.0);
    const Cost whole = arcs[arc];
    return make_cost(static_cast<std::uint64_t>(std::llround(time_of(whole) * share)),
                     static_cast<std::uint64_t>(std::llround(length_of(whole) * share)));
}

Weights weigh(const Network& network, const ProfileGraph& graph, const Conditions& conditions) {
    std::vector<bool> closed(2 * network.edges().size(), false);
    std::vector<double> factors;
    for (const Closure& closure : conditions.closures)
        if (speaks_of(closure.profiles, graph.name)) close(network, graph, closure, closed);
    for (const SpeedFactor& rule : conditions.factors) {
        if (!speaks_of(rule.profiles, graph.name)) continue;
        if (factors.empty()) factors.assign(network.edges().size(), 1.0);
        slow(network, rule, factors);
    }
    if (const auto* speeds = conditions.learned ? conditions.learned->profile(graph.name) : nullptr; speeds && conditions.learned_hour) {
        if (factors.empty()) factors.assign(network.edges().size(), 1.0);
        pace(network, *speeds, *conditions.learned_hour, factors);
    }
    const Hours hours = hours_of(network, graph, conditions.hour_of_week);
    Weights weights;
    weights.arcs.reserve(graph.arcs.size());
    for (std::uint32_t a = 0; a < graph.arcs.size(); ++a) {
        const Arc& arc = graph.arcs[a];
        const auto by_hour = hours.durations.empty() ? hours.durations.end() : hours.durations.find(a);
        const std::uint32_t duration_cs = by_hour != hours.durations.end() ? by_hour->second : arc.flags & arc_by_hours ? 0 : arc.duration_cs;
        double time = duration_cs;
        if (!factors.empty()) time = std::clamp(std::round(time / factors[arc.edge2 / 2]), 1.0, 1e8);
        weights.arcs.push_back(closed[arc.edge2] || duration_cs == 0 ? unreachable
                                                 : make_cost(static_cast<std::uint64_t>(time), network.edges()[arc.edge2 / 2].length_dm));
    }
    weights.forbidden = hours.forbidden;
    weights.first_turn = graph.turns.data();
    return weights;
}

}  // namespace lastmile::road
