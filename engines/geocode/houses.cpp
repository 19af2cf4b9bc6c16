#include <algorithm>
#include <optional>

#include "engines/geocode/matcher.hpp"
#include "engines/geocode/words.hpp"

namespace lastmile::geocode {
namespace {

/// "1691/20" is asked for as "20" or "1691" too, and "12-14" as "12", "13" or "14".
bool is_part_of(const std::string& number, const House& house) {
    const auto cut = house.number.find_first_of("/-;,");
    if (cut == house.number.npos) return false;
    std::size_t begin = 0;
    while (begin <= house.number.size()) {
        const auto end = std::min(house.number.find_first_of("/-;,", begin), house.number.size());
        if (house.number.compare(begin, end - begin, number) == 0) return true;
        begin = end + 1;
    }
    const auto last = number_value(std::string_view(house.number).substr(cut + 1)), asked = number_value(number);
    return house.number[cut] == '-' && last && asked && *asked > house.value && *asked < *last && (*asked - house.value) % 2 == 0;
}

/// Between the nearest houses below and above on the same side of the street (even or odd), in proportion.
std::optional<HouseHit> between_neighbours(const std::vector<House>& houses, int value, const std::string& number) {
    const House *below = nullptr, *above = nullptr;
    for (const House& h : houses) {
        if (h.value < 0 || (h.value - value) % 2 != 0) continue;
        if (h.value < value && (!below || h.value > below->value)) below = &h;
        if (h.value > value && (!above || h.value < above->value)) above = &h;
    }
    HouseHit hit;
    hit.interpolated = true;
    if (below && above && above->value - below->value <= 20 && geo::distance_m(below->point, above->point) < 500) {
        const double t = static_cast<double>(value - below->value) / (above->value - below->value);
        hit.house = *below;
        hit.house.point = {below->point.lat + t * (above->point.lat - below->point.lat),
                           below->point.lon + t * (above->point.lon - below->point.lon)};
        hit.quality = 0.82;
    } else {
        const House* nearest = !below ? above : !above ? below : value - below->value <= above->value - value ? below : above;
        if (!nearest || std::abs(nearest->value - value) > 6) return std::nullopt;
        hit.house = *nearest;
        hit.quality = 0.7;
    }
    hit.house.value = value;
    hit.house.number = hit.house.shown = number;
    hit.house.name.clear();
    return hit;
}

}  // namespace

std::vector<HouseHit> find_houses(const std::vector<House>& houses, const std::string& number) {
    std::vector<HouseHit> hits;
    for (const House& h : houses)
        if (h.number == number || (!h.name.empty() && normal_number(h.name) == number)) hits.push_back({h, 1, false});
    if (!hits.empty()) return hits;
    for (const House& h : houses)
        if (is_part_of(number, h)) hits.push_back({h, 0.98, false});
    if (!hits.empty()) return hits;
    const auto value = number_value(number);
    if (!value) return hits;
    for (const House& h : houses)
        if (h.value == *value) hits.push_back({h, 0.88, false});
    if (!hits.empty()) return hits;
    if (auto hit = between_neighbours(houses, *value, number)) hits.push_back(std::move(*hit));
    return hits;
}

std::string label_of(const Candidate& c) {
    std::string label = c.kind == Kind::address || c.kind == Kind::postcode ? "" : c.name;
    const auto add = [&](const std::string& text, const char* separator) {
        if (!text.empty()) label += (label.empty() ? "" : separator) + text;
    };
    if (c.kind == Kind::address) add(c.name, ", ");
    if (!c.street.empty() && c.kind != Kind::street) add(c.number.empty() ? c.street : c.street + " " + c.number, ", ");
    std::string town = c.postcode;
    if (!c.city.empty() && c.city != c.name) town += (town.empty() ? "" : " ") + c.city;
    add(town, ", ");
    return label;
}

}  // namespace lastmile::geocode
