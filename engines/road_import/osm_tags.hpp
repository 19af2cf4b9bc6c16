#pragma once
// What the tags of single objects mean, beside the profiles.
#include <optional>

#include "engines/road_import/raw_map.hpp"

namespace lastmile::road_import {

/// The class that a `highway` value (or a ferry) is drawn and named by; no value for what is no road.
std::optional<road::RoadClass> road_class_of(const Tags& tags);

/// EdgeFlags of a way.
std::uint8_t edge_flags_of(const Tags& tags);

/// What an area is drawn as; no value where it is not drawn.
std::optional<road::AreaKind> area_kind_of(const Tags& tags);

/// Address, place, POI records of an object (their points still to be set). Nothing for most objects.
std::vector<geocode::Record> records_of(const Tags& tags);

/// Which profiles obey a restriction relation, when, and whether it is of the only_… kind. `skipped` is set where a condition is not understood.
struct RestrictionRule {
    std::uint32_t profiles = 0;
    bool only = false;
    bool u_turn = false;
    road::HoursOfWeek hours{};  ///< none: always
};
std::vector<RestrictionRule> restrictions_of(const Tags& tags, const std::vector<Profile>& profiles, bool& skipped);

}  // namespace lastmile::road_import
