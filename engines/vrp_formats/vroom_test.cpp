#include "engines/vrp_formats/vroom.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "engines/vrp/checker.hpp"
#include "engines/vrp/solve.hpp"
#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/vroom_times.hpp"

namespace lastmile::vrp {
namespace {

namespace json = boost::json;

std::string faults_of(const InputFaults& faults) {
    std::string all;
    for (const auto& fault : faults) all += fault.pointer + ": " + fault.detail + "\n";
    return all;
}

VroomRequest request_of(const std::string& text, bool plan = false) {
    EXPECT_EQ(kind_of(text), TextKind::vroom);
    auto request = read_vroom_request(text);
    if (!request) {
        ADD_FAILURE() << faults_of(request.error());
        return {};
    }
    request->plan |= plan;
    EXPECT_EQ(faults_of(finish(*request)), "");
    return std::move(*request);
}

json::object solved(const std::string& text) {
    const auto request = request_of(text);
    SolveOptions options;
    options.iterations = 200;
    const auto solution = solve(request.input.problem, options);
    if (!solution) {
        ADD_FAILURE() << solution.error()[0].pointer << solution.error()[0].detail;
        return {};
    }
    for (const auto& wrong : check(request.input.problem, *solution)) ADD_FAILURE() << wrong.pointer << " " << wrong.code << " " << wrong.detail;
    return json::parse(write_vroom(request, vroom_answer(request, *solution))).as_object();
}

json::object planned(const std::string& text) {
    const auto request = request_of(text, true);
    const auto answer = vroom_plan(request);
    if (!answer) {
        ADD_FAILURE() << faults_of(answer.error());
        return {};
    }
    return json::parse(write_vroom(request, *answer)).as_object();
}

std::string refusal(const std::string& text) {
    auto request = read_vroom_request(text);
    if (!request) return faults_of(request.error());
    return faults_of(finish(*request));
}

const std::string line = R"("matrices":{"car":{"durations":[[0,100,200,300],[100,0,100,200],[200,100,0,100],[300,200,100,0]]}})";

TEST(Vroom, JobsAndShipmentsAreAnsweredInItsForm) {
    const auto answer = solved(R"({"vehicles":[{"id":7,"description":"van","start_index":0,"end_index":0,"capacity":[4]}],
        "jobs":[{"id":1,"description":"bell","location_index":1,"location":[13.2,53.5],"delivery":[1],"service":30,"priority":5}],
        "shipments":[{"amount":[1],"priority":2,"pickup":{"id":2,"location_index":2},"delivery":{"id":3,"location_index":1}}],)" + line + "}");
    EXPECT_EQ(answer.at("code"), 0);
    const auto& summary = answer.at("summary").as_object();
    EXPECT_EQ(summary.at("cost"), 400);
    EXPECT_EQ(summary.at("duration"), 400);
    EXPECT_EQ(summary.at("service"), 30);
    EXPECT_EQ(summary.at("priority"), 9);
    EXPECT_EQ(json::serialize(summary.at("delivery")), "[2]");
    EXPECT_EQ(json::serialize(summary.at("pickup")), "[1]");
    EXPECT_FALSE(summary.contains("distance"));
    const auto& route = answer.at("routes").at(0).as_object();
    EXPECT_EQ(route.at("vehicle"), 7);
    EXPECT_EQ(route.at("description"), "van");
    const auto& steps = route.at("steps").as_array();
    ASSERT_EQ(steps.size(), 5u);
    EXPECT_EQ(json::serialize(steps[0].at("load")), "[1]");
    bool job = false, pickup = false;
    for (const auto& step : steps) {
        if (step.at("type") == "job") job = step.at("description") == "bell" && step.at("id") == 1 && step.at("location").at(0) == 13.2;
        if (step.at("type") == "pickup") pickup = step.at("id") == 2 && step.at("location_index") == 2;
    }
    EXPECT_TRUE(job && pickup);
}

/// What goes on board at a stop must find room although as much was left there: 3 delivered and 3 taken along fit 4, in one stop.
TEST(Vroom, OneJobDeliversAndPicksUp) {
    const auto answer = solved(R"({"vehicles":[{"id":1,"start_index":0,"end_index":0,"capacity":[4]}],
        "jobs":[{"id":1,"location_index":1,"delivery":[3],"pickup":[3]},{"id":2,"location_index":2,"pickup":[1]}],)" + line + "}");
    EXPECT_EQ(answer.at("summary").at("unassigned"), 0);
    EXPECT_EQ(json::serialize(answer.at("summary").at("pickup")), "[4]");
    const auto& steps = answer.at("routes").at(0).at("steps").as_array();
    EXPECT_EQ(json::serialize(steps.back().at("load")), "[4]");
    const auto full = solved(R"({"vehicles":[{"id":1,"start_index":0,"end_index":0,"capacity":[3]}],
        "jobs":[{"id":1,"location_index":1,"delivery":[3],"pickup":[3]},{"id":2,"location_index":2,"pickup":[1]}],)" + line + "}");
    EXPECT_EQ(full.at("summary").at("unassigned"), 1);
}

