#include "app/vrp_roads.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>

#include "engines/geo/polyline.hpp"
#include "engines/road_import/import.hpp"

namespace lastmile::app {
namespace {

std::shared_ptr<const road::Network> network_of(const std::string& map) {
    const auto cache = std::filesystem::temp_directory_path() / fmt::format("lastmile-maps-{}", ::getuid());
    std::filesystem::create_directories(cache);
    std::filesystem::permissions(cache, std::filesystem::perms::owner_all);
    return std::make_shared<const road::Network>(road_import::open_map(map, cache));
}

std::vector<road::Place> places_of(const std::vector<vrp::Point>& points) {
    std::vector<road::Place> places;
    for (const auto& point : points) {
        if (!geo::is_valid({point.y, point.x}))
            throw std::runtime_error(fmt::format("[{}, {}] is no [longitude, latitude]", point.x, point.y));
        places.push_back({{point.y, point.x}});
    }
    return places;
}

}  // namespace

VrpRoads::VrpRoads(const std::string& map) : router_(network_of(map)) {}

vrp::VroomTables VrpRoads::tables(const std::string& profile, const std::vector<vrp::Point>& points) const {
    const auto places = places_of(points);
    const auto table = router_.table({.profile = profile, .sources = places, .targets = places});
    if (!table) {
        std::string known;
        for (const auto& name : router_.profiles()) known += (known.empty() ? "" : ", ") + name;
        throw std::runtime_error(fmt::format("profile {}: {} The map has: {}.", profile, table.error().sentence, known));
    }
    for (std::size_t i = 0; i < points.size(); ++i)
        if (!table->source_placed[i] || !table->target_placed[i])
            throw std::runtime_error(fmt::format("profile {}: no road near [{}, {}]", profile, points[i].x, points[i].y));
    vrp::VroomTables made;
    const auto whole = [](float value) { return std::isfinite(value) ? static_cast<std::int64_t>(std::lround(value)) : -1; };
    for (std::size_t r = 0; r < points.size(); ++r) {
        auto& durations = made.durations.emplace_back();
        auto& distances = made.distances.emplace_back();
        for (std::size_t c = 0; c < points.size(); ++c)
            durations.push_back(whole(table->duration(r, c))), distances.push_back(whole(table->distance(r, c)));
    }
    return made;
}

std::string VrpRoads::line(const std::string& profile, const std::vector<vrp::Point>& points) const {
    if (points.size() < 2) return {};
    const auto route = router_.route({.profile = profile, .places = places_of(points)});
    return route ? geo::encode_polyline(route->geometry()) : std::string();
}

}  // namespace lastmile::app
