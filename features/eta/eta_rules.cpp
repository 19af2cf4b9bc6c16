#include "features/eta/eta_rules.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace lastmile::eta {

std::string name_of_horizon(int horizon) {
    const auto bound = [](int i) { return std::to_string(horizon_bounds_min[static_cast<std::size_t>(i)]); };
    if (horizon <= 0) return "0-" + bound(0) + " min";
    if (horizon >= horizons - 1) return bound(horizons - 2) + "+ min";
    return bound(horizon - 1) + "-" + bound(horizon) + " min";
}

bool is_to_be_kept(const std::optional<KeptPrediction>& last, Instant eta, int horizon) {
    if (!last) return true;
    if (last->count >= most_kept) return false;
    return last->horizon != horizon || std::chrono::abs(eta - last->eta) >= worth_keeping;
}

Spread learnt(Spread spread, Seconds error, Seconds half_window) {
    const bool inside = std::abs(error.count()) <= half_window.count();
    // Robbins and Monro 1951, on the scale's logarithm: at rest where one in five misses. Big steps first, small ones later.
    const double step = std::max(0.02, 1.0 / (4.0 + static_cast<double>(spread.count) / 5.0));
    spread.scale = std::clamp(spread.scale * std::exp(step * (inside ? -(1 - wanted_inside) : wanted_inside)), 0.2, 10.0);
    ++spread.count;
    spread.inside += inside;
    // What was long ago counts less.
    if (spread.count >= 4000) spread.count /= 2, spread.inside /= 2;
    return spread;
}

double confidence_of(const Spread& spread, bool roads) {
    constexpr double prior_weight = 20;
    const double prior = roads ? usual_confidence : rough_confidence;
    return (static_cast<double>(spread.inside) + prior * prior_weight) / (static_cast<double>(spread.count) + prior_weight);
}

Crossing crossed(const std::optional<Fence>& before, Id<Stop> stop, bool arrived, double distance_m, std::optional<double> accuracy_m, double radius_m, Instant at) {
    constexpr Seconds dwell{20}, gone{60};
    const double accuracy = accuracy_m.value_or(0);
    const bool mine = before && before->stop_id == stop;
    Crossing now{mine ? *before : Fence{stop, false, at, false}, false, false};
    if (accuracy > 2 * radius_m || at < now.fence.since) return now;
    const bool inside = now.fence.inside ? distance_m <= 1.5 * radius_m + accuracy : distance_m <= radius_m;
    if (inside != now.fence.inside || !mine) {
        const bool told = mine && now.fence.told && inside == arrived;
        now.fence = {stop, inside, at, told};
        return now;
    }
    if (now.fence.told) return now;
    if (!arrived && inside && at - now.fence.since >= dwell) now.entered = now.fence.told = true;
    if (arrived && !inside && at - now.fence.since >= gone) now.left = now.fence.told = true;
    return now;
}

}  // namespace lastmile::eta
