// The route's clock: what is known of the way to the next stop, and what should have happened by now.
// Seen failing: with the way to the next stop counted from now on at every look, an arrival never came nearer.
#include <gtest/gtest.h>

#include "features/assignments/assignment_store.hpp"

namespace lastmile {
namespace {

const Instant t0 = parse_rfc3339("2026-05-04T08:00:00Z").value();
using std::chrono::minutes;

class Clocked : public ::testing::Test {
protected:
    Clocked() {
        row.id = Id<Assignment>::make(t0, random);
        row.starts_at = t0;
        row.status = row.lifecycle.state = AssignmentState::in_progress;
        for (int i = 0; i < 2; ++i) {
            Stop stop;
            stop.id = Id<Stop>::make(t0, random);
            stop.sequence = i + 1;
            row.lifecycle.stops.push_back(stop);
            StopPlace place;
            place.stop_id = stop.id, place.service_s = 120;
            row.places.push_back(place);
            StopTime time;
            time.stop_id = stop.id, time.leg_s = 600, time.leg_m = 5000;
            row.route.times.push_back(time);
        }
        row.route.eta_source = "roads";
        retime(row, t0);
    }
    Instant arrival(int i, Instant now) const { return times_at(row, now)[static_cast<std::size_t>(i)].arrival; }

    SeededRandom random{1};
    AssignmentRow row;
};

TEST_F(Clocked, TheWayBeginsWhenItsStopBecomesTheNext) {
    EXPECT_EQ(arrival(0, t0), t0 + minutes(10));
    EXPECT_EQ(arrival(0, t0 + minutes(4)), t0 + minutes(10)) << "it comes nearer";
    EXPECT_EQ(arrival(1, t0 + minutes(4)), t0 + minutes(22));
}

TEST_F(Clocked, WhatShouldHaveBeenMovesWithTheClockAndAllThatComesAfter) {
    EXPECT_EQ(arrival(0, t0 + minutes(15)), t0 + minutes(15)) << "never in the past";
    EXPECT_EQ(arrival(1, t0 + minutes(15)), t0 + minutes(27));
    const auto when = expected(row, times_at(row, t0 + minutes(15))[0], t0 + minutes(15));
    EXPECT_GE(when.window.from, t0 + minutes(15));
    EXPECT_GT(when.window.to, when.window.from);
}

TEST_F(Clocked, ASightingCountsUntilTheNextStopIsAnother) {
    row.route.on_the_way = OnTheWay{row.lifecycle.stops[0].id, t0 + minutes(2), 60, 400, true};
    retime(row, t0 + minutes(2));
    EXPECT_EQ(arrival(0, t0 + minutes(2)), t0 + minutes(3));
    row.lifecycle.stops[0].state = StopState::arrived;
    row.lifecycle.stops[0].arrived_at = t0 + minutes(3);
    retime(row, t0 + minutes(3));
    EXPECT_FALSE(row.route.on_the_way) << "nobody drives while a stop is served";
    EXPECT_EQ(arrival(1, t0 + minutes(3)), t0 + minutes(15));
    EXPECT_EQ(arrival(1, t0 + minutes(8)), t0 + minutes(18)) << "serving takes longer than planned";
    row.lifecycle.stops[0].state = StopState::completed;
    row.lifecycle.stops[0].finished_at = t0 + minutes(8);
    retime(row, t0 + minutes(8));
    EXPECT_EQ(arrival(1, t0 + minutes(12)), t0 + minutes(18));
}

TEST_F(Clocked, AnotherLookWithoutProgressChangesNothing) {
    retime(row, t0 + minutes(3));
    retime(row, t0 + minutes(6));
    EXPECT_EQ(arrival(0, t0 + minutes(6)), t0 + minutes(10));
}

TEST_F(Clocked, WhatWaitsStartsNoEarlierThanNow) {
    row.status = row.lifecycle.state = AssignmentState::accepted;
    retime(row, t0 - minutes(30));
    EXPECT_EQ(arrival(0, t0 - minutes(30)), t0 + minutes(10));
    EXPECT_EQ(arrival(0, t0 + minutes(30)), t0 + minutes(40));
}

}  // namespace
}  // namespace lastmile
