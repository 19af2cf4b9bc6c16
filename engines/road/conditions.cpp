#include "engines/road/conditions.hpp"

#include <algorithm>

namespace lastmile::road {
namespace {

bool is_timeless(const Closure& closure) {
    return closure.from_s == std::numeric_limits<std::int64_t>::min() && closure.until_s == std::numeric_limits<std::int64_t>::max();
}

bool has_empty_area(const std::vector<geo::Polygon>& areas) {
    return std::ranges::any_of(areas, [](const geo::Polygon& area) { return area.rings.empty() || area.rings[0].size() < 3; });
}

}  // namespace

bool Conditions::timeless() const {
    return (!learned || learned_hour) && std::ranges::all_of(closures, is_timeless) && std::ranges::all_of(factors, [](const SpeedFactor& f) { return f.hours.none(); });
}

bool holds_at(const Closure& closure, const Moment& moment) { return moment.unix_s >= closure.from_s && moment.unix_s < closure.until_s; }

bool holds_at(const SpeedFactor& factor, const Moment& moment) {
    return factor.hours.none() || (moment.hour_of_week && factor.hours[static_cast<std::size_t>(*moment.hour_of_week % 168)]);
}

Conditions holding_at(const Conditions& conditions, const Moment& moment) {
    Conditions now;
    now.learned = conditions.learned;
    now.hour_of_week = moment.hour_of_week;
    if (now.learned) now.learned_hour = conditions.learned_hour.value_or(hour_class_of(moment.hour_of_week.value_or(0)));
    for (const Closure& closure : conditions.closures) {
        if (!holds_at(closure, moment)) continue;
        now.closures.push_back(closure);
        now.closures.back().from_s = std::numeric_limits<std::int64_t>::min();
        now.closures.back().until_s = std::numeric_limits<std::int64_t>::max();
    }
    for (const SpeedFactor& factor : conditions.factors) {
        if (!holds_at(factor, moment)) continue;
        now.factors.push_back(factor);
        now.factors.back().hours.reset();
    }
    return now;
}

std::optional<std::string> fault_in(const Conditions& conditions, const std::vector<std::string>& profiles) {
    const auto unknown = [&](const std::vector<std::string>& names) -> std::optional<std::string> {
        for (const std::string& name : names)
            if (std::ranges::find(profiles, name) == profiles.end()) return name;
        return std::nullopt;
    };
    for (const Closure& closure : conditions.closures) {
        if (const auto name = unknown(closure.profiles)) return "A closure names the profile \"" + *name + "\", which the map does not have.";
        if (closure.from_s >= closure.until_s) return "A closure ends before it begins.";
        if (has_empty_area(closure.areas)) return "An area that is closed needs three points at least.";
    }
    if (conditions.hour_of_week && (*conditions.hour_of_week < 0 || *conditions.hour_of_week >= 168)) return "A week has 168 hours.";
    if (conditions.learned_hour && (*conditions.learned_hour < 0 || *conditions.learned_hour >= hour_classes)) return "There are 72 classes of hours.";
    for (const SpeedFactor& rule : conditions.factors) {
        if (const auto name = unknown(rule.profiles)) return "A speed factor names the profile \"" + *name + "\", which the map does not have.";
        if (!(rule.factor >= 0.01 && rule.factor <= 10)) return "A speed factor must be within 0.01 and 10.";
        if (has_empty_area(rule.areas)) return "An area with a speed factor needs three points at least.";
    }
    return std::nullopt;
}

}  // namespace lastmile::road
