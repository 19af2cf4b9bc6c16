#include "engines/road/learned_speeds.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lastmile::road {
namespace {

constexpr double thousandths = 1000;
const auto farthest = static_cast<std::int16_t>(std::lround(std::log(4.0) * thousandths));
/// How many observations the wider picture counts for.
constexpr double weight_of_wider = 5;

double median(std::vector<std::int16_t>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    if (values.size() % 2 == 1) return *middle / thousandths;
    return (*middle + *std::max_element(values.begin(), middle)) / 2.0 / thousandths;
}

/// The logarithm of a factor, from what was seen and what the wider picture says.
double drawn_towards(double wider, std::vector<std::int16_t>& values) {
    if (values.empty()) return wider;
    const auto n = static_cast<double>(values.size());
    return (n * median(values) + weight_of_wider * wider) / (n + weight_of_wider);
}

double factor_of(double logarithm) { return std::clamp(std::exp(logarithm), least_time_factor, most_time_factor); }

}  // namespace

AreaTile area_tile_of(geo::Point point) {
    constexpr double side = 1u << area_zoom;
    const double lat = std::clamp(point.lat, -85.05, 85.05) * std::numbers::pi / 180;
    const double x = (point.lon + 180) / 360 * side, y = (1 - std::asinh(std::tan(lat)) / std::numbers::pi) / 2 * side;
    const auto whole = [](double v) { return static_cast<std::uint32_t>(std::clamp(v, 0.0, side - 1)); };
    return whole(x) << area_zoom | whole(y);
}

geo::Point corner_of(AreaTile tile) {
    constexpr double side = 1u << area_zoom;
    const double lat = std::atan(std::sinh(std::numbers::pi * (1 - 2 * tile_y(tile) / side)));
    return {lat * 180 / std::numbers::pi, tile_x(tile) / side * 360 - 180};
}

void SpeedSamples::add(double time_ratio) {
    const double logarithm = std::log(std::clamp(time_ratio, 0.25, 4.0));
    values_.push_back(static_cast<std::int16_t>(std::lround(logarithm * thousandths)));
    if (values_.size() > most) values_.erase(values_.begin());
    ++seen_;
}

SpeedSamples SpeedSamples::of(std::vector<std::int16_t> values, std::int64_t seen) {
    SpeedSamples samples;
    for (auto& value : values) value = std::clamp<std::int16_t>(value, static_cast<std::int16_t>(-farthest), farthest);
    if (values.size() > most) values.erase(values.begin(), values.end() - most);
    samples.seen_ = std::max(seen, static_cast<std::int64_t>(values.size()));
    samples.values_ = std::move(values);
    return samples;
}

LearnedSpeeds::LearnedSpeeds(const std::map<std::string, SpeedObservations>& by_profile) {
    for (const auto& [name, observations] : by_profile) {
        if (observations.empty()) continue;
        Profile& profile = profiles_[name];
        std::array<std::vector<std::int16_t>, road_class_names.size()> of_class;
        std::map<std::pair<AreaTile, RoadClass>, std::vector<std::int16_t>> of_area;
        for (const auto& [cell, samples] : observations) {
            auto& whole = of_class[static_cast<std::size_t>(cell.road_class)];
            auto& area = of_area[{cell.tile, cell.road_class}];
            whole.insert(whole.end(), samples.values().begin(), samples.values().end());
            area.insert(area.end(), samples.values().begin(), samples.values().end());
        }
        std::array<double, road_class_names.size()> class_logs{};
        for (std::size_t c = 0; c < of_class.size(); ++c) profile.classes_[c] = factor_of(class_logs[c] = drawn_towards(0, of_class[c]));
        std::map<std::pair<AreaTile, RoadClass>, double> area_logs;
        for (auto& [area, values] : of_area)
            profile.areas_[area] = factor_of(area_logs[area] = drawn_towards(class_logs[static_cast<std::size_t>(area.second)], values));
        for (const auto& [cell, samples] : observations) {
            auto values = samples.values();
            profile.cells_[cell] = factor_of(drawn_towards(area_logs[{cell.tile, cell.road_class}], values));
        }
    }
}

const LearnedSpeeds::Profile* LearnedSpeeds::profile(std::string_view name) const {
    const auto found = profiles_.find(name);
    return found == profiles_.end() ? nullptr : &found->second;
}

double LearnedSpeeds::Profile::time_factor(const SpeedCell& cell) const {
    if (const auto found = cells_.find(cell); found != cells_.end()) return found->second;
    if (const auto found = areas_.find({cell.tile, cell.road_class}); found != areas_.end()) return found->second;
    return classes_[static_cast<std::size_t>(cell.road_class)];
}

}  // namespace lastmile::road
