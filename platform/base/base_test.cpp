#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "platform/base/clock.hpp"
#include "platform/base/id.hpp"

namespace lastmile {
namespace {

struct Thing {
    static constexpr std::string_view id_prefix = "thg";
};

RC_GTEST_PROP(Ids, SurviveTheEdge, (std::uint64_t seed)) {
    SeededRandom random(seed);
    const auto id = Id<Thing>::make(Instant{std::chrono::milliseconds{*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000)}}, random);
    RC_ASSERT(Id<Thing>::parse(id.text()) == id);
    RC_ASSERT(!Id<Thing>::parse("x" + id.text()));
    RC_ASSERT(!Id<Thing>::parse(id.text() + "0"));
}

TEST(Ids, SortByTimeAsText) {
    SeededRandom random(1);
    const auto early = Id<Thing>::make(from_unix_ms(1'700'000'000'000), random).text();
    const auto late = Id<Thing>::make(from_unix_ms(1'700'000'000'001), random).text();
    EXPECT_LT(early, late);
    EXPECT_EQ(print_id("thg", IdBytes{0x01, 0x8b, 0xcf, 0xe5, 0x68, 0x00, 0x70}), "thg_01hf7yat00e000000000000000");
}

// Seen failing with ids that were random within their millisecond.
TEST(Ids, OfOneMillisecondRiseAndKeepTheirVersion) {
    SystemRandom random;
    const auto now = *parse_rfc3339("2026-11-01T08:00:00Z");
    auto before = new_id_bytes(now, random);
    for (int i = 0; i < 100'000; ++i) {
        const auto id = new_id_bytes(now, random);
        ASSERT_LT(before, id);
        ASSERT_EQ(id[6] >> 4, 7);
        ASSERT_EQ(id[8] >> 6, 2);
        before = id;
    }
}

TEST(Rfc3339, ReadsOffsetsFractionsAndLeapSeconds) {
    EXPECT_EQ(to_rfc3339(*parse_rfc3339("2025-09-01T10:00:00+02:00")), "2025-09-01T08:00:00Z");
    EXPECT_EQ(to_rfc3339(*parse_rfc3339("2025-09-01t08:00:00.1239z")), "2025-09-01T08:00:00.123Z");
    EXPECT_EQ(to_rfc3339(*parse_rfc3339("2016-12-31T23:59:60Z")), "2017-01-01T00:00:00Z");
    EXPECT_EQ(to_rfc3339(*parse_rfc3339("1969-12-31T23:59:59.5Z")), "1969-12-31T23:59:59.500Z");
    for (const auto* bad : {"", "2025-09-01", "2025-02-30T00:00:00Z", "2025-09-01T24:00:00Z", "2025-09-01T08:00:00", "2025-09-01T08:00:00.Z",
                            "2025-09-01T08:00:00+2:00", "2025-09-01 08:00:00Z", "2025-09-01T08:00:00Zx"})
        EXPECT_FALSE(parse_rfc3339(bad)) << bad;
}

}  // namespace
}  // namespace lastmile
