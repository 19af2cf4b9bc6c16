#pragma once
// Ways between stops, and times between places, on the loaded map.
#include <memory>

#include "engines/road/router.hpp"
#include "features/assignments/route.hpp"
#include "features/planning/travel.hpp"

namespace lastmile::app {

class RoadPricer final : public RoutePricer {
public:
    explicit RoadPricer(std::shared_ptr<const road::Router> router) : router_(std::move(router)) {}
    std::vector<Leg> legs(std::span<const geo::Point> points, std::string_view profile) const override;

private:
    std::shared_ptr<const road::Router> router_;
};

class RoadTable final : public planning::TravelTable {
public:
    explicit RoadTable(std::shared_ptr<const road::Router> router) : router_(std::move(router)) {}
    std::vector<vrp::Leg> table(std::string_view profile, std::span<const geo::Point> from, std::span<const geo::Point> to) const override;

private:
    std::shared_ptr<const road::Router> router_;
};

}  // namespace lastmile::app
