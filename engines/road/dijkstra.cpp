#include "engines/road/dijkstra.hpp"

#include <algorithm>
#include <queue>

namespace lastmile::road {
namespace {

struct Entry {
    Cost cost;
    std::uint32_t arc;
    bool operator<(const Entry& o) const { return cost > o.cost; }
};

class Search {
public:
    Search(const ProfileGraph& graph, const Weights& weights, const std::function<bool(std::uint32_t)>& blocked)
        : graph_(graph), weights_(weights), blocked_(blocked), reached_(graph.arcs.size(), unreachable), from_(graph.arcs.size()) {}

    Path run(const Phantom& from, const Phantom& to) {
        for (const Seed& seed : from.sources) {
            if (closed(seed.arc)) continue;
            if (goes_round(seed, to.targets)) start_with_turns(seed);
            else reach(seed.arc, seed.rest, {none, true});
        }
        Path best;
        std::uint32_t last = none;
        while (!queue_.empty()) {
            const auto [cost, arc] = queue_.top();
            queue_.pop();
            if (cost > reached_[arc]) continue;
            // Nothing that is still to come can be better: taking off the rest of the last arc is the only way a cost shrinks.
            if (last != none && time_of(cost) > time_of(best.cost) + longest_rest(to)) break;
            for (const Seed& seed : to.targets)
                if (seed.arc == arc && !closed(arc) && cost - seed.rest < best.cost) {
                    best.cost = cost - seed.rest;
                    last = arc;
                }
            for (const Turn& turn : graph_.turns_of(arc))
                if (!closed(turn.to)) reach(turn.to, cost + weights_.step(turn), {arc, false});
        }
        for (std::uint32_t arc = last; arc != none;) {
            best.arcs.push_back(arc);
            const Origin origin = from_[arc];
            if (origin.begins && origin.arc != none) best.arcs.push_back(origin.arc);
            arc = origin.begins ? none : origin.arc;
        }
        std::ranges::reverse(best.arcs);
        return best;
    }

private:
    bool closed(std::uint32_t arc) const { return !weights_.open(arc) || (blocked_ && blocked_(graph_.arcs[arc].edge2 / 2)); }

    static std::uint32_t longest_rest(const Phantom& to) {
        std::uint32_t longest = 0;
        for (const Seed& seed : to.targets) longest = std::max(longest, time_of(seed.rest));
        return longest;
    }

    void start_with_turns(const Seed& seed) {
        for (const Turn& turn : graph_.turns_of(seed.arc)) {
            if (closed(turn.to)) continue;
            reach(turn.to, seed.rest + weights_.step(turn), {seed.arc, true});
        }
    }

    /// The arc before one, and whether the route begins there (none: it begins with the arc itself).
    struct Origin {
        std::uint32_t arc = none;
        bool begins = true;
    };

    void reach(std::uint32_t arc, Cost cost, Origin from) {
        if (cost >= reached_[arc]) return;
        reached_[arc] = cost;
        from_[arc] = from;
        queue_.push({cost, arc});
    }

    const ProfileGraph& graph_;
    const Weights& weights_;
    const std::function<bool(std::uint32_t)>& blocked_;
    std::vector<Cost> reached_;
    std::vector<Origin> from_;
    std::priority_queue<Entry> queue_;
};

}  // namespace

bool goes_round(const Seed& source, std::span<const Seed> targets) {
    return std::ranges::any_of(targets, [&](const Seed& target) { return target.arc == source.arc && target.rest > source.rest; });
}

Path search_plainly(const ProfileGraph& graph, const Weights& weights, const Phantom& from, const Phantom& to,
                    const std::function<bool(std::uint32_t edge)>& blocked) {
    return Search(graph, weights, blocked).run(from, to);
}

}  // namespace lastmile::road
