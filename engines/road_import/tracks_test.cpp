// Tracks, isochrones and alternatives on the demo city (and on the other maps where they are), and on drawn maps.
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "engines/road_import/drawn_map.hpp"
#include "engines/road_import/plain_search.hpp"

namespace lastmile::road_import {
namespace {

using namespace road;

/// Places every `spacing_m` on a line.
std::vector<geo::Point> spread(const std::vector<geo::Point>& line, double spacing_m) {
    std::vector<geo::Point> out;
    double ahead = 0;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        const double length = geo::distance_m(line[i], line[i + 1]);
        for (; ahead < length; ahead += spacing_m) {
            const double t = ahead / length;
            out.push_back({line[i].lat + t * (line[i + 1].lat - line[i].lat), line[i].lon + t * (line[i + 1].lon - line[i].lon)});
        }
        ahead -= length;
    }
    return out;
}

/// The share of one line that lies within 3 m of another.
double share_on(const std::vector<geo::Point>& line, const std::vector<geo::Point>& other) {
    if (other.empty()) return 0;
    const auto places = spread(line, 10);
    const auto on = std::ranges::count_if(places, [&](geo::Point p) { return geo::project(p, other).distance_m < 3; });
    return static_cast<double>(on) / static_cast<double>(std::max<std::size_t>(1, places.size()));
}

struct Drive {
    Route route;
    std::vector<Ping> pings;
};

/// Drives a random route of 2 km and more, and pings every 5 to 30 seconds with a normal error of 10 m to the north and to the east.
std::optional<Drive> drive(const EmbeddedRouter& router, const std::string& profile, std::mt19937& random) {
    const auto network = router.network();
    std::uniform_int_distribution<std::size_t> node(0, network->nodes().size() - 1);
    const auto route = router.route({profile, {{network->nodes()[node(random)].point()}, {network->nodes()[node(random)].point()}}});
    if (!route || route->distance_m < 2'000) return std::nullopt;
    Drive drive{*route, {}};
    const auto line = route->geometry();
    const double speed = route->distance_m / route->duration_s;
    const auto metres = spread(line, 1);
    std::uniform_real_distribution<double> pause(5, 30);
    std::normal_distribution<double> error(0, 10);
    for (double t = 0; t * speed < static_cast<double>(metres.size()); t += pause(random)) {
        const geo::LocalPlane plane(metres[static_cast<std::size_t>(t * speed)]);
        drive.pings.push_back({plane.to_globe({error(random), error(random)}), t, 0});
    }
    if (drive.pings.size() < 2) return std::nullopt;
    return drive;
}

struct Shares {
    double found = 0, added = 0;
};

Shares match_random_drives(const EmbeddedRouter& router, const std::string& profile, int count, unsigned seed) {
    std::mt19937 random(seed);
    double driven = 0, found = 0, matched = 0, added = 0;
    for (int i = 0; i < count;) {
        const auto d = drive(router, profile, random);
        if (!d) continue;
        ++i;
        const auto match = router.match({profile, d->pings});
        EXPECT_TRUE(match) << match.error().sentence;
        std::vector<geo::Point> line;
        double length = 0, strange = 0;
        for (const Stretch& s : match->stretches) {
            line.insert(line.end(), s.geometry.begin(), s.geometry.end());
            length += s.distance_m;
            strange += s.distance_m * (1 - share_on(s.geometry, d->route.geometry()));
        }
        driven += d->route.distance_m;
        found += d->route.distance_m * share_on(d->route.geometry(), line);
        matched += length;
        added += strange;
    }
    return {found / driven, added / matched};
}

TEST(Match, FindsTheWayOfNoisyPings) {
    for (const std::string profile : {"car", "bike", "truck"}) {
        const Shares shares = match_random_drives(*city(), profile, 25, 11);
        std::cout << "  neubrandenburg " << profile << ": " << shares.found * 100 << " % of the length matched, " << shares.added * 100 << " % of it beside\n";
        EXPECT_GE(shares.found, 0.97);
        EXPECT_LE(shares.added, 0.03);
    }
}

TEST(Match, KeepsTheDirectionAndTheTimes) {
    std::mt19937 random(5);
    std::optional<Drive> d;
    while (!d) d = drive(*city(), "car", random);
    const auto match = city()->match({"car", d->pings});
    ASSERT_TRUE(match);
    ASSERT_EQ(match->pings.size(), d->pings.size());
    double observed = 0, metres = 0, expected = 0;
    for (const Stretch& s : match->stretches)
        for (const DrivenRoad& road : s.roads) {
            observed += road.observed_s, metres += road.distance_m, expected += road.expected_s;
            const auto* graph = city()->network()->profile("car");
            EXPECT_NE(graph->arc_of[2 * road.road + (road.forward ? 0 : 1)], none) << "against a one-way";
        }
    EXPECT_NEAR(metres, match->distance_m, 0.01 * match->distance_m + 1);
    EXPECT_NEAR(observed, match->stretches.front().observed_s, 60);
    EXPECT_NEAR(expected, match->stretches.front().expected_s, 0.02 * expected + 1);
}

TEST(Match, ParallelRoadsAreToldApartByTheWayBetweenPings) {
    // One lane each way, 15 m apart (that is nearer than the pings are good): the one-way's direction decides.
    DrawnMap map("A---------B\n\nC---------D\n", {{"AB", {{"oneway", "yes"}}}, {"DC", {{"oneway", "yes"}}}, {"BD", {}}, {"CA", {}}});
    const geo::LocalPlane middle(map.between("AD"));
    MatchQuery query{"car", {}};
    for (int i = 0; i < 5; ++i) query.pings.push_back({middle.to_globe({80.0 - 40 * i, 15}), 5.0 * i, 40});
    const auto match = map.router().match(query);
    ASSERT_TRUE(match);
    ASSERT_EQ(match->stretches.size(), 1u);
    EXPECT_EQ(map.router().network()->label(match->stretches[0].roads[0].road), "DC") << "driven westwards";
}

TEST(Match, StandingSilenceAndPlacesOffTheRoadsAreNoDistance) {
    DrawnMap map("A---------------B\n", {{"AB", {}}});
    const geo::LocalPlane a(map.at('A'));
    MatchQuery query{"car", {}};
    // Stands for two minutes with trembling pings, drives 150 m, is silent for an hour, and drives on somewhere else.
    for (int i = 0; i < 12; ++i) query.pings.push_back({a.to_globe({50.0 + (i % 3) * 8, 3.0 - (i % 2) * 6}), 10.0 * i, 0});
    query.pings.push_back({a.to_globe({200, 0}), 130, 0});
    query.pings.push_back({a.to_globe({120, 4'000}), 140, 0});  // far off every road
    query.pings.push_back({a.to_globe({250, 0}), 4'000, 0});
    query.pings.push_back({a.to_globe({350, 0}), 4'010, 0});
    const auto match = map.router().match(query);
    ASSERT_TRUE(match);
    ASSERT_EQ(match->stretches.size(), 2u);
    EXPECT_NEAR(match->stretches[0].distance_m, 150, 20);
    EXPECT_NEAR(match->stretches[1].distance_m, 100, 5);
    EXPECT_FALSE(match->pings[13].used);
    EXPECT_EQ(map.router().match({"car", {query.pings[0]}}).error().fault, Fault::bad_question);
    std::swap(query.pings[0].time_s, query.pings[5].time_s);
    EXPECT_EQ(map.router().match(query).error().place, 1u);
    EXPECT_EQ(map.router().match({"boat", query.pings}).error().fault, Fault::unknown_profile);
}

TEST(Isochrone, HoldsWhatThePlainSearchReaches) {
    const auto network = city()->network();
    const ProfileGraph& graph = *network->profile("bike");
    const geo::Point from{53.5575, 13.2610};
    const std::vector<double> limits{300, 600};
    const auto isochrones = city()->isochrone({"bike", from, limits});
    ASSERT_TRUE(isochrones) << isochrones.error().sentence;
    std::vector<PlainPlace> places;
    for (std::uint32_t e = 0; e < network->edges().size(); ++e) places.push_back({e, 0.5});
    const auto snap = city()->nearest("bike", from)->at(0);
    const auto costs = PlainSearch(*network, graph).run({snap.road, snap.fraction}, places);
    const auto middle = [&](std::uint32_t e) {
        const auto line = network->line(e);
        const auto metres = spread(line, std::max(0.01, geo::length_m(line) / 2));
        return metres[std::min<std::size_t>(1, metres.size() - 1)];
    };
    for (std::size_t i = 0; i < limits.size(); ++i) {
        std::size_t within = 0, missed = 0, outside = 0, wrong = 0;
        std::vector<geo::Point> reached;
        for (const auto& place : places)
            if (const auto& cost = costs[place.edge]; cost && static_cast<double>(cost->time) / 100 <= limits[i]) reached.push_back(middle(place.edge));
        for (const auto& place : places) {
            const geo::Point p = middle(place.edge);
            const bool inside = geo::contains(isochrones->at(i).areas, p);
            const auto& cost = costs[place.edge];
            if (cost && cost->entries == 0 && static_cast<double>(cost->time) / 100 < limits[i] - 30) ++within, missed += !inside;
            if (std::ranges::all_of(reached, [&](geo::Point r) { return geo::distance_m(p, r) > 600; })) ++outside, wrong += inside;
        }
        EXPECT_GT(within, 300u);
        EXPECT_GT(outside, 300u);
        EXPECT_EQ(missed, 0u) << "of " << within;
        EXPECT_EQ(wrong, 0u) << "of " << outside;
        for (const geo::Polygon& area : isochrones->at(i).areas)
            for (const geo::Ring& ring : area.rings) EXPECT_TRUE(ring.size() >= 4 && ring.front() == ring.back());
    }
    double small = 0, large = 0;
    for (const auto& area : isochrones->at(0).areas) small += geo::area_m2(area);
    for (const auto& area : isochrones->at(1).areas) large += geo::area_m2(area);
    EXPECT_GT(large, 1.5 * small);
    EXPECT_EQ(city()->isochrone({"bike", from, {}}).error().fault, Fault::bad_question);
    EXPECT_EQ(city()->isochrone({"bike", from, {0}}).error().fault, Fault::bad_question);
    EXPECT_EQ(city()->isochrone({"bike", {10, 10}, {60}}).error().fault, Fault::nothing_near);
}

TEST(Isochrone, RoadsForVisitorsAreReachedButNotDrivenThrough) {
    DrawnMap map("A---B---C---D\n", {{"AB", {}}, {"BC", {{"access", "private"}}}, {"CD", {}}});
    const auto areas = map.router().isochrone({"car", map.between("AB"), {600}})->at(0).areas;
    EXPECT_TRUE(geo::contains(areas, map.between("BC")));
    // D stands 100 m behind the private road, and a walk there is counted from its end.
    DrawnMap far("A---B---C-------------------------D\n", {{"AB", {}}, {"BC", {{"access", "private"}}}, {"CD", {}}});
    EXPECT_FALSE(geo::contains(far.router().isochrone({"car", far.between("AB"), {600}})->at(0).areas, far.at('D')));
}

TEST(Alternatives, AreReallyDifferent) {
    // Over the north and over the south it is nearly as far; the block in the middle of the north is no other way.
    DrawnMap map(
        "    B------E-F------C\n"
        "    |      | |      |\n"
        "    |      H-G      |\n"
        "K---A               D---L\n"
        "    |               |\n"
        "    I---------------J\n",
        {{"ABE", {}}, {"EF", {}}, {"FCD", {}}, {"EHGF", {}}, {"AIJD", {}}, {"KA", {}}, {"DL", {}}});
    RouteQuery query{"car", {{map.between("KA")}, {map.between("DL")}}, true, 40};
    query.alternatives = 3;
    const auto route = map.router().route(query);
    ASSERT_TRUE(route);
    ASSERT_EQ(route->alternatives.size(), 1u);
    EXPECT_GE(route->alternatives[0].duration_s, route->duration_s);
    query.places.push_back(query.places[0]);
    EXPECT_EQ(map.router().route(query).error().fault, Fault::bad_question);
}

TEST(Alternatives, OfTheCityAreNoDetours) {
    std::mt19937 random(9);
    const auto network = city()->network();
    std::uniform_int_distribution<std::size_t> node(0, network->nodes().size() - 1);
    std::size_t asked = 0, with = 0;
    while (asked < 40) {
        RouteQuery query{"car", {{network->nodes()[node(random)].point()}, {network->nodes()[node(random)].point()}}};
        query.alternatives = 2;
        const auto route = city()->route(query);
        if (!route || route->distance_m < 1'500) continue;
        ++asked;
        with += !route->alternatives.empty();
        std::vector<std::vector<geo::Point>> lines{route->geometry()};
        for (const Route& other : route->alternatives) {
            EXPECT_GE(other.duration_s, route->duration_s);
            EXPECT_LE(other.duration_s, 1.31 * route->duration_s);
            EXPECT_NEAR(geo::length_m(other.geometry()), other.distance_m, 0.01 * other.distance_m + 5);
            for (const auto& line : lines) EXPECT_LT(share_on(other.geometry(), line), 0.8);
            lines.push_back(other.geometry());
        }
    }
    EXPECT_GT(with, 13u);
}

}  // namespace
}  // namespace lastmile::road_import
