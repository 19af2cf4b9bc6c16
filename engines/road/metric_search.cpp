// Searches in a customised hierarchy: both ends climb the elimination tree, and the best arc where they meet is the highest of the way.
#include <algorithm>

#include "engines/road/metric.hpp"
#include "engines/road/table_sweep.hpp"

namespace lastmile::road {

/// One climb: costs by arc, and how each was reached. Between searches all costs are `unreachable`.
struct Climb {
    std::vector<Cost> cost;
    std::vector<std::uint32_t> from;  // the arc below
    std::vector<std::uint32_t> slot;
    std::vector<std::uint32_t> next;  // where the climbs from the seeds stand now, at most some four of them

    void prepare(std::size_t n) {
        if (cost.size() >= n) return;
        cost.resize(n, unreachable);
        from.resize(n, none);
        slot.resize(n, none);
    }
    void seed(std::uint32_t arc, Cost c) {
        if (c < cost[arc]) {
            cost[arc] = c;
            from[arc] = none;
        }
        next.push_back(arc);
    }
    std::uint32_t lowest() const { return next.empty() ? none : *std::ranges::min_element(next); }
    /// Steps from `arc` to its parent; climbs that meet go on as one.
    void rise(std::uint32_t arc, std::uint32_t parent) {
        std::erase(next, arc);
        if (parent != none && std::ranges::find(next, parent) == next.end()) next.push_back(parent);
    }
};

struct Metric::Workspace {
    Climb up, down;
    std::vector<std::uint32_t> visited;
    struct Start {
        std::uint32_t arc;
        Cost cost;
        std::uint32_t begun_from;
    };
    std::vector<Start> starts;

    static Workspace& mine(std::size_t n) {
        thread_local Workspace space;
        space.up.prepare(n);
        space.down.prepare(n);
        return space;
    }
};

namespace {

template <class Pruned>
void relax(const Pruned& pruned, Climb& climb, std::uint32_t arc) {
    const Cost cost = climb.cost[arc];
    for (std::uint32_t i = pruned.first[arc]; i < pruned.first[arc + 1]; ++i) {
        const std::uint32_t head = pruned.heads[i];
        if (cost + pruned.costs[i] >= climb.cost[head]) continue;
        climb.cost[head] = cost + pruned.costs[i];
        climb.from[head] = arc;
        climb.slot[head] = pruned.slots[i];
    }
}

}  // namespace

Metric::Meeting Metric::search(const Phantom& from, const Phantom& to, Workspace& space) const {
    auto& starts = space.starts;
    starts.clear();
    for (const Seed& seed : from.sources) {
        if (!goes_round(seed, to.targets)) {
            starts.push_back({seed.arc, seed.rest, none});
            continue;
        }
        for (const Turn& turn : graph_->turns_of(seed.arc))
            if (weights_.open(turn.to) && !weights_.is_forbidden(turn)) starts.push_back({turn.to, seed.rest + weights_.step(turn), seed.arc});
    }
    for (const auto& start : starts) space.up.seed(start.arc, start.cost);
    // Costs of the way down begin below zero, as the rest of the last arc is not driven; lifted by the longest rest they do not.
    std::uint32_t time = 0, length = 0;
    for (const Seed& seed : to.targets) time = std::max(time, time_of(seed.rest)), length = std::max(length, length_of(seed.rest));
    const Cost lift = make_cost(time, length);
    for (const Seed& seed : to.targets) space.down.seed(seed.arc, lift - seed.rest);

    Meeting best;
    best.cost = unreachable + lift;
    auto& visited = space.visited;
    visited.clear();
    for (;;) {
        const std::uint32_t up = space.up.lowest(), down = space.down.lowest();
        const std::uint32_t arc = std::min(up, down);
        if (arc == none) break;
        visited.push_back(arc);
        const Cost a = space.up.cost[arc], b = space.down.cost[arc];
        if (a < unreachable && b < unreachable && a + b < best.cost) best = {a + b, arc, none};
        if (up == arc) {
            if (a < best.cost) relax(pruned_up_, space.up, arc);
            space.up.rise(arc, parent_[arc]);
        }
        if (down == arc) {
            if (b < best.cost) relax(pruned_down_, space.down, arc);
            space.down.rise(arc, parent_[arc]);
        }
    }
    best.cost = best.arc == none ? unreachable : best.cost - lift;
    return best;
}

Path Metric::path(const Phantom& from, const Phantom& to) const {
    Workspace& space = Workspace::mine(graph_->arcs.size());
    const Meeting meeting = search(from, to, space);
    Path path;
    path.cost = meeting.cost;
    if (meeting.arc != none) {
        std::vector<std::uint32_t> chain;  // from the top to the start
        for (std::uint32_t arc = meeting.arc; arc != none; arc = space.up.from[arc]) chain.push_back(arc);
        const std::uint32_t first = chain.back();
        const Workspace::Start* begun = nullptr;
        for (const auto& start : space.starts)
            if (start.arc == first && (!begun || start.cost < begun->cost)) begun = &start;
        if (begun->begun_from != none) path.arcs.push_back(begun->begun_from);
        path.arcs.push_back(first);
        for (std::size_t i = chain.size() - 1; i-- > 0;) unpack(chain[i + 1], space.up.slot[chain[i]], path.arcs);
        for (std::uint32_t arc = meeting.arc; space.down.from[arc] != none; arc = space.down.from[arc])
            unpack(space.down.from[arc], space.down.slot[arc], path.arcs);
    }
    for (const std::uint32_t arc : space.visited) space.up.cost[arc] = space.down.cost[arc] = unreachable;
    return path;
}

Cost Metric::cost(const Phantom& from, const Phantom& to) const {
    Workspace& space = Workspace::mine(graph_->arcs.size());
    const Cost cost = search(from, to, space).cost;
    for (const std::uint32_t arc : space.visited) space.up.cost[arc] = space.down.cost[arc] = unreachable;
    return cost;
}

void TableSweep::climb(const Phantom& from, std::size_t lane) {
    Metric::Workspace& space = Metric::Workspace::mine(metric_.graph().arcs.size());
    Climb& up = space.up;
    space.visited.clear();
    for (const Seed& seed : from.sources) up.seed(seed.arc, seed.rest);
    for (std::uint32_t arc = up.lowest(); arc != none; arc = up.lowest()) {
        space.visited.push_back(arc);
        if (up.cost[arc] < unreachable) {
            relax(metric_.pruned_up_, up, arc);
            if (local_[arc] != none) costs_[local_[arc]].costs[lane] = up.cost[arc];
        }
        up.rise(arc, metric_.parent_[arc]);
    }
    for (const std::uint32_t arc : space.visited) up.cost[arc] = unreachable;
}

}  // namespace lastmile::road
