#include <algorithm>
#include <numeric>

#include "engines/road_import/turn_graph.hpp"

namespace lastmile::road_import {
namespace {

/// Strongly connected components (Tarjan 1972) without recursion. Gives each arc the number of its component.
/// Arcs that are left out are components of their own.
template <class LeftOut>
std::vector<std::uint32_t> components_of(const TurnGraph& graph, LeftOut left_out) {
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
            if (next[v] < graph.turns[v].size() && !left_out(v)) {
                const std::uint32_t w = graph.turns[v][next[v]++].to;
                if (left_out(w)) continue;
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

std::vector<bool> largest_of(const std::vector<std::uint32_t>& component) {
    std::vector<std::uint32_t> size;
    for (const std::uint32_t c : component) {
        if (size.size() <= c) size.resize(c + 1, 0);
        ++size[c];
    }
    std::vector<bool> in(component.size());
    const auto largest = static_cast<std::uint32_t>(std::ranges::max_element(size) - size.begin());
    for (std::size_t a = 0; a < component.size(); ++a) in[a] = component[a] == largest;
    return in;
}

}  // namespace

void keep_largest_component(TurnGraph& graph) {
    const auto n = static_cast<std::uint32_t>(graph.arcs.size());
    if (n == 0) return;
    std::vector<bool> keep = largest_of(components_of(graph, [](std::uint32_t) { return false; }));
    for (std::uint32_t a = 0; a < n; ++a)
        if (keep[a]) keep[graph.original[a]] = true;
    // What is reached over roads that are open at some hours alone takes part, but nobody is put there, who could not leave at the others.
    const auto by_hours = [&](std::uint32_t a) { return (graph.arcs[a].flags & road::arc_by_hours) != 0; };
    std::vector<bool> snaps = keep;
    if (std::ranges::any_of(graph.arcs, [](const road::Arc& arc) { return (arc.flags & road::arc_by_hours) != 0; })) {
        snaps = largest_of(components_of(graph, by_hours));
        for (std::uint32_t a = 0; a < n; ++a)
            if (snaps[a] || (keep[a] && by_hours(a))) snaps[a] = snaps[graph.original[a]] = true;
    }
    for (std::uint32_t a = 0; a < n; ++a)
        if (keep[a] && snaps[a]) graph.arcs[graph.original[a]].flags |= road::arc_snaps;

    std::vector<std::uint32_t> renamed(n, road::none);
    std::uint32_t kept = 0;
    for (std::uint32_t a = 0; a < n; ++a)
        if (keep[a]) renamed[a] = kept++;
    TurnGraph rest;
    rest.restrictions = graph.restrictions;
    rest.hour_sets = std::move(graph.hour_sets);
    rest.hourly = std::move(graph.hourly);
    for (std::uint32_t a = 0; a < n; ++a) {
        if (!keep[a]) continue;
        rest.arcs.push_back(graph.arcs[a]);
        rest.original.push_back(renamed[graph.original[a]]);
        auto& turns = rest.turns.emplace_back();
        for (const RawTurn& t : graph.turns[a])
            if (keep[t.to]) turns.push_back(t), turns.back().to = renamed[t.to];
    }
    graph = std::move(rest);
}

}  // namespace lastmile::road_import