TEST(Vroom, TimesDependOnTheTypeOfTheVehicle) {
    const std::string job = R"("jobs":[{"id":1,"location_index":1,"service":600,"setup":60,"service_per_type":{"crew":300},"setup_per_type":{"crew":0}}],)";
    const auto alone = solved(R"({"vehicles":[{"id":1,"start_index":0,"end_index":0,"type":"solo"}],)" + job + line + "}");
    EXPECT_EQ(alone.at("summary").at("service"), 600);
    EXPECT_EQ(alone.at("summary").at("setup"), 60);
    const auto both = solved(R"({"vehicles":[{"id":1,"start_index":0,"type":"solo","costs":{"per_task_hour":3600}},
        {"id":2,"start_index":0,"type":"crew","costs":{"per_task_hour":3600}}],)" + job + line + "}");
    EXPECT_EQ(both.at("routes").at(0).at("vehicle"), 2);
    EXPECT_EQ(both.at("summary").at("service"), 300);
    EXPECT_EQ(both.at("summary").at("cost"), 400);  // 100 s of travel, 300 s of work
}

TEST(Vroom, EveryLimitOfAVehicleHolds) {
    const std::string jobs = R"("jobs":[{"id":1,"location_index":1},{"id":2,"location_index":2},{"id":3,"location_index":3}],)";
    for (const auto* limit : {R"("max_tasks":2)", R"("max_travel_time":400)", R"("time_window":[0,400])", R"("speed_factor":0.5,"max_travel_time":800)"}) {
        const auto answer = solved(R"({"vehicles":[{"id":1,"start_index":0,"end_index":0,)" + std::string(limit) + "}]," + jobs + line + "}");
        EXPECT_EQ(answer.at("summary").at("unassigned"), 1) << limit;
    }
    const auto skilled = solved(R"({"vehicles":[{"id":1,"start_index":0,"skills":[1,4]}],"jobs":[{"id":1,"location_index":1,"skills":[4]},
        {"id":2,"location_index":2,"skills":[2]}],)" + line + "}");
    EXPECT_EQ(skilled.at("unassigned").at(0).at("id"), 2);
    EXPECT_EQ(skilled.at("unassigned").at(0).at("type"), "job");
}

TEST(Vroom, CostsAreTravelTimeKilometresOrAMatrix) {
    const std::string jobs = R"("jobs":[{"id":1,"location_index":1}],)";
    const auto km = solved(R"({"vehicles":[{"id":1,"start_index":0,"end_index":0,"costs":{"fixed":50,"per_hour":36,"per_km":10}}],)" + jobs +
                           R"("matrices":{"car":{"durations":[[0,100],[100,0]],"distances":[[0,1000],[2000,0]]}}})");
    EXPECT_EQ(km.at("summary").at("cost"), 50 + 2 + 30);
    EXPECT_EQ(km.at("summary").at("distance"), 3000);
    EXPECT_EQ(km.at("routes").at(0).at("steps").at(1).at("distance"), 1000);
    const auto table = solved(R"({"vehicles":[{"id":1,"start_index":0,"end_index":0,"costs":{"fixed":50}}],)" + jobs +
                              R"("matrices":{"car":{"durations":[[0,100],[100,0]],"distances":[[0,1000],[2000,0]],"costs":[[0,7],[8,0]]}}})");
    EXPECT_EQ(table.at("summary").at("cost"), 65);
    EXPECT_EQ(table.at("summary").at("duration"), 200);
    EXPECT_EQ(table.at("summary").at("distance"), 3000);
    EXPECT_EQ(refusal(R"({"vehicles":[{"id":1,"start_index":0,"costs":{"per_hour":10}}],)" + jobs +
                      R"("matrices":{"car":{"durations":[[0,1],[1,0]],"costs":[[0,7],[8,0]]}}})"),
              "/vehicles/0/costs: per_hour and per_km contradict the cost matrix of the profile: give one of them\n");
}

TEST(Vroom, ABreakWaitsUntilTheVehicleIsLightEnough) {
    const auto answer = solved(R"({"vehicles":[{"id":1,"start_index":0,"end_index":0,"capacity":[2],
        "breaks":[{"id":4,"description":"lunch","time_windows":[[0,1000]],"service":300,"max_load":[0]}]}],
        "jobs":[{"id":1,"location_index":1,"delivery":[1]},{"id":2,"location_index":2,"delivery":[1]}],)" + line + "}");
    const auto& steps = answer.at("routes").at(0).at("steps").as_array();
    ASSERT_EQ(steps.size(), 5u);
    EXPECT_EQ(steps[3].at("type"), "break");
    EXPECT_EQ(steps[3].at("description"), "lunch");
    EXPECT_EQ(json::serialize(steps[3].at("load")), "[0]");
}

