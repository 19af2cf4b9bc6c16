#pragma once
// A router for tests: Dijkstra from every turn rule as the file has it, with sets and maps, sharing no code with searches in engines/road.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engines/road/network.hpp"

namespace lastmile::road_import {

/// Hundredths of a second, decimetres, and how often roads for visitors were entered.
struct PlainCost {
    std::int64_t entries = 0, time = 0, length = 0;
    auto operator<=>(const PlainCost&) const = default;
    PlainCost operator+(const PlainCost& o) const { return {entries + o.entries, time + o.time, length + o.length}; }
    PlainCost operator-(const PlainCost& o) const { return {entries - o.entries, time - o.time, length - o.length}; }
};

/// A place on an edge: `fraction` along its own direction.
struct PlainPlace {
    std::uint32_t edge;
    double fraction;
};

class PlainSearch {
public:
    PlainSearch(const road::Network& network, const road::ProfileGraph& graph) : network_(network), graph_(graph) {}
    std::set<std::uint32_t> closed_edges;
    std::map<std::uint32_t, double> factors;

    /// Costs of the cheapest ways from one place to many.
    std::vector<std::optional<PlainCost>> run(PlainPlace from, const std::vector<PlainPlace>& to) const {
        // Costs to the *beginning* of each arc, other than in the library.
        std::map<std::uint32_t, PlainCost> done;
        std::set<std::pair<PlainCost, std::uint32_t>> open;
        std::vector<std::optional<PlainCost>> best(to.size());
        const auto offer = [&](std::size_t i, PlainCost cost) {
            if (!best[i] || cost < *best[i]) best[i] = cost;
        };
        const auto follow = [&](std::uint32_t arc, PlainCost at_end) {
            for (const road::Turn& turn : graph_.turns_of(arc))
                if (!closed(turn.to)) open.insert({at_end + PlainCost{turn.enters_restricted ? 1 : 0, turn.cost_cs, 0}, turn.to});
        };
        for (const bool back : {false, true}) {
            const std::uint32_t arc = graph_.arc_of[2 * from.edge + back];
            if (arc == road::none || closed(arc)) continue;
            const PlainCost rest = rest_of(arc, from);
            for (std::size_t i = 0; i < to.size(); ++i)
                if (to[i].edge == from.edge && rest_of(arc, to[i]) <= rest) offer(i, rest - rest_of(arc, to[i]));
            follow(arc, rest);
        }
        while (!open.empty()) {
            const auto [cost, arc] = *open.begin();
            open.erase(open.begin());
            if (!done.emplace(arc, cost).second) continue;
            for (std::size_t i = 0; i < to.size(); ++i)
                if (graph_.arcs[arc].edge2 / 2 == to[i].edge) offer(i, cost + whole(arc) - rest_of(arc, to[i]));
            follow(arc, cost + whole(arc));
        }
        return best;
    }

private:
    bool closed(std::uint32_t arc) const { return (graph_.arcs[arc].flags & road::arc_by_hours) || closed_edges.contains(graph_.arcs[arc].edge2 / 2); }
    PlainCost whole(std::uint32_t arc) const {
        const std::uint32_t edge = graph_.arcs[arc].edge2 / 2;
        const auto factor = factors.find(edge);
        const double time =
            factor == factors.end() ? graph_.arcs[arc].duration_cs : std::round(graph_.arcs[arc].duration_cs / factor->second);
        return {0, std::max<std::int64_t>(1, static_cast<std::int64_t>(time)), network_.edges()[edge].length_dm};
    }
    PlainCost rest_of(std::uint32_t arc, PlainPlace place) const {
        const double share = graph_.arcs[arc].edge2 & 1 ? place.fraction : 1 - place.fraction;
        const PlainCost all = whole(arc);
        return {0, std::llround(static_cast<double>(all.time) * share), std::llround(static_cast<double>(all.length) * share)};
    }

    const road::Network& network_;
    const road::ProfileGraph& graph_;
};

}  // namespace lastmile::road_import
