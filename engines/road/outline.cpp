// From places with times to areas: a grid of times, and the lines on it where the time is up.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engines/geo/plane.hpp"
#include "engines/road/reach.hpp"

namespace lastmile::road {
namespace {

constexpr double walking_mps = 1.4;
constexpr double least_walk_m = 150;
constexpr double least_cell_m = 25;
constexpr double cells_across = 400;
constexpr double least_hole_m2 = 50'000;

/// Times at the corners of square cells.
class Grid {
public:
    explicit Grid(const std::vector<Arrival>& arrivals) : plane_(arrivals.front().point) {
        double west = 0, east = 0, south = 0, north = 0;
        for (const Arrival& a : arrivals) {
            const auto o = plane_.to_plane(a.point);
            west = std::min(west, o.east_m), east = std::max(east, o.east_m);
            south = std::min(south, o.north_m), north = std::max(north, o.north_m);
        }
        cell_ = std::max(least_cell_m, std::max(east - west, north - south) / cells_across);
        walk_ = std::max(least_walk_m, 3 * cell_);
        west_ = west - walk_ - 2 * cell_;
        south_ = south - walk_ - 2 * cell_;
        columns_ = static_cast<int>((east + walk_ - west_) / cell_) + 3;
        rows_ = static_cast<int>((north + walk_ - south_) / cell_) + 3;
        times_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), std::numeric_limits<double>::infinity());
        for (const Arrival& a : arrivals) add(a);
    }

    int columns() const { return columns_; }
    int rows() const { return rows_; }
    double time(int x, int y) const { return times_[static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(x)]; }
    geo::Point point(double x, double y) const { return plane_.to_globe({west_ + x * cell_, south_ + y * cell_}); }

private:
    void add(const Arrival& a) {
        const auto o = plane_.to_plane(a.point);
        const double x = (o.east_m - west_) / cell_, y = (o.north_m - south_) / cell_, reach = walk_ / cell_;
        for (int row = static_cast<int>(std::ceil(y - reach)); row <= y + reach; ++row)
            for (int column = static_cast<int>(std::ceil(x - reach)); column <= x + reach; ++column) {
                const double metres = std::hypot(column - x, row - y) * cell_;
                if (metres > walk_) continue;
                double& time = times_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column)];
                time = std::min(time, a.time_s + metres / walking_mps);
            }
    }

    geo::LocalPlane plane_;
    double cell_, walk_, west_, south_;
    int columns_, rows_;
    std::vector<double> times_;
};

/// Marching squares (Lorensen and Cline 1987 in the plane): walks along the sides of cells with the inside on the left.
class Contours {
public:
    Contours(const Grid& grid, double limit_s) : grid_(grid), limit_(limit_s) {}

    std::vector<geo::Ring> rings() {
        for (int y = 0; y + 1 < grid_.rows(); ++y)
            for (int x = 0; x + 1 < grid_.columns(); ++x) add_cell(x, y);
        std::vector<geo::Ring> rings;
        while (!next_.empty()) {
            const Side start = next_.begin()->first;
            geo::Ring ring;
            for (Side side = start;;) {
                ring.push_back(crossing(side));
                const auto at = next_.find(side);
                side = at->second;
                next_.erase(at);
                if (side == start) break;
            }
            ring.push_back(ring.front());
            rings.push_back(std::move(ring));
        }
        return rings;
    }

private:
    /// A side of a cell, named by its lower left corner: from it to the right, or upwards.
    struct Side {
        int y, x;
        bool upwards;
        auto operator<=>(const Side&) const = default;
    };

    bool inside(int x, int y) const { return grid_.time(x, y) <= limit_; }

    geo::Point crossing(const Side& s) const {
        const double a = limit_ - grid_.time(s.x, s.y), b = limit_ - (s.upwards ? grid_.time(s.x, s.y + 1) : grid_.time(s.x + 1, s.y));
        // Beyond the walk there is no time at all: then the line runs in the middle.
        const double t = std::isfinite(a) && std::isfinite(b) && a != b ? std::clamp(a / (a - b), 0.02, 0.98) : 0.5;
        return grid_.point(s.x + (s.upwards ? 0 : t), s.y + (s.upwards ? t : 0));
    }

    void add_cell(int x, int y) {
        const bool sw = inside(x, y), se = inside(x + 1, y), ne = inside(x + 1, y + 1), nw = inside(x, y + 1);
        const Side south{y, x, false}, north{y + 1, x, false}, west{y, x, true}, east{y, x + 1, true};
        const auto link = [&](const Side& from, const Side& to) { next_[from] = to; };
        switch (sw | se << 1 | ne << 2 | nw << 3) {
            case 1: return link(south, west);
            case 2: return link(east, south);
            case 3: return link(east, west);
            case 4: return link(north, east);
            case 5: link(south, west); return link(north, east);
            case 6: return link(north, south);
            case 7: return link(north, west);
            case 8: return link(west, north);
            case 9: return link(south, north);
            case 10: link(east, south); return link(west, north);
            case 11: return link(east, north);
            case 12: return link(west, east);
            case 13: return link(south, east);
            case 14: return link(west, south);
            default: return;
        }
    }

    const Grid& grid_;
    double limit_;
    std::map<Side, Side> next_;
};

/// Twice the area in square degrees, positive where the ring runs counter-clockwise.
double turning(const geo::Ring& ring) {
    double sum = 0;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) sum += ring[i].lon * ring[i + 1].lat - ring[i + 1].lon * ring[i].lat;
    return sum;
}

std::vector<geo::Polygon> assemble(std::vector<geo::Ring> rings) {
    std::vector<geo::Polygon> areas;
    for (geo::Ring& ring : rings)
        if (turning(ring) > 0) areas.push_back({{std::move(ring)}});
    // The smallest first, so that a hole goes to the area right around it.
    std::ranges::sort(areas, {}, [](const geo::Polygon& area) { return std::abs(turning(area.rings[0])); });
    for (geo::Ring& ring : rings) {
        if (ring.empty() || geo::area_m2({{ring}}) < least_hole_m2) continue;
        for (geo::Polygon& area : areas)
            if (geo::contains(geo::Polygon{{area.rings[0]}}, ring[0])) {
                area.rings.push_back(std::move(ring));
                break;
            }
    }
    std::ranges::reverse(areas);
    return areas;
}

}  // namespace

std::vector<Isochrone> outline(const std::vector<Arrival>& arrivals, std::vector<double> limits_s) {
    std::vector<Isochrone> isochrones;
    if (arrivals.empty()) return isochrones;
    const Grid grid(arrivals);
    for (const double limit : limits_s) isochrones.push_back({limit, assemble(Contours(grid, limit).rings())});
    return isochrones;
}

}  // namespace lastmile::road