TEST(Vroom, StepsAreWhereTheSearchBegins) {
    const std::string head = R"({"vehicles":[{"id":1,"start_index":0,"end_index":0,"max_tasks":2,"steps":[)";
    const std::string tail = R"(]}],"jobs":[{"id":1,"location_index":1},{"id":2,"location_index":2},{"id":3,"location_index":3}],)" + line + "}";
    const auto request = request_of(head + R"({"type":"start"},{"type":"job","id":3},{"type":"job","id":1},{"type":"end"})" + tail);
    ASSERT_TRUE(request.input.problem.incumbent);
    EXPECT_EQ(request.input.problem.incumbent->routes[0].stops, (std::vector<PlanStop>{{2, 0}, {0, 0}}));
    const auto bad = request_of(head + R"({"type":"job","id":3},{"type":"job","id":1},{"type":"job","id":2})" + tail);
    const auto refused = evaluate(bad.input.problem, *bad.input.problem.incumbent);
    ASSERT_FALSE(refused);
    EXPECT_EQ(vroom_pointer(bad, refused.error()[0].pointer), "/vehicles/0/steps");
    EXPECT_EQ(refusal(head + R"({"type":"job","id":9})" + tail), "/vehicles/0/steps/0/id: there is no such job\n");
    EXPECT_EQ(refusal(head + R"({"type":"job","id":1},{"type":"job","id":1})" + tail), "/vehicles/0/steps/1/id: the job is in the steps twice\n");
}

/// Over capacity from the start; the second stop opens late, the third closes early: 100 s of waiting would make it later still.
TEST(Vroom, PlanModeTellsWhatIsViolated) {
    const auto answer = planned(R"({"vehicles":[{"id":1,"start_index":0,"end_index":0,"capacity":[2],"time_window":[1000,2000],"max_tasks":2,"max_travel_time":500,
        "breaks":[{"id":1,"service":60}],
        "steps":[{"type":"start"},{"type":"job","id":1},{"type":"job","id":2},{"type":"pickup","id":3},{"type":"end"}]}],
        "jobs":[{"id":1,"location_index":1,"delivery":[2],"service":10},{"id":2,"location_index":2,"delivery":[1],"skills":[5],"time_windows":[[1000,1150]]},
        {"id":8,"location_index":2}],
        "shipments":[{"pickup":{"id":3,"location_index":3},"delivery":{"id":4,"location_index":1}}],)" + line + "}");
    const auto& route = answer.at("routes").at(0).as_object();
    const auto& steps = route.at("steps").as_array();
    EXPECT_EQ(json::serialize(steps[0].at("violations")), R"([{"cause":"lead_time","duration":60},{"cause":"load"}])");
    EXPECT_EQ(json::serialize(steps[1].at("violations")), "[]");
    EXPECT_EQ(json::serialize(steps[2].at("violations")), R"([{"cause":"skills"}])");
    EXPECT_EQ(json::serialize(steps[3].at("violations")), R"([{"cause":"precedence"}])");
    EXPECT_EQ(steps[2].at("arrival"), 1150);
    EXPECT_EQ(json::serialize(route.at("violations")),
              R"([{"cause":"max_tasks"},{"cause":"missing_break"},{"cause":"max_travel_time"},{"cause":"lead_time","duration":60},{"cause":"load"},)"
              R"({"cause":"skills"},{"cause":"precedence"}])");
    EXPECT_EQ(answer.at("unassigned").as_array().size(), 2u);
}

TEST(Vroom, PlanModeKeepsServiceTimesAndTakesBreaksOnTheWay) {
    const std::string head = R"({"vehicles":[{"id":1,"start_index":0,"end_index":0,"breaks":[{"id":1,"service":50,"time_windows":[[540,560]]}],"steps":[)";
    const std::string tail = R"(]}],"jobs":[{"id":1,"location_index":1,"service":10},{"id":2,"location_index":3}],)" + line + "}";
    const auto answer = planned(head + R"({"type":"start"},{"type":"job","id":1,"service_at":500},{"type":"break","id":1},{"type":"job","id":2},{"type":"end"})" + tail);
    const auto& steps = answer.at("routes").at(0).at("steps").as_array();
    EXPECT_EQ(json::serialize(answer.at("summary").at("violations")), "[]");
    EXPECT_EQ(steps[0].at("arrival"), 400);
    EXPECT_EQ(steps[1].at("arrival"), 500);
    EXPECT_EQ(steps[2].at("arrival"), 540);   // thirty seconds down the road
    EXPECT_EQ(steps[2].at("duration"), 130);
    EXPECT_EQ(steps[3].at("arrival"), 760);   // the other 170 after the break
    const auto request = request_of(head + R"({"type":"job","id":1,"service_at":500},{"type":"job","id":2,"service_before":600})" + tail, true);
    const auto refused = vroom_plan(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error()[0].pointer, "/vehicles/0/steps");
}

