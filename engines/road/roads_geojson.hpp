#pragma once
#include <string>
#include <vector>

#include "engines/road/network.hpp"

namespace lastmile::road {

struct DrawOptions {
    double tolerance_m = 0;              ///< lines are simplified by this much; 0: as drawn
    RoadClass least = RoadClass::ferry;  ///< classes after this one (less important) are left out; a ferry is the last
    std::size_t limit = 20'000;          ///< features; the most important ones first
};

/// Roads that touch a box, as a GeoJSON FeatureCollection of LineStrings with `class`, `name`, `ref`, `oneway`, `tunnel`, `bridge` (empty
/// and false ones are
/// left out) and the map's `road` number as id. Member `truncated` is true where the limit cut something off.
std::string roads_geojson(const Network& network, const geo::Box& box, const DrawOptions& options = {});

/// Areas (buildings, water, woods, parks, …) that touch a box, as a FeatureCollection of Polygons with `kind`.
std::string areas_geojson(const Network& network, const geo::Box& box, const std::vector<AreaKind>& kinds, std::size_t limit = 20'000);

inline constexpr std::array<const char*, 6> area_kind_names{"water", "wood", "park", "residential", "industrial", "building"};

/// Text as a JSON string, quotes included.
std::string json_text(std::string_view text);

}  // namespace lastmile::road
