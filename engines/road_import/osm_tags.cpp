#include "engines/road_import/osm_tags.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "engines/road_import/hours.hpp"

namespace lastmile::road_import {
namespace {

using road::AreaKind;
using road::RoadClass;

constexpr std::array<std::pair<std::string_view, RoadClass>, 28> classes{{
    {"motorway", RoadClass::motorway},
    {"motorway_link", RoadClass::motorway},
    {"trunk", RoadClass::trunk},
    {"trunk_link", RoadClass::trunk},
    {"primary", RoadClass::primary},
    {"primary_link", RoadClass::primary},
    {"secondary", RoadClass::secondary},
    {"secondary_link", RoadClass::secondary},
    {"tertiary", RoadClass::tertiary},
    {"tertiary_link", RoadClass::tertiary},
    {"unclassified", RoadClass::unclassified},
    {"road", RoadClass::unclassified},
    {"residential", RoadClass::residential},
    {"living_street", RoadClass::living_street},
    {"service", RoadClass::service},
    {"services", RoadClass::service},
    {"bus_guideway", RoadClass::service},
    {"busway", RoadClass::service},
    {"pedestrian", RoadClass::pedestrian},
    {"track", RoadClass::track},
    {"byway", RoadClass::track},
    {"cycleway", RoadClass::cycleway},
    {"footway", RoadClass::footway},
    {"platform", RoadClass::footway},
    {"corridor", RoadClass::footway},
    {"path", RoadClass::path},
    {"bridleway", RoadClass::path},
    {"steps", RoadClass::steps},
}};

bool one_of(std::string_view value, std::initializer_list<std::string_view> values) {
    return std::ranges::find(values, value) != values.end();
}

std::uint32_t place_importance(const Tags& tags, std::string_view kind) {
    std::uint32_t people = 0;
    for (const char c : tags["population"])
        if (c >= '0' && c <= '9' && people < 100'000'000) people = people * 10 + static_cast<std::uint32_t>(c - '0');
    if (people > 0) return people;
    return kind == "city" ? 200'000 : kind == "town" ? 15'000 : kind == "suburb" ? 8'000 : one_of(kind, {"village", "quarter"}) ? 800 : 80;
}

bool lists(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const auto end = std::min(list.find(';'), list.size());
        auto item = list.substr(0, end);
        while (item.starts_with(' ')) item.remove_prefix(1);
        while (item.ends_with(' ')) item.remove_suffix(1);
        if (item == word) return true;
        list.remove_prefix(std::min(list.size(), end + 1));
    }
    return false;
}

}  // namespace

std::optional<RoadClass> road_class_of(const Tags& tags) {
    if (tags.is("route", "ferry")) return RoadClass::ferry;
    const auto kind = tags["highway"];
    for (const auto& [name, value] : classes)
        if (name == kind) return value;
    return std::nullopt;
}

std::uint8_t edge_flags_of(const Tags& tags) {
    std::uint8_t flags = 0;
    if (one_of(tags["junction"], {"roundabout", "circular"})) flags |= road::edge_roundabout;
    if (tags.has("tunnel") && !tags.is("tunnel", "no")) flags |= road::edge_tunnel;
    if (tags.has("bridge") && !tags.is("bridge", "no")) flags |= road::edge_bridge;
    if (tags["highway"].ends_with("_link")) flags |= road::edge_link;
    if (tags.yes("oneway") || tags.is("oneway", "-1")) flags |= road::edge_oneway;
    return flags;
}

std::optional<AreaKind> area_kind_of(const Tags& tags) {
    if (tags.has("building") && !tags.is("building", "no")) return AreaKind::building;
    if (tags.is("natural", "water") || tags.is("waterway", "riverbank") || one_of(tags["landuse"], {"reservoir", "basin"}))
        return AreaKind::water;
    if (tags.is("natural", "wood") || tags.is("landuse", "forest")) return AreaKind::wood;
    if (one_of(tags["leisure"], {"park", "garden", "pitch", "golf_course", "playground"}) ||
        one_of(tags["landuse"], {"grass", "meadow", "cemetery", "allotments", "recreation_ground", "village_green"}))
        return AreaKind::park;
    if (tags.is("landuse", "residential")) return AreaKind::residential;
    if (one_of(tags["landuse"], {"industrial", "commercial", "retail", "railway"})) return AreaKind::industrial;
    return std::nullopt;
}

