// When lateness is worth an alert. Seen failing: without the calm minute a stop that wavers round the threshold raises and clears without end.
#include "features/alerts/alert_rules.hpp"

#include <gtest/gtest.h>

namespace lastmile::alerts {
namespace {

const Instant noon = parse_rfc3339("2026-05-04T12:00:00Z").value();
const Thresholds usual{Seconds{300}, Seconds{900}};

Finding expected(int late_s) {
    Finding finding;
    finding.promised_until = noon;
    finding.expected_at = noon + Seconds{late_s};
    return finding;
}
const Instant before = noon - std::chrono::hours{1};

TEST(Alerts, AreRaisedFromTheThresholdOn) {
    EXPECT_FALSE(judged({}, expected(-600), usual, before));
    EXPECT_FALSE(judged({}, expected(299), usual, before));
    const auto raised = judged({}, expected(300), usual, before);
    ASSERT_TRUE(raised);
    EXPECT_EQ(raised->kind, AlertKind::foreseen);
    EXPECT_EQ(raised->late_s, 300);
    EXPECT_EQ(raised->severity, Severity::normal);
    EXPECT_FALSE(raised->replan);
    EXPECT_TRUE(worth_telling({}, *raised));
}

TEST(Alerts, AskForAReplanOnceAndStayThatBad) {
    const auto first = judged({}, expected(400), usual, before);
    const auto worse = judged(first, expected(950), usual, before);
    ASSERT_TRUE(worse && worse->replan);
    EXPECT_EQ(worse->severity, Severity::high);
    EXPECT_TRUE(worth_telling(first, *worse));
    const auto better = judged(worse, expected(500), usual, before);
    ASSERT_TRUE(better);
    EXPECT_TRUE(better->replan);
    EXPECT_FALSE(worth_telling(worse, *better)) << "a few minutes more or less are told to nobody";
}

TEST(Alerts, DoNotFlap) {
    const auto raised = judged({}, expected(310), usual, before);
    EXPECT_TRUE(judged(raised, expected(250), usual, before)) << "still within the calm minute";
    EXPECT_FALSE(judged(raised, expected(230), usual, before));
}

TEST(Alerts, AWindowThatIsOverIsABreachWhateverIsExpected) {
    Finding nobody_knows;
    nobody_knows.promised_until = noon;
    EXPECT_FALSE(judged({}, nobody_knows, usual, noon));
    const auto breach = judged({}, nobody_knows, usual, noon + Seconds{1});
    ASSERT_TRUE(breach);
    EXPECT_EQ(breach->kind, AlertKind::breached);
    const auto foreseen = judged({}, expected(400), usual, before);
    const auto over = judged(foreseen, expected(400), usual, noon + Seconds{10});
    ASSERT_TRUE(over);
    EXPECT_TRUE(worth_telling(foreseen, *over)) << "the breach is news";
}

TEST(Alerts, AThresholdOfNothingIsKept) {
    const Thresholds strict{Seconds{0}, Seconds{0}};
    EXPECT_FALSE(judged({}, expected(0), strict, before)) << "on time is on time";
    EXPECT_TRUE(judged({}, expected(1), strict, before));
}

}  // namespace
}  // namespace lastmile::alerts
