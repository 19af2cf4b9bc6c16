#include "app/road_pricer.hpp"

#include <cmath>

#include "platform/store/unready.hpp"

namespace lastmile::app {

std::vector<RoutePricer::Leg> RoadPricer::legs(std::span<const geo::Point> points, std::string_view profile) const {
    if (points.size() < 2) return {};
    if (in_command_ && !router_->ready(profile)) throw store::Unready{[router = router_, name = std::string(profile)] { router->warm({name}); }};
    road::RouteQuery query{.profile = std::string(profile), .places = {}};
    query.paces = learned_.speeds && learned_.speeds->profile(profile);
    for (const auto& point : points) query.places.push_back({point, road::Approach::any});
    auto route = router_->route(query);
    if (!route) return {};
    std::vector<Leg> legs;
    for (auto& leg : route->legs) {
        auto departing = leg.paces.empty() ? std::function<double(Instant)>{} : by_hour(leg, profile);
        legs.push_back({leg.duration_s, leg.distance_m, std::move(leg.geometry), std::move(departing)});
    }
    return legs;
}

/// The way stays the one that is fastest at the hour of asking; its time is that of the hour in which it is begun.
std::function<double(Instant)> RoadPricer::by_hour(const road::Leg& leg, std::string_view profile) const {
    struct Part {
        road::SpeedCell cell;
        double map_s;  // without what was learned
    };
    const auto hour_class = [hour = learned_.hour_of_week](Instant at) { return static_cast<std::uint8_t>(road::hour_class_of(hour(at))); };
    const auto now = hour_class(learned_.priced_at);
    const auto* known = learned_.speeds->profile(profile);
    std::vector<Part> parts;
    double rest = leg.duration_s;
    for (const auto& pace : leg.paces) {
        auto cell = pace.cell;
        cell.hour_class = now;
        parts.push_back({cell, pace.seconds / known->time_factor(cell)});
        rest -= pace.seconds;
    }
    return [parts = std::move(parts), rest, hour_class, speeds = learned_.speeds, known](Instant departs) {
        const auto hour = hour_class(departs);
        double seconds = rest;
        for (auto part : parts) {
            part.cell.hour_class = hour;
            seconds += part.map_s * known->time_factor(part.cell);
        }
        return seconds;
    };
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
