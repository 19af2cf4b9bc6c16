// Pricing within a command never customises, and legs are timed at their own hour.
#include "app/road_pricer.hpp"

#include <gtest/gtest.h>

#include "app/served_roads.hpp"
#include "engines/road_import/drawn_map.hpp"
#include "platform/store/unready.hpp"

namespace lastmile::app {
namespace {

road_import::DrawnMap& street() {
    static road_import::DrawnMap map("A-----------------B\n", {{"AB", {}}});
    return map;
}

std::shared_ptr<const road::EmbeddedRouter> fresh() { return std::make_shared<road::EmbeddedRouter>(street().router().network()); }

TEST(RoadPricer, ACommandIsTakenBackWhileTheRouterIsMade) {
    const std::vector<geo::Point> points{street().at('A'), street().at('B')};
    const auto router = fresh();
    const RoadPricer in_command(router, true);
    std::function<void()> prepare;
    try {
        (void)in_command.legs(points, "car");
    } catch (store::Unready& unready) {
        prepare = std::move(unready.prepare);
    }
    ASSERT_TRUE(prepare);
    EXPECT_FALSE(router->ready("car")) << "nothing was made within the command";
    prepare();
    EXPECT_TRUE(router->ready("car"));
    EXPECT_EQ(in_command.legs(points, "car").size(), 1u);
    EXPECT_EQ(RoadPricer(fresh()).legs(points, "car").size(), 1u) << "outside of one it is made at once";
    EXPECT_TRUE(in_command.legs(points, "zeppelin").empty());
}

TEST(RoadPricer, ALegTakesTheTimeOfTheHourInWhichItIsBegun) {
    const auto tile = road::area_tile_of(street().between("AB"));
    road::SpeedSamples slow, quick;
    for (int i = 0; i < 60; ++i) slow.add(2), quick.add(0.8);
    const auto speeds = std::make_shared<const road::LearnedSpeeds>(
        std::map<std::string, road::SpeedObservations>{{"car", {{{tile, road::RoadClass::residential, 8}, slow}, {{tile, road::RoadClass::residential, 20}, quick}}}});
    road::Conditions conditions;
    conditions.learned = speeds, conditions.learned_hour = 8;
    const auto router = std::make_shared<road::EmbeddedRouter>(street().router().network(), conditions);
    // Hours of the epoch's day, so that an instant's hour can be read off it.
    const auto hour_of_week = [](Instant at) { return static_cast<int>(to_unix_ms(at) / 3'600'000 % 24); };
    const auto at = [](int hour) { return from_unix_ms(std::int64_t{hour} * 3'600'000); };
    const RoadPricer pricer(router, false, {speeds, hour_of_week, at(8)});
    const auto legs = pricer.legs(std::vector<geo::Point>{street().at('A'), street().at('B')}, "car");
    ASSERT_EQ(legs.size(), 1u);
    ASSERT_TRUE(legs[0].departing);
    const double usual = street().router().route({"car", {{street().at('A')}, {street().at('B')}}})->duration_s;
    EXPECT_NEAR(legs[0].departing(at(8)), legs[0].seconds, 0.2);
    EXPECT_NEAR(legs[0].seconds, 2 * usual, 0.15 * usual);
    EXPECT_NEAR(legs[0].departing(at(20)), 0.8 * usual, 0.15 * usual);
    EXPECT_FALSE(RoadPricer(fresh()).legs(std::vector<geo::Point>{street().at('A'), street().at('B')}, "car")[0].departing) << "nothing learned";
}

}  // namespace
}  // namespace lastmile::app
