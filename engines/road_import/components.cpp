#include <algorithm>
#include <numeric>

#include "engines/road_import/turn_graph.hpp"

namespace lastmile::road_import {
namespace {

/// Strongly connected components (Tarjan 1972) without recursion. Gives each arc the number of its component.
std::vector<std::uint32_t> components_of(const TurnGraph& graph) {
    const auto n = static_cast<std::uint32_t>(graph.arcs.size());
    std::vector<std::uint32_t> component(n, road::none), index(n, road::none), low(n, 0), stack, path, next(n, 0);
    std::uint32_t counter = 0, components = 0;
    for (std::uint32_t root = 0; root < n; ++root) {
        if (index[root] != road::none) continue;
        path.push_back(root);
        while (!path.empty()) {
            const std::uint32_t v = path.back();
            if (next[v] == 0) {
                index[v] = low[v] = counter++;
                stack.push_back(v);
            }
            if (next[v] < graph.turns[v].size()) {
                const std::uint32_t w = graph.turns[v][next[v]++].to;
                if (index[w] == road::none) path.push_back(w);
                else if (component[w] == road::none) low[v] = std::min(low[v], index[w]);
                continue;
            }
            next[v] = road::none;
            if (low[v] == index[v]) {
                std::uint32_t w;
                do {
                    w = stack.back();
                    stack.pop_back();
                    component[w] = components;
                } while (w != v);
                ++components;
            }
            path.pop_back();
            if (!path.empty()) low[path.back()] = std::min(low[path.back()], low[v]);
        }
    }
    return component;
}

}  // namespace

void keep_largest_component(TurnGraph& graph) {
    const auto component = components_of(graph);
    std::vector<std::uint32_t> size;
    for (const std::uint32_t c : component) {
        if (size.size() <= c) size.resize(c + 1, 0);
        ++size[c];
    }
    if (size.empty()) return;
    const auto largest = static_cast<std::uint32_t>(std::ranges::max_element(size) - size.begin());
    const auto n = static_cast<std::uint32_t>(graph.arcs.size());
    std::vector<bool> keep(n, false);
    for (std::uint32_t a = 0; a < n; ++a)
        if (component[a] == largest) keep[a] = keep[graph.original[a]] = true;
    for (std::uint32_t a = 0; a < n; ++a)
        if (keep[a]) graph.arcs[graph.original[a]].flags |= road::arc_snaps;

    std::vector<std::uint32_t> renamed(n, road::none);
    std::uint32_t kept = 0;
    for (std::uint32_t a = 0; a < n; ++a)
        if (keep[a]) renamed[a] = kept++;
    TurnGraph rest;
    rest.restrictions = graph.restrictions;
    for (std::uint32_t a = 0; a < n; ++a) {
        if (!keep[a]) continue;
        rest.arcs.push_back(graph.arcs[a]);
        rest.original.push_back(renamed[graph.original[a]]);
        auto& turns = rest.turns.emplace_back();
        for (const road::Turn& t : graph.turns[a])
            if (keep[t.to]) turns.push_back({renamed[t.to], t.cost_cs, t.enters_restricted});
    }
    graph = std::move(rest);
}

}  // namespace lastmile::road_import
