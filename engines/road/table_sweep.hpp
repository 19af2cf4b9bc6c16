#pragma once
#include <span>
#include <vector>

#include "engines/road/metric.hpp"

namespace lastmile::road {

/// Many-to-many (RPHAST of Delling, Goldberg, Werneck 2011 on a customised hierarchy): the arcs from which the targets are reached downwards are
/// collected once; then eight sources at a time climb, and one sweep down over those arcs in a fixed order gives their costs to all targets.
class TableSweep {
public:
    static constexpr std::size_t lanes = 8;

    /// Targets that have no road near are null.
    TableSweep(const Metric& metric, std::span<const Phantom* const> targets);
    ~TableSweep();
    TableSweep(const TableSweep&) = delete;
    TableSweep& operator=(const TableSweep&) = delete;

    /// Costs from up to `lanes` sources (null: without a road) to all targets, source by source in `out`; `unreachable` where there is no
    /// way.
    void run(std::span<const Phantom* const> sources, std::span<Cost> out);

private:
    void climb(const Phantom& from, std::size_t lane);
    void go_round(const Phantom& from, std::span<Cost> row) const;

    struct alignas(64) Row {
        Cost costs[lanes];
    };
    struct End {
        std::uint32_t place;
        Cost rest;
    };

    const Metric& metric_;
    std::vector<const Phantom*> targets_;
    std::vector<std::uint32_t> arcs_;   // of the sweep, highest first
    std::vector<std::uint32_t> local_;  // by arc: its place in the sweep, or none
    std::vector<std::uint32_t> first_;  // by place
    std::vector<std::uint32_t> heads_;  // places, all before the own one
    std::vector<Cost> steps_;
    std::vector<Row> costs_;                     // by place
    std::vector<std::uint32_t> ends_first_{0};   // by target
    std::vector<End> ends_;                      // where a target lies
    std::vector<std::pair<std::uint32_t, std::uint32_t>> on_edges_;  // edge and target, ascending
};

}  // namespace lastmile::road
