#pragma once
#include <cstddef>
#include <limits>
#include <span>

#include "engines/geo/plane.hpp"

namespace lastmile::geo {

/// Where a place falls on a segment from `a` to `b`.
struct OnSegment {
    Point point;          ///< the nearest place on the segment
    double fraction = 0;  ///< 0 at `a`, 1 at `b`
    double distance_m = 0;
    double side = 0;  ///< > 0: the place lies left of the direction a→b, < 0: right, 0: on the line; in square metres
};

/// Projects `p` on the segment in the plane around `p`: exact enough for segments of a street (kilometres). A segment without length is
/// its point.
inline OnSegment project(Point p, Point a, Point b) {
    const LocalPlane plane(p);
    const Offset pa = plane.to_plane(a);
    const Offset pb = plane.to_plane(b);
    const double dx = pb.east_m - pa.east_m;
    const double dy = pb.north_m - pa.north_m;
    const double length2 = dx * dx + dy * dy;
    const double t = length2 > 0 ? std::clamp(-(pa.east_m * dx + pa.north_m * dy) / length2, 0.0, 1.0) : 0.0;
    const Offset foot{pa.east_m + t * dx, pa.north_m + t * dy};
    return {plane.to_globe(foot), t, std::hypot(foot.east_m, foot.north_m), pa.east_m * dy - dx * pa.north_m};
}

/// Where a place falls on a line of points.
struct OnLine {
    Point point;
    std::size_t segment = 0;  ///< between points[segment] and points[segment + 1]
    double fraction = 0;      ///< within that segment
    double along_m = 0;       ///< from the line's start
    double length_m = 0;      ///< of the whole line
    double distance_m = std::numeric_limits<double>::infinity();
    double side = 0;
};

/// The nearest place on a line of at least one point; the first one wins where several are as near. An empty line has distance ∞.
inline OnLine project(Point p, std::span<const Point> line) {
    OnLine best;
    if (line.size() == 1) {
        best.point = line[0];
        best.distance_m = distance_m(p, line[0]);
    }
    double travelled = 0;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        const double length = distance_m(line[i], line[i + 1]);
        const OnSegment hit = project(p, line[i], line[i + 1]);
        if (hit.distance_m < best.distance_m) {
            best = {hit.point, i, hit.fraction, travelled + hit.fraction * length, 0, hit.distance_m, hit.side};
        }
        travelled += length;
    }
    best.length_m = travelled;
    return best;
}

inline double length_m(std::span<const Point> line) {
    double sum = 0;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) sum += distance_m(line[i], line[i + 1]);
    return sum;
}

}  // namespace lastmile::geo
