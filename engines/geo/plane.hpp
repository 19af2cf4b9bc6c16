#pragma once
#include "engines/geo/point.hpp"

namespace lastmile::geo {

/// Metres east and north of a plane's origin.
struct Offset {
    double east_m = 0;
    double north_m = 0;
    friend bool operator==(const Offset&, const Offset&) = default;
};

/// Equirectangular projection around an origin: cheap, and within 0.1 % of the great circle in a city (20 km).
/// Safe across the date line; not for the poles.
class LocalPlane {
public:
    explicit LocalPlane(Point origin)
        : origin_(origin), per_lat_(radians(1) * earth_radius_m), per_lon_(per_lat_ * std::cos(radians(origin.lat))) {}

    Point origin() const { return origin_; }
    Offset to_plane(Point p) const { return {lon_difference(p.lon, origin_.lon) * per_lon_, (p.lat - origin_.lat) * per_lat_}; }
    Point to_globe(Offset o) const { return {origin_.lat + o.north_m / per_lat_, std::remainder(origin_.lon + o.east_m / per_lon_, 360)}; }

private:
    Point origin_;
    double per_lat_;
    double per_lon_;
};

/// Web Mercator (EPSG:3857) as fractions of the world square: x to the east, y to the south, both 0…1. Latitudes beyond ±85.0511° are cut
/// off.
struct Mercator {
    double x = 0;
    double y = 0;
};

inline Mercator to_mercator(Point p) {
    constexpr double limit = 85.05112877980659;
    const double sin_lat = std::sin(radians(std::clamp(p.lat, -limit, limit)));
    return {p.lon / 360 + 0.5, 0.5 - std::log((1 + sin_lat) / (1 - sin_lat)) / (4 * std::numbers::pi)};
}

inline Point from_mercator(Mercator m) { return {degrees(std::atan(std::sinh(std::numbers::pi * (1 - 2 * m.y)))), (m.x - 0.5) * 360}; }

}  // namespace lastmile::geo
