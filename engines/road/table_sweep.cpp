#include "engines/road/table_sweep.hpp"

#include <algorithm>

namespace lastmile::road {
namespace {

using Lanes = std::int64_t __attribute__((vector_size(TableSweep::lanes * sizeof(std::int64_t)), aligned(8), may_alias));

/// For every place in order: the least of what is there and of each head's cost plus the step down from it, eight sources at once.
[[gnu::always_inline]] inline void sweep_down(const std::uint32_t* first, std::size_t places, const std::uint32_t* heads, const Cost* steps,
                                              Cost* costs) {
    for (std::size_t v = 0; v < places; ++v) {
        Lanes best = *reinterpret_cast<const Lanes*>(costs + v * TableSweep::lanes);
        for (std::uint32_t i = first[v]; i < first[v + 1]; ++i) {
            const Lanes over = *reinterpret_cast<const Lanes*>(costs + heads[i] * TableSweep::lanes) + static_cast<std::int64_t>(steps[i]);
            best = over < best ? over : best;
        }
        *reinterpret_cast<Lanes*>(costs + v * TableSweep::lanes) = best;
    }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void sweep_down_avx2(const std::uint32_t* first, std::size_t places, const std::uint32_t* heads, const Cost* steps,
                                             Cost* costs) {
    sweep_down(first, places, heads, steps, costs);
}
#endif

void sweep_down_plain(const std::uint32_t* first, std::size_t places, const std::uint32_t* heads, const Cost* steps, Cost* costs) {
    sweep_down(first, places, heads, steps, costs);
}

/// Arrays by arc that are all `none`, kept between sweeps: filling one costs more than a small table.
std::vector<std::vector<std::uint32_t>>& spare_arrays() {
    thread_local std::vector<std::vector<std::uint32_t>> spare;
    return spare;
}

std::vector<std::uint32_t> take_array(std::size_t n) {
    auto& spare = spare_arrays();
    std::vector<std::uint32_t> array;
    if (!spare.empty()) {
        array = std::move(spare.back());
        spare.pop_back();
    }
    if (array.size() < n) array.resize(n, none);
    return array;
}

}  // namespace

TableSweep::~TableSweep() {
    for (const std::uint32_t arc : arcs_) local_[arc] = none;
    if (spare_arrays().size() < 2) spare_arrays().push_back(std::move(local_));
}

TableSweep::TableSweep(const Metric& metric, std::span<const Phantom* const> targets)
    : metric_(metric), targets_(targets.begin(), targets.end()), local_(take_array(metric.graph().arcs.size())) {
    auto& arcs = arcs_;
    for (const Phantom* target : targets_) {
        if (!target) continue;
        for (const Seed& seed : target->targets)
            for (std::uint32_t arc = seed.arc; arc != none && local_[arc] == none; arc = metric.parent_[arc]) {
                local_[arc] = 0;
                arcs.push_back(arc);
            }
    }
    std::ranges::sort(arcs, std::greater{});
    for (std::uint32_t i = 0; i < arcs.size(); ++i) local_[arcs[i]] = i;
    first_.push_back(0);
    const auto& down = metric.pruned_down_;
    for (const std::uint32_t arc : arcs) {
        for (std::uint32_t i = down.first[arc]; i < down.first[arc + 1]; ++i) {
            heads_.push_back(local_[down.heads[i]]);
            steps_.push_back(down.costs[i]);
        }
        first_.push_back(static_cast<std::uint32_t>(heads_.size()));
    }
    costs_.resize(arcs.size() * lanes);
}

void TableSweep::run(std::span<const Phantom* const> sources, std::span<Cost> out) {
    std::ranges::fill(costs_, unreachable);
    for (std::size_t lane = 0; lane < sources.size(); ++lane)
        if (sources[lane]) climb(*sources[lane], lane);
#if defined(__x86_64__)
    static const bool has_avx2 = __builtin_cpu_supports("avx2");
    (has_avx2 ? sweep_down_avx2 : sweep_down_plain)(first_.data(), first_.size() - 1, heads_.data(), steps_.data(), costs_.data());
#else
    sweep_down_plain(first_.data(), first_.size() - 1, heads_.data(), steps_.data(), costs_.data());
#endif
    for (std::size_t lane = 0; lane < sources.size(); ++lane)
        for (std::size_t t = 0; t < targets_.size(); ++t)
            out[lane * targets_.size() + t] = sources[lane] && targets_[t] ? read(*sources[lane], *targets_[t], lane) : unreachable;
}

Cost TableSweep::read(const Phantom& from, const Phantom& to, std::size_t lane) const {
    // On one road the target may lie behind the source, and the sweep would see the arc itself as the way.
    if (from.edge == to.edge)
        for (const Seed& seed : from.sources)
            if (goes_round(seed, to.targets)) return metric_.cost(from, to);
    Cost best = unreachable;
    for (const Seed& seed : to.targets) {
        const Cost cost = costs_[local_[seed.arc] * lanes + lane];
        if (cost < unreachable) best = std::min(best, cost - seed.rest);
    }
    return best;
}

}  // namespace lastmile::road
