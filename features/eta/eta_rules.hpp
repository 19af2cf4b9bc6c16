#pragma once
// Predictions of arrivals: which are kept, how wide their windows are, what was learnt from those that came true. Pure.
#include <array>

#include "features/assignments/assignment_store.hpp"

namespace lastmile::eta {

/// What a prediction rests on: a fresh ping on the way, or the route's times alone.
enum class Basis { position, route };
LASTMILE_ENUM(Basis, position, route)

/// How far ahead, in minutes: below the first bound is bucket 0, from the last on the last bucket.
inline constexpr std::array<int, 5> horizon_bounds_min{5, 15, 30, 60, 120};
constexpr int horizons = static_cast<int>(horizon_bounds_min.size()) + 1;
constexpr int horizon_of(Seconds ahead) {
    for (int i = 0; i < horizons - 1; ++i)
        if (ahead.count() < horizon_bounds_min[static_cast<std::size_t>(i)] * 60) return i;
    return horizons - 1;
}
/// "0-5 min", …, "120+ min".
std::string name_of_horizon(int horizon);
static_assert(horizon_of(Seconds{299}) == 0 && horizon_of(Seconds{300}) == 1 && horizon_of(Seconds{7200}) == 5);

/// A position this old is no basis any more.
inline constexpr Seconds fresh{300};
/// Changes below this are noise: not kept.
inline constexpr Seconds worth_keeping{120};
/// The log is told of an arrival that has moved by this much since it was last told.
inline constexpr Seconds worth_telling{300};
inline constexpr int most_kept = 30;  // predictions a stop

/// The first, one in each horizon, and whatever moved the arrival noticeably.
bool is_to_be_kept(const std::optional<KeptPrediction>& last, Instant eta, int horizon);

/// What is known of windows of one basis and horizon.
struct Spread {
    Basis basis = Basis::route;
    int horizon = 0;
    std::int64_t count = 0;
    std::int64_t inside = 0;
    double scale = 1;  // of the usual window
};
LASTMILE_VALUE(Spread, (basis, horizon, count, inside, scale))

/// Windows are to hold four arrivals of five.
inline constexpr double wanted_inside = 0.8;
/// A prediction has come true, or not: windows that miss too often grow, those that never do shrink.
Spread learnt(Spread spread, Seconds error, Seconds half_window);
/// How likely an arrival lies in such a window: as it was, drawn to what is usual while little is known.
double confidence_of(const Spread& spread, bool roads);

/// Where the fence round a stop stands after a sighting. `entered`, `left`: to be told now.
struct Crossing {
    Fence fence;
    bool entered = false, left = false;
};
/// In at `radius_m`, out at one and a half of it and the accuracy besides; a position too inexact says nothing. Arriving takes 20 s inside,
/// leaving a stop that has been arrived at a minute outside.
Crossing crossed(const std::optional<Fence>& before, Id<Stop> stop, bool arrived, double distance_m, std::optional<double> accuracy_m, double radius_m, Instant at);

}  // namespace lastmile::eta
