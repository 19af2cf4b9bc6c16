#include "app/simulation/streets.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <set>
#include <stdexcept>

#include "app/simulation/chance.hpp"

namespace lastmile::simulation {
namespace json = boost::json;

namespace {

/// Streets that people live in, and how far from the middle of the map parcels go.
const std::set<std::string, std::less<>> lived_in{"residential", "living_street", "tertiary", "unclassified"};
constexpr double radius_m = 3'500;

geo::Point point_of(const json::value& pair) { return {pair.at(1).to_number<double>(), pair.at(0).to_number<double>()}; }

}  // namespace

Streets::Streets(ApiClient& api, const std::string& key, std::uint64_t seed) : seed_(seed) {
    const auto info = api.call(key, "GET", "/map/info");
    if (info.status == 0) throw std::runtime_error("no server answers: " + info.fault);
    if (!info.ok()) throw std::runtime_error("the server shows no map (start it with --map): " + info.fault);
    const auto& bounds = list_of(info.body, "bounds");
    if (bounds.size() != 4) throw std::runtime_error("the server's map has no bounds");
    const auto at = [&](std::size_t i) { return bounds[i].to_number<double>(); };
    const auto roads = api.call(key, "GET", fmt::format("/map/roads?bbox={},{},{},{}&zoom=14", at(0), at(1), at(2), at(3)));
    if (!roads.ok()) throw std::runtime_error("the map's streets cannot be read: " + roads.fault);
    std::vector<double> lats, lons;
    for (const auto& feature : list_of(roads.body, "features")) {
        const auto& about = member(feature, "properties");
        const auto name = text_of(about, "name");
        const auto& line = list_of(member(feature, "geometry"), "coordinates");
        if (name.empty() || line.empty() || !lived_in.contains(text_of(about, "class"))) continue;
        doors_.push_back({name, point_of(line[line.size() / 2])});
        lats.push_back(doors_.back().point.lat);
        lons.push_back(doors_.back().point.lon);
    }
    if (doors_.empty()) throw std::runtime_error("the server's map has no named streets");
    // The median lies in the town, whatever villages the map has around it.
    const auto median = [](std::vector<double>& all) {
        std::ranges::nth_element(all, all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2));
        return all[all.size() / 2];
    };
    middle_ = {median(lats), median(lons)};
    std::vector<Door> near;
    for (const auto& door : doors_)
        if (geo::distance_m(door.point, middle_) < radius_m) near.push_back(door);
    if (!near.empty()) doors_ = std::move(near);
}

Door Streets::door(std::string_view about) const {
    auto door = doors_[static_cast<std::size_t>(chance(seed_, about, "door") * static_cast<double>(doors_.size()))];
    door.line1 += " " + std::to_string(1 + static_cast<int>(chance(seed_, about, "house number") * 60));
    return door;
}

}  // namespace lastmile::simulation
