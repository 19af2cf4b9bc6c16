// Rules that hold at certain hours: the text, and a drawn map for each kind of rule.
#include <gtest/gtest.h>

#include "engines/road/metric.hpp"
#include "engines/road/router_pool.hpp"
#include "engines/road_import/drawn_map.hpp"
#include "engines/road_import/hours.hpp"

namespace lastmile::road_import {
namespace {

/// "Mo 07:00" as a minute of the week, written down anew.
std::size_t minute(int day, int hour, int past = 0) { return static_cast<std::size_t>((day * 24 + hour) * 60 + past); }
constexpr int monday = 0, friday = 4, saturday = 5, sunday = 6;
constexpr int hour(int day, int of_day) { return day * 24 + of_day; }

TEST(Hours, AreReadAsOpeningHoursHaveThem) {
    const auto rush = parse_hours("Mo-Fr 07:00-09:00,16:00-18:00; Sa 8:00-12:00");
    ASSERT_TRUE(rush);
    EXPECT_EQ(rush->count(), 5u * 240 + 240);
    EXPECT_TRUE((*rush)[minute(friday, 17, 59)] && (*rush)[minute(saturday, 8)]);
    EXPECT_FALSE((*rush)[minute(friday, 18)] || (*rush)[minute(sunday, 8)] || (*rush)[minute(monday, 6, 59)]);
    const auto night = parse_hours("22:00-06:00");
    ASSERT_TRUE(night);
    EXPECT_EQ(night->count(), 7u * 480);
    EXPECT_TRUE((*night)[minute(monday, 0)] && (*night)[minute(sunday, 23)]) << "the night after Sunday begins the week";
    EXPECT_EQ(parse_hours("24/7")->count(), 7u * 1440);
    EXPECT_EQ(parse_hours("Sa,Su")->count(), 2u * 1440);
    EXPECT_EQ(parse_hours("Fr-Mo 10:00-11:00")->count(), 4u * 60) << "over the end of the week";
    EXPECT_EQ(parse_hours("06:00-10:00; Su off")->count(), 6u * 240);
    EXPECT_EQ(parse_hours("06:00-10:00; Su 08:00-09:00")->count(), 6u * 240 + 60) << "a later rule replaces its days";
    EXPECT_EQ(parse_hours("Mo 06:00-10:00, Su 08:00-09:00")->count(), 300u) << "behind a comma it adds";
}

TEST(Hours, WhatIsNotTheSameEveryWeekIsNotRead) {
    for (const auto* text : {"", "PH", "Mo-Fr 07:00-09:00; PH off", "Mo-Sa,PH 08:00-12:00", "Apr-Oct", "Dec 24 08:00-12:00", "sunrise-sunset", "week 1-20 Mo", "Mo-Fr 7-9",
                             "07:00", "25:00-26:00", "07:60-08:00", "Mo-Fr 07:00-09:00 \"school\"", "Mo[1] 08:00-10:00", "Mo-", "Mo 08:00-", "weight>7.5", "wet"})
        EXPECT_FALSE(parse_hours(text)) << text;
}

TEST(Hours, ValuesAndConditionsArePaired) {
    using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;
    EXPECT_EQ(split_conditional("delivery @ (Mo-Fr 06:00-10:00; Sa 07:00-09:00); no @ (Su)"), (Pairs{{"delivery", "Mo-Fr 06:00-10:00; Sa 07:00-09:00"}, {"no", "Su"}}));
    EXPECT_EQ(split_conditional("no @ 22:00-06:00"), (Pairs{{"no", "22:00-06:00"}}));
    for (const auto* text : {"no", "no @", "@ (Su)", "no @ (Su", "no @ (Su) yes"}) EXPECT_TRUE(split_conditional(text).empty()) << text;
}

const std::string block = "A---B---C\n|   |   |\nD---E---F\n";

DrawnMap block_with(const TagList& of_BE, std::vector<DrawnRelation> relations = {}, const TagList& of_AB = {}) {
    std::vector<DrawnWay> ways;
    for (const std::string nodes : {"AB", "BC", "AD", "BE", "CF", "DE", "EF"}) ways.push_back({nodes, nodes == "BE" ? of_BE : nodes == "AB" ? of_AB : TagList{}});
    return DrawnMap(block, ways, {}, std::move(relations));
}

int driven(DrawnMap& map, std::optional<int> at, const std::string& profile, const std::string& from, const std::string& to) {
    map.at_hour = at;
    return map.metres(profile, from, to);
}

TEST(HourlyRules, AccessClosesAStreet) {
    DrawnMap map = block_with({{"motor_vehicle:conditional", "no @ (Mo-Fr 07:30-09:00)"}});
    EXPECT_EQ(driven(map, std::nullopt, "car", "AB", "BE"), 100);
    EXPECT_EQ(driven(map, hour(monday, 6), "car", "AB", "BE"), 100);
    EXPECT_EQ(driven(map, hour(monday, 8), "car", "AB", "DE"), 200) << "there is another way";
    map.at_hour = hour(monday, 7);
    EXPECT_EQ(map.metres("car", "AB", "BE"), -1) << "what is closed cannot be arrived on (7:30 is within the hour)";
    map.at_hour = hour(monday, 9);
    EXPECT_EQ(map.metres("car", "AB", "BE"), 100);
    map.at_hour = hour(saturday, 8);
    EXPECT_EQ(map.metres("car", "AB", "BE"), 100);
    map.at_hour = hour(monday, 8);
    EXPECT_EQ(map.metres("bike", "AB", "BE"), 100);
    EXPECT_EQ(map.report.hourly_rules, 1u);
    EXPECT_EQ(map.report.skipped_conditions, 0u);
}

TEST(HourlyRules, AccessOpensAStreetForDeliveries) {
    DrawnMap map = block_with({{"highway", "pedestrian"}, {"motor_vehicle", "no"}, {"motor_vehicle:conditional", "delivery @ (Mo-Sa 06:00-10:30)"}});
    EXPECT_EQ(driven(map, std::nullopt, "van", "AB", "BE"), -1) << "without an hour it is closed";
    EXPECT_EQ(driven(map, hour(friday, 6), "van", "AB", "BE"), 100);
    EXPECT_EQ(driven(map, hour(friday, 9), "van", "AB", "BE"), 100);
    EXPECT_EQ(driven(map, hour(friday, 10), "van", "AB", "BE"), -1) << "open for half of the hour is not open";
    EXPECT_EQ(driven(map, hour(sunday, 9), "van", "AB", "BE"), -1);
    const auto through = (map.at_hour = hour(friday, 9), map.route("van", "AB", "DE"));
    ASSERT_TRUE(through);
    EXPECT_FALSE(through->through_restricted) << "deliveries are last metres, no way through";
}

TEST(HourlyRules, OneWaysAndSpeedsChange) {
    DrawnMap oneway = block_with({{"oneway:conditional", "yes @ (Mo-Fr 07:00-09:00)"}});
    EXPECT_EQ(driven(oneway, hour(monday, 8), "car", "BE", "AB"), 300) << "with the way, round over D or F";
    EXPECT_EQ(driven(oneway, hour(monday, 9), "car", "BE", "AB"), 100);
    EXPECT_EQ(driven(oneway, hour(monday, 8), "car", "AB", "BE"), 100);

    DrawnMap slow("A-------------------------------B\n", {{"AB", {{"maxspeed", "100"}, {"highway", "primary"}, {"maxspeed:conditional", "50 @ (22:00-06:00)"}}}});
    const auto seconds = [&](std::optional<int> at) {
        slow.at_hour = at;
        road::RouteQuery query{"car", {{slow.at('A')}, {slow.at('B')}}, false, 40};
        return slow.hour_router()->route(query)->duration_s;
    };
    EXPECT_NEAR(seconds(hour(monday, 23)), 2 * seconds(hour(monday, 12)), 0.5);
    EXPECT_NEAR(seconds(std::nullopt), seconds(hour(monday, 12)), 0.01);
}

DrawnRelation turn(const TagList& more, const std::string& from, const std::string& via, const std::string& to) {
    TagList tags = more;
    tags["type"] = "restriction";
    return {{{"from", from}, {"via", via}, {"to", to}}, tags};
}

TEST(HourlyRules, TurnsAreForbiddenAndCommanded) {
    DrawnMap no = block_with({}, {turn({{"restriction:conditional", "no_right_turn @ (Mo-Fr 07:00-09:00)"}}, "AB", "B", "BE")});
    EXPECT_EQ(driven(no, std::nullopt, "car", "AB", "BE"), 100);
    EXPECT_EQ(driven(no, hour(monday, 8), "car", "AB", "BE"), 300);
    EXPECT_EQ(driven(no, hour(monday, 9), "car", "AB", "BE"), 100);
    EXPECT_EQ(driven(no, hour(monday, 8), "foot", "AB", "BE"), 100);
    EXPECT_EQ(no.report.restrictions, 1u);
    EXPECT_EQ(no.report.hourly_rules, 1u);
    EXPECT_EQ(no.report.skipped_restrictions, 0u);
    DrawnMap only = block_with({}, {turn({{"restriction:conditional", "only_straight_on @ (Sa 08:00-10:00)"}}, "AB", "B", "BC")});
    EXPECT_EQ(driven(only, hour(saturday, 9), "car", "AB", "BE"), 300);
    EXPECT_EQ(driven(only, hour(saturday, 10), "car", "AB", "BE"), 100);
    DrawnMap lorries = block_with({}, {turn({{"restriction:hgv:conditional", "no_right_turn @ (22:00-06:00)"}}, "AB", "B", "BE")});
    EXPECT_EQ(driven(lorries, hour(monday, 23), "truck", "AB", "BE"), 300);
    EXPECT_EQ(driven(lorries, hour(monday, 23), "van", "AB", "BE"), 100);
    EXPECT_EQ(driven(lorries, hour(monday, 12), "truck", "AB", "BE"), 100);
}

TEST(HourlyRules, TurnsOverAWay) {
    const TagList forth{{"oneway", "yes"}};
    DrawnMap map = block_with({}, {turn({{"restriction:conditional", "no_u_turn @ (Mo 07:00-09:00)"}}, "AB", "BE", "DE")}, forth);
    EXPECT_EQ(driven(map, hour(monday, 12), "car", "AB", "DE"), 200);
    EXPECT_EQ(driven(map, std::nullopt, "car", "AB", "DE"), 200);
    EXPECT_EQ(driven(map, hour(monday, 8), "car", "AB", "DE"), 400);
    EXPECT_EQ(driven(map, hour(monday, 8), "car", "AB", "EF"), 200);
    EXPECT_EQ(driven(map, hour(monday, 8), "car", "BC", "DE"), 200);
    DrawnMap only = block_with({}, {turn({{"restriction:conditional", "only_left_turn @ (Mo 07:00-09:00)"}}, "AB", "BE", "EF")}, forth);
    EXPECT_EQ(driven(only, hour(monday, 12), "car", "AB", "DE"), 200);
    EXPECT_EQ(driven(only, hour(monday, 8), "car", "AB", "DE"), 400);
}

TEST(HourlyRules, HoursAndTheVehicleTogether) {
    DrawnMap map = block_with({{"motor_vehicle:conditional", "no @ (Mo-Fr 07:00-09:00 AND weight>7.5)"}});
    EXPECT_EQ(driven(map, hour(monday, 8), "truck", "AB", "BE"), -1);
    EXPECT_EQ(driven(map, hour(monday, 8), "car", "AB", "BE"), 100);
    EXPECT_EQ(driven(map, hour(monday, 9), "truck", "AB", "BE"), 100);
}

TEST(HourlyRules, WhatIsNotUnderstoodIsCountedAndLeft) {
    for (const auto* text : {"no @ (PH)", "no @ (sunset-sunrise)", "no @ wet", "destination @ (Mo-Fr 07:00-09:00)", "no"}) {
        DrawnMap map = block_with({{"motor_vehicle:conditional", text}});
        EXPECT_EQ(driven(map, hour(monday, 8), "car", "AB", "BE"), 100) << text;
        EXPECT_EQ(map.report.skipped_conditions, 1u) << text;
        EXPECT_EQ(map.report.hourly_rules, 0u) << text;
    }
}

TEST(HourlyRules, EverySearchAndEveryPartyObeysThem) {
    DrawnMap map = block_with({{"motor_vehicle:conditional", "no @ (Mo-Fr 07:00-09:00)"}},
                              {turn({{"restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00)"}}, "DE", "E", "BE")});
    map.router();
    const auto usual = std::make_shared<road::EmbeddedRouter>(map.router().network());
    const road::RouterPool pool(usual);
    EXPECT_EQ(pool.at("anybody", {0, hour(monday, 12)}), usual) << "an hour without rules is the usual state";
    EXPECT_EQ(pool.at("anybody", {0}), usual) << "no hour, no rules";
    const auto busy = pool.at("anybody", {0, hour(monday, 8)});
    EXPECT_NE(busy, usual);
    EXPECT_EQ(pool.at("somebody", {0, hour(friday, 7)}), busy) << "one router for all hours of one state";
    const road::RouteQuery query{"car", {{map.between("AB")}, {map.between("BE")}}, false, 40};
    EXPECT_TRUE(usual->route(query));
    EXPECT_FALSE(busy->route(query));
    const auto table = busy->table({"car", query.places, query.places, 40});
    EXPECT_FALSE(table->target_placed[1]);
    map.at_hour = hour(monday, 8);
    const auto& graph = *usual->network()->profile("car");
    road::Conditions conditions;
    conditions.hour_of_week = map.at_hour;
    const auto weights = road::weigh(*usual->network(), graph, conditions);
    const road::Metric metric(graph, weights);
    for (const auto* from : {"AB", "BC", "DE", "EF"})
        for (const auto* to : {"AB", "BC", "DE", "EF"}) {
            const auto a = road::find_phantom(*usual->network(), graph, weights, {map.between(from)}, 40);
            const auto b = road::find_phantom(*usual->network(), graph, weights, {map.between(to)}, 40);
            EXPECT_EQ(metric.cost(*a, *b), road::search_plainly(graph, weights, *a, *b, {}).cost) << from << to;
        }
}

}  // namespace
}  // namespace lastmile::road_import
