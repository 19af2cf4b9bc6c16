#include "features/bookings/booking_rules.hpp"

#include <gtest/gtest.h>

namespace lastmile::bookings {
namespace {

TEST(BookingRules, EveryStateIsReachedFromTheIntent) {
    for (const auto state : all_of<BookingState>()) EXPECT_TRUE(machine.reaches(intent, state)) << name_of(state);
}

TEST(BookingRules, WhatTheTableAllowsAPartnerIsBelieved) {
    for (const auto& row : machine.rows)
        EXPECT_TRUE(is_ours(row.to) || row.to == unknown || believable(row.from, row.to)) << name_of(row.from) << " " << name_of(row.to);
}

TEST(BookingRules, WordsAgainstFactsAreNot) {
    for (const auto state : all_of<BookingState>()) {
        EXPECT_FALSE(believable(delivered, state)) << name_of(state);
        EXPECT_FALSE(believable(returned, state)) << name_of(state);
        EXPECT_FALSE(has_parcel(state) && ended_without_parcel(state)) << name_of(state);
        EXPECT_FALSE(ended_without_parcel(state) && believable(picked_up, state)) << name_of(state);
    }
}

}  // namespace
}  // namespace lastmile::bookings