std::vector<geocode::Record> records_of(const Tags& tags) {
    std::vector<geocode::Record> records;
    geocode::Record base;
    base.street = tags.has("addr:street") ? tags["addr:street"] : tags["addr:place"];
    base.number = tags["addr:housenumber"];
    base.postcode = tags["addr:postcode"];
    base.city = tags["addr:city"];
    if (base.street.empty() && tags.has("addr:conscriptionnumber")) base.street = tags["addr:suburb"];
    const bool interpolation = tags.has("addr:interpolation");
    if (!interpolation && (!base.number.empty() || tags.has("addr:housename"))) {
        auto& address = records.emplace_back(base);
        address.kind = geocode::Kind::address;
        address.name = tags["addr:housename"];
    }
    const auto name = tags["name"];
    if (name.empty()) return records;
    const auto place = tags["place"];
    if (one_of(place, {"city", "town", "village", "hamlet", "suburb", "quarter", "neighbourhood", "isolated_dwelling", "farm", "borough",
                       "locality", "municipality", "island"})) {
        auto& record = records.emplace_back();
        record.kind = geocode::Kind::place;
        record.name = name;
        record.category = place;
        record.postcode = tags.has("postal_code") ? tags["postal_code"] : tags["addr:postcode"];
        record.importance = place_importance(tags, place);
    }
    for (const auto* key : {"shop", "amenity", "tourism", "office", "leisure", "healthcare", "craft", "historic", "public_transport",
                            "railway", "aeroway", "industrial"}) {
        const auto value = tags[key];
        if (value.empty() || value == "no" || one_of(value, {"rail", "tram", "abandoned", "disused", "razed", "construction", "proposed"}))
            continue;
        auto& poi = records.emplace_back(base);
        poi.kind = geocode::Kind::poi;
        poi.name = name;
        poi.category = std::string(key) + "=" + std::string(value);
        return records;
    }
    if (tags.has("building") && !tags.is("building", "no")) {
        auto& poi = records.emplace_back(base);
        poi.kind = geocode::Kind::poi;
        poi.name = name;
        poi.category = "building";
    }
    return records;
}

namespace {

/// What a restriction tells one profile, and when it does so at certain hours alone.
struct Said {
    std::string_view kind;
    road::HoursOfWeek hours;
};

Said said_to(const Profile& p, const Tags& tags, bool& skipped) {
    const auto type = tags["type"];
    if (type != "restriction")  // the older way to name a vehicle
        return {std::ranges::find(p.access_keys, type.substr(12)) != p.access_keys.end() ? tags["restriction"] : std::string_view{}, {}};
    Said said{tags["restriction"], {}}, timed;
    for (const std::string& key : p.access_keys)
        if (const auto own = tags["restriction:" + key]; !own.empty()) said.kind = own;
    std::vector<std::string> keys{"restriction:conditional"};
    for (const std::string& key : p.access_keys) keys.push_back("restriction:" + key + ":conditional");
    for (const std::string& key : keys) {
        if (!tags.has(key)) continue;
        const auto parts = split_conditional(tags[key]);
        if (parts.empty()) skipped = true;
        for (const auto& [kind, condition] : parts) {
            const auto minutes = holds_when(p, condition);
            if (!minutes || (timed.hours.any() && timed.kind != kind)) skipped = true;
            else if (minutes->all()) said.kind = kind;
            else if (minutes->any()) timed.kind = kind, timed.hours |= hours_touched(*minutes);
        }
    }
    const auto forbids = [](std::string_view kind) { return kind.starts_with("no_") || kind.starts_with("only_"); };
    if (timed.hours.none()) return said;
    if (forbids(timed.kind) && !forbids(said.kind)) return timed;
    skipped = skipped || timed.kind != said.kind;  // what holds always is kept where hours say something else
    return said;
}

}  // namespace

std::vector<RestrictionRule> restrictions_of(const Tags& tags, const std::vector<Profile>& profiles, bool& skipped) {
    const auto type = tags["type"];
    std::vector<RestrictionRule> rules;
    if (type != "restriction" && !type.starts_with("restriction:")) return rules;
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        const Profile& p = profiles[i];
        if (!p.restrictions) continue;
        const auto [kind, hours] = said_to(p, tags, skipped);
        if (!kind.starts_with("no_") && !kind.starts_with("only_")) continue;
        const auto except = tags["except"];
        if (std::ranges::any_of(p.access_keys, [&](const std::string& key) { return lists(except, key); })) continue;
        // Hours of the old kind bind nothing that can be relied on: better a turn too many than none at night.
        if (tags.has("hour_on") || tags.has("day_on")) {
            skipped = true;
            continue;
        }
        const RestrictionRule rule{1u << i, kind.starts_with("only_"), kind == "no_u_turn", hours};
        const auto same = std::ranges::find_if(
            rules, [&](const RestrictionRule& r) { return r.only == rule.only && r.u_turn == rule.u_turn && r.hours == rule.hours; });
        if (same != rules.end()) same->profiles |= rule.profiles;
        else rules.push_back(rule);
    }
    return rules;
}

}  // namespace lastmile::road_import
