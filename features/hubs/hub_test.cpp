#include <gtest/gtest.h>

#include "features/hubs/hub_rules.hpp"

namespace lastmile {
namespace {

const Now now{from_unix_ms(1'756'700'000'000), from_unix_ms(1'756'700'000'000)};
Instant at(const char* text) { return parse_rfc3339(text).value(); }

Hub hub(std::string_view members) {
    const auto request = schema::decode<CreateHub>(R"({"name":"H","address":{"location":{"lat":53.5,"lon":13.2}})" + std::string(members) + "}");
    return hubs::create({}, request.value(), now).value().after;
}

TEST(Hubs, NeedAPlace) {
    const auto request = schema::decode<CreateHub>(R"({"name":"H","address":{"line1":"Turmstraße 5"}})").value();
    const auto refused = hubs::create({}, request, now);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason->status, 422);
    EXPECT_EQ(refused.error().errors.at(0).pointer, "#/address/location");
}

TEST(Hubs, OpenOnTheWallClockOfTheirArea) {
    const auto h = hub(R"(,"hours":{"monday":[{"from":"06:00","to":"12:00"},{"from":"13:00","to":"24:00"}],"tuesday":[{"from":"00:00","to":"02:00"}]})");
    EXPECT_TRUE(hubs::is_open(h, "Europe/Berlin", at("2025-09-01T04:00:00Z"))) << "Monday 06:00 there";
    EXPECT_FALSE(hubs::is_open(h, "UTC", at("2025-09-01T04:00:00Z")));
    EXPECT_FALSE(hubs::is_open(h, "UTC", at("2025-09-01T12:00:00Z"))) << "the end is not open";
    EXPECT_FALSE(hubs::is_open(h, "UTC", at("2025-09-03T08:00:00Z"))) << "a day without openings";
    EXPECT_TRUE(hubs::is_open(hub(""), "UTC", at("2025-09-03T03:00:00Z"))) << "no hours: always";
}

TEST(Hubs, WindowsOfASpan) {
    const auto h = hub(R"(,"hours":{"monday":[{"from":"06:00","to":"12:00"},{"from":"13:00","to":"24:00"}],"tuesday":[{"from":"00:00","to":"02:00"}]})");
    const auto windows = hubs::open_windows(h, "UTC", {at("2025-09-01T08:00:00Z"), at("2025-09-02T12:00:00Z")});
    ASSERT_EQ(windows.size(), 2U);
    EXPECT_EQ(to_rfc3339(windows[0].from), "2025-09-01T08:00:00Z") << "cut to the span";
    EXPECT_EQ(to_rfc3339(windows[0].to), "2025-09-01T12:00:00Z");
    EXPECT_EQ(to_rfc3339(windows[1].to), "2025-09-02T02:00:00Z") << "over midnight is one window";
    EXPECT_EQ(hubs::open_windows(hub(""), "UTC", {at("2025-09-01T08:00:00Z"), at("2025-09-02T12:00:00Z")}).size(), 1U);
}

TEST(Hubs, HoursAreInOrder) {
    const auto pointer = [](std::string_view hours) {
        const auto request = schema::decode<CreateHub>(R"({"name":"H","address":{"text":"x"},"hours":)" + std::string(hours) + "}");
        return request ? "" : request.error().errors.at(0).pointer;
    };
    EXPECT_EQ(pointer(R"({"monday":[{"from":"06:00","to":"11:00"},{"from":"11:00","to":"13:00"}]})"), "");
    EXPECT_EQ(pointer(R"({"monday":[{"from":"06:00","to":"12:00"},{"from":"11:00","to":"13:00"}]})"), "#/hours/monday");
    EXPECT_EQ(pointer(R"({"sunday":[{"from":"08:00","to":"08:00"}]})"), "#/hours/sunday/0/to");
}

/// Answers with one candidate of a given confidence, and remembers what it was asked.
TEST(Hubs, NullClearsAndIsNamed) {
    const auto before = hub(R"(,"dock":{"service_s":600})");
    EXPECT_EQ(hubs::loading_time(before).count(), 600);
    const auto changed = hubs::change(before, schema::decode<ChangeHub>(R"({"hub_id":")" + before.id.text() + R"(","dock":null,"name":"H"})").value(),
        now).value();
    EXPECT_EQ(hubs::loading_time(changed.after).count(), 0);
    EXPECT_EQ(schema::to_text(changed.events.at(0).data.at("changed")), R"(["dock"])");
}

TEST(Hubs, HaveWords) { EXPECT_EQ(schema::undocumented(schema::type_of<Hub>()), std::vector<std::string>{}); }

}  // namespace
}  // namespace lastmile
