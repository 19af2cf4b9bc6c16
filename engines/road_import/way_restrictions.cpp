// Turn restrictions whose via is one or more ways ("no way from A over B into C").
#include <algorithm>

#include "engines/road_import/turn_graph.hpp"

namespace lastmile::road_import {
namespace {

/// Walks of directed edges that a restriction speaks of: from, via edges, to.
class Walks {
public:
    Walks(const RoadNet& net, const RawMap& map) : net_(net), map_(map) {}

    std::vector<std::vector<std::uint32_t>> of(const RawRestriction& r) {
        found_.clear();
        auto via = r.via;
        for (int attempt = 0; attempt < 2 && found_.empty(); ++attempt) {
            for_each_directed_edge(r.from, [&](std::uint32_t edge2) { extend({edge2}, via, 0, r.to); });
            std::ranges::reverse(via);  // some relations list the ways backwards
        }
        return found_;
    }

private:
    template <class Visit>
    void for_each_directed_edge(std::int64_t way, Visit visit) const {
        const auto at = std::ranges::lower_bound(map_.ways, way, {}, &RawWay::id);
        if (at == map_.ways.end() || at->id != way) return;
        const auto i = static_cast<std::size_t>(at - map_.ways.begin());
        for (std::uint32_t e = net_.way_first[i]; e < net_.way_first[i + 1]; ++e)
            for (const std::uint32_t edge2 : {2 * e, 2 * e + 1}) visit(edge2);
    }

    /// Goes on from the end of a walk along via way number `next`, from end to end, and at last into the way `to`.
    void extend(std::vector<std::uint32_t> walk, const std::vector<std::int64_t>& via, std::size_t next, std::int64_t to) {
        const std::uint32_t node = net_.head(walk.back());
        if (next == via.size()) {
            for_each_directed_edge(to, [&](std::uint32_t edge2) {
                if (net_.tail(edge2) != node) return;
                found_.push_back(walk);
                found_.back().push_back(edge2);
            });
            return;
        }
        std::vector<std::uint32_t> along, against;
        for_each_directed_edge(via[next], [&](std::uint32_t edge2) { (edge2 & 1 ? against : along).push_back(edge2); });
        std::ranges::reverse(against);
        for (const auto& stretch : {along, against}) {
            if (stretch.empty() || net_.tail(stretch.front()) != node) continue;
            auto longer = walk;
            longer.insert(longer.end(), stretch.begin(), stretch.end());
            extend(std::move(longer), via, next + 1, to);
        }
    }

    const RoadNet& net_;
    const RawMap& map_;
    std::vector<std::vector<std::uint32_t>> found_;
};

/// Finds every walk of arcs (copies included) over the given directed edges, and gives each its own copies.
class Splitter {
public:
    Splitter(TurnGraph& graph, const std::vector<std::uint32_t>& edges, const RawRestriction& rule) : graph_(graph), edges_(edges), rule_(rule) {}

    bool run() {
        std::vector<std::vector<std::uint32_t>> walks;
        const auto arcs = static_cast<std::uint32_t>(graph_.arcs.size());
        for (std::uint32_t a = 0; a < arcs; ++a)
            if (graph_.arcs[a].edge2 == edges_[0]) collect({a}, walks);
        for (const auto& walk : walks) split(walk);
        return !walks.empty();
    }

private:
    /// Walks up to the last via arc whose turn into the target exists.
    void collect(std::vector<std::uint32_t> walk, std::vector<std::vector<std::uint32_t>>& walks) const {
        for (const road::Turn& t : graph_.turns[walk.back()]) {
            if (graph_.arcs[t.to].edge2 != edges_[walk.size()]) continue;
            if (walk.size() + 1 == edges_.size()) {
                walks.push_back(walk);
                return;
            }
            auto longer = walk;
            longer.push_back(t.to);
            collect(std::move(longer), walks);
        }
    }

    void split(const std::vector<std::uint32_t>& walk) {
        std::uint32_t before = walk[0];
        for (std::size_t i = 1; i < walk.size(); ++i) {
            const std::uint32_t copy = graph_.add_copy(walk[i]);
            for (road::Turn& t : graph_.turns[before])
                if (t.to == walk[i]) t.to = copy;
            if (rule_.only && i > 1) forbid(before, [copy](const road::Turn& t) { return t.to != copy; });
            before = copy;
        }
        forbid(before, [&](const road::Turn& t) { return (graph_.arcs[t.to].edge2 == edges_.back()) != rule_.only; });
    }

    template <class Meant>
    void forbid(std::uint32_t arc, Meant meant) {
        if (rule_.hours.none()) std::erase_if(graph_.turns[arc], meant);
        for (RawTurn& t : graph_.turns[arc])
            if (rule_.hours.any() && meant(t)) graph_.forbid(t, rule_.hours);
    }

    TurnGraph& graph_;
    const std::vector<std::uint32_t>& edges_;
    const RawRestriction& rule_;
};

}  // namespace

void apply_way_restrictions(TurnGraph& graph, const RoadNet& net, const RawMap& map, std::size_t index) {
    Walks walks(net, map);
    for (const RawRestriction& r : map.restrictions) {
        if (r.via.empty() || !(r.profiles >> index & 1)) continue;
        bool applied = false;
        for (const auto& edges : walks.of(r)) applied |= Splitter(graph, edges, r).run();
        graph.restrictions += applied;
    }
}

}  // namespace lastmile::road_import
