// Speeds learned from tracks: what few observations, odd ones and many do, and whether a city that is slower at certain hours is found out.
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "engines/road/lessons.hpp"
#include "engines/road/router_pool.hpp"
#include "engines/road_import/city_map.hpp"
#include "engines/road_import/drawn_map.hpp"

namespace lastmile::road_import {
namespace {

using namespace road;

SpeedSamples samples(std::initializer_list<double> ratios) {
    SpeedSamples out;
    for (const double ratio : ratios) out.add(ratio);
    return out;
}

LearnedSpeeds learned(SpeedObservations observations) { return LearnedSpeeds({{"car", std::move(observations)}}); }

const SpeedCell rush{area_tile_of({53.55, 13.26}), RoadClass::primary, 8};

TEST(LearnedSpeeds, FewObservationsSayLittleAndManyNearlyAll) {
    const auto factor_after = [](int count) {
        SpeedSamples seen;
        for (int i = 0; i < count; ++i) seen.add(2);
        return learned({{rush, seen}}).profile("car")->time_factor(rush);
    };
    EXPECT_GT(factor_after(1), 1.0);
    EXPECT_LT(factor_after(1), 1.4);
    EXPECT_LT(factor_after(1), factor_after(4));
    EXPECT_LT(factor_after(4), factor_after(30));
    EXPECT_NEAR(factor_after(64), 2, 0.02);
    EXPECT_EQ(learned({}).profile("car"), nullptr);
    EXPECT_EQ(learned({{rush, factor_after(1) > 0 ? samples({2}) : samples({})}}).profile("bike"), nullptr);
}

TEST(LearnedSpeeds, TheOddLongStopMovesNothingAndNothingLeavesItsBounds) {
    auto mostly = samples({1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2});
    const double before = learned({{rush, mostly}}).profile("car")->time_factor(rush);
    mostly.add(1'000);
    EXPECT_NEAR(learned({{rush, mostly}}).profile("car")->time_factor(rush), before, 0.02);
    SpeedSamples crawling, flying;
    for (int i = 0; i < 200; ++i) crawling.add(100), flying.add(0);
    EXPECT_EQ(crawling.values().size(), SpeedSamples::most);
    EXPECT_EQ(crawling.seen(), 200);
    EXPECT_EQ(learned({{rush, crawling}}).profile("car")->time_factor(rush), most_time_factor);
    EXPECT_EQ(learned({{rush, flying}}).profile("car")->time_factor(rush), least_time_factor);
    const auto stored = SpeedSamples::of({30'000, -30'000, 5}, 1);
    EXPECT_EQ(stored.values()[2], 5);
    EXPECT_LE(stored.values()[0], 1'387);
    EXPECT_EQ(stored.seen(), 3) << "there are not fewer than are shown";
}

TEST(LearnedSpeeds, NewObservationsReplaceOldOnes) {
    SpeedSamples seen;
    for (int i = 0; i < 64; ++i) seen.add(2);
    for (int i = 0; i < 64; ++i) seen.add(0.8);  // the road works are over
    EXPECT_NEAR(learned({{rush, seen}}).profile("car")->time_factor(rush), 0.8, 0.01);
}

TEST(LearnedSpeeds, UnseenHoursAndAreasTakeTheWiderPicture) {
    SpeedSamples slow;
    for (int i = 0; i < 40; ++i) slow.add(1.5);
    const auto speeds = learned({{rush, slow}});
    SpeedCell evening = rush, elsewhere = rush, street = rush;
    evening.hour_class = 20, elsewhere.tile += 9, street.road_class = RoadClass::residential;
    EXPECT_NEAR(speeds.profile("car")->time_factor(evening), 1.45, 0.06);
    EXPECT_NEAR(speeds.profile("car")->time_factor(elsewhere), 1.4, 0.06);
    EXPECT_EQ(speeds.profile("car")->time_factor(street), 1);
}

TEST(LearnedSpeeds, AreasAreTilesOfTheWeb) {
    // zoom 12 of the usual web maps: Neubrandenburg's market lies in 2198/1323.
    const auto tile = area_tile_of({53.5572, 13.2611});
    EXPECT_EQ(tile_x(tile), 2198u);
    EXPECT_EQ(tile_y(tile), 1323u);
    EXPECT_LT(corner_of(tile).lon, 13.2611);
    EXPECT_GT(corner_of(tile).lat, 53.5572);
    EXPECT_EQ(area_tile_of({90, 180}), 4095u << 12) << "poles and the date line have tiles as well";
    for (const int day : {0, 4, 5, 6}) EXPECT_EQ(hour_class_of(day * 24 + 7), (day < 5 ? 0 : day - 4) * 24 + 7);
}

/// Pings of a drive: 10 s apart, 5 m off, at the pace of each step.
std::vector<Ping> pings_of(const Route& route, double begins_s, std::mt19937& random) {
    std::normal_distribution<double> error(0, 5);
    std::vector<Ping> pings;
    double clock = begins_s, next = begins_s;
    const Leg& leg = route.legs[0];
    for (std::size_t s = 0; s + 1 < leg.steps.size(); ++s) {
        const Step& step = leg.steps[s];
        const double pace = step.duration_s / std::max(1.0, step.distance_m);
        for (std::size_t i = step.geometry_index; i < leg.steps[s + 1].geometry_index; ++i) {
            const auto a = leg.geometry[i], b = leg.geometry[i + 1];
            const double seconds = geo::distance_m(a, b) * pace;
            for (; next < clock + seconds; next += 10) {
                const double t = (next - clock) / seconds;
                const geo::LocalPlane plane({a.lat + t * (b.lat - a.lat), a.lon + t * (b.lon - a.lon)});
                pings.push_back({plane.to_globe({error(random), error(random)}), next, 0});
            }
            clock += seconds;
        }
    }
    return pings;
}

/// The town as it really is: larger streets at half the speed in the rush hours of working days.
Conditions the_truth() {
    SpeedFactor jam;
    jam.factor = 0.5;
    jam.classes = {RoadClass::primary, RoadClass::secondary, RoadClass::tertiary};
    for (int day = 0; day < 5; ++day)
        for (const int hour : {7, 8, 16}) jam.hours.set(static_cast<std::size_t>(24 * day + hour));
    Conditions truth;
    truth.factors = {jam};
    return truth;
}

TEST(LearnedSpeeds, ACityIsFoundOutFromItsTracks) {
    const auto network = city()->network();
    std::mt19937 random(3);
    std::uniform_int_distribution<std::size_t> node(0, network->nodes().size() - 1);
    const auto pair = [&] { return RouteQuery{"car", {{network->nodes()[node(random)].point()}, {network->nodes()[node(random)].point()}}, true}; };
    RouterPool real(city());
    ASSERT_TRUE(real.set("truth", the_truth()));
    SpeedObservations seen;
    double map_off = 0, learned_off = 0;
    int foretold = 0;
    for (int i = 0; i < 240;) {
        const int hour = std::array{8, 8, 12, 16, 24 * 5 + 8}[static_cast<std::size_t>(i % 5)];
        const auto route = real.at("truth", {0, hour})->route(pair());
        if (!route || route->distance_m < 2'500) continue;
        const MatchQuery query{"car", pings_of(*route, 1e6, random), 10, 300, false};
        const auto match = city()->match(query);
        ASSERT_TRUE(match) << match.error().sentence;
        const auto lessons = lessons_of(*network, query, *match, learned(seen), [&](double) { return hour; });
        for (const auto& stretch : lessons.stretches)
            if (i >= 150) map_off += std::abs(stretch.map_s - stretch.driven_s), learned_off += std::abs(stretch.learned_s - stretch.driven_s), ++foretold;
        for (const auto& lesson : lessons.lessons) seen[lesson.cell].add(lesson.time_ratio);
        ++i;
    }
    const auto speeds = std::make_shared<const LearnedSpeeds>(std::map<std::string, SpeedObservations>{{"car", seen}});
    std::cout << "  foretold stretches: off by " << map_off / foretold << " s on average by the map, " << learned_off / foretold << " s with what had been learned\n";
    ASSERT_GT(foretold, 60);
    EXPECT_LT(learned_off, 0.6 * map_off);
    // Routes of that hour, asked of a router that has learned, against the real ones.
    RouterPool pool(city());
    Conditions conditions;
    conditions.learned = speeds;
    ASSERT_TRUE(pool.set("us", conditions));
    EXPECT_EQ(pool.at("us", {0, 8}), pool.at("us", {0, 24 + 8})) << "working days are alike";
    EXPECT_NE(pool.at("us", {0, 8}), pool.at("us", {0, 12}));
    double before = 0, after = 0;
    for (int i = 0; i < 40; ++i) {
        const auto query = pair();
        const auto truth = real.at("truth", {0, 8})->route(query), usual = city()->route(query), ours = pool.at("us", {0, 8})->route(query);
        if (!truth || !usual || !ours) continue;
        before += std::abs(usual->duration_s - truth->duration_s);
        after += std::abs(ours->duration_s - truth->duration_s);
    }
    std::cout << "  routes at eight: off by " << before / 40 << " s without, " << after / 40 << " s with learned speeds\n";
    EXPECT_LT(after, 0.5 * before);
}

TEST(LearnedSpeeds, StandingForLongIsNoSlowRoad) {
    DrawnMap map("A-------------------------------B\n", {{"AB", {}}});  // 800 m
    const geo::LocalPlane a(map.at('A'));
    const auto ratio = [&](double stop_s) {
        MatchQuery query{"car", {}};
        double t = 0;
        for (int x = 0; x <= 780; x += 20, t += 4) {
            query.pings.push_back({a.to_globe({static_cast<double>(x), 0}), t, 0});
            for (double stood = 0; x == 400 && stood < stop_s; stood += 20, t += 20) query.pings.push_back({a.to_globe({400, 0}), t, 0});
        }
        const auto match = map.router().match(query);
        const auto lessons = lessons_of(*map.router().network(), query, *match, LearnedSpeeds({}), [](double) { return 9; });
        double sum = 0;  // the map's tile may end within the street
        for (const auto& lesson : lessons.lessons) sum += lesson.time_ratio;
        return sum / static_cast<double>(lessons.lessons.size());
    };
    EXPECT_NEAR(ratio(600), ratio(0), 0.15 * ratio(0)) << "ten minutes at a door";
    EXPECT_GT(ratio(80), 1.3 * ratio(0)) << "a red light belongs to the road";
}

TEST(LearnedSpeeds, PacesOfALegSayWhereItsTimeIsDriven) {
    DrawnMap map("A-------B-------C\n", {{"AB", {{"highway", "primary"}}}, {"BC", {}}});
    RouteQuery query{"car", {{map.at('A')}, {map.at('C')}}};
    query.paces = true;
    const auto leg = map.router().route(query)->legs[0];
    ASSERT_EQ(leg.paces.size(), 2u);
    EXPECT_EQ(leg.paces[0].cell.road_class, RoadClass::primary);
    EXPECT_NEAR(leg.paces[0].seconds + leg.paces[1].seconds, leg.duration_s, 5);
    query.paces = false;
    EXPECT_TRUE(map.router().route(query)->legs[0].paces.empty());
}

}  // namespace
}  // namespace lastmile::road_import
