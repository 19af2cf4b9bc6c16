// One drawn map for each rule of the road.
#include <gtest/gtest.h>

#include "engines/road_import/drawn_map.hpp"

namespace lastmile::road_import {
namespace {

const std::string block = R"(
A---B---C
|   |   |
D---E---F
)";

/// All streets of the block, one way a side.
std::vector<DrawnWay> streets(std::map<std::string, TagList> special = {}) {
    std::vector<DrawnWay> ways;
    for (const auto* nodes : {"AB", "BC", "AD", "BE", "CF", "DE", "EF"}) ways.push_back({nodes, special[nodes]});
    return ways;
}

const TagList forth{{"oneway", "yes"}};

/// From AB, which leads to B alone: over BE to DE are 200 m, round the other block 400 m.
int over_BE(const TagList& tags, const std::string& profile) {
    DrawnMap map(block, streets({{"AB", forth}, {"BE", tags}}));
    return map.metres(profile, "AB", "DE");
}

TEST(Rules, OneWaysBindVehiclesNotWalkers) {
    DrawnMap map(block, streets({{"AB", forth}}));
    EXPECT_EQ(map.metres("car", "AD", "BE"), 200);
    EXPECT_EQ(map.metres("car", "AB", "AD"), 300);
    EXPECT_EQ(map.metres("bike", "AB", "AD"), 300);
    EXPECT_EQ(map.metres("foot", "AB", "AD"), 100);
    EXPECT_EQ(map.streets("car", "AB", "AD"), "AB BE DE AD");
}

TEST(Rules, OneWaysBackwardsAndWithExceptions) {
    DrawnMap reversed(block, streets({{"AB", {{"oneway", "-1"}}}}));
    EXPECT_EQ(reversed.metres("car", "AB", "BE"), 300);
    EXPECT_EQ(reversed.metres("car", "BE", "AB"), 100);
    DrawnMap bikes(block, streets({{"AB", {{"oneway", "yes"}, {"oneway:bicycle", "no"}}}}));
    EXPECT_EQ(bikes.metres("bike", "AB", "AD"), 100);
    EXPECT_EQ(bikes.metres("car", "AB", "AD"), 300);
    DrawnMap lane(block, streets({{"AB", {{"oneway", "yes"}, {"cycleway", "opposite"}}}}));
    EXPECT_EQ(lane.metres("bike", "AB", "AD"), 100);
    DrawnMap reversible(block, streets({{"BE", {{"oneway", "reversible"}}}, {"AB", forth}}));
    EXPECT_EQ(reversible.metres("car", "AB", "DE"), 400);
}

TEST(Rules, RoundaboutsAreOneWayAndATargetBehindIsReachedRound) {
    DrawnMap map(block, {{"ABEDA", {{"junction", "roundabout"}}}});
    EXPECT_EQ(map.metres("car", "AB", "BE"), 100);
    EXPECT_EQ(map.metres("car", "BE", "AB"), 300);
    EXPECT_EQ(map.metres("foot", "BE", "AB"), 100);
    const auto table =
        map.router().table({"car", {{map.between("BE")}, {map.between("AB")}}, {{map.between("AB")}, {map.between("BE")}}, 40});
    EXPECT_NEAR(table->distance(0, 0), 300, 3);
    EXPECT_NEAR(table->distance(1, 1), 100, 3);
}

DrawnRelation turn(const std::string& kind, const std::string& from, const std::string& via, const std::string& to, TagList more = {}) {
    more.try_emplace("type", "restriction");
    if (!kind.empty()) more["restriction"] = kind;
    return {{{"from", from}, {"via", via}, {"to", to}}, more};
}

TEST(Rules, ForbiddenTurns) {
    DrawnMap free(block, streets());
    EXPECT_EQ(free.metres("car", "AB", "BE"), 100);
    DrawnMap map(block, streets(), {}, {turn("no_right_turn", "AB", "B", "BE", {{"except", "bicycle"}})});
    EXPECT_EQ(map.metres("car", "AB", "BE"), 300);
    EXPECT_EQ(map.metres("truck", "AB", "BE"), 300);
    EXPECT_EQ(map.metres("bike", "AB", "BE"), 100);
    EXPECT_EQ(map.metres("foot", "AB", "BE"), 100);
    EXPECT_EQ(map.metres("car", "BE", "AB"), 100);
    EXPECT_EQ(map.metres("car", "AB", "BC"), 100);
    EXPECT_EQ(map.report.restrictions, 1u);
}

TEST(Rules, CommandedTurns) {
    DrawnMap map(block, streets(), {}, {turn("only_straight_on", "AB", "B", "BC")});
    EXPECT_EQ(map.metres("car", "AB", "BE"), 300);
    EXPECT_EQ(map.metres("car", "AB", "BC"), 100);
    EXPECT_EQ(map.metres("car", "BE", "BC"), 100);
}

TEST(Rules, TurnsForbiddenOverAWay) {
    DrawnMap map(block, streets({{"AB", forth}}), {}, {turn("no_u_turn", "AB", "BE", "DE")});
    EXPECT_EQ(map.metres("car", "AB", "DE"), 400);
    EXPECT_EQ(map.metres("car", "AB", "EF"), 200);
    EXPECT_EQ(map.metres("car", "AB", "BE"), 100);
    EXPECT_EQ(map.metres("car", "BC", "DE"), 200);
    EXPECT_EQ(map.metres("car", "BE", "DE"), 100);
    EXPECT_EQ(map.metres("foot", "AB", "DE"), 200);
}

TEST(Rules, TurnsCommandedOverAWay) {
    DrawnMap map(block, streets({{"AB", forth}}), {}, {turn("only_left_turn", "AB", "BE", "EF")});
    EXPECT_EQ(map.metres("car", "AB", "DE"), 400);
    EXPECT_EQ(map.metres("car", "AB", "EF"), 200);
    EXPECT_EQ(map.metres("car", "BC", "DE"), 200);
}

TEST(Rules, RestrictionsOfSomeVehicles) {
    DrawnMap heavy(block, streets(), {}, {turn("", "AB", "B", "BE", {{"restriction:conditional", "no_right_turn @ (weight>7.5)"}})});
    EXPECT_EQ(heavy.metres("truck", "AB", "BE"), 300);
    EXPECT_EQ(heavy.metres("car", "AB", "BE"), 100);
    DrawnMap goods(block, streets(), {}, {turn("", "AB", "B", "BE", {{"restriction:hgv", "no_right_turn"}})});
    EXPECT_EQ(goods.metres("truck", "AB", "BE"), 300);
    EXPECT_EQ(goods.metres("van", "AB", "BE"), 100);
    DrawnMap hours(block, streets(), {}, {turn("", "AB", "B", "BE", {{"restriction:conditional", "no_right_turn @ (Mo-Fr 07:00-09:00)"}})});
    EXPECT_EQ(hours.metres("car", "AB", "BE"), 100);
    EXPECT_EQ(hours.report.skipped_restrictions, 0u) << "it is applied at its hours (hours_test.cpp)";
    DrawnMap broken(
        block, streets(), {},
        {turn("no_right_turn", "AB", "B", "ZZ"), {{{"from", "AB"}}, {{"type", "restriction"}, {"restriction", "no_left_turn"}}}});
    EXPECT_EQ(broken.metres("car", "AB", "BE"), 100);
    EXPECT_EQ(broken.report.restrictions, 0u);
}

/// From BX to XE, over what stands at X (50 m) or round a block (350 m).
int over_X(const TagList& tags, const std::string& profile) {
    std::vector<DrawnWay> ways;
    for (const auto* nodes : {"AB", "BC", "AD", "BX", "XE", "CF", "DE", "EF"}) ways.push_back({nodes, {}});
    DrawnMap map("A---B---C\n|   X   |\nD---E---F\n", ways, {{'X', tags}});
    return map.metres(profile, "BX", "XE");
}

TEST(Rules, Barriers) {
    EXPECT_EQ(over_X({{"barrier", "bollard"}}, "car"), 350);
    EXPECT_EQ(over_X({{"barrier", "bollard"}}, "bike"), 50);
    EXPECT_EQ(over_X({{"barrier", "gate"}}, "car"), 50);
    EXPECT_EQ(over_X({{"barrier", "gate"}, {"access", "no"}}, "car"), 350);
    EXPECT_EQ(over_X({{"barrier", "gate"}, {"motor_vehicle", "no"}}, "car"), 350);
    EXPECT_EQ(over_X({{"barrier", "gate"}, {"motor_vehicle", "no"}}, "bike"), 50);
    EXPECT_EQ(over_X({{"barrier", "bollard"}, {"motor_vehicle", "yes"}}, "car"), 50);
    EXPECT_EQ(over_X({{"barrier", "gate"}, {"access", "private"}}, "car"), 350) << "a private gate is no short cut";
    EXPECT_EQ(over_X({{"barrier", "cycle_barrier"}}, "bike"), 50);
    EXPECT_EQ(over_X({{"barrier", "cycle_barrier"}}, "cargo_bike"), 350);
    EXPECT_EQ(over_X({{"barrier", "stile"}}, "bike"), 350);
    EXPECT_EQ(over_X({{"barrier", "stile"}}, "foot"), 50);
    EXPECT_EQ(over_X({{"barrier", "height_restrictor"}, {"maxheight", "2"}}, "van"), 350);
    EXPECT_EQ(over_X({{"barrier", "height_restrictor"}, {"maxheight", "2"}}, "car"), 50);
}

TEST(Rules, PrivateRoadsAreLastMetresOnly) {
    DrawnMap map(block, streets({{"AD", {{"access", "private"}}}}));
    EXPECT_EQ(map.metres("car", "BC", "AD"), 200);
    EXPECT_EQ(map.metres("car", "AD", "BC"), 200);
    EXPECT_EQ(map.streets("car", "AB", "DE"), "AB BE DE");
    EXPECT_FALSE(map.route("car", "BC", "AD")->through_restricted);
    DrawnMap other(block, streets({{"BE", {{"motor_vehicle", "destination"}}}}));
    EXPECT_EQ(other.streets("car", "AB", "DE"), "AB AD DE");
    EXPECT_EQ(other.metres("car", "AB", "BE"), 100);
}

TEST(Rules, WhereOnlyAPrivateRoadLeadsTheRouteSaysSo) {
    DrawnMap map("A---B---C---D\n", {{"AB", {}}, {"BC", {{"access", "private"}}}, {"CD", {}}});
    ASSERT_TRUE(map.route("car", "AB", "CD"));
    EXPECT_TRUE(map.route("car", "AB", "CD")->through_restricted);
    EXPECT_LT(map.route("car", "AB", "CD")->duration_s, 120);
    EXPECT_FALSE(map.route("car", "AB", "BC")->through_restricted);
    EXPECT_FALSE(map.route("car", "BC", "CD")->through_restricted);
    EXPECT_LT(map.router().table({"car", {{map.between("AB")}}, {{map.between("CD")}}, 40})->duration(0, 0), 120);
}

TEST(Rules, AccessGoesFromGeneralToSpecial) {
    EXPECT_EQ(over_BE({}, "car"), 200);
    EXPECT_EQ(over_BE({{"access", "no"}}, "car"), 400);
    EXPECT_EQ(over_BE({{"access", "no"}, {"motor_vehicle", "yes"}}, "car"), 200);
    EXPECT_EQ(over_BE({{"vehicle", "no"}, {"bicycle", "yes"}}, "bike"), 200);
    EXPECT_EQ(over_BE({{"vehicle", "no"}, {"bicycle", "yes"}}, "car"), 400);
    EXPECT_EQ(over_BE({{"vehicle", "no"}}, "foot"), 200);
    EXPECT_EQ(over_BE({{"hgv", "no"}}, "truck"), 400);
    EXPECT_EQ(over_BE({{"hgv", "no"}}, "van"), 200);
    EXPECT_EQ(over_BE({{"motor_vehicle", "agricultural"}}, "car"), 400);
    EXPECT_EQ(over_BE({{"motor_vehicle", "a word nobody knows"}}, "car"), 200);
    EXPECT_EQ(over_BE({{"motor_vehicle:forward", "no"}}, "car"), 400);
    EXPECT_EQ(over_BE({{"motor_vehicle:backward", "no"}}, "car"), 200);
    EXPECT_EQ(over_BE({{"motorroad", "yes"}, {"highway", "primary"}}, "bike"), 400);
    EXPECT_EQ(over_BE({{"motorroad", "yes"}, {"highway", "primary"}}, "car"), 200);
}

TEST(Rules, ClosedByDefaultUntilNamed) {
    EXPECT_EQ(over_BE({{"highway", "footway"}}, "car"), 400);
    EXPECT_EQ(over_BE({{"highway", "footway"}}, "bike"), 400);
    EXPECT_EQ(over_BE({{"highway", "footway"}}, "foot"), 200);
    EXPECT_EQ(over_BE({{"highway", "cycleway"}}, "bike"), 200);
    EXPECT_EQ(over_BE({{"highway", "track"}, {"motor_vehicle", "yes"}}, "car"), 200);
    EXPECT_EQ(over_BE({{"highway", "construction"}}, "foot"), 200) << "walks another way round: AB, AD, DE";
    DrawnMap walkers(block, streets({{"BE", {{"highway", "pedestrian"}, {"motor_vehicle", "delivery"}}}}));
    EXPECT_EQ(walkers.metres("van", "AB", "BE"), 100);
    EXPECT_EQ(walkers.streets("van", "AB", "DE"), "AB AD DE");
    DrawnMap steps(block, streets({{"BE", {{"highway", "steps"}}}}));
    EXPECT_EQ(steps.streets("bike", "BC", "EF"), "BC CF EF");
}

TEST(Rules, SizesBindTheTruck) {
    EXPECT_EQ(over_BE({{"maxheight", "3.0"}}, "truck"), 400);
    EXPECT_EQ(over_BE({{"maxheight", "3.0"}}, "van"), 200);
    EXPECT_EQ(over_BE({{"maxheight", "8'2&quot;"}}, "van"), 400);
    EXPECT_EQ(over_BE({{"maxheight", "default"}}, "truck"), 200);
    EXPECT_EQ(over_BE({{"maxweight", "7.5"}}, "truck"), 400);
    EXPECT_EQ(over_BE({{"maxweight", "7.5 t"}}, "car"), 200);
    EXPECT_EQ(over_BE({{"maxweight", "3000 kg"}}, "van"), 400);
    EXPECT_EQ(over_BE({{"maxwidth", "2.2"}}, "truck"), 400);
    EXPECT_EQ(over_BE({{"maxlength", "12"}}, "truck"), 200);
    EXPECT_EQ(over_BE({{"maxaxleload", "6"}}, "truck"), 400);
}

double seconds(const TagList& tags, const std::string& profile, std::map<char, TagList> nodes = {}, const std::string& from = "AB",
               const std::string& to = "BC") {
    DrawnMap map(block, streets({{"AB", tags}, {"BC", tags}, {"BE", tags}}), std::move(nodes));
    return map.route(profile, from, to)->duration_s;
}

TEST(Rules, SpeedsFollowLimitsSurfacesAndClasses) {
    const double usual = seconds({}, "car");
    EXPECT_GT(seconds({{"surface", "cobblestone"}, {"maxspeed", "10"}}, "car"), usual);
    EXPECT_GT(seconds({{"surface", "mud"}}, "car"), usual * 1.5);
    EXPECT_GT(seconds({{"highway", "living_street"}}, "car"), usual * 1.5);
    EXPECT_LT(seconds({{"highway", "primary"}}, "car"), usual);
    EXPECT_GT(seconds({{"highway", "primary"}, {"maxspeed", "20 mph"}}, "car"),
              seconds({{"highway", "primary"}, {"maxspeed", "50"}}, "car"));
    EXPECT_GT(seconds({{"highway", "primary"}}, "truck"), seconds({{"highway", "primary"}}, "car"));
    EXPECT_NEAR(seconds({{"maxspeed", "100"}}, "foot"), seconds({}, "foot"), 0.01);
    EXPECT_NEAR(seconds({}, "foot"), 100 / (5 / 3.6), 1);
}

TEST(Rules, TurnsCostTime) {
    const double straight = seconds({}, "car"), right = seconds({}, "car", {}, "AB", "BE"), left = seconds({}, "car", {}, "BC", "BE");
    EXPECT_GT(right, straight + 1);
    EXPECT_GT(left, right + 1);
    const TagList on_the_left{{"driving_side", "left"}};
    EXPECT_LT(seconds(on_the_left, "car", {}, "BC", "BE"), seconds(on_the_left, "car", {}, "AB", "BE") - 1);
    EXPECT_NEAR(seconds({}, "car", {{'B', {{"highway", "traffic_signals"}}}}), straight + 6, 0.1);
}

TEST(Rules, FerriesTakeTheirTime) {
    DrawnMap map("A---B---C---D\n", {{"AB", {}}, {"BC", {{"route", "ferry"}, {"duration", "00:10"}}}, {"CD", {}}});
    EXPECT_NEAR(map.route("car", "AB", "CD")->duration_s, 600, 40);
    EXPECT_FALSE(map.route("truck", "AB", "CD"));
    DrawnMap trucks("A---B---C---D\n", {{"AB", {}}, {"BC", {{"route", "ferry"}, {"duration", "PT5M"}, {"hgv", "yes"}}}, {"CD", {}}});
    EXPECT_NEAR(trucks.route("truck", "AB", "CD")->duration_s, 300, 40);
}

TEST(Rules, TheCurbDecidesTheDirection) {
    DrawnMap map("A---B---C---D\n", {{"ABCD", {}}});
    auto north = map.between("BC"), south = north;
    north.lat += 0.0001;
    south.lat -= 0.0001;
    const auto metres = [&](geo::Point to, road::Approach approach) {
        return map.router().route({"car", {{map.between("AB")}, {to, approach}}})->distance_m;
    };
    EXPECT_NEAR(metres(south, road::Approach::curb), 100, 2);
    EXPECT_NEAR(metres(north, road::Approach::any), 100, 2);
    EXPECT_NEAR(metres(north, road::Approach::curb), 400, 3) << "on to the end of the road, and back";
    EXPECT_EQ(map.router().nearest("car", north)->at(0).side, road::Side::left);
}

TEST(Rules, MissingNodesCutARoadAndAreCounted) {
    DrawnMap map("A---B---C\n|   |   |\nD---E---F\n", streets());
    map.missing = {'E'};
    EXPECT_EQ(map.metres("car", "AD", "CF"), 300);
    EXPECT_EQ(map.report.missing_nodes, 1u);
    EXPECT_EQ(map.metres("car", "DE", "EF"), -1);
}

TEST(Rules, TheOrderOfObjectsDoesNotMatter) {
    const std::vector<DrawnRelation> relations{turn("no_right_turn", "AB", "B", "BE"), turn("no_u_turn", "BC", "BE", "EF")};
    DrawnMap map(block, streets({{"CF", forth}}), {}, relations), backwards(block, streets({{"CF", forth}}), {}, relations);
    backwards.backwards = true;
    for (const auto* from : {"AB", "BC", "AD", "BE", "CF", "DE", "EF"})
        for (const auto* to : {"AB", "BC", "AD", "BE", "CF", "DE", "EF"})
            EXPECT_EQ(map.metres("car", from, to), backwards.metres("car", from, to)) << from << to;
}

TEST(Rules, NothingSnapsToAnIsland) {
    DrawnMap map("A---B   G---H\n|   |\nD---E\n", {{"AB", {}}, {"AD", {}}, {"BE", {}}, {"DE", {}}, {"GH", {}}});
    const auto snap = map.router().nearest("car", map.between("GH"), 1, 5'000);
    ASSERT_TRUE(snap);
    EXPECT_NE(snap->at(0).name, "GH");
    EXPECT_EQ(map.router().nearest("car", map.between("GH"), 1, 50).error().fault, road::Fault::nothing_near);
}

TEST(Rules, ConditionsAreLiveAndCanBeTakenBack) {
    DrawnMap map(block, streets({{"AB", forth}}));
    EXPECT_EQ(map.metres("car", "AB", "DE"), 200);
    road::Closure closure;
    closure.areas = {{{{map.between("BE"),
                        {map.between("BE").lat + 1e-4, map.between("BE").lon + 1e-4},
                        {map.between("BE").lat + 1e-4, map.between("BE").lon - 1e-4}}}}};
    ASSERT_TRUE(map.router().set_conditions({{closure}, {}}));
    EXPECT_EQ(map.metres("car", "AB", "DE"), 400);
    closure.profiles = {"truck"};
    ASSERT_TRUE(map.router().set_conditions({{closure}, {}}));
    EXPECT_EQ(map.metres("car", "AB", "DE"), 200);
    EXPECT_EQ(map.metres("truck", "AB", "DE"), 400);
    closure.profiles = {"zeppelin"};
    EXPECT_FALSE(map.router().set_conditions({{closure}, {}}));
    EXPECT_FALSE(map.router().set_conditions({{}, {{.factor = 0}}}));
    const double before = map.route("car", "AB", "DE")->duration_s;
    ASSERT_TRUE(map.router().set_conditions({{}, {{.factor = 0.5, .classes = {road::RoadClass::residential}}}}));
    EXPECT_GT(map.route("car", "AB", "DE")->duration_s, before * 1.5);
    ASSERT_TRUE(map.router().set_conditions({}));
    EXPECT_EQ(map.route("car", "AB", "DE")->duration_s, before);
}

TEST(Rules, AvoidedAreasBindOneQuestion) {
    DrawnMap map(block, streets({{"AB", forth}}));
    road::RouteQuery query{"car", {{map.between("AB")}, {map.between("DE")}}, true, 40, {}};
    EXPECT_NEAR(map.router().route(query)->distance_m, 200, 3);
    const auto p = map.between("BE");
    query.avoid = {{{{p, {p.lat + 1e-4, p.lon + 1e-4}, {p.lat + 1e-4, p.lon - 1e-4}}}}};
    EXPECT_NEAR(map.router().route(query)->distance_m, 400, 3);
    const auto q = map.between("CF");
    query.avoid.push_back({{{q, {q.lat + 1e-4, q.lon + 1e-4}, {q.lat + 1e-4, q.lon - 1e-4}}}});
    EXPECT_EQ(map.router().route(query).error().fault, road::Fault::no_route);
}

TEST(Rules, WhatIsNoMapIsRefused) {
    EXPECT_THROW(import_map(scratch() / "nowhere.osm.pbf", scratch() / "x.map"), std::runtime_error);
    DrawnMap empty("A---B\n", {{"AB", {{"highway", "proposed"}}}});
    EXPECT_THROW(empty.router(), std::runtime_error);
    DrawnMap map(block, streets());
    EXPECT_EQ(map.router().route({"car", {{map.at('A')}}}).error().fault, road::Fault::bad_question);
    EXPECT_EQ(map.router().route({"zeppelin", {{map.at('A')}, {map.at('B')}}}).error().fault, road::Fault::unknown_profile);
    EXPECT_THROW(import_map(city_file(), scratch() / "x.map", {{"zeppelin"}, {}, true}), std::runtime_error);
}

}  // namespace
}  // namespace lastmile::road_import
