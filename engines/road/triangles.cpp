#include "engines/road/triangles.hpp"

namespace lastmile::road {
namespace {

/// Both directions of an arc at once: costs are positive numbers also where they are taken as signed.
using Pair = std::int64_t __attribute__((vector_size(16), may_alias));
using Vias = std::int32_t __attribute__((vector_size(8), may_alias));

/// What a pass works on, as plain pointers.
struct View {
    const std::uint32_t *up_first, *heads, *low_first;
    const LowerArcs::Low* low;
    std::uint32_t arcs;
    BothWays* costs;
    ViaBelow* vias;
    std::uint32_t* at;  // of y's arcs by their head; what is left of others is not asked for
};

[[gnu::always_inline]] inline Pair& pair_of(BothWays& both) { return reinterpret_cast<Pair&>(both); }

// No branch on which cost is less: it is as good as random, and there are ten triangles an arc. The views are taken by value, as the compiler must
// think that what is written lies anywhere else.
[[gnu::always_inline]] inline void from_below(const View v) {
    for (std::uint32_t y = 0; y < v.arcs; ++y) {
        const std::uint32_t l_end = v.low_first[y + 1], k_end = v.up_first[y + 1];
        for (std::uint32_t k = v.up_first[y]; k < k_end; ++k) v.at[v.heads[k]] = k;
        for (std::uint32_t l = v.low_first[y]; l < l_end; ++l) {
            const auto [i, past] = v.low[l];
            const auto [to_y, from_y] = v.costs[i];
            if (from_y >= unreachable && to_y >= unreachable) continue;
            const Pair first{static_cast<std::int64_t>(from_y), static_cast<std::int64_t>(to_y)};
            const Vias over{static_cast<std::int32_t>(i), static_cast<std::int32_t>(i)};
            for (std::uint32_t j = i + 1; j < past; ++j) {
                const std::uint32_t k = v.at[v.heads[j]];
                Pair& cost = pair_of(v.costs[k]);
                Vias& via = reinterpret_cast<Vias&>(v.vias[k]);
                const Pair way = first + pair_of(v.costs[j]), known = cost;
                const Pair less = way < known;
                cost = less ? way : known;
                const Vias chosen = __builtin_convertvector(less, Vias);
                via = (over & chosen) | (via & ~chosen);
            }
        }
    }
}

[[gnu::always_inline]] inline void from_above(const View v) {
    for (std::uint32_t y = v.arcs; y-- > 0;) {
        const std::uint32_t l_end = v.low_first[y + 1], k_end = v.up_first[y + 1];
        for (std::uint32_t k = v.up_first[y]; k < k_end; ++k) v.at[v.heads[k]] = k;
        for (std::uint32_t l = v.low_first[y]; l < l_end; ++l) {
            const auto [i, past] = v.low[l];
            const Pair step = pair_of(v.costs[i]);
            Pair to_y = step;
            for (std::uint32_t j = i + 1; j < past; ++j) {
                const Pair across = pair_of(v.costs[v.at[v.heads[j]]]);
                const Pair back = __builtin_shufflevector(across, across, 1, 0);
                Pair& to_z = pair_of(v.costs[j]);
                const Pair known = to_z, over_z = known + back, over_y = step + across;
                to_y = over_z < to_y ? over_z : to_y;
                to_z = over_y < known ? over_y : known;
            }
            pair_of(v.costs[i]) = to_y;
        }
    }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void from_below_avx2(const View& v) { from_below(v); }
[[gnu::target("avx2")]] void from_above_avx2(const View& v) { from_above(v); }
[[gnu::target("avx2,avx512f,avx512vl,avx512dq")]] void from_below_avx512(const View& v) { from_below(v); }
[[gnu::target("avx2,avx512f,avx512vl,avx512dq")]] void from_above_avx512(const View& v) { from_above(v); }
#endif
void from_below_plain(const View& v) { from_below(v); }
void from_above_plain(const View& v) { from_above(v); }

using Pass = void (*)(const View&);

/// The widest form that the processor has.
Pass widest([[maybe_unused]] Pass avx512, [[maybe_unused]] Pass avx2, Pass plain) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) return avx512;
    if (__builtin_cpu_supports("avx2")) return avx2;
#endif
    return plain;
}

View view_of(const ProfileGraph& g, const LowerArcs& low, std::vector<BothWays>& costs, ViaBelow* vias, std::vector<std::uint32_t>& at) {
    return {g.up_first.data(), g.up_heads.data(), low.first.data(), low.arcs.data(), static_cast<std::uint32_t>(g.arcs.size()), costs.data(), vias, at.data()};
}

}  // namespace

LowerArcs::LowerArcs(const ProfileGraph& g) : first(g.arcs.size() + 1, 0), arcs(g.up_heads.size()) {
    for (const std::uint32_t head : g.up_heads) ++first[head + 1];
    for (std::size_t y = 1; y < first.size(); ++y) first[y] += first[y - 1];
    std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
    for (std::uint32_t x = 0; x < g.arcs.size(); ++x)
        for (std::uint32_t i = g.up_first[x]; i < g.up_first[x + 1]; ++i) arcs[next[g.up_heads[i]]++] = {i, g.up_first[x + 1]};
}

void learn_from_below(const ProfileGraph& graph, const LowerArcs& low, std::vector<BothWays>& costs, std::vector<ViaBelow>& vias) {
    std::vector<std::uint32_t> at(graph.arcs.size());
    widest(from_below_avx512, from_below_avx2, from_below_plain)(view_of(graph, low, costs, vias.data(), at));
}

/// A way x→y over z needs x's own step to z alone, and z→y, which is final; so what z and y teach each other need not be in order.
void learn_from_above(const ProfileGraph& graph, const LowerArcs& low, std::vector<BothWays>& costs) {
    std::vector<std::uint32_t> at(graph.arcs.size());
    widest(from_above_avx512, from_above_avx2, from_above_plain)(view_of(graph, low, costs, nullptr, at));
}

}  // namespace lastmile::road
