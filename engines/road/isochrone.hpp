#pragma once
#include <string>
#include <vector>

#include "engines/geo/polygon.hpp"

namespace lastmile::road {

/// Where one comes from a place within some time.
struct IsochroneQuery {
    std::string profile;
    geo::Point from;
    std::vector<double> limits_s;  ///< one to ten of them, each within 1…86,400
    double max_snap_m = 2'000;
};

/// The area within `limit_s`. Outer rings run counter-clockwise, holes clockwise, the last point repeats the first (RFC 7946).
struct Isochrone {
    double limit_s = 0;
    std::vector<geo::Polygon> areas;
};

}  // namespace lastmile::road
