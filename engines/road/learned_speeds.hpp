#pragma once
// What own tracks say of the map's times: by area, hour and class of road.
#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engines/geo/point.hpp"
#include "engines/road/map_format.hpp"

namespace lastmile::road {

/// Hours that resemble each other: 24 of working days, 24 of Saturdays, 24 of Sundays.
inline constexpr int hour_classes = 72;
constexpr int hour_class_of(int hour_of_week) {
    const int day = hour_of_week / 24 % 7;
    return (day < 5 ? 0 : day == 5 ? 1 : 2) * 24 + hour_of_week % 24;
}

/// An area: a tile of the usual web maps at zoom 12 (some 6 km in the middle of Europe), x · 4096 + y.
using AreaTile = std::uint32_t;
inline constexpr int area_zoom = 12;
AreaTile area_tile_of(geo::Point point);
/// Its north-western corner; the south-eastern one is that of the tile beside and below.
geo::Point corner_of(AreaTile tile);
constexpr std::uint32_t tile_x(AreaTile tile) { return tile >> area_zoom; }
constexpr std::uint32_t tile_y(AreaTile tile) { return tile & ((1u << area_zoom) - 1); }

/// What is learned by itself.
struct SpeedCell {
    AreaTile tile = 0;
    RoadClass road_class{};
    std::uint8_t hour_class = 0;
    friend auto operator<=>(const SpeedCell&, const SpeedCell&) = default;
};

/// The latest observations of a cell: natural logarithms of driven time by the map's, in thousandths, oldest first.
class SpeedSamples {
public:
    static constexpr std::size_t most = 64;
    /// Keeps it within a quarter and four times the map's time; the oldest one goes when there are too many.
    void add(double time_ratio);
    const std::vector<std::int16_t>& values() const { return values_; }
    std::int64_t seen() const { return seen_; }
    /// As it was stored. Values beyond the bounds are brought back into them.
    static SpeedSamples of(std::vector<std::int16_t> values, std::int64_t seen);

private:
    std::vector<std::int16_t> values_;
    std::int64_t seen_ = 0;  // in all, those that went included
};

using SpeedObservations = std::map<SpeedCell, SpeedSamples>;

/// Time factors of profiles. A cell's factor is the median of its samples, drawn towards its area's (of all hours), that towards its class's
/// (of all areas), and that towards 1: as if the wider one had been seen five times more (medians withstand the odd long stop; the shrinkage few
/// observations). Always within 0.4 and 2.5. Immutable.
class LearnedSpeeds {
public:
    explicit LearnedSpeeds(const std::map<std::string, SpeedObservations>& by_profile);

    /// Of one profile. Null: nothing is known of it.
    class Profile {
    public:
        /// What the map's time for driving a road is multiplied with.
        double time_factor(const SpeedCell& cell) const;

    private:
        friend class LearnedSpeeds;
        std::map<SpeedCell, double> cells_;
        std::map<std::pair<AreaTile, RoadClass>, double> areas_;
        std::array<double, road_class_names.size()> classes_{};
    };
    const Profile* profile(std::string_view name) const;
    bool empty() const { return profiles_.empty(); }

private:
    std::map<std::string, Profile, std::less<>> profiles_;
};

inline constexpr double least_time_factor = 0.4, most_time_factor = 2.5;

}  // namespace lastmile::road
