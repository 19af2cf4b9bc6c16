#include <gtest/gtest.h>

#include "engines/vrp/checker.hpp"
#include "engines/vrp/solve.hpp"
#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/write.hpp"

namespace lastmile::vrp {
namespace {

const std::string solomon =
    "TINY\n\nVEHICLE\nNUMBER CAPACITY\n 2 10\n\nCUSTOMER\nCUST NO. X Y DEMAND READY DUE SERVICE\n\n"
    "0 0 0 0 0 1000 0\n1 3 4 5 0 1000 10\n2 6 8 5 0 1000 10\n";

SolveOptions brief() {
    SolveOptions options;
    options.iterations = 50;
    return options;
}

Solution solved(const Input& input) {
    auto solution = solve(input.problem, brief());
    EXPECT_TRUE(solution);
    EXPECT_TRUE(check(input.problem, *solution).empty());
    return *solution;
}

TEST(Formats, SolomonIsReadAndAnswered) {
    ASSERT_EQ(kind_of(solomon), TextKind::solomon);
    const auto input = read_solomon(solomon, {.rounding = Rounding::dimacs});
    ASSERT_TRUE(input);
    EXPECT_EQ(write_text(*input, solved(*input)), "Route #1: 1 2\nCost 20\n");
}

TEST(Formats, ABadLineIsNamed) {
    const auto input = read_solomon(solomon + "3 x 8 5 0 1000 10\n4 1 1\n", {});
    ASSERT_FALSE(input);
    ASSERT_EQ(input.error().size(), 2u);
    EXPECT_EQ(input.error()[0].line, 13);
    EXPECT_EQ(input.error()[1].line, 14);
}

TEST(Formats, LiLimPairsPickupAndDropoff) {
    const std::string text = "2 10 1\n0 0 0 0 0 1000 0 0 0\n1 3 4 5 0 1000 10 0 2\n2 6 8 -5 0 1000 10 1 0\n";
    ASSERT_EQ(kind_of(text), TextKind::lilim);
    const auto input = read_lilim(text, {});
    ASSERT_TRUE(input);
    EXPECT_EQ(input->problem.tasks.size(), 1u);
    EXPECT_EQ(write_text(*input, solved(*input)), "Route #1: 1 2\nCost 20\n");
}

TEST(Formats, VrplibRefusesWhatItDoesNotKnow) {
    const std::string text =
        "NAME : t\nDIMENSION : 3\nCAPACITY : 10\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 8\n"
        "DEMAND_SECTION\n1 0\n2 4\n3 4\nDEPOT_SECTION\n1\n-1\nEOF\n";
    const auto input = read_vrplib(text, {.rounding = Rounding::nearest});
    ASSERT_TRUE(input);
    EXPECT_DOUBLE_EQ(solved(*input).cost.total(), 20);
    const auto odd = read_vrplib("DIMENSION : 3\nMAGIC_SECTION\n1 2\n", {});
    ASSERT_FALSE(odd);
    EXPECT_EQ(odd.error()[0].line, 2);
}

const std::string rich =
    "NAME : t\nTYPE : VRPSPD\nDIMENSION : 4\nVEHICLES : 3\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 8\n4 0 5\n"
    "DEMAND_SECTION\n1 0\n2 4\n3 4\n4 1\nBACKHAUL_SECTION\n1 0\n2 3\n3 0\n4 2\nCAPACITY_SECTION\n1 9\n2 1\n3 9\n"
    "VEHICLES_FIXED_COST_SECTION\n1 50\n2 1\n3 2\nDEPOT_SECTION\n1\n-1\nEOF\n";

/// Deliveries and pickups at one visit; a fleet that differs: each vehicle has its line, as the literature's answers have it.
TEST(Formats, VrplibFleetsThatDifferAreAnsweredLineByLine) {
    const auto input = read_vrplib(rich, {.rounding = Rounding::nearest});
    ASSERT_TRUE(input);
    EXPECT_EQ(input->problem.tasks[0].collect, Load{3});
    EXPECT_EQ(input->problem.vehicles[0].loading, Loading::any);
    const auto text = write_text(*input, solved(*input));
    EXPECT_TRUE(text.starts_with("Route #1:\nRoute #2:\nRoute #3: ") && text.ends_with("Cost 24\n")) << text;
}

TEST(Formats, VrplibConventionsFollowTheKind) {
    EXPECT_EQ(vrplib_convention("TYPE : CVRP\n"), Rounding::nearest);
    EXPECT_EQ(vrplib_convention("TYPE : PCVRPTW\nTIME_WINDOW_SECTION\n1 0 9\n"), Rounding::dimacs);
    EXPECT_EQ(vrplib_convention("TYPE: HFVRP\n"), Rounding::none);
    EXPECT_EQ(vrplib_convention("TYPE: MDVRPTW\nTIME_WINDOW_SECTION\n1 0 9\nVEHICLES_DEPOT_SECTION\n1 1\n"), Rounding::none);
}

/// Sites: node 4 is for the first vehicle alone.
TEST(Formats, VrplibSitesAreForTheVehiclesThatListThem) {
    std::string text = rich;
    text.replace(text.find("DEPOT_SECTION\n1\n"), 0, "VEHICLES_ALLOWED_CLIENTS_SECTION\n1 2 3 4\n2 2 3\n3 2 3\n");
    const auto input = read_vrplib(text, {.rounding = Rounding::nearest});
    ASSERT_TRUE(input);
    EXPECT_EQ(input->problem.tasks[2].allowed_vehicles, std::vector<int>{0});
    EXPECT_EQ(input->problem.tasks[1].allowed_vehicles, (std::vector<int>{0, 1, 2}));
    solved(*input);
}

TEST(Formats, OurJsonRefusesUnknownMembersWithPointers) {
    const auto input = read_json(
        R"({"places":2,"profiles":[{"durations":[[0,1],[1,0]]}],"vehicles":[{"strat":0}],"tasks":[{"kind":"delivery","visits":[{"place":1.5}]}]})");
    ASSERT_FALSE(input);
    ASSERT_EQ(input.error().size(), 2u);
    EXPECT_EQ(input.error()[0].pointer, "/vehicles/0/strat");
    EXPECT_EQ(input.error()[1].pointer, "/tasks/0/visits/0/place");
}

TEST(Formats, OurJsonDrawsAndAnswers) {
    const auto input = read_json(R"({"places":[{"lat":53.5,"lon":13.2},{"lat":53.51,"lon":13.21}],"profiles":[{"speed_kmh":30}],
        "vehicles":[{"id":"a","start":0,"end":0,"capacity":[1],"per_km":1}],"tasks":[{"id":"x","kind":"delivery","visits":[{"place":1,"service":60}],"load":[1]}]})");
    ASSERT_TRUE(input) << input.error()[0].pointer << input.error()[0].detail;
    const auto solution = solved(*input);
    EXPECT_NE(write_json(*input, solution).find("\"task_id\":\"x\""), std::string::npos);
    EXPECT_NE(write_geojson(*input, solution).find("[13.21,53.51]"), std::string::npos) << "numbers as people write them";
    EXPECT_NE(write_geojson(*input, solution).find("LineString"), std::string::npos);
    EXPECT_NE(write_svg(*input, solution).find("<polyline"), std::string::npos);
}

TEST(Formats, OurJsonNamesNumbersOutOfRange) {
    const auto input = read_json(R"({"places":1,"profiles":[{"durations":[[0]]}],"vehicles":[{"per_km":-1}],
        "tasks":[{"kind":"walk","visits":[{"place":0,"service":-5}],"priority":101}]})");
    ASSERT_FALSE(input);
    std::string all;
    for (const auto& fault : input.error()) all += fault.pointer + " ";
    EXPECT_EQ(all, "/vehicles/0/per_km /tasks/0/kind /tasks/0/visits/0/service /tasks/0/priority ");
}

}  // namespace
}  // namespace lastmile::vrp
