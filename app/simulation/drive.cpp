#include "app/simulation/drive.hpp"

#include <algorithm>

namespace lastmile::simulation {
namespace {

/// A route that was replanned may lead from elsewhere: then as the crow flies.
constexpr double beside_the_way_m = 300;

std::size_t nearest(const std::vector<geo::Point>& line, geo::Point to, std::size_t from = 0) {
    return static_cast<std::size_t>(std::ranges::min_element(line.begin() + static_cast<std::ptrdiff_t>(from), line.end(), {},
                                                             [&](geo::Point p) { return geo::distance_m(p, to); }) -
                                    line.begin());
}

double seconds(Time from, Time to) { return std::chrono::duration<double>(to - from).count(); }

}  // namespace

Drive::Drive(Time begun, std::vector<geo::Point> line) : begun_(begun), line_(std::move(line)) {
    for (std::size_t i = 1; i < line_.size(); ++i) length_m_ += geo::distance_m(line_[i - 1], line_[i]);
}

/// The segment in which `left` metres from the beginning lie; `left` becomes the metres inside it.
std::size_t Drive::segment(double& left) const {
    for (std::size_t i = 1; i < line_.size(); ++i) {
        const auto step = geo::distance_m(line_[i - 1], line_[i]);
        if (left <= step) return i;
        left -= step;
    }
    return line_.size();
}

geo::Point Drive::at(Time time) const {
    if (line_.empty()) return {};
    auto left = std::max(0.0, seconds(begun_, time) * drive_mps);
    const auto i = segment(left);
    if (i >= line_.size()) return line_.back();
    return geo::destination(line_[i - 1], geo::bearing_deg(line_[i - 1], line_[i]), left);
}

double Drive::heading(Time time) const {
    if (line_.size() < 2) return 0;
    auto left = std::max(0.0, seconds(begun_, time) * drive_mps);
    const auto i = std::min(segment(left), line_.size() - 1);
    return geo::bearing_deg(line_[i - 1], line_[i]);
}

std::vector<geo::Point> Drive::part(const std::vector<geo::Point>& way, geo::Point from, geo::Point to) {
    std::vector<geo::Point> line{from};
    if (!way.empty()) {
        const auto first = nearest(way, from), last = nearest(way, to, first);
        if (geo::distance_m(way[last], to) < beside_the_way_m && geo::distance_m(way[first], from) < beside_the_way_m)
            line.insert(line.end(), way.begin() + static_cast<std::ptrdiff_t>(first), way.begin() + static_cast<std::ptrdiff_t>(last) + 1);
    }
    line.push_back(to);
    return line;
}

}  // namespace lastmile::simulation
