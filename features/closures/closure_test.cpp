#include <gtest/gtest.h>

#include "features/closures/closure_rules.hpp"

namespace lastmile {
namespace {

const Now now{parse_rfc3339("2026-05-04T10:00:00Z").value(), {}};

closures::OnMap map_with(std::size_t roads) {
    return {[](std::string_view profile) { return profile == "car"; }, [](std::int64_t way) { return way == 7; }, [roads](const road::Closure&) { return roads; }};
}

CreateClosure request_for(std::int64_t way) {
    CreateClosure request;
    request.ways.push_back(OsmWay(way));
    return request;
}

TEST(Closures, HoldFromNowUntilTheyAreOver) {
    auto request = request_for(7);
    request.until = now.business + std::chrono::hours(2);
    request.profiles.push_back(Slug(std::string("car")));
    const auto made = closures::create({}, request, map_with(3), now);
    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_EQ(made->after.roads, 3);
    ASSERT_EQ(made->events.size(), 1U);
    EXPECT_EQ(made->events[0].type, "closure.created");
    const auto closed = closures::on_roads(made->after);
    EXPECT_EQ(closed.osm_ways, (std::vector<std::int64_t>{7}));
    EXPECT_EQ(closed.profiles, (std::vector<std::string>{"car"}));
    EXPECT_EQ(closed.until_s - closed.from_s, 7200);
    EXPECT_EQ(closures::remove(made->after, now).events[0].type, "closure.deleted");
}

TEST(Closures, AllThatIsWrongIsNamedAtOnce) {
    auto request = request_for(8);
    request.until = now.business;
    request.profiles.push_back(Slug(std::string("boat")));
    request.geometry = Document{schema::parse_json(R"({"type":"Point"})").value()};
    const auto refused = closures::create({}, request, map_with(1), now);
    ASSERT_FALSE(refused);
    std::vector<std::string> pointers;
    for (const auto& error : refused.error().errors) pointers.push_back(error.pointer);
    for (const auto* pointer : {"#/until", "#/profiles/0", "#/ways/0", "#/geometry/type"})
        EXPECT_NE(std::ranges::find(pointers, pointer), pointers.end()) << pointer;
    EXPECT_FALSE(closures::create({}, request_for(7), map_with(0), now)) << "it closes no road";
}

TEST(Closures, HaveWords) { EXPECT_TRUE(schema::undocumented(schema::type_of<Closure>()).empty()); }

}  // namespace
}  // namespace lastmile
