#pragma once
// Ways between stops, and times between places, on the loaded map.
#include <functional>
#include <memory>

#include "engines/road/embedded.hpp"
#include "features/assignments/route.hpp"
#include "features/planning/travel.hpp"

namespace lastmile::app {

/// Speeds that were learned, and the hour of the week at an instant in the place's wall clock.
struct LearnedHours {
    std::shared_ptr<const road::LearnedSpeeds> speeds;
    std::function<int(Instant)> hour_of_week;
    Instant priced_at{};  ///< whose hour the router's own times are of
};

class RoadPricer final : public RoutePricer {
public:
    /// `in_command`: throws store::Unready rather than customise while the store waits. Each leg knows its time at other hours.
    explicit RoadPricer(std::shared_ptr<const road::EmbeddedRouter> router, bool in_command = false, LearnedHours learned = {})
        : router_(std::move(router)), in_command_(in_command), learned_(std::move(learned)) {}
    std::vector<Leg> legs(std::span<const geo::Point> points, std::string_view profile) const override;

private:
    std::function<double(Instant)> by_hour(const road::Leg& leg, std::string_view profile) const;

    std::shared_ptr<const road::EmbeddedRouter> router_;
    bool in_command_;
    LearnedHours learned_;
};

class RoadTable final : public planning::TravelTable {
public:
    explicit RoadTable(std::shared_ptr<const road::Router> router) : router_(std::move(router)) {}
    std::vector<vrp::Leg> table(std::string_view profile, std::span<const geo::Point> from, std::span<const geo::Point> to) const override;

private:
    std::shared_ptr<const road::Router> router_;
};

}  // namespace lastmile::app
