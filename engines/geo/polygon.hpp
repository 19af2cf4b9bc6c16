#pragma once
#include <span>
#include <vector>

#include "engines/geo/box.hpp"

namespace lastmile::geo {

/// A closed line; the last point may repeat the first (GeoJSON) or not.
using Ring = std::vector<Point>;

/// One outer ring and its holes, as a GeoJSON Polygon. Either winding.
struct Polygon {
    std::vector<Ring> rings;
};

/// Even-odd over all rings, hence holes are outside. A place on an edge may count as either. Edges are straight in latitude and longitude
/// (RFC 7946 §3.1.1) and must not cross ±180° (RFC 7946 §3.1.9 has them cut there).
bool contains(const Polygon& polygon, Point p);
bool contains(std::span<const Polygon> polygons, Point p);

Box box_of(const Polygon& polygon);

/// True where a line comes into contact with the polygon's area: a point within it, or an edge crossed.
bool touches(const Polygon& polygon, std::span<const Point> line);

/// Area in square metres, holes taken off; for areas up to some hundred kilometres across.
double area_m2(const Polygon& polygon);

/// Centre of gravity of the first ring; the mean of its points where it has no area. `{0, 0}` for a polygon without points.
Point centroid(const Polygon& polygon);

}  // namespace lastmile::geo