/// Against trying every second: small random chains with two windows a stop.
TEST(Vroom, ChosenTimesMissTheFewestSeconds) {
    std::uint64_t state = 7;
    const auto draw = [&](int below) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<Time>((state >> 33) % static_cast<std::uint64_t>(below));
    };
    for (int round = 0; round < 200; ++round) {
        std::vector<TimedStep> steps(3);
        for (auto& step : steps) {
            step.travel = &step == steps.data() ? 0 : draw(6), step.busy = draw(4);
            const Time from = draw(12);
            step.windows = {{from, from + draw(4)}, {from + 8, from + 8 + draw(4)}};
            if (draw(5) == 0) step.not_before = draw(15);
        }
        Time best = 1 << 20;
        const auto miss = [&](int i, Time at) {
            const auto& step = steps[static_cast<std::size_t>(i)];
            if (step.not_before && at < *step.not_before) return Time{1 << 20};
            Time least = 1 << 20;
            for (const auto& window : step.windows) least = std::min(least, std::max({window.from - at, at - window.to, Time{0}}));
            return least;
        };
        for (Time a = -5; a < 30; ++a)
            for (Time b = a + steps[0].busy + steps[1].travel; b < 45; ++b)
                for (Time c = b + steps[1].busy + steps[2].travel; c < 60; ++c) best = std::min(best, miss(0, a) + miss(1, b) + miss(2, c));
        const auto times = choose_times(steps);
        ASSERT_TRUE(times);
        EXPECT_EQ(miss(0, (*times)[0]) + miss(1, (*times)[1]) + miss(2, (*times)[2]), best) << round;
        EXPECT_GE((*times)[1], (*times)[0] + steps[0].busy + steps[1].travel);
        EXPECT_GE((*times)[2], (*times)[1] + steps[1].busy + steps[2].travel);
    }
}

TEST(Vroom, RoadsAreAskedForWhereThereIsNoMatrix) {
    const std::string text = R"({"vehicles":[{"id":1,"start":[13.2,53.5],"end":[13.2,53.5],"profile":"bike"}],"jobs":[{"id":1,"location":[13.3,53.5]}],"options":{"g":true}})";
    auto request = read_vroom_request(text);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->missing_profiles(), std::vector<std::string>{"bike"});
    EXPECT_EQ(request->input.points.size(), 2u);
    EXPECT_NE(refusal(text).find("/vehicles/0/profile: there is no matrix for the profile bike"), std::string::npos);
    request->tables["bike"] = {{{0, 10}, {20, 0}}, {{0, 30}, {40, 0}}, {}};
    EXPECT_TRUE(finish(*request).empty());
    EXPECT_TRUE(request->tells_distances);
}

TEST(Vroom, WhatIsWrongIsNamedAndWhatIsTheUsersIsLetPass) {
    const std::string vehicle = R"("vehicles":[{"id":1,"start_index":0,"capacity":[1]}],)";
    EXPECT_EQ(refusal("{" + vehicle + R"("jobs":[{"id":1,"location_index":1},{"id":1,"location_index":1,"delivery":[1,1]}],)" + line + "}"),
              "/jobs/1/id: the id 1 is used twice\n/jobs/1/delivery: has 2 components, the first vehicle's capacity 1\n");
    EXPECT_EQ(refusal("{" + vehicle + R"("jobs":[{"id":1,"location_index":1,"priority":101,"time_windows":[[5,3]]}],)" + line + "}"),
              "/jobs/0/time_windows/0: ends before it begins\n/jobs/0/priority: must be 0 to 100\n");
    EXPECT_EQ(refusal(R"({"vehicles":[{"id":1}],"jobs":[],)" + line + "}"), "/vehicles/0/start: start or end is needed\n");
    EXPECT_EQ(refusal("{" + vehicle + R"("jobs":[{"id":1,"location_index":9}],)" + line + "}"), "/matrices/car/durations: must cover all location indices\n");
    const auto request = request_of("{" + vehicle + R"("jobs":[{"id":1,"location_index":1,"my_note":5,"amount":[1]}],)" + line + "}");
    EXPECT_EQ(request.notes, std::vector<std::string>{"/jobs/0/my_note"});
    EXPECT_EQ(request.input.problem.tasks[0].load, Load{1});
    EXPECT_EQ(vroom_pointer(request, "/tasks/0/visits/0/windows/1"), "/jobs/0/time_windows/1");
}

}  // namespace
}  // namespace lastmile::vrp
