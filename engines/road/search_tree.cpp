#include "engines/road/search_tree.hpp"

#include <queue>

namespace lastmile::road {
namespace {

struct Entry {
    Cost cost;
    std::uint32_t arc;
    bool operator<(const Entry& o) const { return cost > o.cost; }
};

class Growth {
public:
    Growth(std::size_t arcs, Cost bound) : bound_(bound), tree_{std::vector<Cost>(arcs, unreachable), std::vector<std::uint32_t>(arcs, none)} {}

    void reach(std::uint32_t arc, Cost cost, std::uint32_t from) {
        if (cost > bound_ || cost >= tree_.cost[arc]) return;
        tree_.cost[arc] = cost;
        tree_.beyond[arc] = from;
        queue_.push({cost, arc});
    }

    template <class Expand>
    SearchTree run(Expand expand) {
        while (!queue_.empty()) {
            const Entry next = queue_.top();
            queue_.pop();
            if (next.cost == tree_.cost[next.arc]) expand(next.arc, next.cost);
        }
        return std::move(tree_);
    }

private:
    Cost bound_;
    SearchTree tree_;
    std::priority_queue<Entry> queue_;
};

/// For each arc the arcs from which one can turn into it, and what the step costs.
struct TurnsInto {
    struct From {
        std::uint32_t arc;
        Cost step;
    };
    std::vector<std::uint32_t> first;
    std::vector<From> from;

    TurnsInto(const ProfileGraph& graph, const Weights& weights) : first(graph.arcs.size() + 1, 0), from(graph.turns.size()) {
        for (const Turn& turn : graph.turns) ++first[turn.to + 1];
        for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
        std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
        for (std::uint32_t a = 0; a < graph.arcs.size(); ++a)
            for (const Turn& turn : graph.turns_of(a)) from[next[turn.to]++] = {a, weights.step(turn)};
    }
};

}  // namespace

SearchTree grow_forward(const ProfileGraph& graph, const Weights& weights, std::span<const Seed> sources, Cost bound, const Blocked& blocked) {
    const auto open = [&](std::uint32_t arc) { return weights.open(arc) && !(blocked && blocked(graph.arcs[arc].edge2 / 2)); };
    Growth growth(graph.arcs.size(), bound);
    for (const Seed& seed : sources)
        if (open(seed.arc)) growth.reach(seed.arc, seed.rest, none);
    return growth.run([&](std::uint32_t arc, Cost cost) {
        for (const Turn& turn : graph.turns_of(arc))
            if (open(turn.to)) growth.reach(turn.to, cost + weights.step(turn), arc);
    });
}

SearchTree grow_backward(const ProfileGraph& graph, const Weights& weights, std::span<const Seed> targets, Cost lift, Cost bound,
                         const Blocked& blocked) {
    const auto open = [&](std::uint32_t arc) { return weights.open(arc) && !(blocked && blocked(graph.arcs[arc].edge2 / 2)); };
    const TurnsInto into(graph, weights);
    Growth growth(graph.arcs.size(), bound);
    for (const Seed& seed : targets)
        if (open(seed.arc)) growth.reach(seed.arc, lift - seed.rest, none);
    return growth.run([&](std::uint32_t arc, Cost cost) {
        for (std::uint32_t i = into.first[arc]; i < into.first[arc + 1]; ++i)
            if (open(into.from[i].arc)) growth.reach(into.from[i].arc, cost + into.from[i].step, arc);
    });
}

}  // namespace lastmile::road
