#include "engines/geo/polygon.hpp"

#include <algorithm>

#include "engines/geo/plane.hpp"

namespace lastmile::geo {
namespace {

bool odd_crossings(const Ring& ring, Point p) {
    bool inside = false;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        const Point a = ring[i];
        const Point b = ring[j];
        // Half-open in latitude, so that a ray through a corner counts it once.
        if ((a.lat > p.lat) != (b.lat > p.lat) && p.lon < (b.lon - a.lon) * (p.lat - a.lat) / (b.lat - a.lat) + a.lon) inside = !inside;
    }
    return inside;
}

double turn(Point a, Point b, Point c) { return (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon); }

bool within(Point a, Point b, Point p) {
    return std::min(a.lat, b.lat) <= p.lat && p.lat <= std::max(a.lat, b.lat) && std::min(a.lon, b.lon) <= p.lon &&
           p.lon <= std::max(a.lon, b.lon);
}

bool cross(Point a, Point b, Point c, Point d) {
    const double abc = turn(a, b, c);
    const double abd = turn(a, b, d);
    const double cda = turn(c, d, a);
    const double cdb = turn(c, d, b);
    if (((abc > 0 && abd < 0) || (abc < 0 && abd > 0)) && ((cda > 0 && cdb < 0) || (cda < 0 && cdb > 0))) return true;
    return (abc == 0 && within(a, b, c)) || (abd == 0 && within(a, b, d)) || (cda == 0 && within(c, d, a)) || (cdb == 0 && within(c, d, b));
}

/// Twice the signed area of a ring in the plane, and the centre weighted by it.
struct Moments {
    double area2 = 0;
    double east = 0;
    double north = 0;
};

Moments moments(const Ring& ring, const LocalPlane& plane) {
    Moments m;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        const Offset a = plane.to_plane(ring[j]);
        const Offset b = plane.to_plane(ring[i]);
        const double piece = a.east_m * b.north_m - b.east_m * a.north_m;
        m.area2 += piece;
        m.east += (a.east_m + b.east_m) * piece;
        m.north += (a.north_m + b.north_m) * piece;
    }
    return m;
}

}  // namespace

bool contains(const Polygon& polygon, Point p) {
    bool inside = false;
    for (const Ring& ring : polygon.rings)
        if (!ring.empty() && odd_crossings(ring, p)) inside = !inside;
    return inside;
}

bool contains(std::span<const Polygon> polygons, Point p) {
    return std::ranges::any_of(polygons, [p](const Polygon& polygon) { return contains(polygon, p); });
}

Box box_of(const Polygon& polygon) {
    Box box;
    for (const Ring& ring : polygon.rings) box.add(box_of(std::span<const Point>(ring)));
    return box;
}

bool touches(const Polygon& polygon, std::span<const Point> line) {
    if (!box_of(polygon).intersects(box_of(line))) return false;
    if (std::ranges::any_of(line, [&](Point p) { return contains(polygon, p); })) return true;
    for (const Ring& ring : polygon.rings)
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
            for (std::size_t k = 0; k + 1 < line.size(); ++k)
                if (cross(ring[j], ring[i], line[k], line[k + 1])) return true;
    return false;
}

double area_m2(const Polygon& polygon) {
    if (polygon.rings.empty() || polygon.rings[0].empty()) return 0;
    const LocalPlane plane(box_of(polygon).center());
    double area = std::abs(moments(polygon.rings[0], plane).area2) / 2;
    for (std::size_t i = 1; i < polygon.rings.size(); ++i)
        if (!polygon.rings[i].empty()) area -= std::abs(moments(polygon.rings[i], plane).area2) / 2;
    return std::max(0.0, area);
}

Point centroid(const Polygon& polygon) {
    if (polygon.rings.empty() || polygon.rings[0].empty()) return {};
    const Ring& ring = polygon.rings[0];
    const LocalPlane plane(ring[0]);
    const Moments m = moments(ring, plane);
    if (std::abs(m.area2) > 1e-6) return plane.to_globe({m.east / (3 * m.area2), m.north / (3 * m.area2)});
    Offset sum;
    for (const Point p : ring) {
        const Offset o = plane.to_plane(p);
        sum.east_m += o.east_m / static_cast<double>(ring.size());
        sum.north_m += o.north_m / static_cast<double>(ring.size());
    }
    return plane.to_globe(sum);
}

}  // namespace lastmile::geo
