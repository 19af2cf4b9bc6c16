#include "engines/geo/polyline.hpp"

#include <cmath>
#include <cstdint>
#include <utility>

#include "engines/geo/segment.hpp"

namespace lastmile::geo {
namespace {

void append_number(std::string& out, std::int64_t value) {
    // Zigzag, then five bits a character, low bits first, 0x20 meaning that more follow.
    std::uint64_t bits = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
    while (bits >= 0x20) {
        out += static_cast<char>((0x20 | (bits & 0x1f)) + 63);
        bits >>= 5;
    }
    out += static_cast<char>(bits + 63);
}

std::optional<std::int64_t> take_number(std::string_view& text) {
    std::uint64_t bits = 0;
    for (int shift = 0; shift < 40; shift += 5) {
        if (text.empty()) return std::nullopt;
        const int c = static_cast<unsigned char>(text.front()) - 63;
        if (c < 0 || c > 63) return std::nullopt;
        text.remove_prefix(1);
        bits |= static_cast<std::uint64_t>(c & 0x1f) << shift;
        if (c < 0x20) return static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
    }
    return std::nullopt;
}

}  // namespace

std::string encode_polyline(std::span<const Point> line, int precision) {
    const double factor = std::pow(10, precision);
    std::string out;
    out.reserve(line.size() * 6);
    std::int64_t last_lat = 0;
    std::int64_t last_lon = 0;
    for (const Point p : line) {
        // Each point is rounded before the difference is taken, so that errors do not add up along the line.
        const std::int64_t lat = std::llround(p.lat * factor);
        const std::int64_t lon = std::llround(p.lon * factor);
        append_number(out, lat - last_lat);
        append_number(out, lon - last_lon);
        last_lat = lat;
        last_lon = lon;
    }
    return out;
}

std::optional<std::vector<Point>> decode_polyline(std::string_view text, int precision) {
    const double factor = std::pow(10, precision);
    std::vector<Point> line;
    std::int64_t lat = 0;
    std::int64_t lon = 0;
    while (!text.empty()) {
        const auto dlat = take_number(text);
        const auto dlon = dlat ? take_number(text) : std::nullopt;
        if (!dlon) return std::nullopt;
        lat += *dlat;
        lon += *dlon;
        const Point p{static_cast<double>(lat) / factor, static_cast<double>(lon) / factor};
        if (!is_valid(p)) return std::nullopt;
        line.push_back(p);
    }
    return line;
}

std::vector<Point> simplify(std::span<const Point> line, double tolerance_m) {
    if (line.size() < 3) return {line.begin(), line.end()};
    std::vector<bool> keep(line.size(), false);
    keep.front() = keep.back() = true;
    std::vector<std::pair<std::size_t, std::size_t>> open{{0, line.size() - 1}};
    while (!open.empty()) {
        const auto [first, last] = open.back();
        open.pop_back();
        double farthest = tolerance_m;
        std::size_t at = first;
        for (std::size_t i = first + 1; i < last; ++i) {
            const double off = project(line[i], line[first], line[last]).distance_m;
            if (off > farthest) {
                farthest = off;
                at = i;
            }
        }
        if (at == first) continue;
        keep[at] = true;
        open.emplace_back(first, at);
        open.emplace_back(at, last);
    }
    std::vector<Point> kept;
    for (std::size_t i = 0; i < line.size(); ++i)
        if (keep[i]) kept.push_back(line[i]);
    return kept;
}

}  // namespace lastmile::geo
