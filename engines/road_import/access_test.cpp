// A drawn map for each kind of turn restriction and for each access rule, beside those of rules_test.cpp.
#include <gtest/gtest.h>

#include "engines/road_import/drawn_map.hpp"

namespace lastmile::road_import {
namespace {

const std::string cross = R"(
A---N---B
|   |   |
W---X---E
|   |   |
C---S---D
)";

std::vector<DrawnWay> cross_ways() {
    std::vector<DrawnWay> ways;
    for (const auto* nodes : {"AN", "NB", "AW", "BE", "WX", "XE", "NX", "XS", "WC", "ED", "CS", "SD"}) ways.push_back({nodes, {}});
    return ways;
}

DrawnRelation at_X(const std::string& kind, std::vector<std::string> from, std::vector<std::string> to, TagList more = {}) {
    DrawnRelation relation;
    for (auto& way : from) relation.members.emplace_back("from", way);
    relation.members.emplace_back("via", "X");
    for (auto& way : to) relation.members.emplace_back("to", way);
    more["type"] = "restriction";
    more.try_emplace("restriction", kind);
    relation.tags = std::move(more);
    return relation;
}

/// From the middle of WX to the left, straight on and to the right of X: 100 m each where nothing is forbidden.
std::vector<int> from_the_west(const DrawnRelation& relation, const std::string& profile = "car") {
    DrawnMap map(cross, cross_ways(), {}, {relation});
    return {map.metres(profile, "WX", "NX"), map.metres(profile, "WX", "XE"), map.metres(profile, "WX", "XS")};
}

using Metres = std::vector<int>;

TEST(Restrictions, EachForbiddenTurn) {
    EXPECT_EQ(from_the_west(at_X("no_left_turn", {"WX"}, {"NX"})), (Metres{300, 100, 100}));
    EXPECT_EQ(from_the_west(at_X("no_straight_on", {"WX"}, {"XE"})), (Metres{100, 400, 100}));
    EXPECT_EQ(from_the_west(at_X("no_right_turn", {"WX"}, {"XS"})), (Metres{100, 100, 300}));
}

TEST(Restrictions, EachCommandedTurn) {
    EXPECT_EQ(from_the_west(at_X("only_left_turn", {"WX"}, {"NX"})), (Metres{100, 400, 300}));
    EXPECT_EQ(from_the_west(at_X("only_straight_on", {"WX"}, {"XE"})), (Metres{300, 100, 300}));
    EXPECT_EQ(from_the_west(at_X("only_right_turn", {"WX"}, {"XS"})), (Metres{300, 400, 100}));
}

TEST(Restrictions, SeveralWaysInAndOut) {
    EXPECT_EQ(from_the_west(at_X("no_exit", {"WX"}, {"NX", "XE"})), (Metres{300, 400, 100}));
    DrawnMap entry(cross, cross_ways(), {}, {at_X("no_entry", {"WX", "NX"}, {"XE"})});
    EXPECT_EQ(entry.metres("car", "WX", "XE"), 400);
    EXPECT_EQ(entry.metres("car", "NX", "XE"), 300) << "round over N, B and E";
    EXPECT_EQ(entry.metres("car", "XS", "XE"), 100);
}

TEST(Restrictions, ExceptSomeVehiclesAndForSomeAlone) {
    const auto except = at_X("no_left_turn", {"WX"}, {"NX"}, {{"except", "hgv;bicycle"}});
    EXPECT_EQ(from_the_west(except), (Metres{300, 100, 100}));
    EXPECT_EQ(from_the_west(except, "truck"), (Metres{100, 100, 100}));
    EXPECT_EQ(from_the_west(except, "bike"), (Metres{100, 100, 100}));
    const auto lorries = at_X("", {"WX"}, {"NX"}, {{"restriction:hgv", "no_left_turn"}, {"restriction", ""}});
    EXPECT_EQ(from_the_west(lorries, "truck"), (Metres{300, 100, 100}));
    EXPECT_EQ(from_the_west(lorries), (Metres{100, 100, 100}));
    EXPECT_EQ(from_the_west(at_X("no_left_turn", {"WX"}, {"NX"}), "foot"), (Metres{100, 100, 100})) << "walkers turn as they like";
}

TEST(Restrictions, WordsNobodyKnowsForbidNothing) {
    EXPECT_EQ(from_the_west(at_X("nonsense", {"WX"}, {"NX"})), (Metres{100, 100, 100}));
    EXPECT_EQ(from_the_west(at_X("no_nonsense", {"WX"}, {"NX"})), (Metres{300, 100, 100})) << "no_… forbids, whatever follows";
    EXPECT_EQ(from_the_west(at_X("no_left_turn", {"WX"}, {"NX"}, {{"type", "route"}})).size(), 3u);
}

const std::string block = "A---B---C\n|   |   |\nD---E---F\n";

/// From AB, which leads to B alone, to DE: over BE 200 m, round the other block 400 m.
int over_BE(const TagList& tags, const std::string& profile) {
    std::vector<DrawnWay> ways;
    for (const std::string nodes : {"AB", "BC", "AD", "BE", "CF", "DE", "EF"})
        ways.push_back({nodes, nodes == "AB" ? TagList{{"oneway", "yes"}} : nodes == "BE" ? tags : TagList{}});
    DrawnMap map(block, ways);
    return map.metres(profile, "AB", "DE");
}

struct Rule {
    TagList tags;
    std::string profile;
    int metres;
};

TEST(Access, EachWordOfACar) {
    for (const auto* word : {"yes", "permissive", "designated", "official", "public"}) EXPECT_EQ(over_BE({{"access", word}}, "car"), 200) << word;
    for (const auto* word : {"private", "destination", "delivery", "customers", "permit", "residents"})
        EXPECT_EQ(over_BE({{"access", word}}, "car"), 400) << word << " is for those who have something to do there";
    for (const auto* word : {"no", "agricultural", "forestry", "emergency", "psv", "bus", "military"}) EXPECT_EQ(over_BE({{"access", word}}, "car"), 400) << word;
}

TEST(Access, KeysOfVehicles) {
    const std::vector<Rule> rules{
        {{{"vehicle", "no"}}, "car", 400},
        {{{"vehicle", "no"}}, "bike", 400},
        {{{"bicycle", "no"}}, "bike", 400},
        {{{"bicycle", "no"}}, "car", 200},
        {{{"motorcar", "no"}}, "car", 400},
        {{{"motorcar", "no"}}, "bike", 200},
        {{{"motor_vehicle", "no"}, {"motorcar", "yes"}}, "car", 200},
        {{{"motor_vehicle", "private"}}, "car", 400},
        {{{"motor_vehicle", "private"}}, "bike", 200},
        {{{"hgv", "destination"}}, "truck", 400},
        {{{"hgv", "delivery"}}, "truck", 400},
        {{{"hgv", "destination"}}, "car", 200},
        {{{"hgv", "designated"}, {"motor_vehicle", "no"}}, "truck", 200},
        {{{"access", "no"}, {"hgv", "yes"}}, "truck", 200},
        {{{"access", "no"}, {"hgv", "yes"}}, "car", 400},
        {{{"motor_vehicle:forward", "no"}}, "truck", 400},
    };
    for (const auto& [tags, profile, metres] : rules)
        EXPECT_EQ(over_BE(tags, profile), metres) << profile << ' ' << tags.begin()->first << '=' << tags.begin()->second;
}

TEST(Access, SizesSurfacesAndKindsOfRoad) {
    const std::vector<Rule> rules{
        {{{"maxheight:physical", "3"}}, "truck", 400},     {{{"maxwidth:physical", "2.2"}}, "truck", 400}, {{{"maxweightrating", "7.5"}}, "truck", 400},
        {{{"maxweightrating:hgv", "7.5"}}, "truck", 400},  {{{"maxweightrating:hgv", "7.5"}}, "van", 200}, {{{"maxweight:hgv", "7.5"}}, "truck", 400},
        {{{"maxlength", "6"}}, "truck", 400},              {{{"maxlength", "6"}}, "car", 200},             {{{"smoothness", "impassable"}}, "car", 400},
        {{{"highway", "busway"}}, "car", 400},             {{{"highway", "bridleway"}}, "car", 400},       {{{"highway", "path"}}, "car", 400},
        {{{"highway", "proposed"}}, "car", 400},           {{{"highway", "track"}, {"motorcar", "yes"}}, "car", 200},
    };
    for (const auto& [tags, profile, metres] : rules)
        EXPECT_EQ(over_BE(tags, profile), metres) << profile << ' ' << tags.begin()->first << '=' << tags.begin()->second;
}

TEST(Access, OneWaysOfEachSpelling) {
    for (const auto* word : {"-1", "reverse"}) EXPECT_EQ(over_BE({{"oneway", word}}, "car"), 400) << word;
    for (const auto* word : {"yes", "true", "1", "no", "false", "0"}) EXPECT_EQ(over_BE({{"oneway", word}}, "car"), 200) << word;
    EXPECT_EQ(over_BE({{"oneway", "-1"}, {"cycleway:left", "opposite_lane"}}, "bike"), 200);
    EXPECT_EQ(over_BE({{"oneway", "-1"}, {"cycleway:left", "opposite_lane"}}, "car"), 400);
    EXPECT_EQ(over_BE({{"oneway", "-1"}, {"oneway:motor_vehicle", "no"}}, "car"), 200);
    EXPECT_EQ(over_BE({{"oneway", "-1"}}, "foot"), 200);
}

}  // namespace
}  // namespace lastmile::road_import
