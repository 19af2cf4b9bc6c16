#pragma once
// Pure decisions about areas.
#include <functional>
#include <vector>

#include "engines/geo/polygon.hpp"
#include "features/areas/area.hpp"
#include "platform/base/changed.hpp"
#include "platform/base/result.hpp"

namespace lastmile::areas {

inline constexpr std::size_t max_points = 10'000;

/// GeoJSON Polygon or MultiPolygon (RFC 7946 section 3.1): longitude before latitude, rings of at least four positions whose last is
/// their first, in range, with an area, no edge across 180 degrees (section 3.1.9 has such areas cut there), at most 10,000 points.
/// *Refuses* 422 with all that is wrong (the first 50), below `#/geometry`.
Result<std::vector<geo::Polygon>> parse_geometry(const Document& geometry);

using IsTimeZone = std::function<bool(std::string_view)>;

/// *Emits* `area.created`. *Refuses* a bad geometry and an unknown time zone, together.
Result<Changed<Area>> create(Id<Area> id, const CreateArea& request, const IsTimeZone& is_time_zone, const Now& now);
/// *Emits* `area.updated` where something changes.
Result<Changed<Area>> change(const Area& before, const ChangeArea& request, const IsTimeZone& is_time_zone, const Now& now);
/// *Emits* `area.deleted`.
Changed<Area> remove(Area area, const Now& now);

}  // namespace lastmile::areas
