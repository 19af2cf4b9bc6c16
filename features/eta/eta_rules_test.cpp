// What is kept of predictions, what windows learn, when a fence is crossed.
#include "features/eta/eta_rules.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace lastmile::eta {
namespace {

const Instant noon = parse_rfc3339("2026-05-04T12:00:00Z").value();

TEST(Kept, TheFirstEachHorizonAndWhatMoves) {
    EXPECT_TRUE(is_to_be_kept({}, noon, 3));
    const KeptPrediction last{noon, 3, 1, noon};
    EXPECT_FALSE(is_to_be_kept(last, noon + Seconds{119}, 3));
    EXPECT_TRUE(is_to_be_kept(last, noon + Seconds{120}, 3));
    EXPECT_TRUE(is_to_be_kept(last, noon - Seconds{120}, 3));
    EXPECT_TRUE(is_to_be_kept(last, noon, 2));
    EXPECT_FALSE(is_to_be_kept(KeptPrediction{noon, 3, most_kept, noon}, noon + Seconds{9000}, 0)) << "bounded, whatever happens";
}

/// Errors drawn from a normal distribution; the share inside must come to four of five, from windows far too narrow and far too wide.
TEST(Windows, LearnToHoldFourOfFive) {
    for (const double sigma_s : {30.0, 900.0}) {
        std::mt19937 random(7);
        std::normal_distribution<double> error(0, sigma_s);
        Spread spread;
        int inside = 0;
        constexpr int warm = 400, judged = 2000;
        for (int i = 0; i < warm + judged; ++i) {
            const Seconds half(std::llround(200 * spread.scale)), e(std::llround(error(random)));
            if (i >= warm) inside += std::abs(e.count()) <= half.count();
            spread = learnt(spread, e, half);
        }
        EXPECT_NEAR(static_cast<double>(inside) / judged, 0.8, 0.05) << sigma_s;
        EXPECT_NEAR(confidence_of(spread, true), static_cast<double>(spread.inside) / static_cast<double>(spread.count), 0.05);
    }
}

TEST(Windows, AreBelievedAsUsualWhileLittleIsKnown) {
    EXPECT_DOUBLE_EQ(confidence_of({}, true), 0.8);
    EXPECT_DOUBLE_EQ(confidence_of({}, false), 0.6);
    EXPECT_LT(confidence_of({Basis::route, 0, 10, 0, 1}, true), 0.6);
}

class Fences : public ::testing::Test {
protected:
    bool seen(double metres, int second, std::optional<double> accuracy = 5.0, bool arrived = false) {
        const auto crossing = crossed(fence, stop, arrived, metres, accuracy, 80, noon + Seconds{second});
        fence = crossing.fence;
        return crossing.entered || crossing.left;
    }
    SeededRandom random{1};
    Id<Stop> stop = Id<Stop>::make(noon, random);
    std::optional<Fence> fence;
};

TEST_F(Fences, TakeADwellAndAreToldOnce) {
    EXPECT_FALSE(seen(500, 0));
    EXPECT_FALSE(seen(60, 10)) << "in, but only just";
    EXPECT_FALSE(seen(60, 25));
    EXPECT_TRUE(seen(60, 30));
    EXPECT_FALSE(seen(60, 300));
}

TEST_F(Fences, DrivingByIsNotArriving) {
    EXPECT_FALSE(seen(500, 0));
    EXPECT_FALSE(seen(70, 10));
    EXPECT_FALSE(seen(200, 20));
    EXPECT_FALSE(seen(70, 40));
    EXPECT_FALSE(seen(200, 50));
}

TEST_F(Fences, WaverWithinTheirHysteresis) {
    EXPECT_FALSE(seen(500, 0));
    EXPECT_FALSE(seen(75, 10));
    EXPECT_FALSE(seen(100, 20)) << "beyond the radius, within one and a half";
    EXPECT_TRUE(seen(78, 31));
}

TEST_F(Fences, TakeNoWordFromAnInexactPosition) {
    EXPECT_FALSE(seen(500, 0));
    EXPECT_FALSE(seen(10, 10, 400.0));
    EXPECT_FALSE(seen(10, 60, 400.0));
}

TEST_F(Fences, LeavingIsToldOfAStopThatWasArrivedAt) {
    EXPECT_FALSE(seen(10, 0, 5.0, true));
    EXPECT_FALSE(seen(10, 60, 5.0, true));
    EXPECT_FALSE(seen(400, 120, 5.0, true));
    EXPECT_FALSE(seen(500, 150, 5.0, true));
    EXPECT_TRUE(seen(600, 181, 5.0, true));
    EXPECT_FALSE(seen(900, 400, 5.0, true));
}

}  // namespace
}  // namespace lastmile::eta
