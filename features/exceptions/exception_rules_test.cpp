#include "features/exceptions/exception_rules.hpp"

#include <gtest/gtest.h>

namespace lastmile::exceptions {
namespace {

TEST(ExceptionRules, IsAcknowledgedOnceAndResolvedForGood) {
    EXPECT_EQ(moved(ExceptionState::open, Move::acknowledge), ExceptionState::acknowledged);
    EXPECT_EQ(moved(ExceptionState::open, Move::resolve), ExceptionState::resolved);
    const auto again = moved(ExceptionState::acknowledged, Move::acknowledge);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().extras.at("legal_now"), (boost::json::array{"resolve"}));
    EXPECT_FALSE(moved(ExceptionState::resolved, Move::acknowledge));
}

}  // namespace
}  // namespace lastmile::exceptions
