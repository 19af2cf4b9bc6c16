// A street that is slower than the map says is learned of from the pings of assignments, on both stores, once, and by a bounded pass.
#include "features/eta_learning/learning.hpp"

#include <gtest/gtest.h>

#include "engines/geo/plane.hpp"
#include "engines/road_import/drawn_map.hpp"
#include "features/eta_learning/speed.hpp"
#include "features/positions/position_store.hpp"
#include "platform/events/log.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile {
namespace {

const Instant monday_eight = parse_rfc3339("2026-05-04T08:00:00Z").value();
constexpr Seconds drive{200};

std::shared_ptr<const road::EmbeddedRouter> street() {
    static road_import::DrawnMap map("A-----------------------------------------------------------------------------------------B\n", {{"AB", {}}});  // 2.2 km
    return {std::shared_ptr<void>(), &map.router()};
}

Ping ping(double metres, Instant at) {
    const geo::LocalPlane plane({53.5, 13.2});
    const auto place = plane.to_globe({metres, 0});
    Ping made;
    made.location = {.lat = place.lat, .lon = place.lon, .accuracy_meters = {}, .timestamp = at};
    return made;
}

/// 10 m/s for 200 s from an instant on.
std::vector<Ping> pings_from(Instant begins) {
    std::vector<Ping> pings;
    for (Seconds t{0}; t <= drive; t += Seconds{5}) pings.push_back(ping(10.0 * static_cast<double>(t.count()), begins + t));
    return pings;
}

class EtaLearningTest : public store::testing::EachStore {
protected:
    void SetUp() override {
        EachStore::SetUp();
        if (!store) return;
        log.emplace(*store);
        learning.emplace(*store, street());
        jobs.emplace(*store, 1);
        jobs->on(learning->job());
    }
    void TearDown() override { jobs.reset(), learning.reset(), log.reset(); }

    /// A driver's assignment that began then and was over 200 s later.
    void driven(std::uint8_t number, Instant begins, std::uint8_t driver_number) {
        Id<Assignment> assignment;
        Id<Driver> driver;
        assignment.bytes.fill(number), driver.bytes.fill(driver_number);
        store->run(live, {}, [&](store::Tx& tx) {
            begin_track(tx.bookkeeping(), assignment, driver, begins);
            end_track(tx.bookkeeping(), assignment, begins + drive);
            (void)keep_pings(tx, driver, pings_from(begins));
        });
    }
    void pass() {
        store->run(live, {}, [&](store::Tx& tx) { work::enqueue(tx, {.id = tx.new_id<work::Job>(), .partition = live, .type = std::string(learn_job)}); });
        EXPECT_TRUE(jobs->run_one());
    }
    template <class T>
    T read(std::function<T(store::Read&)> ask) {
        std::optional<T> found;
        store->look(live, [&](store::Read& r) { found.emplace(ask(r)); });
        return std::move(*found);
    }
    LearningState state() { return read<LearningState>(learning_state); }

    std::optional<events::Log> log;
    std::optional<TrackLearning> learning;
    std::optional<work::Jobs> jobs;
};
LASTMILE_EACH_STORE(EtaLearningTest);

TEST_P(EtaLearningTest, WhatWasDrivenIsKeptAndForetoldBetterTheNextTime) {
    for (std::uint8_t i = 0; i < 12; ++i) driven(static_cast<std::uint8_t>(i + 1), monday_eight + std::chrono::hours(24 * 7 * i), 1);
    EXPECT_EQ(read<std::int64_t>(count_due_tracks), 12);
    pass();
    EXPECT_EQ(read<std::int64_t>(count_due_tracks), 0);
    EXPECT_EQ(state().tracks, 12);
    EXPECT_EQ(state().pings, 12 * 41);
    EXPECT_EQ(state().time_zone, "UTC");
    const auto known = read<PartitionSpeeds>([&](store::Read& r) { return learning->roads.known(r); });
    ASSERT_TRUE(known.speeds);
    const auto* speeds = known.speeds->profile("car");
    ASSERT_NE(speeds, nullptr) << "an assignment without a vehicle is a car's";
    const auto lines = read<std::vector<CellLine>>([](store::Read& r) { return cells_after(r, std::nullopt, {}, 10); });
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines[0].key.cell.hour_class, 8);
    EXPECT_EQ(lines[0].key.cell.road_class, road::RoadClass::residential);
    EXPECT_EQ(lines[0].seen, 12);
    // The map's residential speed is some 25 km/h; 36 were driven.
    EXPECT_LT(speeds->time_factor(lines[0].key.cell), 0.95);
    const auto foretold = read<std::vector<ForetoldLine>>(all_foretold);
    ASSERT_EQ(foretold.size(), 1u);
    EXPECT_EQ(foretold[0].sums.stretches, 12);
    EXPECT_LT(foretold[0].sums.map_bias_s, 0) << "it was driven faster than the map says";
    EXPECT_LT(foretold[0].sums.learned_off_s, foretold[0].sums.map_off_s);

