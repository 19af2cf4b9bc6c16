#include <gtest/gtest.h>

#include "features/slots/slot_requests.hpp"
#include "features/slots/slot_rules.hpp"
#include "platform/api/pipeline.hpp"

namespace lastmile {
namespace {

Instant at(const char* text) { return parse_rfc3339(text).value(); }
const Now now{at("2026-03-02T08:00:00Z"), at("2026-03-02T08:00:00Z")};

Id<SlotTemplate> an_id() {
    SystemRandom random;
    return Id<SlotTemplate>::make(now.machine, random);
}

SlotTemplate made(const std::string& members) {
    const auto request = schema::decode<CreateSlotTemplate>(R"({"area_id":"are_00000000000000000000000001","capacity":2,)" + members + "}").value();
    return slots::create(an_id(), request, now).value().after;
}

std::vector<std::string> starts(const SlotTemplate& one, const char* zone, const char* from, const char* to) {
    std::vector<std::string> found;
    for (const auto& slot : slots::slots_of(one, zone, {at(from), at(to)}, 3600)) found.push_back(to_rfc3339(slot.window.from) + " " + to_rfc3339(slot.window.to));
    return found;
}
using Texts = std::vector<std::string>;

TEST(Slots, ComeOnTheirWeekdaysByTheAreasWallClock) {
    const auto one = made(R"("weekdays":["monday","thursday"],"from":"09:00","to":"12:00")");
    EXPECT_EQ(starts(one, "Europe/Berlin", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"),
              (Texts{"2026-03-02T08:00:00Z 2026-03-02T11:00:00Z", "2026-03-05T08:00:00Z 2026-03-05T11:00:00Z"}));
    EXPECT_EQ(starts(one, "Asia/Tokyo", "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z"), (Texts{"2026-03-02T00:00:00Z 2026-03-02T03:00:00Z"}));
    EXPECT_EQ(starts(one, "Pacific/Kiritimati", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"), (Texts{"2026-03-01T19:00:00Z 2026-03-01T22:00:00Z"}))
        << "a Monday there, a Sunday here";
}

TEST(Slots, SummerTimeMovesThemAndSkipsWhatItSwallows) {
    const auto late = made(R"("weekdays":["saturday","sunday"],"from":"09:00","to":"12:00")");
    EXPECT_EQ(starts(late, "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z"),
              (Texts{"2026-03-28T08:00:00Z 2026-03-28T11:00:00Z", "2026-03-29T07:00:00Z 2026-03-29T10:00:00Z"}));
    const auto swallowed = made(R"("weekdays":["sunday"],"from":"02:00","to":"03:00")");
    EXPECT_EQ(starts(swallowed, "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z"), Texts{});
    EXPECT_EQ(starts(swallowed, "Europe/Berlin", "2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z"), (Texts{"2026-10-25T00:00:00Z 2026-10-25T02:00:00Z"}))
        << "the hour that comes twice makes it two hours long";
}

TEST(Slots, KeepToTheirDaysAndHolidays) {
    const auto one = made(R"("weekdays":["monday"],"from":"09:00","to":"12:00","valid_from":"2026-03-09","valid_to":"2026-03-23","closed_on":["2026-03-16"])");
    EXPECT_EQ(starts(one, "UTC", "2026-03-01T00:00:00Z", "2026-04-30T00:00:00Z"),
              (Texts{"2026-03-09T09:00:00Z 2026-03-09T12:00:00Z", "2026-03-23T09:00:00Z 2026-03-23T12:00:00Z"}));
}

TEST(Slots, TheirIdsTellStartAndTemplate) {
    const auto one = made(R"("weekdays":["monday"],"from":"09:00","to":"12:00")");
    const auto slot = slots::slots_of(one, "UTC", {at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z")}, 3600).at(0);
    EXPECT_EQ(slots::start_of(slot.slot_id), slot.window.from);
    EXPECT_EQ(slots::tail_of(slot.slot_id.bytes), slots::tail_of(one.id.bytes));
    EXPECT_EQ(slot.cutoff_at, at("2026-03-02T08:00:00Z")) << "by policy, where the template says nothing";
    EXPECT_NE(slots::slot_id(an_id(), slot.window.from), slot.slot_id);
}

TEST(Slots, NameAllThatDoesNotFit) {
    const auto request = schema::decode<CreateSlotTemplate>(
        R"({"area_id":"are_00000000000000000000000001","capacity":1,"weekdays":["monday","monday"],"from":"12:00","to":"12:00","valid_from":"2026-02-02","valid_to":"2026-02-01"})");
    const auto refused = slots::create(an_id(), request.value(), now);
    ASSERT_FALSE(refused);
    ASSERT_EQ(refused.error().errors.size(), 3U);
    EXPECT_EQ(refused.error().errors[0].pointer, "#/to");
    EXPECT_EQ(refused.error().errors[1].pointer, "#/valid_to");
    EXPECT_EQ(refused.error().errors[2].pointer, "#/weekdays/1");
}

struct Reserved {
    Reservation one;
    Reserved() {
        Slot slot;
        slot.window = {at("2026-03-03T09:00:00Z"), at("2026-03-03T12:00:00Z")};
        SystemRandom random;
        one = slots::reserve(Id<Reservation>::make(now.machine, random), slot, std::chrono::seconds(600), {}, now.business).after;
    }
};

TEST(Reservations, AHoldIsFreeTheMomentItRunsOut) {
    const Reserved r;
    EXPECT_TRUE(slots::takes(r.one, now.business + std::chrono::milliseconds(599'999)));
    EXPECT_FALSE(slots::takes(r.one, now.business + std::chrono::seconds(600))) << "whether that was written or not";
    const auto late = slots::confirm(r.one, now.business + std::chrono::seconds(600));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().reason->slug, std::string("reservation_not_legal_now"));
    EXPECT_EQ(late.error().extras.at("state"), "expired");
    const auto released = slots::release(r.one, now.business + std::chrono::seconds(600)).value();
    EXPECT_EQ(released.events.at(0).type, "slot.expired") << "and says so";
}

TEST(Reservations, ConfirmAndReleaseAreHarmlessTwice) {
    const Reserved r;
    const auto confirmed = slots::confirm(r.one, now.business).value();
    EXPECT_EQ(confirmed.after.status, ReservationState::confirmed);
    EXPECT_FALSE(confirmed.after.expires_at);
    EXPECT_TRUE(slots::confirm(confirmed.after, now.business).value().events.empty());
    const auto released = slots::release(confirmed.after, now.business).value();
    EXPECT_TRUE(slots::release(released.after, now.business).value().events.empty());
    EXPECT_FALSE(slots::confirm(released.after, now.business));
}

TEST(Reservations, BelongToOneDelivery) {
    const Reserved r;
    SystemRandom random;
    const auto mine = Id<Delivery>::make(now.machine, random), other = Id<Delivery>::make(now.machine, random);
    const auto bound = slots::bind(r.one, mine, now.business).value().after;
    EXPECT_EQ(bound.status, ReservationState::confirmed) << "giving it away confirms it";
    EXPECT_TRUE(slots::bind(bound, mine, now.business).value().events.empty());
    const auto refused = slots::bind(bound, other, now.business);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason->slug, std::string("reservation_bound"));
    EXPECT_EQ(refused.error().extras.at("delivery_id").as_string(), mine.text());
}

TEST(Slots, AreDocumented) {
    EXPECT_EQ(schema::undocumented(schema::type_of<SlotTemplate>()), std::vector<std::string>{});
    EXPECT_EQ(api::faults(slot_endpoints()), std::vector<std::string>{});
    EXPECT_EQ(api::undocumented(slot_endpoints()), std::vector<std::string>{});
    EXPECT_EQ(api::unguarded(slot_endpoints()), std::vector<std::string>{});
}

}  // namespace
}  // namespace lastmile
