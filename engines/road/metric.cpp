#include "engines/road/metric.hpp"

#include <algorithm>

namespace lastmile::road {

/// The hierarchy arcs that end at each arc, with their lower ends: triangles are visited by their middle corner, so that each is found at once.
/// (The higher neighbours of x above y are neighbours of y: elimination has seen to that.)
struct Metric::LowerArcs {
    struct Low {
        std::uint32_t arc, past;  // the hierarchy arc x→y, and the end of x's arcs
    };
    std::vector<std::uint32_t> first;
    std::vector<Low> arcs;

    explicit LowerArcs(const ProfileGraph& g) : first(g.arcs.size() + 1, 0), arcs(g.up_heads.size()) {
        for (const std::uint32_t head : g.up_heads) ++first[head + 1];
        for (std::size_t y = 1; y < first.size(); ++y) first[y] += first[y - 1];
        std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
        for (std::uint32_t x = 0; x < g.arcs.size(); ++x)
            for (std::uint32_t i = g.up_first[x]; i < g.up_first[x + 1]; ++i) arcs[next[g.up_heads[i]]++] = {i, g.up_first[x + 1]};
    }
};

Metric::Metric(const ProfileGraph& graph, Weights weights) : graph_(&graph), weights_(std::move(weights)) {
    const auto n = static_cast<std::uint32_t>(graph.arcs.size());
    parent_.resize(n);
    for (std::uint32_t v = 0; v < n; ++v) parent_[v] = graph.up_first[v] < graph.up_first[v + 1] ? graph.up_heads[graph.up_first[v]] : none;
    const LowerArcs low(graph);
    set_turns();
    customise(low);
    prune(low);
}

void Metric::set_turns() {
    const ProfileGraph& g = *graph_;
    costs_.assign(g.up_heads.size(), {unreachable, unreachable});
    via_.assign(g.up_heads.size(), {none, none});
    for (std::size_t i = 0; i < g.turns.size(); ++i) {
        const std::uint32_t slot = g.turn_slots[i];
        if (slot == none) continue;
        Cost& cost = slot & 1 ? costs_[slot / 2].down : costs_[slot / 2].up;
        cost = std::min(cost, weights_.step(g.turns[i]));
    }
}

/// Lower triangles: from the lowest arc upwards, each hierarchy arc learns the ways over arcs below its ends.
void Metric::customise(const LowerArcs& low) {
    const ProfileGraph& g = *graph_;
    const auto n = static_cast<std::uint32_t>(g.arcs.size());
    std::vector<std::uint32_t> at(n, 0);  // of y's arcs by their head; what is left of others is not asked for
    for (std::uint32_t y = 0; y < n; ++y) {
        for (std::uint32_t k = g.up_first[y]; k < g.up_first[y + 1]; ++k) at[g.up_heads[k]] = k;
        for (std::uint32_t l = low.first[y]; l < low.first[y + 1]; ++l) {
            const auto [i, past] = low.arcs[l];
            const auto [to_y, from_y] = costs_[i];
            if (from_y >= unreachable && to_y >= unreachable) continue;
            for (std::uint32_t j = i + 1; j < past; ++j) {
                const std::uint32_t k = at[g.up_heads[j]];
                Both& cost = costs_[k];
                if (from_y + costs_[j].up < cost.up) cost.up = from_y + costs_[j].up, via_[k].up = i;
                if (costs_[j].down + to_y < cost.down) cost.down = costs_[j].down + to_y, via_[k].down = i;
            }
        }
    }
}

/// Perfect customisation: from the highest arc downwards, a hierarchy arc that costs more than the way over two others is not needed by
/// any search.
void Metric::prune(const LowerArcs& low) {
    const ProfileGraph& g = *graph_;
    const auto n = static_cast<std::uint32_t>(g.arcs.size());
    std::vector<Both> perfect = costs_;
    std::vector<std::uint32_t> at(n, 0);
    for (std::uint32_t y = n; y-- > 0;) {
        for (std::uint32_t k = g.up_first[y]; k < g.up_first[y + 1]; ++k) at[g.up_heads[k]] = k;
        for (std::uint32_t l = low.first[y]; l < low.first[y + 1]; ++l) {
            const auto [i, past] = low.arcs[l];
            Both to_y = perfect[i];
            for (std::uint32_t j = i + 1; j < past; ++j) {
                const Both across = perfect[at[g.up_heads[j]]];
                Both& to_z = perfect[j];
                to_y.up = std::min(to_y.up, to_z.up + across.down);
                to_z.up = std::min(to_z.up, to_y.up + across.up);
                to_y.down = std::min(to_y.down, across.up + to_z.down);
                to_z.down = std::min(to_z.down, across.down + to_y.down);
            }
            perfect[i] = to_y;
        }
    }
    const auto keep = [&](Pruned& pruned, Cost Both::*side, std::uint32_t direction) {
        pruned = {};
        pruned.first.reserve(n + 1);
        pruned.first.push_back(0);
        for (std::uint32_t v = 0; v < n; ++v) {
            for (std::uint32_t i = g.up_first[v]; i < g.up_first[v + 1]; ++i) {
                const Cost cost = costs_[i].*side;
                if (cost >= unreachable || perfect[i].*side < cost) continue;
                pruned.heads.push_back(g.up_heads[i]);
                pruned.costs.push_back(cost);
                pruned.slots.push_back(2 * i + direction);
            }
            pruned.first.push_back(static_cast<std::uint32_t>(pruned.heads.size()));
        }
    };
    keep(pruned_up_, &Both::up, 0);
    keep(pruned_down_, &Both::down, 1);
}

void Metric::unpack(std::uint32_t low, std::uint32_t slot, std::vector<std::uint32_t>& arcs) const {
    const ProfileGraph& g = *graph_;
    const std::uint32_t arc = slot / 2, high = g.up_heads[arc];
    const std::uint32_t over = slot & 1 ? via_[arc].down : via_[arc].up;
    if (over == none) {
        arcs.push_back(slot & 1 ? low : high);
        return;
    }
    // `over` leads from the arc below both, by which it was learnt, to the lower end; the one to the higher end is among its neighbours.
    const auto via = static_cast<std::uint32_t>(std::ranges::upper_bound(g.up_first, over) - g.up_first.begin() - 1);
    const auto first = g.up_heads.begin() + over, last = g.up_heads.begin() + g.up_first[via + 1];
    const auto to_low = over, to_high = static_cast<std::uint32_t>(std::lower_bound(first, last, high) - g.up_heads.begin());
    unpack(via, 2 * (slot & 1 ? to_high : to_low) + 1, arcs);
    unpack(via, 2 * (slot & 1 ? to_low : to_high), arcs);
}

}  // namespace lastmile::road
