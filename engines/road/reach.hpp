#pragma once
#include "engines/road/isochrone.hpp"
#include "engines/road/phantom.hpp"

namespace lastmile::road {

/// A place on a road and when one is there.
struct Arrival {
    geo::Point point;
    double time_s;
};

/// Places every `spacing_m` (and at the ends) on all that can be driven within `limit_s`. Roads for visitors are reached, but not driven through.
std::vector<Arrival> arrivals(const Network& network, const ProfileGraph& graph, const Weights& weights, const Phantom& from, double limit_s,
                              double spacing_m);

/// Outlines of what is reached within each of `limits_s`. A place belongs to it where the time left at a road near it suffices for walking there
/// at 1.4 m/s, over 150 m at most (300 m and more where the area is wider than a town). Holes under 5 hectares are filled.
std::vector<Isochrone> outline(const std::vector<Arrival>& arrivals, std::vector<double> limits_s);

}  // namespace lastmile::road
