#include "engines/tiles/clip.hpp"

#include <algorithm>
#include <utility>

namespace lastmile::tiles {
namespace {

/// Narrows [t0, t1] to where start + t × step stays on the inner side of one border. False where nothing is left.
bool narrow(double step, double room, double& t0, double& t1) {
    if (step == 0) return room >= 0;
    const double t = room / step;
    if (step < 0) t0 = std::max(t0, t);
    else t1 = std::min(t1, t);
    return t0 <= t1;
}

}  // namespace

std::vector<std::vector<Spot>> clip_line(const std::vector<Spot>& line, Frame frame) {
    std::vector<std::vector<Spot>> pieces;
    bool open = false;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        const Spot a = line[i], b = line[i + 1];
        const double dx = b.x - a.x, dy = b.y - a.y;
        double t0 = 0, t1 = 1;
        if (!narrow(-dx, a.x - frame.low, t0, t1) || !narrow(dx, frame.high - a.x, t0, t1) || !narrow(-dy, a.y - frame.low, t0, t1) ||
            !narrow(dy, frame.high - a.y, t0, t1)) {
            open = false;
            continue;
        }
        if (!open || t0 > 0) pieces.push_back({{a.x + t0 * dx, a.y + t0 * dy}});
        pieces.back().push_back({a.x + t1 * dx, a.y + t1 * dy});
        open = t1 >= 1;
    }
    return pieces;
}

std::vector<Spot> clip_ring(const std::vector<Spot>& ring, Frame frame) {
    std::vector<Spot> now = ring;
    for (int border = 0; border < 4 && !now.empty(); ++border) {
        const bool horizontal = border < 2;  // a border of x
        const double limit = border % 2 ? frame.high : frame.low;
        const auto inside = [&](Spot s) {
            const double v = horizontal ? s.x : s.y;
            return border % 2 ? v <= limit : v >= limit;
        };
        const auto crossing = [&](Spot a, Spot b) {
            const double from = horizontal ? a.x : a.y, to = horizontal ? b.x : b.y;
            const double t = (limit - from) / (to - from);
            return Spot{a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
        };
        std::vector<Spot> next;
        for (std::size_t i = 0, j = now.size() - 1; i < now.size(); j = i++) {
            if (inside(now[i]) != inside(now[j])) next.push_back(crossing(now[j], now[i]));
            if (inside(now[i])) next.push_back(now[i]);
        }
        now = std::move(next);
    }
    return now;
}

double area2(const std::vector<Spot>& ring) {
    double sum = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) sum += ring[j].x * ring[i].y - ring[i].x * ring[j].y;
    return sum;
}

bool is_within(const std::vector<Spot>& ring, Spot spot) {
    bool inside = false;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
        if ((ring[i].y > spot.y) != (ring[j].y > spot.y) &&
            spot.x < (ring[j].x - ring[i].x) * (spot.y - ring[i].y) / (ring[j].y - ring[i].y) + ring[i].x)
            inside = !inside;
    return inside;
}

}  // namespace lastmile::tiles
