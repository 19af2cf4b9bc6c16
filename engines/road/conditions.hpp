#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engines/geo/polygon.hpp"
#include "engines/road/map_format.hpp"

namespace lastmile::road {

/// Roads that cannot be driven now. A road is closed if it is named or touches one of the areas.
struct Closure {
    std::vector<std::uint32_t> roads{};  ///< as Snap::road has them
    std::vector<std::int64_t> osm_ways{};
    std::vector<geo::Polygon> areas{};
    std::vector<std::string> profiles{};  ///< empty: for all
    bool forward = true;                  ///< in the direction in which the road is drawn
    bool backward = true;
};

/// Roads that are driven faster or slower than usual. Where several speak of a road their factors multiply.
struct SpeedFactor {
    double factor = 1;                   ///< of the speed: 0.5 is half as fast; 0.01…10
    std::vector<std::uint32_t> roads{};  ///< roads, areas and classes narrow it down; what is empty does not
    std::vector<geo::Polygon> areas{};
    std::vector<RoadClass> classes{};
    std::vector<std::string> profiles{};
};

/// The state of the roads: what a metric is computed from, beside the map.
struct Conditions {
    std::vector<Closure> closures{};
    std::vector<SpeedFactor> factors{};
};

}  // namespace lastmile::road
