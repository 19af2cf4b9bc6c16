#include "app/road_pricer.hpp"

namespace lastmile::app {

std::vector<RoutePricer::Leg> RoadPricer::legs(std::span<const geo::Point> points, std::string_view profile) const {
    if (points.size() < 2) return {};
    road::RouteQuery query{.profile = std::string(profile), .places = {}};
    for (const auto& point : points) query.places.push_back({point, road::Approach::any});
    auto route = router_.route(query);
    if (!route) return {};
    std::vector<Leg> legs;
    for (auto& leg : route->legs) legs.push_back({leg.duration_s, leg.distance_m, std::move(leg.geometry)});
    return legs;
}

}  // namespace lastmile::app
