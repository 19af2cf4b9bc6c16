#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engines/geo/point.hpp"

namespace lastmile::geo {

/// Encodes a line in Google's polyline format ("Encoded Polyline Algorithm Format") with `precision` decimals: 5 (about 1 m) or 6 (0.1 m).
std::string encode_polyline(std::span<const Point> line, int precision = 5);

/// Reads an encoded polyline. Empty (no value) for a text that is cut off or holds a character or number outside the format.
std::optional<std::vector<Point>> decode_polyline(std::string_view text, int precision = 5);

/// Drops the points that lie within `tolerance_m` of the line through the ones kept (Douglas and Peucker 1973). Ends stay.
std::vector<Point> simplify(std::span<const Point> line, double tolerance_m);

}  // namespace lastmile::geo
