#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>

namespace lastmile::geo {

/// A place on WGS84 in degrees. Latitude comes first here; GeoJSON has it second.
struct Point {
    double lat = 0;
    double lon = 0;
    friend bool operator==(const Point&, const Point&) = default;
};

/// IUGG mean radius, as most routers use; against the ellipsoid a distance is off by 0.5 % at most.
inline constexpr double earth_radius_m = 6'371'008.8;

inline constexpr double radians(double degrees) { return degrees * std::numbers::pi / 180; }
inline constexpr double degrees(double radians) { return radians * 180 / std::numbers::pi; }

/// True where both parts are numbers in −90…90 and −180…180.
inline bool is_valid(Point p) { return std::abs(p.lat) <= 90 && std::abs(p.lon) <= 180; }

/// The difference of two longitudes the short way round, in −180…180 degrees.
inline double lon_difference(double to, double from) { return std::remainder(to - from, 360); }

/// Great-circle distance in metres (haversine: well-conditioned for small distances).
inline double distance_m(Point a, Point b) {
    const double sin_lat = std::sin(radians(b.lat - a.lat) / 2);
    const double sin_lon = std::sin(radians(b.lon - a.lon) / 2);
    const double h = sin_lat * sin_lat + std::cos(radians(a.lat)) * std::cos(radians(b.lat)) * sin_lon * sin_lon;
    return 2 * earth_radius_m * std::asin(std::sqrt(std::min(1.0, h)));
}

/// Initial course from `a` to `b` in degrees, clockwise from north, 0 ≤ course < 360. 0 where the two are the same place.
inline double bearing_deg(Point a, Point b) {
    const double dlon = radians(b.lon - a.lon);
    const double y = std::sin(dlon) * std::cos(radians(b.lat));
    const double x =
        std::cos(radians(a.lat)) * std::sin(radians(b.lat)) - std::sin(radians(a.lat)) * std::cos(radians(b.lat)) * std::cos(dlon);
    const double course = std::fmod(degrees(std::atan2(y, x)) + 360, 360);
    return course >= 360 ? 0 : course;
}

/// The place `distance` metres from `from` along a great circle that starts with the course `bearing` (degrees).
inline Point destination(Point from, double bearing, double distance) {
    const double angle = distance / earth_radius_m;
    const double lat = std::asin(std::sin(radians(from.lat)) * std::cos(angle) +
                                 std::cos(radians(from.lat)) * std::sin(angle) * std::cos(radians(bearing)));
    const double dlon = std::atan2(std::sin(radians(bearing)) * std::sin(angle) * std::cos(radians(from.lat)),
                                   std::cos(angle) - std::sin(radians(from.lat)) * std::sin(lat));
    return {degrees(lat), std::remainder(from.lon + degrees(dlon), 360)};
}

}  // namespace lastmile::geo
