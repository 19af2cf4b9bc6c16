#include "engines/road/metric.hpp"

#include <algorithm>

namespace lastmile::road {

Metric::Metric(const ProfileGraph& graph, Weights weights) : graph_(&graph), weights_(std::move(weights)) {
    const auto n = static_cast<std::uint32_t>(graph.arcs.size());
    parent_.resize(n);
    for (std::uint32_t v = 0; v < n; ++v) parent_[v] = graph.up_first[v] < graph.up_first[v + 1] ? graph.up_heads[graph.up_first[v]] : none;
    const LowerArcs low(graph);
    std::vector<BothWays> costs = turn_costs();
    via_.assign(costs.size(), {none, none});
    learn_from_below(graph, low, costs, via_);
    std::vector<BothWays> cheapest = costs;
    learn_from_above(graph, low, cheapest);
    keep_needed(costs, cheapest);
}

std::vector<BothWays> Metric::turn_costs() const {
    const ProfileGraph& g = *graph_;
    std::vector<BothWays> costs(g.up_heads.size(), {unreachable, unreachable});
    for (std::size_t i = 0; i < g.turns.size(); ++i) {
        const std::uint32_t slot = g.turn_slots[i];
        if (slot == none) continue;
        Cost& cost = slot & 1 ? costs[slot / 2].down : costs[slot / 2].up;
        cost = std::min(cost, weights_.step(g.turns[i]));
    }
    return costs;
}

/// Perfect customisation: a hierarchy arc that costs more than the cheapest way is not needed by any search.
void Metric::keep_needed(const std::vector<BothWays>& costs, const std::vector<BothWays>& cheapest) {
    const ProfileGraph& g = *graph_;
    const auto n = static_cast<std::uint32_t>(g.arcs.size());
    const auto keep = [&](Pruned& pruned, Cost BothWays::*side, std::uint32_t direction) {
        // Room for all: what is not used is never touched, and hence no memory. An arc is written before it is known to be needed, as a branch on
        // that would be as good as random.
        pruned.heads = std::make_unique_for_overwrite<std::uint32_t[]>(costs.size() + 1);
        pruned.costs = std::make_unique_for_overwrite<Cost[]>(costs.size() + 1);
        pruned.slots = std::make_unique_for_overwrite<std::uint32_t[]>(costs.size() + 1);
        pruned.first.resize(n + 1);
        std::uint32_t* const heads = pruned.heads.get();
        std::uint32_t* const slots = pruned.slots.get();
        Cost* const kept = pruned.costs.get();
        std::uint32_t at = 0;
        for (std::uint32_t v = 0; v < n; ++v) {
            for (std::uint32_t i = g.up_first[v], end = g.up_first[v + 1]; i < end; ++i) {
                const Cost cost = costs[i].*side;
                heads[at] = g.up_heads[i];
                kept[at] = cost;
                slots[at] = 2 * i + direction;
                at += (cost < unreachable) & (cheapest[i].*side == cost);
            }
            pruned.first[v + 1] = at;
        }
    };
    keep(pruned_up_, &BothWays::up, 0);
    keep(pruned_down_, &BothWays::down, 1);
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
