#pragma once
// Ways between stops on the loaded map.
#include "engines/road/router.hpp"
#include "features/assignments/route.hpp"

namespace lastmile::app {

class RoadPricer final : public RoutePricer {
public:
    explicit RoadPricer(const road::Router& router) : router_(router) {}
    std::vector<Leg> legs(std::span<const geo::Point> points, std::string_view profile) const override;

private:
    const road::Router& router_;
};

}  // namespace lastmile::app
