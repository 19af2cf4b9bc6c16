#pragma once
// When a `…:conditional` value holds: the part of OSM's opening hours that says the same every week.
#include <bitset>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engines/road_import/raw_map.hpp"

namespace lastmile::road_import {

/// Minutes of a week, Monday 0:00 first.
using MinutesOfWeek = std::bitset<7 * 24 * 60>;

/// "Mo-Fr 07:00-09:00,16:00-18:00; Sa 08:00-12:00", "22:00-06:00", "Su", "24/7", "Su off". No value for all else (holidays, months, dates, sunset,
/// weeks, comments): who cannot say when a rule holds must not apply it.
std::optional<MinutesOfWeek> parse_hours(std::string_view text);

/// When a condition ("Mo-Fr 07:00-09:00", "weight>7.5", both joined by AND) holds for a profile's vehicle. No value where a part is not understood.
std::optional<MinutesOfWeek> holds_when(const Profile& profile, std::string_view condition);

/// The hours of which a minute at least is among them: who drives in one of these may meet the rule.
road::HoursOfWeek hours_touched(const MinutesOfWeek& minutes);

/// What a profile makes of a way at the hours at which its `…:conditional` tags say something else than the others do. Where a rule begins or ends
/// within an hour the stricter state holds for the whole of it. `understood` is cleared where a condition is left out: what it means is not
/// known, or it would make a road one for visitors at times (turns into such roads are told apart for good).
std::vector<HourlyUse> hourly_uses(const Profile& profile, const Tags& tags, const WayUse& usual, bool& understood);

/// "delivery @ (Mo-Fr 06:00-10:00); no @ (Su)" as pairs of value and condition, in their order. Empty where the text has not this form.
std::vector<std::pair<std::string_view, std::string_view>> split_conditional(std::string_view text);

}  // namespace lastmile::road_import
