#include <gtest/gtest.h>

#include "features/drivers/shift_rules.hpp"

namespace lastmile {
namespace {

const Now now{from_unix_ms(1'756'700'000'000), from_unix_ms(1'756'700'000'000)};

Result<Changed<Shift>> create(std::string_view members) {
    const auto request = schema::decode<CreateShift>(R"({"driver_id":"drv_00000000000000000000000000",)" + std::string(members) + "}");
    return shifts::create({}, request.value(), now);
}
Result<Changed<Shift>> change(const Shift& shift, std::string_view members) {
    return shifts::change(shift, schema::decode<ChangeShift>(R"({"shift_id":"shf_00000000000000000000000000",)" + std::string(members) + "}").value(),
        now);
}
const std::string day = R"("starts_at":"2025-09-01T06:00:00Z","ends_at":"2025-09-01T14:30:00Z")";

TEST(Shifts, BreaksLieWithin) {
    const auto pause = [](const char* from, const char* to, int seconds) {
        return day + R"(,"breaks":[{"window":{"from":"2025-09-01T)" + from + R"(:00Z","to":"2025-09-01T)" + to + R"(:00Z"},"duration_s":)" + std::to_string(seconds) + "}]";
    };
    EXPECT_TRUE(create(pause("10:00", "12:00", 1800)));
    EXPECT_EQ(create(pause("05:00", "07:00", 1800)).error().errors.at(0).pointer, "#/breaks/0/window");
    EXPECT_EQ(create(pause("06:00", "14:30", 30'600)).error().errors.at(0).pointer, "#/breaks");
    EXPECT_FALSE(schema::decode<ShiftBreak>(R"({"window":{"from":"2025-09-01T10:00:00Z","to":"2025-09-01T10:20:00Z"},"duration_s":1800})"));
}

TEST(Shifts, AtMostADay) {
    EXPECT_EQ(create(R"("starts_at":"2025-09-01T06:00:00Z","ends_at":"2025-09-01T06:00:00Z")").error().errors.at(0).code, "not_after_from");
    EXPECT_TRUE(create(R"("starts_at":"2025-09-01T06:00:00Z","ends_at":"2025-09-02T06:00:00Z")"));
    EXPECT_EQ(create(R"("starts_at":"2025-09-01T06:00:00Z","ends_at":"2025-09-02T06:00:01Z")").error().errors.at(0).code, "out_of_range");
}

TEST(Shifts, CheckInThenOut) {
    const auto planned = create(day).value().after;
    EXPECT_FALSE(shifts::check_out(planned, now.business, now));
    const auto started = shifts::check_in(planned, now.business, now).value();
    EXPECT_EQ(started.after.started_at, now.business);
    EXPECT_EQ(started.events.at(0).type, "shift.updated");
    EXPECT_FALSE(shifts::check_in(started.after, now.business, now)) << "once";
    EXPECT_EQ(change(started.after, R"("starts_at":"2025-09-01T07:00:00Z")").error().reason->status, 409);
    EXPECT_TRUE(change(started.after, R"("ends_at":"2025-09-01T15:00:00Z")")) << "it may get longer";
    EXPECT_FALSE(shifts::remove(started.after, now));
    const auto ended = shifts::check_out(started.after, now.business, now).value().after;
    EXPECT_EQ(change(ended, R"("metadata":{"a":1})").error().reason->status, 409);
}

TEST(Shifts, OverlapNamesTheOther) {
    const auto error = shifts::overlap(create(day).value().after);
    EXPECT_EQ(error.reason->status, 409);
    EXPECT_TRUE(error.extras.contains("shift_id"));
}

TEST(Shifts, HaveWords) { EXPECT_EQ(schema::undocumented(schema::type_of<Shift>()), std::vector<std::string>{}); }

}  // namespace
}  // namespace lastmile
