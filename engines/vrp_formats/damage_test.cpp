// A bounded run of what the fuzzer does: damaged inputs of every format are read or refused with a reason, and what was read can be planned,
// checked and written. Break a bound in a reader (say, the one on DIMENSION) and this fails or is killed.
#include <gtest/gtest.h>

#include <random>

#include "engines/vrp/checker.hpp"
#include "engines/vrp/solve.hpp"
#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/vroom.hpp"
#include "engines/vrp_formats/write.hpp"

namespace lastmile::vrp {
namespace {

const std::vector<std::string> seeds{
    R"({"places":[{"x":0,"y":0},{"x":50,"y":9},{"x":7,"y":70}],"profiles":[{"speed_kmh":20,"factors":[{"from":100,"factor":1.5}]}],"partners":[{"id":"p"}],
    "vehicles":[{"id":"a","start":0,"end":0,"shift":[[0,5000]],"capacity":[3],"per_km":2,"breaks":[{"windows":[[10,90]],"duration":20,"max_load":[3]}],
    "reloads":[{"place":0}],"max_reloads":1,"type":"x"}],"tasks":[{"kind":"delivery","visits":[{"place":1,"service":5,"windows":[[0,900]],
    "per_type":[{"type":"x","service":3}]}],"load":[2],"collect":[1]},{"kind":"shipment","visits":[{"place":1},{"place":2}],"load":[1],"max_ride":99,
    "offers":[{"partner":0,"price":4}]}],"weights":{"balance_per_hour":1}})",
    R"({"vehicles":[{"id":1,"start_index":0,"end_index":0,"capacity":[3],"time_window":[0,900],"breaks":[{"id":1,"service":9,"time_windows":[[5,50]]}],
    "steps":[{"type":"start"},{"type":"job","id":1,"service_after":10},{"type":"break","id":1},{"type":"end","service_before":999}]}],
    "jobs":[{"id":1,"location_index":1,"delivery":[1],"pickup":[1],"service":5,"skills":[1]}],"shipments":[{"amount":[1],"pickup":{"id":1,"location_index":1},
    "delivery":{"id":2,"location_index":2}}],"matrices":{"car":{"durations":[[0,9,9],[9,0,9],[9,9,0]],"distances":[[0,1,1],[1,0,1],[1,1,0]]}}})",
    "T\n\nVEHICLE\nNUMBER CAPACITY\n 2 10\n\nCUSTOMER\nCUST NO. X Y DEMAND READY DUE SERVICE\n\n0 0 0 0 0 1000 0\n1 3 4 5 0 1000 10\n2 6 8 5 0 1000 10\n",
    "2 10 1\n0 0 0 0 0 1000 0 0 0\n1 3 4 5 0 1000 10 0 2\n2 6 8 -5 0 1000 10 1 0\n",
    "NAME : t\nTYPE : X\nDIMENSION : 4\nVEHICLES : 2\nCAPACITY : 10\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 8\n4 1 1\n"
    "DEMAND_SECTION\n1 0\n2 4\n3 4\n4 1\nTIME_WINDOW_SECTION\n1 0 99\n2 0 50\n3 5 60\n4 0 99\nPRIZE_SECTION\n1 0\n2 9\n3 8\n4 1\nDEPOT_SECTION\n1\n-1\nEOF\n"};

void damage(std::string& text, std::mt19937_64& random) {
    constexpr std::string_view sharp = "{}[]\",:0123456789.-e \n";
    const std::size_t at = random() % text.size(), length = random() % 12;
    switch (random() % 5) {
        case 0:
            text[at] = static_cast<char>(random());
            break;
        case 1:
            text[at] = sharp[random() % sharp.size()];
            break;
        case 2:
            text.erase(at, length);
            break;
        case 3:
            text.insert(at, text.substr(random() % text.size(), length));
            break;
        default:
            text.insert(at, 1, sharp[random() % sharp.size()]);
    }
}

void told(const InputFaults& faults) {
    ASSERT_FALSE(faults.empty());
    EXPECT_FALSE(faults[0].detail.empty());
}

/// Plans what was read if it is small enough.
void planned(const Input& input) {
    const Problem& problem = input.problem;
    if (problem.places > 50 || problem.tasks.size() > 20 || problem.vehicles.size() > 20) return;
    SolveOptions options;
    options.iterations = 3;
    const auto solution = solve(problem, options);
    if (!solution) {
        EXPECT_FALSE(solution.error().empty());
        return;
    }
    EXPECT_FALSE(write_json(input, *solution).empty());
    EXPECT_FALSE(write_text(input, *solution).empty());
    write_svg(input, *solution), write_geojson(input, *solution);
}

void one(const std::string& text) {
    switch (kind_of(text)) {
        case TextKind::json: {
            const auto input = read_json(text);
            input ? planned(*input) : told(input.error());
            break;
        }
        case TextKind::vroom: {
            auto request = read_vroom_request(text);
            if (!request) return told(request.error());
            if (!finish(*request).empty()) return;
            planned(request->input);
            if (const auto answer = vroom_plan(*request)) {
                EXPECT_FALSE(write_vroom(*request, *answer).empty());
            }
            break;
        }
        default:
            for (const auto& input : {read_solomon(text, {}), read_lilim(text, {}), read_vrplib(text, {.rounding = Rounding::dimacs})})
                input ? planned(*input) : told(input.error());
    }
}

TEST(Damage, EveryFormatIsReadOrRefusedWithAReason) {
    std::mt19937_64 random(1);
    for (const auto& seed : seeds) {
        one(seed);
        for (int round = 0; round < 400; ++round) {
            std::string text = seed;
            for (auto times = random() % 4 + 1; times > 0 && !text.empty(); --times) damage(text, random);
            SCOPED_TRACE(text);
            one(text);
            if (testing::Test::HasFailure()) return;
        }
    }
}

}  // namespace
}  // namespace lastmile::vrp
