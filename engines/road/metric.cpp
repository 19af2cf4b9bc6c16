#include "engines/road/metric.hpp"

#include <algorithm>

namespace lastmile::road {

Metric::Metric(const ProfileGraph& graph, Weights weights) : graph_(&graph), weights_(std::move(weights)) {
    const auto n = static_cast<std::uint32_t>(graph.arcs.size());
    parent_.resize(n);
    for (std::uint32_t v = 0; v < n; ++v) parent_[v] = graph.up_first[v] < graph.up_first[v + 1] ? graph.up_heads[graph.up_first[v]] : none;
    set_turns();
    customise();
    prune();
}

void Metric::set_turns() {
    const ProfileGraph& g = *graph_;
    const std::size_t m = g.up_heads.size();
    up_.assign(m, unreachable);
    down_.assign(m, unreachable);
    up_via_.assign(m, none);
    down_via_.assign(m, none);
    for (std::size_t i = 0; i < g.turns.size(); ++i) {
        const std::uint32_t slot = g.turn_slots[i];
        if (slot == none) continue;
        Cost& cost = slot & 1 ? down_[slot / 2] : up_[slot / 2];
        cost = std::min(cost, weights_.step(g.turns[i]));
    }
}

/// Lower triangles: from the lowest arc upwards, every pair of its higher neighbours learns the way over it.
void Metric::customise() {
    const ProfileGraph& g = *graph_;
    const auto n = static_cast<std::uint32_t>(g.arcs.size());
    std::vector<std::uint32_t> at(n, none);
    for (std::uint32_t x = 0; x < n; ++x) {
        const std::uint32_t first = g.up_first[x], last = g.up_first[x + 1];
        for (std::uint32_t i = first; i < last; ++i) at[g.up_heads[i]] = i;
        for (std::uint32_t i = first; i < last; ++i) {
            const Cost from_y = down_[i], to_y = up_[i];
            if (from_y >= unreachable && to_y >= unreachable) continue;
            const std::uint32_t y = g.up_heads[i];
            for (std::uint32_t k = g.up_first[y]; k < g.up_first[y + 1]; ++k) {
                const std::uint32_t j = at[g.up_heads[k]];
                if (j == none) continue;
                if (from_y + up_[j] < up_[k]) {
                    up_[k] = from_y + up_[j];
                    up_via_[k] = x;
                }
                if (down_[j] + to_y < down_[k]) {
                    down_[k] = down_[j] + to_y;
                    down_via_[k] = x;
                }
            }
        }
        for (std::uint32_t i = first; i < last; ++i) at[g.up_heads[i]] = none;
    }
}

/// Perfect customisation: from the highest arc downwards, a hierarchy arc that costs more than the way over two others is not needed by
/// any search.
void Metric::prune() {
    const ProfileGraph& g = *graph_;
    const auto n = static_cast<std::uint32_t>(g.arcs.size());
    std::vector<Cost> up = up_, down = down_;
    std::vector<std::uint32_t> at(n, none);
    for (std::uint32_t x = n; x-- > 0;) {
        const std::uint32_t first = g.up_first[x], last = g.up_first[x + 1];
        for (std::uint32_t i = first; i < last; ++i) at[g.up_heads[i]] = i;
        for (std::uint32_t i = first; i < last; ++i) {
            const std::uint32_t y = g.up_heads[i];
            for (std::uint32_t k = g.up_first[y]; k < g.up_first[y + 1]; ++k) {
                const std::uint32_t j = at[g.up_heads[k]];
                if (j == none) continue;
                up[i] = std::min(up[i], up[j] + down[k]);
                up[j] = std::min(up[j], up[i] + up[k]);
                down[i] = std::min(down[i], up[k] + down[j]);
                down[j] = std::min(down[j], down[k] + down[i]);
            }
        }
        for (std::uint32_t i = first; i < last; ++i) at[g.up_heads[i]] = none;
    }
    const auto keep = [&](Pruned& pruned, const std::vector<Cost>& basic, const std::vector<Cost>& perfect, std::uint32_t direction) {
        pruned = {};
        pruned.first.reserve(n + 1);
        pruned.first.push_back(0);
        for (std::uint32_t v = 0; v < n; ++v) {
            for (std::uint32_t i = g.up_first[v]; i < g.up_first[v + 1]; ++i) {
                if (basic[i] >= unreachable || perfect[i] < basic[i]) continue;
                pruned.heads.push_back(g.up_heads[i]);
                pruned.costs.push_back(basic[i]);
                pruned.slots.push_back(2 * i + direction);
            }
            pruned.first.push_back(static_cast<std::uint32_t>(pruned.heads.size()));
        }
    };
    keep(pruned_up_, up_, up, 0);
    keep(pruned_down_, down_, down, 1);
}

void Metric::unpack(std::uint32_t low, std::uint32_t slot, std::vector<std::uint32_t>& arcs) const {
    const ProfileGraph& g = *graph_;
    const std::uint32_t arc = slot / 2, high = g.up_heads[arc];
    const std::uint32_t via = slot & 1 ? down_via_[arc] : up_via_[arc];
    if (via == none) {
        arcs.push_back(slot & 1 ? low : high);
        return;
    }
    const auto find = [&](std::uint32_t head) {
        const auto first = g.up_heads.begin() + g.up_first[via], last = g.up_heads.begin() + g.up_first[via + 1];
        return static_cast<std::uint32_t>(std::lower_bound(first, last, head) - g.up_heads.begin());
    };
    const std::uint32_t to_low = find(low), to_high = find(high);
    unpack(via, 2 * (slot & 1 ? to_high : to_low) + 1, arcs);
    unpack(via, 2 * (slot & 1 ? to_low : to_high), arcs);
}

}  // namespace lastmile::road
