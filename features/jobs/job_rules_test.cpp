#include "features/jobs/job_rules.hpp"

#include <gtest/gtest.h>

namespace lastmile::jobs {
namespace {

TEST(JobRules, ADeadWorkersJobIsTakenOverUntilItEnds) {
    auto state = JobState::queued;
    for (const auto move : {Move::claim, Move::release, Move::claim, Move::finish}) {
        const auto next = moved(state, move);
        ASSERT_TRUE(next) << name_of(move);
        state = *next;
    }
    EXPECT_EQ(state, JobState::done);
    EXPECT_EQ(moved(state, Move::cancel).error().extras.at("legal_now"), boost::json::array{});
    EXPECT_FALSE(moved(JobState::queued, Move::finish));
}

}  // namespace
}  // namespace lastmile::jobs
