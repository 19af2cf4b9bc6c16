#pragma once
#include <bitset>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engines/geo/polygon.hpp"
#include "engines/road/learned_speeds.hpp"
#include "engines/road/map_format.hpp"

namespace lastmile::road {

/// Roads that cannot be driven now. A road is closed if it is named or touches one of the areas.
struct Closure {
    std::vector<std::uint32_t> roads{};  ///< as Snap::road has them
    std::vector<std::int64_t> osm_ways{};
    std::vector<geo::Polygon> areas{};
    std::vector<std::string> profiles{};  ///< empty: for all
    bool forward = true;                  ///< in the direction in which the road is drawn
    bool backward = true;
    std::int64_t from_s = std::numeric_limits<std::int64_t>::min();   ///< Unix seconds: holds from then on …
    std::int64_t until_s = std::numeric_limits<std::int64_t>::max();  ///< … and before then
};

/// Hours of a week in the wall clock of the place, Monday 0:00 first.
using HoursOfWeek = std::bitset<168>;

/// Roads that are driven faster or slower than usual. Where several speak of a road their factors multiply.
struct SpeedFactor {
    double factor = 1;                   ///< of the speed: 0.5 is half as fast; 0.01…10
    std::vector<std::uint32_t> roads{};  ///< roads, areas and classes narrow it down; what is empty does not
    std::vector<geo::Polygon> areas{};
    std::vector<RoadClass> classes{};
    std::vector<std::string> profiles{};
    HoursOfWeek hours{};  ///< when it holds; none set: always
};

/// A moment, as conditions ask for it.
struct Moment {
    std::int64_t unix_s = 0;
    std::optional<int> hour_of_week{};  ///< 0…167 in the wall clock of the place; none: unknown, so that no rule by hour holds
};

/// The state of the roads: what a metric is computed from, beside the map.
struct Conditions {
    std::vector<Closure> closures{};
    std::vector<SpeedFactor> factors{};
    std::shared_ptr<const LearnedSpeeds> learned{};  ///< what own tracks taught; null: nothing
    std::optional<int> learned_hour{};               ///< whose factors hold (an hour class); none: those of the moment
    std::optional<int> hour_of_week{};               ///< whose rules of the map hold (0…167); none: what holds at certain hours alone does not

    bool empty() const { return closures.empty() && factors.empty() && !learned && !hour_of_week; }
    /// True where nothing in it comes or goes with time.
    bool timeless() const;
};

bool holds_at(const Closure& closure, const Moment& moment);
bool holds_at(const SpeedFactor& factor, const Moment& moment);

/// What holds at a moment, without its times.
Conditions holding_at(const Conditions& conditions, const Moment& moment);

/// What is wrong with conditions on a map with these profiles, as one sentence: a factor outside 0.01…10, a profile that the map does not have,
/// a closure that ends before it begins, an area without points. No value: nothing.
std::optional<std::string> fault_in(const Conditions& conditions, const std::vector<std::string>& profiles);

}  // namespace lastmile::road
