#include "engines/road_import/hierarchy.hpp"

#include <algorithm>

#include "engines/road_import/order.hpp"

namespace lastmile::road_import {
namespace {

/// The rank of every arc: those of one road stand together.
std::vector<std::uint32_t> ranks_of(const RoadNet& net, const TurnGraph& graph) {
    std::vector<std::vector<std::uint32_t>> by_edge(net.edges.size());
    for (std::uint32_t a = 0; a < graph.arcs.size(); ++a) by_edge[graph.arcs[a].edge2 / 2].push_back(a);
    std::vector<Link> links;
    std::vector<std::uint32_t> edge_of_link;
    for (std::uint32_t e = 0; e < net.edges.size(); ++e) {
        if (by_edge[e].empty()) continue;
        links.push_back({net.edges[e].from, net.edges[e].to});
        edge_of_link.push_back(e);
    }
    std::vector<std::uint32_t> ranks(graph.arcs.size());
    std::uint32_t rank = 0;
    for (const std::uint32_t link : dissect(net.nodes, links))
        for (const std::uint32_t a : by_edge[edge_of_link[link]]) ranks[a] = rank++;
    return ranks;
}

/// The elimination tree of an order (Liu 1990): every arc's lowest neighbour above it once all below are eliminated; none at a root.
std::vector<std::uint32_t> tree_of(const TurnGraph& graph, const std::vector<std::uint32_t>& ranks) {
    const auto n = static_cast<std::uint32_t>(ranks.size());
    std::vector<std::uint32_t> first(n + 1, 0), below, parent(n, road::none), top(n, road::none);
    const auto for_each_pair = [&](auto visit) {
        for (std::uint32_t a = 0; a < n; ++a)
            for (const road::Turn& t : graph.turns[a])
                if (t.to != a) visit(std::min(ranks[a], ranks[t.to]), std::max(ranks[a], ranks[t.to]));
    };
    for_each_pair([&](std::uint32_t, std::uint32_t high) { ++first[high + 1]; });
    for (std::uint32_t v = 0; v < n; ++v) first[v + 1] += first[v];
    below.resize(first[n]);
    auto next = first;
    for_each_pair([&](std::uint32_t low, std::uint32_t high) { below[next[high]++] = low; });
    for (std::uint32_t v = 0; v < n; ++v)
        for (std::uint32_t i = first[v]; i < first[v + 1]; ++i)
            for (std::uint32_t r = below[i]; r != road::none && r != v;) {
                const std::uint32_t above = top[r];  // shortcuts towards the root so far
                top[r] = v;
                if (above == road::none) parent[r] = v;
                r = above;
            }
    return parent;
}

/// The same order as far as the hierarchy is concerned, but branch by branch of the elimination tree, so that what is used together lies together.
std::vector<std::uint32_t> branch_by_branch(const TurnGraph& graph, const std::vector<std::uint32_t>& ranks) {
    const auto n = static_cast<std::uint32_t>(ranks.size());
    const auto parent = tree_of(graph, ranks);
    std::vector<std::uint32_t> size(n, 1), place(n + 1, 0), renumbered(n), result(n);
    for (std::uint32_t v = 0; v < n; ++v)
        if (parent[v] != road::none) size[parent[v]] += size[v];
    // From the roots down: a branch's numbers end with its root, those of its children stand before, one after the other.
    std::uint32_t roots = 0;
    for (std::uint32_t v = n; v-- > 0;) {
        std::uint32_t& begin = parent[v] == road::none ? roots : place[parent[v]];
        place[v] = begin;
        renumbered[v] = begin + size[v] - 1;
        begin += size[v];
    }
    for (std::uint32_t a = 0; a < n; ++a) result[a] = renumbered[ranks[a]];
    return result;
}

/// Eliminates arc after arc: the higher neighbours of one become neighbours of each other.
void eliminate(RankedGraph& g) {
    const auto n = static_cast<std::uint32_t>(g.arcs.size());
    std::vector<std::vector<std::uint32_t>> up(n);
    for (std::uint32_t a = 0; a < n; ++a)
        for (std::uint32_t i = g.turn_first[a]; i < g.turn_first[a + 1]; ++i) {
            const std::uint32_t b = g.turns[i].to;
            if (a != b) up[std::min(a, b)].push_back(std::max(a, b));
        }
    g.up_first.push_back(0);
    for (std::uint32_t v = 0; v < n; ++v) {
        auto& heads = up[v];
        std::ranges::sort(heads);
        const auto repeated = std::ranges::unique(heads);
        heads.erase(repeated.begin(), repeated.end());
        // Handing the others to the lowest one is enough: it hands them on when its turn comes.
        if (heads.size() > 1) up[heads[0]].insert(up[heads[0]].end(), heads.begin() + 1, heads.end());
        g.up_heads.insert(g.up_heads.end(), heads.begin(), heads.end());
        g.up_first.push_back(static_cast<std::uint32_t>(g.up_heads.size()));
        std::vector<std::uint32_t>().swap(heads);
    }
}

std::uint32_t slot_of(const RankedGraph& g, std::uint32_t from, std::uint32_t to) {
    if (from == to) return road::none;
    const std::uint32_t low = std::min(from, to), high = std::max(from, to);
    const auto first = g.up_heads.begin() + g.up_first[low], last = g.up_heads.begin() + g.up_first[low + 1];
    return 2 * static_cast<std::uint32_t>(std::lower_bound(first, last, high) - g.up_heads.begin()) + (from > to ? 1 : 0);
}

}  // namespace

RankedGraph rank(const RoadNet& net, const TurnGraph& graph) {
    RankedGraph g;
    const auto ranks = branch_by_branch(graph, ranks_of(net, graph));
    const auto n = static_cast<std::uint32_t>(graph.arcs.size());
    std::vector<std::uint32_t> by_rank(n);
    for (std::uint32_t a = 0; a < n; ++a) by_rank[ranks[a]] = a;
    g.arc_of.assign(2 * net.edges.size(), road::none);
    g.turn_first.push_back(0);
    for (const std::uint32_t a : by_rank) {
        g.arcs.push_back(graph.arcs[a]);
        if (graph.original[a] == a) g.arc_of[graph.arcs[a].edge2] = ranks[a];
        else g.copies.push_back({ranks[graph.original[a]], ranks[a]});
        for (const RawTurn& t : graph.turns[a]) {
            if (t.forbidden != road::none) g.hourly_turns.push_back({static_cast<std::uint32_t>(g.turns.size()), graph.hour_sets[t.forbidden]});
            g.turns.push_back({ranks[t.to], t.cost_cs, t.enters_restricted});
        }
        for (const HourlyDuration& other : std::ranges::equal_range(graph.hourly, graph.arcs[a].edge2, {}, &HourlyDuration::edge2))
            g.hourly_arcs.push_back({ranks[a], other.hours, other.duration_cs});
        g.turn_first.push_back(static_cast<std::uint32_t>(g.turns.size()));
    }
    std::ranges::sort(g.copies, [](const road::ArcCopy& a, const road::ArcCopy& b) {
        return std::pair(a.original, a.copy) < std::pair(b.original, b.copy);
    });
    eliminate(g);
    for (std::uint32_t a = 0; a < n; ++a)
        for (std::uint32_t i = g.turn_first[a]; i < g.turn_first[a + 1]; ++i) g.turn_slots.push_back(slot_of(g, a, g.turns[i].to));
    return g;
}

}  // namespace lastmile::road_import
