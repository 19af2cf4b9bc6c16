#include "features/assignments/route.hpp"

#include <algorithm>

namespace lastmile {
namespace {

/// Metres a second, door to door in towns.
double speed_of(std::string_view profile) {
    if (profile == "bike") return 15 / 3.6;
    if (profile == "foot") return 5 / 3.6;
    if (profile == "truck") return 25 / 3.6;
    return 30 / 3.6;
}

}  // namespace

const StopTime* PricedRoute::at(Id<Stop> stop) const {
    const auto found = std::ranges::find(times, stop, &StopTime::stop_id);
    return found == times.end() ? nullptr : &*found;
}

std::vector<RoutePricer::Leg> StraightLine::legs(std::span<const geo::Point> points, std::string_view profile) const {
    std::vector<Leg> legs;
    for (std::size_t i = 1; i < points.size(); ++i) {
        const double metres = geo::distance_m(points[i - 1], points[i]) * 1.3;
        legs.push_back({metres / speed_of(profile), metres, {points[i - 1], points[i]}});
    }
    return legs;
}

}  // namespace lastmile
