#pragma once
#include <algorithm>
#include <span>

#include "engines/geo/point.hpp"

namespace lastmile::geo {

/// An axis-parallel box in degrees; empty (and containing nothing) until something was added. Does not wrap at ±180°.
struct Box {
    double south = 90;
    double west = 180;
    double north = -90;
    double east = -180;

    bool empty() const { return south > north || west > east; }
    bool contains(Point p) const { return p.lat >= south && p.lat <= north && p.lon >= west && p.lon <= east; }
    bool intersects(const Box& o) const { return south <= o.north && o.south <= north && west <= o.east && o.west <= east; }
    Point center() const { return {(south + north) / 2, (west + east) / 2}; }

    void add(Point p) {
        south = std::min(south, p.lat);
        north = std::max(north, p.lat);
        west = std::min(west, p.lon);
        east = std::max(east, p.lon);
    }
    void add(const Box& o) {
        south = std::min(south, o.south);
        north = std::max(north, o.north);
        west = std::min(west, o.west);
        east = std::max(east, o.east);
    }
    friend bool operator==(const Box&, const Box&) = default;
};

inline Box box_of(std::span<const Point> points) {
    Box box;
    for (const Point p : points) box.add(p);
    return box;
}

/// The box that holds every place within `radius_m` of `center` (a little larger). Cut off at the poles and at ±180°.
inline Box box_around(Point center, double radius_m) {
    const double dlat = degrees(radius_m / earth_radius_m) * 1.001;
    const double widest = std::min(90.0, std::abs(center.lat) + dlat);
    const double cos_lat = std::cos(radians(widest));
    const double dlon = cos_lat * 180 > dlat ? dlat / cos_lat : 180;
    return {std::max(-90.0, center.lat - dlat), std::max(-180.0, center.lon - dlon), std::min(90.0, center.lat + dlat),
            std::min(180.0, center.lon + dlon)};
}

}  // namespace lastmile::geo
