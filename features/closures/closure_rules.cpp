#include "features/closures/closure_rules.hpp"

#include "features/administered/changes.hpp"
#include "features/areas/area_rules.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile::closures {

Result<Changed<Closure>> create(Id<Closure> id, const CreateClosure& request, const OnMap& map, const Now& now) {
    Closure closure;
    closure.id = closure.closure_id = id;
    closure.geometry = request.geometry;
    closure.ways = request.ways;
    closure.profiles = request.profiles;
    closure.from = request.from.value_or(now.business);
    closure.until = request.until;
    closure.note = request.note;
    std::vector<FieldError> errors;
    if (closure.geometry)
        if (auto geometry = areas::parse_geometry(*closure.geometry); !geometry) errors = std::move(geometry.error().errors);
    const bool drawn = errors.empty();
    if (closure.until && *closure.until <= now.business) errors.push_back({"#/until", "in_the_past", "must lie ahead; leave it out where the end is not known"});
    for (std::size_t i = 0; i < closure.profiles.size(); ++i)
        if (!map.knows_profile(std::string(closure.profiles[i])))
            errors.push_back({"#/profiles/" + std::to_string(i), "unknown_profile", "the loaded map has no such profile"});
    for (std::size_t i = 0; i < closure.ways.size(); ++i)
        if (!map.knows_way(closure.ways[i].value))
            errors.push_back({"#/ways/" + std::to_string(i), "unknown_way", "no road of the loaded map is made of this OpenStreetMap way"});
    if (errors.empty() && drawn) {
        closure.roads = static_cast<std::int64_t>(map.roads(on_roads(closure)));
        if (closure.roads == 0) errors.push_back({"#/geometry", "no_road", "touches no road of the loaded map; draw it over the street"});
    }
    if (!errors.empty()) {
        auto detail = errors.size() == 1 ? errors[0].detail : std::to_string(errors.size()) + " fields are wrong";
        return refuse(reasons::invalid, std::move(detail), std::move(errors));
    }
    return administered::created(std::move(closure), "closure", now);
}

Changed<Closure> remove(Closure closure, const Now& now) { return administered::deleted(std::move(closure), "closure", now); }

road::Closure on_roads(const Closure& closure) {
    road::Closure closed;
    if (closure.geometry) closed.areas = areas::parse_geometry(*closure.geometry).value();
    for (const auto& way : closure.ways) closed.osm_ways.push_back(way.value);
    for (const auto& profile : closure.profiles) closed.profiles.emplace_back(std::string(profile));
    // Whole seconds, widened: nobody is sent into a street that closes within this second.
    const auto second = [](Instant at) { return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count(); };
    closed.from_s = second(closure.from);
    if (closure.until) closed.until_s = std::max(closed.from_s + 1, second(*closure.until + std::chrono::milliseconds(999)));
    return closed;
}

}  // namespace lastmile::closures
