#include "app/road_pricer.hpp"

#include <cmath>

namespace lastmile::app {

std::vector<RoutePricer::Leg> RoadPricer::legs(std::span<const geo::Point> points, std::string_view profile) const {
    if (points.size() < 2) return {};
    road::RouteQuery query{.profile = std::string(profile), .places = {}};
    for (const auto& point : points) query.places.push_back({point, road::Approach::any});
    auto route = router_->route(query);
    if (!route) return {};
    std::vector<Leg> legs;
    for (auto& leg : route->legs) legs.push_back({leg.duration_s, leg.distance_m, std::move(leg.geometry)});
    return legs;
}

std::vector<vrp::Leg> RoadTable::table(std::string_view profile, std::span<const geo::Point> from, std::span<const geo::Point> to) const {
    road::TableQuery query{.profile = std::string(profile), .sources = {}, .targets = {}};
    for (const auto& point : from) query.sources.push_back({point, road::Approach::any});
    for (const auto& point : to) query.targets.push_back({point, road::Approach::any});
    std::vector<vrp::Leg> legs;
    legs.reserve(from.size() * to.size());
    const auto whole = [](float value) { return static_cast<std::int32_t>(std::lround(value)); };
    const auto done = router_->table(query, [&](std::size_t, std::span<const float> seconds, std::span<const float> metres) {
        for (std::size_t i = 0; i < seconds.size(); ++i)
            legs.push_back(std::isfinite(seconds[i]) ? vrp::Leg{whole(seconds[i]), whole(metres[i])} : vrp::Leg{-1, -1});
        return true;
    });
    if (!done) return {};
    return legs;
}

}  // namespace lastmile::app
