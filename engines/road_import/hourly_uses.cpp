// Ways whose access, direction or speed changes with the hour.
#include <algorithm>
#include <map>

#include "engines/road_import/hours.hpp"

namespace lastmile::road_import {
namespace {

constexpr std::string_view suffix = ":conditional";

/// A tag that holds at some minutes in the place of the usual one.
struct Override {
    std::string_view key, value;
    MinutesOfWeek minutes;
};

/// Whether a key, without ":conditional", is one that the profile reads.
bool reads(const Profile& p, std::string_view key) {
    for (const std::string_view direction : {":forward", ":backward"})
        if (key.ends_with(direction)) key.remove_suffix(direction.size());
    return key == "maxspeed" || std::ranges::find(p.access_keys, key) != p.access_keys.end() || std::ranges::find(p.oneway_keys, key) != p.oneway_keys.end();
}

std::vector<Override> overrides_of(const Profile& p, const Tags& tags, bool& understood) {
    std::vector<Override> overrides;
    for (const auto& [key, text] : tags.pairs()) {
        if (!key.ends_with(suffix)) continue;
        const auto plain = key.substr(0, key.size() - suffix.size());
        if (plain.starts_with("maxspeed:") && !reads(p, plain)) understood = false;  // of one kind of vehicle
        if (!reads(p, plain)) continue;
        const auto parts = split_conditional(text);
        if (parts.empty()) understood = false;
        for (const auto& [value, condition] : parts) {
            const auto minutes = holds_when(p, condition);
            if (!minutes) understood = false;
            else if (minutes->any()) overrides.push_back({plain, value, *minutes});
        }
    }
    if (overrides.size() > 32) understood = false, overrides.clear();
    return overrides;
}

/// The tags of the way while some of the overrides hold; later ones win.
Tags with(const Tags& tags, const std::vector<Override>& overrides, std::uint32_t holding) {
    auto pairs = tags.pairs();
    for (std::size_t i = 0; i < overrides.size(); ++i) {
        if (!(holding >> i & 1)) continue;
        const auto same = std::ranges::find(pairs, overrides[i].key, &std::pair<std::string_view, std::string_view>::first);
        if (same != pairs.end()) same->second = overrides[i].value;
        else pairs.emplace_back(overrides[i].key, overrides[i].value);
    }
    return Tags(std::move(pairs));
}

WayUse stricter(const WayUse& a, const WayUse& b) {
    return {std::min(a.forward_kmh, b.forward_kmh), std::min(a.backward_kmh, b.backward_kmh), a.forward_visitors || b.forward_visitors,
            a.backward_visitors || b.backward_visitors};
}

bool same(const WayUse& a, const WayUse& b) { return a.forward_kmh == b.forward_kmh && a.backward_kmh == b.backward_kmh; }

/// A road for visitors at times that is usually open to all.
bool closes_to_through_traffic(const WayUse& usual, const WayUse& use) {
    return (usual.forward_kmh > 0 && use.forward_kmh > 0 && use.forward_visitors && !usual.forward_visitors) ||
           (usual.backward_kmh > 0 && use.backward_kmh > 0 && use.backward_visitors && !usual.backward_visitors);
}

}  // namespace

road::HoursOfWeek hours_touched(const MinutesOfWeek& minutes) {
    road::HoursOfWeek hours;
    for (std::size_t m = 0; m < minutes.size(); ++m)
        if (minutes[m]) hours.set(m / 60);
    return hours;
}

std::vector<HourlyUse> hourly_uses(const Profile& profile, const Tags& tags, const WayUse& usual, bool& understood) {
    const auto overrides = overrides_of(profile, tags, understood);
    std::vector<HourlyUse> uses;
    if (overrides.empty()) return uses;
    std::map<std::uint32_t, WayUse> by_holding;
    const auto use_while = [&](std::uint32_t holding) {
        const auto known = by_holding.find(holding);
        return known != by_holding.end() ? known->second : by_holding[holding] = use_of_way(profile, with(tags, overrides, holding));
    };
    for (std::size_t hour = 0; hour < 168; ++hour) {
        std::optional<WayUse> strictest;
        for (std::size_t m = 60 * hour; m < 60 * (hour + 1); ++m) {
            std::uint32_t holding = 0;
            for (std::size_t i = 0; i < overrides.size(); ++i) holding |= std::uint32_t{overrides[i].minutes[m]} << i;
            const WayUse use = use_while(holding);
            strictest = strictest ? stricter(*strictest, use) : use;
        }
        if (closes_to_through_traffic(usual, *strictest)) {
            understood = false;
            continue;
        }
        if (same(*strictest, usual)) continue;
        const auto known = std::ranges::find_if(uses, [&](const HourlyUse& u) { return same(u.use, *strictest) ; });
        if (known == uses.end()) uses.push_back({{}, *strictest}), uses.back().hours.set(hour);
        else {
            known->hours.set(hour);
            known->use = stricter(known->use, *strictest);
        }
    }
    return uses;
}

}  // namespace lastmile::road_import
