// Rules one by one, continued.
#include "features/deliveries/lifecycle_desk.hpp"

namespace lastmile::deliveries {
namespace {

using enum BookingState;

TEST(Scan, TwiceIsOnce) {
    Holder van;
    auto desk = under_way(1, van);
    desk.load(van);
    EXPECT_TRUE(desk.last_events.empty());
    desk.refused(scan(desk.d, {.package_id = desk.make<Package>(), .by = van}, desk.given()), reasons::unknown_package);
}

// ---- the door

TEST(DropOff, ImpliesTheScanThatWasLeftOut) {
    Desk desk;
    auto van = desk.van(RouteState::started);
    desk.bind_to(van);
    desk(drop_off(desk.d, desk.p, van, {CustodyKind::neighbour, {}}, desk.given()));
    EXPECT_EQ(desk.status(), "delivered full");
    EXPECT_EQ(desk.d.packages[0].custody.kind, CustodyKind::neighbour);
    desk.deliver(van);
    EXPECT_TRUE(desk.last_events.empty()) << "said twice";
}

TEST(DropOff, AtAHubOnTheWayWaitsForTheRest) {
    Holder van;
    auto desk = under_way(1, van);
    const auto depot = desk.make<Hub>();
    desk.unload(van, Custody::of(depot));
    EXPECT_EQ(desk.status(), "enroute at_hub");
    EXPECT_TRUE(desk.asked<PlanLeg>());
    EXPECT_EQ(desk.leg(2).from, (Place{PlaceKind::hub, depot}));
    auto next = desk.van(RouteState::started);
    desk.bind_to(next, 2);
    desk.load(next);
    desk.deliver(next);
    EXPECT_EQ(desk.status(), "delivered full");
}

TEST(Attempts, AreReturnedByThemselvesAtThePolicysLimit) {
    Holder van;
    auto desk = under_way(1, van);
    desk.policy.auto_return_after_attempts = 2;
    desk.fail(van);
    EXPECT_EQ(desk.status(), "failed waiting_decision");
    desk(retry(desk.d, std::nullopt, desk.given()));
    desk.fail(van);
    EXPECT_EQ(desk.status(), "failed bringing_back");
    EXPECT_TRUE(desk.asked<AddToRoute>());
    desk.refused(retry(desk.d, std::nullopt, desk.given()), reasons::on_its_way_back);
    desk.unload(van, Custody::of(desk.hub));
    EXPECT_EQ(desk.status(), "returned");
}

TEST(Attempts, RetriedFromTheHubComeBackFirst) {
    Holder van;
    auto desk = under_way(1, van);
    desk.fail(van);
    desk(retry(desk.d, RetryFrom::hub, desk.given()));
    EXPECT_EQ(desk.status(), "requested");
    EXPECT_EQ(desk.leg(2).purpose, LegPurpose::retry);
    EXPECT_EQ(desk.leg(3).after, desk.leg_id(2));
    desk.unload(van, Custody::of(desk.hub));
    auto tomorrow = desk.van();
    desk.bind_to(tomorrow, 3);
    desk.load(tomorrow);
    desk.start(tomorrow);
    desk.deliver(tomorrow);
    EXPECT_EQ(desk.status(), "delivered full");
}

// ---- partners

TEST(Partner, OldWordsAndTakenBackOnesChangeNothing) {
    Desk desk;
    const auto booking = desk.book();
    desk(partner_says(desk.d, booking, {.state = courier_assigned, .at = desk.now}, desk.given()));
    desk(partner_says(desk.d, booking, {.state = booked, .at = desk.now - Seconds{600}}, desk.given()));
    EXPECT_EQ(desk.booking(booking), courier_assigned) << "older than what is known";
    desk.says(booking, delivered);
    desk.says(booking, failed_with_parcel);
    EXPECT_EQ(desk.status(), "delivered full");
    EXPECT_TRUE(desk.raised(ExceptionType::partner_conflict));
    desk.refused(partner_says(desk.d, booking, {.state = calling, .at = {}}, desk.given()), reasons::booking_not_legal);
    desk.refused(partner_says(desk.d, desk.make<Booking>(), {.state = booked, .at = {}}, desk.given()), reasons::unknown_booking);
}

TEST(Partner, ShowsUpAfterItWasThoughtAbsent) {
    for (const bool taken_by_another : {false, true}) {
        Desk desk;
        const auto booking = desk.call_partner();
        desk(booking_step(desk.d, booking, unknown, desk.given()));
        desk.says(booking, absent);
        EXPECT_TRUE(desk.asked<BookNextPartner>());
        const auto second = taken_by_another ? desk.book() : booking;
        desk.says(booking, booked);
        EXPECT_EQ(desk.booking(booking), taken_by_another ? cancel_requested : booked);
        EXPECT_EQ(desk.leg(1).holder->booking_id, second) << "never two couriers";
        EXPECT_EQ(desk.status(), "assigned");
    }
}

TEST(Partner, WillNotCancel) {
    Desk desk;
    const auto booking = desk.book();
    desk.cancel();
    desk(partner_says(desk.d, booking, {.state = courier_assigned, .at = {}, .cancel_refused = true}, desk.given()));
    EXPECT_EQ(desk.booking(booking), courier_assigned);
    EXPECT_TRUE(desk.raised(ExceptionType::partner_conflict));
    EXPECT_EQ(desk.d.cancellation, Cancellation::requested);
}

TEST(Partner, DeliversAfterItSaidItFailed) {
    Desk desk;
    const auto booking = desk.book();
    desk.says(booking, failed_with_parcel);
    EXPECT_EQ(desk.status(), "failed bringing_back");
    desk.says(booking, delivered);
    EXPECT_EQ(desk.status(), "delivered full");
}

// ---- undo, correct, close

TEST(Undo, OfADropoffAndOfAFailedAttempt) {
    Holder van;
    auto desk = under_way(1, van);
    desk.policy.auto_return_after_attempts = 1;
    desk.deliver(van);
    desk(undo(desk.d, desk.p, van, desk.given()));
    EXPECT_EQ(desk.status(), "enroute moving");
    desk.fail(van);
    EXPECT_EQ(desk.status(), "failed bringing_back");
    desk(undo(desk.d, desk.p, van, desk.given()));
    EXPECT_EQ(desk.status(), "enroute moving");
    EXPECT_EQ(desk.d.failed_attempts, 0);
    EXPECT_EQ(leg_state(desk.d, desk.leg(2)), LegState::cancelled) << "the way back was never begun";
    desk.deliver(van);
    EXPECT_EQ(desk.status(), "delivered full");
}

TEST(Undo, OfAPickupThatFailed) {
    Desk desk;
    auto van = desk.van(RouteState::started);
    desk.bind_to(van);
    desk(pickup_failed(desk.d, desk.leg_id(1), desk.p, PickupProblem::nobody, desk.given()));
    desk(undo(desk.d, desk.p, van, desk.given()));
    EXPECT_EQ(desk.status(), "assigned");
    EXPECT_EQ(desk.d.pickup_failures, 0);
    desk(pickup_failed(desk.d, desk.leg_id(1), desk.p, PickupProblem::damaged, desk.given()));
    EXPECT_TRUE(desk.told("package.withheld"));
    EXPECT_EQ(desk.status(), "failed waiting_decision");
    desk(undo(desk.d, desk.p, van, desk.given()));
    EXPECT_EQ(desk.status(), "assigned");
}

TEST(Undo, IsRefusedOnceSomebodyElseHasIt) {
    Holder van;
    auto desk = under_way(1, van);
    desk.unload(van, Custody::of(desk.make<Hub>()));
    auto next = desk.van(RouteState::started);
    desk.bind_to(next, 2);
    desk.load(next);
    desk.refused(undo(desk.d, desk.p, van, desk.given()), reasons::not_in_hand);
    desk.refused(undo(desk.d, desk.p, next, desk.given()), reasons::nothing_to_undo);
}

TEST(Correct, WhatWasNotDeliveredAfterAllIsDecidedAnew) {
    Holder van;
    auto desk = under_way(1, van);
    desk.deliver(van);
    desk(correct(desk.d, desk.p[0], Custody::of(desk.hub), false, "found in the van", desk.given()));
    EXPECT_EQ(desk.status(), "failed waiting_decision");
    desk(retry(desk.d, std::nullopt, desk.given()));
    EXPECT_EQ(desk.status(), "requested");
}

TEST(Close, BringsBackWhatIsOnBoardUnlessItIsLost) {
    for (const auto outcome : {Closing::undeliverable, Closing::lost}) {
        Holder van;
        auto desk = under_way(1, van);
        desk(close(desk.d, outcome, desk.given()));
        EXPECT_EQ(desk.status(), "failed closed");
        EXPECT_TRUE(desk.told("delivery.closed"));
        EXPECT_EQ(is_final(desk.d), outcome == Closing::lost);
        desk.refused(close(desk.d, outcome, desk.given()), reasons::not_legal_now);
        desk.unload(van, Custody::of(desk.hub));
        EXPECT_EQ(desk.status(), "returned") << "also what was lost and is found again";
    }
}

TEST(Routes, GivenUpFreeWhatIsNotLoaded) {
    Desk desk(2, PlaceKind::hub);
    auto van = desk.van();
    desk.bind_to(van);
    desk.load(van, 0);
    desk.start(van);
    desk.drive(van, RouteState::aborted);
    EXPECT_EQ(desk.status(), "enroute delayed");
    EXPECT_EQ(leg_state(desk.d, desk.leg(1)), LegState::broken);
    EXPECT_EQ(leg_state(desk.d, desk.leg(2)), LegState::open) << "the second package was still at the hub";
    Desk declined;
    auto other = declined.van();
    declined.bind_to(other);
    declined.drive(other, RouteState::over);
    EXPECT_EQ(declined.status(), "requested");
}

TEST(Escalate, IsToldAndKept) {
    Desk desk;
    desk(escalate(desk.d, "CASE-7", Severity::high, desk.given()));
    EXPECT_TRUE(desk.d.escalated && desk.told("delivery.escalated"));
}

}  // namespace
}  // namespace lastmile::deliveries