    // A store that is opened again knows it still, and another pass with nothing due changes nothing.
    const auto before = state().revision;
    pass();
    EXPECT_EQ(state().revision, before);
    LearnedRoads again(*store);
    const auto kept = read<PartitionSpeeds>([&](store::Read& r) { return again.known(r); });
    ASSERT_TRUE(kept.speeds);
    EXPECT_EQ(kept.speeds->profile("car")->time_factor(lines[0].key.cell), speeds->time_factor(lines[0].key.cell));
    again.applied = false;
    EXPECT_FALSE(read<PartitionSpeeds>([&](store::Read& r) { return again.now(r); }).speeds);
}

TEST_P(EtaLearningTest, TwoAssignmentsAtATimeAreLearnedFromOnce) {
    driven(1, monday_eight, 7);
    driven(2, monday_eight, 7);
    pass();
    EXPECT_EQ(state().tracks, 1);
    const auto lines = read<std::vector<CellLine>>([](store::Read& r) { return cells_after(r, std::nullopt, {}, 10); });
    EXPECT_EQ(lines.at(0).seen, 1);
}

TEST_P(EtaLearningTest, ACommandTakesWhatThereIsAndDoesNotWait) {
    driven(1, monday_eight, 7);
    pass();
    LearnedRoads fresh(*store);
    bool known = true;
    store->run(live, {}, [&](store::Tx& tx) { known = fresh.now(tx).speeds != nullptr; });
    EXPECT_FALSE(known) << "nothing had been loaded";
    EXPECT_TRUE(read<PartitionSpeeds>([&](store::Read& r) { return fresh.now(r); }).speeds);
    store->run(live, {}, [&](store::Tx& tx) { known = fresh.now(tx).speeds != nullptr; });
    EXPECT_TRUE(known);
}

Stop visited(Instant from, Instant to) {
    Stop stop;
    stop.arrived_at = from, stop.finished_at = to;
    return stop;
}

TEST(DrivenPieces, AreCutAtStopsAtSilenceAndAtTheEnds) {
    auto pings = pings_from(monday_eight);
    const auto at = [](int s) { return monday_eight + Seconds{s}; };
    EXPECT_EQ(driven_pieces(pings, {}, at(0), at(200)).size(), 1u);
    const auto cut = driven_pieces(pings, {visited(at(50), at(100))}, at(0), at(200));
    ASSERT_EQ(cut.size(), 2u);
    EXPECT_EQ(cut[0].size(), 10u);
    EXPECT_EQ(cut[1].size(), 21u);
    EXPECT_EQ(driven_pieces(pings, {}, at(150), at(175))[0].size(), 6u) << "what lies outside of the assignment is nobody's business";
    std::erase_if(pings, [&](const Ping& p) { return *p.location.timestamp > at(20) && *p.location.timestamp < at(190); });
    pings.push_back(ping(9'000, at(900)));
    pings.push_back(ping(9'050, at(905)));
    EXPECT_EQ(driven_pieces(pings, {}, at(0), at(1'000)).size(), 2u) << "170 s of silence are bridged, 700 are not";
    EXPECT_TRUE(driven_pieces({}, {}, at(0), at(200)).empty());
}

TEST(EtaLearning, HasWordsAndHours) {
    EXPECT_EQ(hour_of_week("Europe/Berlin", monday_eight), 10);
    EXPECT_EQ(hour_of_week("America/New_York", parse_rfc3339("2026-05-04T02:00:00Z").value()), 6 * 24 + 22);
}

}  // namespace
}  // namespace lastmile
