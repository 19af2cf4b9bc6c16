#include "engines/road/table_sweep.hpp"

#include <algorithm>
#include <functional>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace lastmile::road {
namespace {

using Lanes = std::int64_t __attribute__((vector_size(TableSweep::lanes * sizeof(std::int64_t)), may_alias));

/// What a sweep works on, as plain pointers.
struct View {
    const std::uint32_t* first;
    std::size_t places;
    const std::uint32_t* heads;
    const Cost* steps;
    Lanes* costs;
};

/// For every place in order: the least of what is there and of each head's cost plus the step down from it, eight sources at once.
[[gnu::always_inline]] inline void sweep_down(const View v) {
    std::uint32_t i = 0;
    for (std::size_t place = 0; place < v.places; ++place) {
        Lanes best = v.costs[place];
        for (const std::uint32_t end = v.first[place + 1]; i < end; ++i) {
            const Lanes over = v.costs[v.heads[i]] + static_cast<std::int64_t>(v.steps[i]);
            best = over < best ? over : best;
        }
        v.costs[place] = best;
    }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void sweep_down_avx2(const View& v) { sweep_down(v); }
[[gnu::target("avx2,avx512f,avx512vl,avx512dq")]] void sweep_down_avx512(const View& v) {
    std::uint32_t i = 0;
    for (std::size_t place = 0; place < v.places; ++place) {
        __m512i best = _mm512_load_si512(v.costs + place);
        for (const std::uint32_t end = v.first[place + 1]; i < end; ++i)
            best = _mm512_min_epi64(best, _mm512_add_epi64(_mm512_load_si512(v.costs + v.heads[i]), _mm512_set1_epi64(static_cast<std::int64_t>(v.steps[i]))));
        _mm512_store_si512(v.costs + place, best);
    }
}
#endif
void sweep_down_plain(const View& v) { sweep_down(v); }

using Sweep = void (*)(const View&);

/// The widest form that the processor has.
Sweep widest() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return sweep_down_avx512;
    if (__builtin_cpu_supports("avx2")) return sweep_down_avx2;
#endif
    return sweep_down_plain;
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
    const auto& down = metric.pruned_down_;
    const auto collect = [&](std::uint32_t arc) {
        if (local_[arc] != none) return;
        local_[arc] = 0;
        arcs_.push_back(arc);
    };
    for (const Phantom* target : targets_)
        for (const Seed& seed : target ? std::span(target->targets) : std::span<const Seed>()) collect(seed.arc);
    for (std::size_t i = 0; i < arcs_.size(); ++i)  // grows while it is read
        for (std::uint32_t k = down.first[arcs_[i]], end = down.first[arcs_[i] + 1]; k < end; ++k) collect(down.heads[k]);
    std::ranges::sort(arcs_, std::greater{});
    for (std::uint32_t i = 0; i < arcs_.size(); ++i) local_[arcs_[i]] = i;
    first_.push_back(0);
    for (const std::uint32_t arc : arcs_) {
        for (std::uint32_t i = down.first[arc]; i < down.first[arc + 1]; ++i) {
            heads_.push_back(local_[down.heads[i]]);
            steps_.push_back(down.costs[i]);
        }
        first_.push_back(static_cast<std::uint32_t>(heads_.size()));
    }
    costs_.resize(arcs_.size());
    for (std::uint32_t t = 0; t < targets_.size(); ++t) {
        if (targets_[t]) {
            on_edges_.emplace_back(targets_[t]->edge, t);
            for (const Seed& seed : targets_[t]->targets) ends_.push_back({local_[seed.arc], seed.rest});
        }
        ends_first_.push_back(static_cast<std::uint32_t>(ends_.size()));
    }
    std::ranges::sort(on_edges_);
}

void TableSweep::run(std::span<const Phantom* const> sources, std::span<Cost> out) {
    Row nowhere;
    std::ranges::fill(nowhere.costs, unreachable);
    std::ranges::fill(costs_, nowhere);
    for (std::size_t lane = 0; lane < sources.size(); ++lane)
        if (sources[lane]) climb(*sources[lane], lane);
    static const Sweep sweep = widest();
    sweep({first_.data(), arcs_.size(), heads_.data(), steps_.data(), reinterpret_cast<Lanes*>(costs_.data())});
    const std::size_t width = targets_.size();
    for (std::size_t t = 0; t < width; ++t) {
        Row best = nowhere;
        for (std::uint32_t i = ends_first_[t]; i < ends_first_[t + 1]; ++i) {
            const Row& end = costs_[ends_[i].place];
            for (std::size_t lane = 0; lane < lanes; ++lane)
                best.costs[lane] = std::min(best.costs[lane], end.costs[lane] < unreachable ? end.costs[lane] - ends_[i].rest : unreachable);
        }
        for (std::size_t lane = 0; lane < sources.size(); ++lane) out[lane * width + t] = best.costs[lane];
    }
    for (std::size_t lane = 0; lane < sources.size(); ++lane)
        if (sources[lane]) go_round(*sources[lane], out.subspan(lane * width, width));
}

/// On one road the target may lie behind the source, and the sweep saw the arc itself as the way.
void TableSweep::go_round(const Phantom& from, std::span<Cost> row) const {
    const auto on_edge = std::ranges::equal_range(on_edges_, from.edge, {}, &std::pair<std::uint32_t, std::uint32_t>::first);
    for (const auto& [edge, t] : on_edge)
        if (std::ranges::any_of(from.sources, [&](const Seed& seed) { return goes_round(seed, targets_[t]->targets); }))
            row[t] = metric_.cost(from, *targets_[t]);
}

}  // namespace lastmile::road
