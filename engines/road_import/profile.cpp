#include "engines/road_import/profile.hpp"

#include <algorithm>
#include <array>

namespace lastmile::road_import {
namespace {

constexpr std::array<std::string_view, 2> directions{":forward", ":backward"};

/// The access of a profile in one direction. `by_own_key` tells whether one of its special keys said so.
struct AccessFound {
    Access access = Access::yes;
    bool tagged = false;
    bool by_own_key = false;
};

AccessFound find_access(const Profile& p, const Tags& tags, std::string_view suffix) {
    for (std::size_t i = p.access_keys.size(); i-- > 0;) {
        auto value = suffix.empty() ? std::string_view{} : tags[p.access_keys[i] + std::string(suffix)];
        if (value.empty()) value = tags[p.access_keys[i]];
        if (value.empty()) continue;
        auto at = p.access.find(value);
        if (at == p.access.end()) at = p.access.find(value.substr(0, value.find(';')));
        if (at == p.access.end()) continue;  // a word nobody knows says nothing
        return {at->second, true, i + p.explicit_keys >= p.access_keys.size()};
    }
    return {};
}

/// −1: against the way alone, 0: both, 1: along it alone, 2: neither.
int oneway(const Profile& p, const Tags& tags) {
    for (const std::string& key : p.oneway_keys) {
        const auto value = tags[key];
        if (value == "yes" || value == "true" || value == "1") return 1;
        if (value == "-1" || value == "reverse") return -1;
        if (value == "no" || value == "false" || value == "0") return 0;
        if (value == "reversible") return 2;  // changes with the hour: not to be relied on
    }
    if (!p.implied_oneway) return 0;
    const auto junction = tags["junction"];
    return junction == "roundabout" || junction == "circular" || tags.is("highway", "motorway") ? 1 : 0;
}

bool has_contraflow(const Tags& tags) {
    for (const auto* key : {"cycleway", "cycleway:left", "cycleway:right", "cycleway:both"})
        if (tags[key].starts_with("opposite")) return true;
    for (const auto* key : {"cycleway:left:oneway", "cycleway:right:oneway"})
        if (tags.is(key, "-1") || tags.is(key, "no")) return true;
    return false;
}

bool too_big(const Profile& p, const Tags& tags) {
    const auto exceeds = [&](double own, std::string_view key, auto parse) {
        if (own <= 0) return false;
        const auto limit = parse(tags[key]);
        return limit && own > *limit;
    };
    const Dimensions& d = p.dimensions;
    return exceeds(d.height_m, "maxheight", parse_length_m) || exceeds(d.height_m, "maxheight:physical", parse_length_m) ||
           exceeds(d.width_m, "maxwidth", parse_length_m) || exceeds(d.width_m, "maxwidth:physical", parse_length_m) ||
           exceeds(d.length_m, "maxlength", parse_length_m) || exceeds(d.weight_t, "maxweight", parse_weight_t) ||
           exceeds(d.weight_t, "maxweightrating", parse_weight_t) || exceeds(d.axle_t, "maxaxleload", parse_weight_t) ||
           (p.access_keys.back() == "hgv" &&
            (exceeds(d.weight_t, "maxweight:hgv", parse_weight_t) || exceeds(d.weight_t, "maxweightrating:hgv", parse_weight_t)));
}

std::optional<double> lookup(const Table& table, std::string_view key) {
    const auto at = table.find(key);
    return at == table.end() ? std::nullopt : std::optional(at->second);
}

double speed_kmh(const Profile& p, const Tags& tags, std::string_view kind, double usual, std::string_view suffix) {
    double speed = usual;
    const bool minor =
        kind == "service" || kind == "track" || kind == "living_street" || kind == "ferry" || p.speeds.find(kind) == p.speeds.end();
    if (const auto kmh = kind == "service" ? lookup(p.service, tags["service"]) : std::nullopt) speed = *kmh;
    auto limit = parse_speed_kmh(tags["maxspeed" + std::string(suffix)]);
    if (!limit) limit = parse_speed_kmh(tags["maxspeed"]);
    if (!limit && !tags.has("maxspeed")) limit = parse_speed_kmh(tags["maxspeed:type"]);
    // A posted limit says more of a vehicle's speed than the class of a road, but for yards and for those who never reach it.
    if (limit) speed = minor || p.maxspeed_share >= 1 ? std::min(speed, *limit) : *limit * p.maxspeed_share;
    for (const auto& [tag, caps] : p.caps)
        if (const auto cap = lookup(caps, tags[tag])) speed = std::min(speed, *cap);
    if (const auto advisory = parse_speed_kmh(tags["maxspeed:practical"])) speed = std::min(speed, *advisory);
    return std::min(speed, p.max_kmh);
}

}  // namespace

WayUse use_of_way(const Profile& p, const Tags& tags) {
    const bool ferry = tags.is("route", "ferry");
    const auto kind = ferry ? std::string_view("ferry") : tags["highway"];
    if (kind.empty() || tags.yes("area") || too_big(p, tags)) return {};
    if (std::ranges::any_of(p.closed_by, [&](const std::string& key) { return tags.yes(key); })) return {};
    const auto open = lookup(p.speeds, kind);
    const auto if_allowed = open ? std::nullopt : lookup(p.if_allowed, kind);
    if (!open && !if_allowed) return {};
    const int way = oneway(p, tags);
    WayUse use;
    for (std::size_t i = 0; i < 2; ++i) {
        const AccessFound found = find_access(p, tags, directions[i]);
        if (found.access == Access::no || (if_allowed && !found.by_own_key)) continue;
        if (ferry && !found.tagged && p.access_keys.back() == "hgv") continue;  // a lorry needs a ferry that says it takes cars at least
        const bool against = i == 0 ? way == -1 : way == 1;
        if (way == 2 || (against && !(p.contraflow && has_contraflow(tags)))) continue;
        const auto kmh = static_cast<float>(speed_kmh(p, tags, kind, open ? *open : *if_allowed, directions[i]));
        (i == 0 ? use.forward_kmh : use.backward_kmh) = kmh;
        (i == 0 ? use.forward_visitors : use.backward_visitors) = found.access == Access::visitors;
    }
    return use;
}

NodeUse use_of_node(const Profile& p, const Tags& tags) {
    const auto barrier = tags["barrier"];
    const AccessFound found = find_access(p, tags, {});
    if (!barrier.empty() && too_big(p, tags)) return {true, false};
    if (found.tagged)
        return {found.access == Access::no && (!barrier.empty() || tags.has("highway")),
                found.access == Access::visitors && !barrier.empty()};
    if (barrier.empty()) return {};
    return {std::ranges::find(p.barriers_passed, barrier) == p.barriers_passed.end(), false};
}

std::optional<bool> meets_condition(const Profile& p, std::string_view condition) {
    bool all = true;
    while (!condition.empty()) {
        auto end = condition.find(" AND ");
        std::string_view part = condition.substr(0, end);
        condition = end == condition.npos ? std::string_view{} : condition.substr(end + 5);
        while (!part.empty() && (part.front() == ' ' || part.front() == '(')) part.remove_prefix(1);
        while (!part.empty() && (part.back() == ' ' || part.back() == ')')) part.remove_suffix(1);
        const auto op = part.find_first_of("<>=");
        if (op == part.npos) return std::nullopt;
        auto key = part.substr(0, op);
        while (key.ends_with(' ')) key.remove_suffix(1);
        const bool or_equal = op + 1 < part.size() && part[op + 1] == '=';
        const auto text = part.substr(op + (or_equal ? 2 : 1));
        const Dimensions& d = p.dimensions;
        const double own = key == "weight" || key == "maxweightrating" || key == "weightrating" ? d.weight_t
                           : key == "height"                                                    ? d.height_m
                           : key == "width"                                                     ? d.width_m
                           : key == "length"                                                    ? d.length_m
                                                                                                : -1;
        const auto limit = key.find("weight") != key.npos ? parse_weight_t(text) : parse_length_m(text);
        if (own < 0 || !limit) return std::nullopt;
        all = all && (part[op] == '>'   ? (or_equal ? own >= *limit : own > *limit)
                      : part[op] == '<' ? (or_equal ? own <= *limit : own < *limit)
                                        : own == *limit);
    }
    return all;
}

}  // namespace lastmile::road_import
