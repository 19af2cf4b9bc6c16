#pragma once
#include <memory>

#include "engines/road/dijkstra.hpp"
#include "engines/road/triangles.hpp"

namespace lastmile::road {

/// A contraction hierarchy customised for one profile under given conditions (Dibbelt, Strasser, Wagner 2016): answers in microseconds.
/// Immutable, hence
/// safe for any number of readers. It keeps views into the graph, which must outlive it.
class Metric {
public:
    Metric(const ProfileGraph& graph, Weights weights);

    const ProfileGraph& graph() const { return *graph_; }
    const Weights& weights() const { return weights_; }

    /// The cheapest way between two places; `unreachable` where there is none.
    Path path(const Phantom& from, const Phantom& to) const;
    Cost cost(const Phantom& from, const Phantom& to) const;

private:
    friend class TableSweep;
    struct Meeting {
        Cost cost = unreachable;
        std::uint32_t arc = none;         // highest arc of the way
        std::uint32_t begun_from = none;  // where the way begins with a turn out of this arc
    };
    struct Workspace;

    std::vector<BothWays> turn_costs() const;
    void keep_needed(const std::vector<BothWays>& costs, const std::vector<BothWays>& cheapest);
    Meeting search(const Phantom& from, const Phantom& to, Workspace& space) const;
    void unpack(std::uint32_t low, std::uint32_t slot, std::vector<std::uint32_t>& arcs) const;

    /// The part of the hierarchy that the cheapest ways need: those without a cheaper way over other arcs (perfect customisation).
    struct Pruned {
        std::vector<std::uint32_t> first;
        std::unique_ptr<std::uint32_t[]> heads;
        std::unique_ptr<Cost[]> costs;
        std::unique_ptr<std::uint32_t[]> slots;
    };

    const ProfileGraph* graph_;
    Weights weights_;
    std::vector<ViaBelow> via_;          // by hierarchy arc
    std::vector<std::uint32_t> parent_;  // elimination tree
    Pruned pruned_up_, pruned_down_;
};

}  // namespace lastmile::road
