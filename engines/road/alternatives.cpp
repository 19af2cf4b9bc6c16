#include "engines/road/alternatives.hpp"

#include <algorithm>
#include <set>

namespace lastmile::road {
namespace {

/// A stretch that both trees drive; `price` orders candidates: the whole route's time, less what the stretch assures.
struct Plateau {
    std::int64_t price;
    std::uint32_t arc;  // the first of it
    Cost cost;          // of the whole route over it
};

/// Maximal chains along which the tree from the start and the tree to the end agree.
std::vector<Plateau> plateaus(const SearchTree& out, const SearchTree& in, Cost lift, Cost bound, std::uint32_t least_cs) {
    std::vector<Plateau> found;
    const auto n = static_cast<std::uint32_t>(out.cost.size());
    const auto both = [&](std::uint32_t arc) { return out.cost[arc] < unreachable && in.cost[arc] < unreachable; };
    for (std::uint32_t arc = 0; arc < n; ++arc) {
        if (!both(arc)) continue;
        const Cost cost = out.cost[arc] + in.cost[arc];
        if (cost < lift || cost - lift > bound) continue;
        const std::uint32_t before = out.beyond[arc];
        if (before != none && in.beyond[before] == arc) continue;  // not the first of its chain
        std::uint32_t last = arc;
        while (in.beyond[last] != none && out.beyond[in.beyond[last]] == last) last = in.beyond[last];
        const std::int64_t length = std::int64_t{time_of(out.cost[last])} - time_of(out.cost[arc]);
        if (length >= least_cs) found.push_back({std::int64_t{time_of(cost - lift)} - length, arc, cost - lift});
    }
    std::ranges::sort(found, [](const Plateau& a, const Plateau& b) { return std::pair(a.price, a.arc) < std::pair(b.price, b.arc); });
    return found;
}

Path path_over(const Plateau& plateau, const SearchTree& out, const SearchTree& in) {
    Path path;
    path.cost = plateau.cost;
    for (std::uint32_t arc = plateau.arc; arc != none; arc = out.beyond[arc]) path.arcs.push_back(arc);
    std::ranges::reverse(path.arcs);
    for (std::uint32_t arc = in.beyond[plateau.arc]; arc != none; arc = in.beyond[arc]) path.arcs.push_back(arc);
    return path;
}

class Chosen {
public:
    Chosen(const Network& network, const ProfileGraph& graph) : network_(network), graph_(graph) {}

    void add(const Path& path) {
        auto& edges = taken_.emplace_back();
        for (const std::uint32_t arc : path.arcs) edges.insert(graph_.arcs[arc].edge2 / 2);
    }
    /// The greatest share of a path's length that lies on one of the chosen; 1 for a path that drives a road twice in one direction.
    double shared(const Path& path) const {
        std::set<std::uint32_t> seen;
        double whole = 0;
        for (const std::uint32_t arc : path.arcs) {
            if (!seen.insert(graph_.arcs[arc].edge2).second) return 1;
            whole += length(arc);
        }
        double most = 0;
        for (const auto& edges : taken_) {
            double common = 0;
            for (const std::uint32_t arc : path.arcs)
                if (edges.contains(graph_.arcs[arc].edge2 / 2)) common += length(arc);
            most = std::max(most, common / std::max(whole, 1.0));
        }
        return most;
    }

private:
    double length(std::uint32_t arc) const { return network_.edges()[graph_.arcs[arc].edge2 / 2].length_dm; }

    const Network& network_;
    const ProfileGraph& graph_;
    std::vector<std::set<std::uint32_t>> taken_;
};

}  // namespace

std::vector<Path> find_alternatives(const Network& network, const ProfileGraph& graph, const Weights& weights, const Phantom& from, const Phantom& to,
                                    const Path& best, std::size_t count, const Blocked& blocked, const Difference& difference) {
    std::vector<Path> routes;
    if (count == 0 || best.arcs.empty() || from.edge == to.edge) return routes;
    std::uint32_t rest_time = 0, rest_length = 0;
    for (const Seed& seed : to.targets) rest_time = std::max(rest_time, time_of(seed.rest)), rest_length = std::max(rest_length, length_of(seed.rest));
    const Cost lift = make_cost(rest_time, rest_length);
    const std::uint64_t fastest = time_of(best.cost) % restricted_entry_cs;
    const auto within = static_cast<std::uint64_t>(static_cast<double>(fastest) * difference.longest);
    // No more entries into roads for visitors than the fastest route has.
    const Cost bound = make_cost(std::uint64_t{entries_of(best.cost)} * restricted_entry_cs + within, 0xffffffff);
    const SearchTree out = grow_forward(graph, weights, from.sources, bound + lift, blocked);
    const SearchTree in = grow_backward(graph, weights, to.targets, lift, bound + lift, blocked);
    Chosen chosen(network, graph);
    chosen.add(best);
    const auto least = static_cast<std::uint32_t>(static_cast<double>(fastest) * difference.plateau);
    for (const Plateau& plateau : plateaus(out, in, lift, bound, least)) {
        Path path = path_over(plateau, out, in);
        if (chosen.shared(path) > difference.shared) continue;
        chosen.add(path);
        routes.push_back(std::move(path));
        if (routes.size() == count) break;
    }
    std::ranges::sort(routes, {}, &Path::cost);
    return routes;
}

}  // namespace lastmile::road
