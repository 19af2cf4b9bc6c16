// The small real cases of docs/book/cookbook: each is solved, judged by the independent checker, and does what its sentence says.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>

#include "engines/vrp/checker.hpp"
#include "engines/vrp/solve.hpp"
#include "engines/vrp_formats/json.hpp"

namespace lastmile::vrp {
namespace {

const std::filesystem::path folder = std::filesystem::path(LASTMILE_SOURCE_DIR) / "docs/book/cookbook";

std::string content(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A solved case, asked by the names in it.
class Case {
public:
    explicit Case(const std::string& name) {
        auto input = read_json(content(folder / (name + ".json")));
        if (!input) {
            ADD_FAILURE() << name << input.error()[0].pointer << ": " << input.error()[0].detail;
            return;
        }
        problem = std::move(input->problem);
        solve_it();
    }
    void solve_it() {
        SolveOptions options;
        options.iterations = 2000;
        auto found = solve(problem, options);
        if (!found) {
            ADD_FAILURE() << found.error()[0].pointer << ": " << found.error()[0].detail;
            return;
        }
        solution = std::move(*found);
        for (const auto& wrong : check(problem, solution)) ADD_FAILURE() << wrong.pointer << " " << wrong.code << " " << wrong.detail;
    }
    int task(const std::string& id) const {
        for (std::size_t t = 0; t < problem.tasks.size(); ++t)
            if (problem.tasks[t].id == id) return static_cast<int>(t);
        ADD_FAILURE() << "no task " << id;
        return 0;
    }
    /// Steps of the vehicle; none if it stays at home.
    std::vector<Step> steps(const std::string& vehicle) const {
        for (const auto& route : solution.routes)
            if (problem.vehicles[static_cast<std::size_t>(route.vehicle)].id == vehicle) return route.steps;
        return {};
    }
    std::string vehicle_of(const std::string& id) const {
        for (const auto& route : solution.routes)
            for (const auto& step : route.steps)
                if (step.task == task(id) && step.kind == StepKind::visit) return problem.vehicles[static_cast<std::size_t>(route.vehicle)].id;
        return "";
    }
    Step step(const std::string& id, int visit = 0) const {
        for (const auto& route : solution.routes)
            for (const auto& step : route.steps)
                if (step.kind == StepKind::visit && step.task == task(id) && step.visit == visit) return step;
        ADD_FAILURE() << id << " is not planned";
        return {};
    }
    std::ptrdiff_t count(const std::string& vehicle, StepKind kind) const {
        const auto list = steps(vehicle);
        return std::ranges::count(list, kind, &Step::kind);
    }
    std::ptrdiff_t visits(const std::string& vehicle) const { return count(vehicle, StepKind::visit); }
    std::string left_out() const {
        std::string all;
        for (const auto& left : solution.left_out) all += problem.tasks[static_cast<std::size_t>(left.task)].id + " ";
        return all;
    }

    Problem problem;
    Solution solution;
};

const std::map<std::string, std::function<void(const Case&)>> expectations{
    {"bike-reload",
     [](const Case& c) {
         EXPECT_GE(c.count("bike", StepKind::reload), 1);
         EXPECT_EQ(c.visits("bike"), 6);
         for (const auto& step : c.steps("bike")) EXPECT_LE(step.load.at(0), 3);
     }},
    {"cold-chain",
     [](const Case& c) {
         EXPECT_EQ(c.vehicle_of("vaccines"), "fridge-van");
         EXPECT_EQ(c.vehicle_of("fish"), "fridge-van");
         EXPECT_LE(c.step("vaccines", 1).begin - c.step("vaccines").departure, 1800);
         EXPECT_EQ(c.left_out(), "");
     }},
    {"two-man-crew",
     [](const Case& c) {
         EXPECT_EQ(c.vehicle_of("wardrobe"), "crew-of-two");
         EXPECT_EQ(c.vehicle_of("washing-machine"), "crew-of-two");
         EXPECT_EQ(c.step("washing-machine").service, 600);  // four times as fast for two
     }},
    {"morning-windows",
     [](const Case& c) {
         EXPECT_LE(c.step("bakery").begin, 8 * 3600);
         EXPECT_LE(c.step("school").begin, 8 * 3600);
         EXPECT_LE(c.step("home").begin, 9 * 3600);  // the first of its two windows: the van is near
         EXPECT_GE(c.step("office").begin, 9 * 3600);
         EXPECT_LE(c.step("office").begin, 12 * 3600);
     }},
    {"lunch-break",
     [](const Case& c) {
         const auto steps = c.steps("van");
         const auto rest = std::ranges::find(steps, StepKind::rest, &Step::kind);
         ASSERT_NE(rest, steps.end());
         EXPECT_GE(rest->begin, 41400);
         EXPECT_LE(rest->begin, 48600);
         EXPECT_EQ(rest->departure - rest->begin, 1800);
     }},
    {"open-routes", [](const Case& c) { EXPECT_EQ(c.solution.routes.at(0).distance, 3000); }},
    {"own-fleet-and-partners",
     [](const Case& c) {
         ASSERT_EQ(c.solution.outside.size(), 1u);
         EXPECT_EQ(c.solution.outside[0].task, c.task("far"));
         EXPECT_EQ(c.solution.outside[0].offer, 1);
         EXPECT_EQ(c.visits("van"), 2);
     }},
    {"returns-on-the-way-back",
     [](const Case& c) {
         EXPECT_EQ(c.solution.routes.at(0).distance, 8000);
         EXPECT_LT(c.step("crates-mid").begin, c.step("crates-north").begin);  // empties are taken along there: no delivery may follow
         EXPECT_LT(c.step("crates-north").begin, c.step("return").begin);
         EXPECT_EQ(c.steps("van").back().load.at(0), 4);
     }},
    {"priority-medicines",
     [](const Case& c) {
         EXPECT_EQ(c.left_out(), "newspapers ");
         EXPECT_FALSE(c.solution.left_out[0].reasons.empty());
     }},
    {"max-ride-time",
     [](const Case& c) {
         for (const auto* meal : {"curry", "pizza"}) EXPECT_LE(c.step(meal, 1).begin - c.step(meal).departure, 900) << meal;
         EXPECT_EQ(c.left_out(), "");
     }},
    {"not-with-together-with",
     [](const Case& c) {
         EXPECT_NE(c.vehicle_of("bread"), c.vehicle_of("solvent"));
         EXPECT_EQ(c.vehicle_of("bed"), c.vehicle_of("mattress"));
         EXPECT_EQ(c.left_out(), "");
     }},
    {"soft-windows",
     [](const Case& c) {
         EXPECT_EQ(c.step("strict-customer").late_s, 0);
         EXPECT_GT(c.step("patient-customer").late_s, 0);
         EXPECT_GT(c.solution.cost.lateness, 0);
     }},
    {"electric-range",
     [](const Case& c) {
         EXPECT_GE(c.count("e-van", StepKind::reload), 1);
         EXPECT_EQ(c.visits("e-van"), 4);
     }},
    {"multi-depot",
     [](const Case& c) {
         EXPECT_EQ(c.visits("west"), 2);
         EXPECT_EQ(c.visits("east"), 2);
         EXPECT_EQ(c.vehicle_of("parcel-2"), "west");
         EXPECT_EQ(c.vehicle_of("parcel-4"), "east");
     }},
    {"heterogeneous-fleet",
     [](const Case& c) {
         EXPECT_EQ(c.vehicle_of("sofa"), "van");
         EXPECT_EQ(c.visits("truck"), 0);
         EXPECT_EQ(c.left_out(), "");
     }},
    {"running-routes",
     [](const Case& c) {
         const auto steps = c.steps("van-1");
         ASSERT_GT(steps.size(), 2u);
         EXPECT_EQ(steps[1].task, c.task("begun"));  // locked: first, whatever comes in
         EXPECT_EQ(c.vehicle_of("promised-later"), "van-1");
         EXPECT_EQ(c.vehicle_of("urgent"), "van-1");
     }},
    {"balance",
     [](const Case& c) {
         EXPECT_EQ(c.visits("a"), 2);
         EXPECT_EQ(c.visits("b"), 2);
     }},
    {"release-times",
     [](const Case& c) {
         EXPECT_LE(c.step("early-parcel").begin, 9 * 3600);
         EXPECT_GE(c.step("from-the-late-train").begin, 11 * 3600);
         EXPECT_EQ(c.count("van", StepKind::reload), 1);
     }},
    {"overtime",
     [](const Case& c) {
         EXPECT_EQ(c.left_out(), "small-change ");
         EXPECT_EQ(c.solution.left_out[0].reasons.at(0).constraint, Constraint::price);
         EXPECT_EQ(c.vehicle_of("well-paid"), "van");
     }},
    {"carbon",
     [](const Case& c) {
         EXPECT_EQ(c.visits("cargo-bike"), 3);
         EXPECT_EQ(c.visits("diesel-van"), 0);
     }},
};

TEST(Cookbook, EveryCaseDoesWhatItsSentenceSays) {
    for (const auto& [name, expected] : expectations) {
        SCOPED_TRACE(name);
        const Case solved(name);
        if (!solved.solution.routes.empty()) expected(solved);
        EXPECT_FALSE(solved.solution.routes.empty());
    }
}

/// The other way round without the word that makes the difference: else the cases would prove nothing.
TEST(Cookbook, WithoutTheRuleTheyComeOutOtherwise) {
    Case balance("balance");
    balance.problem.weights.balance_per_hour = 0;
    balance.solve_it();
    EXPECT_EQ(std::max(balance.visits("a"), balance.visits("b")), 4);  // the shorter way
    Case carbon("carbon");
    carbon.problem.weights = {};
    carbon.solve_it();
    EXPECT_EQ(carbon.visits("diesel-van"), 3);
    Case priority("priority-medicines");
    for (auto& task : priority.problem.tasks) task.priority = 0;
    priority.solve_it();
    EXPECT_EQ(priority.left_out(), "insulin ");  // the farthest
    Case wishes("soft-windows");
    for (auto& task : wishes.problem.tasks) task.visits[0].preferred = {};
    wishes.solve_it();
    EXPECT_EQ(wishes.solution.cost.lateness, 0);
}

TEST(Cookbook, EachFileIsProvenAndInTheBook) {
    const std::string page = content(folder.parent_path() / "cookbook.md");
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().stem().string();
        EXPECT_TRUE(expectations.contains(name)) << name;
        EXPECT_NE(page.find("cookbook/" + name + ".json"), std::string::npos) << name;
        ++files;
    }
    EXPECT_EQ(files, expectations.size());
}

}  // namespace
}  // namespace lastmile::vrp
