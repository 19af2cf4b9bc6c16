// Days in the life, told from the lifecycle's rules.
#include "features/deliveries/lifecycle_desk.hpp"

namespace lastmile::deliveries {
namespace {

using enum BookingState;

TEST(Stories, LoadingAtTheDock) {  // one is missing, one moves to another van, loading is not departure
    Desk loaded(1, PlaceKind::hub, true), missing(1, PlaceKind::hub, true), moved(1, PlaceKind::hub, true);
    auto van1 = loaded.van(), van2 = loaded.van();
    for (auto* desk : {&loaded, &missing, &moved}) {
        EXPECT_EQ(desk->status(), "scheduled");
        desk->bind_to(van1);
        EXPECT_EQ(desk->status(), "assigned");
    }
    loaded.load(van1);
    EXPECT_EQ(loaded.status(), "assigned");
    missing(pickup_failed(missing.d, missing.leg_id(1), missing.p, PickupProblem::missing, missing.given()));
    EXPECT_EQ(missing.status(), "scheduled");
    EXPECT_TRUE(missing.raised(ExceptionType::missing));
    EXPECT_TRUE(missing.asked<PlanLeg>());
    moved.load(van1);
    moved.load(van2);  // the same wave: rebound
    EXPECT_EQ(moved.status(), "assigned");
    EXPECT_EQ(moved.item(1), ItemState::passed);
    EXPECT_EQ(moved.item(2), ItemState::taken);
    loaded.start(van1);
    EXPECT_EQ(loaded.status(), "enroute moving");
    moved(route_changed(moved.d, van1.assignment_id, RouteState::started, moved.given()));
    EXPECT_EQ(moved.status(), "assigned") << "it is in the other van";
    moved.start(van2);
    EXPECT_EQ(moved.status(), "enroute moving");
    moved.deliver(van2);
    EXPECT_EQ(moved.status(), "delivered full");
    EXPECT_TRUE(is_final(moved.d));
    missing.bind_to(van2);
    missing.load(van2);
    missing.start(van2);
    EXPECT_EQ(missing.status(), "enroute moving") << "found later";
}

TEST(Stories, OneOfTwoIsMissingAtLoading) {
    Desk desk(2, PlaceKind::hub);
    auto van = desk.van();
    desk.bind_to(van);
    desk.load(van, 0);
    desk(pickup_failed(desk.d, desk.leg_id(1), {desk.p[1]}, PickupProblem::missing, desk.given()));
    EXPECT_EQ(desk.leg(2).holder, std::nullopt);
    EXPECT_EQ(desk.d.pickup_failures, 0);
    desk.start(van);
    desk.deliver(van, 0);
    EXPECT_EQ(desk.status(), "enroute at_hub") << "the other is still to come";
    auto later = desk.van(RouteState::started);
    desk.bind_to(later, 2);
    desk.load(later, 1);
    desk.deliver(later, 1);
    EXPECT_EQ(desk.status(), "delivered full");
}

TEST(Stories, PartnerLosesItsCourierFailsAtTheDoorAndBringsItBack) {
    Desk desk;
    const auto booking = desk.hold_for_partner();
    EXPECT_EQ(desk.status(), "requested") << "held is not bound";
    EXPECT_EQ(leg_state(desk.d, desk.leg(1)), LegState::held);
    auto van = desk.van();
    desk.refused(bind(desk.d, desk.leg_id(1), van, desk.given()), reasons::leg_not_free);
    desk(booking_step(desk.d, booking, calling, desk.given()));
    desk.says(booking, booked);
    EXPECT_EQ(desk.status(), "assigned");
    desk.says(booking, courier_assigned);
    desk.says(booking, booked);
    EXPECT_EQ(desk.status(), "assigned") << "courier lost: still bound";
    desk.says(booking, picked_up);
    EXPECT_EQ(desk.status(), "enroute moving");
    desk.says(booking, failed_with_parcel);
    EXPECT_EQ(desk.status(), "failed bringing_back");
    EXPECT_EQ(desk.d.failed_attempts, 1);
    desk.says(booking, returned);
    EXPECT_EQ(desk.status(), "returned");
    EXPECT_TRUE(is_final(desk.d));
}

TEST(Stories, FailOverAndSkippedStates) {
    Desk desk;
    desk.says(desk.book(), failed_before_pickup);
    EXPECT_EQ(desk.status(), "requested");
    EXPECT_TRUE(desk.asked<BookNextPartner>());
    EXPECT_TRUE(desk.told("leg.freed") && desk.told("delivery.unassigned") && desk.told("booking.failed_before_pickup"));
    desk.says(desk.book(), delivered);
    EXPECT_EQ(desk.status(), "delivered full");
}

TEST(Stories, CourierOffline) {  // delivers 1 and 2, fails 3; meanwhile 2 is to be cancelled and 3 handed to another
    Desk first(1, PlaceKind::hub, true), second(1, PlaceKind::hub, true), third(1, PlaceKind::hub, true);
    auto van = first.van();
    for (auto* desk : {&first, &second, &third}) {
        van.route = RouteState::waiting;
        desk->bind_to(van);
        desk->load(van);
        desk->start(van);
    }
    EXPECT_EQ(second.cancel(), Cancellation::requested);
    EXPECT_TRUE(second.asked<AskCourierToCancel>());
    EXPECT_EQ(second.status(), "enroute moving");
    third.drive(van, RouteState::aborted);
    EXPECT_EQ(third.status(), "enroute delayed");
    EXPECT_TRUE(third.told("leg.broken") && third.raised(ExceptionType::breakdown));
    auto other = third.van(RouteState::started);
    third(take_over(third.d, third.leg_id(1), other, third.given()));
    EXPECT_EQ(third.status(), "enroute delayed");
    first.deliver(van);
    EXPECT_EQ(first.status(), "delivered full");
    second.deliver(van);
    EXPECT_EQ(second.status(), "delivered full");
    EXPECT_EQ(second.d.cancellation, Cancellation::refused);
    third.fail(van);
    EXPECT_EQ(third.d.failed_attempts, 1);
    EXPECT_EQ(third.status(), "assigned") << "the plan made meanwhile is the next attempt";
    third.load(other);
    EXPECT_EQ(third.status(), "enroute moving");
    third.deliver(other);
    EXPECT_EQ(third.status(), "delivered full");
}

TEST(Stories, RelayOfTwoPartnersOverAHub) {
    Desk desk(1, PlaceKind::sender, true);
    const auto hub = desk.make<Hub>();
    desk(relay(desk.d, desk.leg_id(1), hub, desk.given()));
    const auto a = desk.book(1), b = desk.book(2);
    EXPECT_EQ(desk.status(), "assigned");
    desk.says(a, picked_up);
    EXPECT_EQ(desk.status(), "enroute moving");
    desk.says(a, delivered);
    EXPECT_EQ(desk.status(), "enroute at_hub") << "delivered means: at the end of its leg";
    desk.says(b, delivered);
    EXPECT_EQ(desk.status(), "delivered full");
}

TEST(Stories, RelayWhoseFirstPartnerFailsCancelsTheSecond) {
    Desk desk;
    desk(relay(desk.d, desk.leg_id(1), desk.make<Hub>(), desk.given()));
    const auto a = desk.book(1), b = desk.book(2);
    desk.says(a, picked_up);
    desk.says(a, failed_with_parcel);
    EXPECT_EQ(desk.status(), "failed bringing_back");
    EXPECT_EQ(desk.booking(b), cancel_requested);
    EXPECT_TRUE(desk.asked<AskBookingToCancel>());
}

TEST(Stories, RelayWhoseFirstPartnersWordWasLost) {
    Desk desk;
    desk(relay(desk.d, desk.leg_id(1), desk.make<Hub>(), desk.given()));
    const auto a = desk.book(1), b = desk.book(2);
    desk.says(b, picked_up);
    EXPECT_EQ(desk.status(), "enroute moving");
    EXPECT_EQ(desk.item(1), ItemState::passed);
    desk.says(b, delivered);
    EXPECT_EQ(desk.status(), "delivered full");
    desk.says(a, delivered);  // at last
    EXPECT_EQ(desk.status(), "delivered full");
}

TEST(Stories, BreakdownWithParcelsOnBoardTakenOverOnTheStreet) {
    Desk desk(2, PlaceKind::hub, true);
    auto van = desk.van();
    desk.bind_to(van);
    desk.load(van, 0);
    desk.load(van, 1);
    desk.start(van);
    desk.drive(van, RouteState::paused);
    EXPECT_EQ(desk.status(), "enroute moving");
    desk.drive(van, RouteState::aborted);
    EXPECT_EQ(desk.status(), "enroute delayed");
    auto rescue = desk.van(RouteState::started);
    desk(take_over(desk.d, desk.leg_id(1), rescue, desk.given()));
    desk.refused(take_over(desk.d, desk.leg_id(1), rescue, desk.given()), reasons::leg_not_free);
    desk.load(rescue, 0);
    EXPECT_EQ(desk.status(), "enroute delayed") << "one is still in the broken van";
    desk.load(rescue, 1);
    EXPECT_EQ(desk.status(), "enroute moving");
    desk.deliver(rescue, 0);
    desk.deliver(rescue, 1);
    EXPECT_EQ(desk.status(), "delivered full");
}

TEST(Stories, TakenOverWithoutAPlan) {
    Desk desk(1, PlaceKind::hub);
    auto van = desk.van(), rescue = desk.van(RouteState::started);
    desk.bind_to(van);
    desk.load(van);
    desk.start(van);
    desk.drive(van, RouteState::aborted);
    desk(scan(desk.d, {.package_id = desk.p[0], .by = rescue, .same_wave = false}, desk.given()));
    EXPECT_TRUE(desk.asked<AddToRoute>());
    EXPECT_EQ(desk.status(), "enroute moving") << "after a breakdown one scan is enough";
}

TEST(Stories, ReturnPickupCustomerNotThere) {
    Desk twice(1, PlaceKind::sender, true, PlaceKind::hub);
    auto nobody = [](Desk& desk) {
        auto van = desk.van(RouteState::started);
        desk.bind_to(van);
        EXPECT_EQ(desk.status(), "assigned");
        desk(pickup_failed(desk.d, desk.leg_id(1), desk.p, PickupProblem::nobody, desk.given()));
        EXPECT_TRUE(desk.raised(ExceptionType::pickup_not_possible));
    };
    nobody(twice);
    EXPECT_EQ(twice.status(), "scheduled");
    nobody(twice);
    auto van = twice.van(RouteState::started);
    twice.bind_to(van);
    twice.load(van);
    EXPECT_EQ(twice.status(), "enroute moving");
    twice.unload(van, Custody::of(twice.hub));
    EXPECT_EQ(twice.status(), "delivered full") << "a return's destination is the hub";
    Desk thrice(1, PlaceKind::sender, true, PlaceKind::hub);
    for (int i = 0; i < 3; ++i) nobody(thrice);
    EXPECT_EQ(thrice.status(), "failed waiting_decision");
    thrice(close(thrice.d, Closing::undeliverable, thrice.given()));
    EXPECT_EQ(thrice.status(), "failed closed");
    EXPECT_TRUE(is_final(thrice.d));
}

TEST(Stories, ThreeParcelsAtOneDoorOneRefused) {
    Desk desk(3, PlaceKind::hub, true);
    auto van = desk.van();
    desk.bind_to(van);
    for (std::size_t i = 0; i < 3; ++i) desk.load(van, i);
    desk.start(van);
    desk.deliver(van, 0);
    EXPECT_EQ(desk.status(), "enroute moving");
    desk.deliver(van, 1);
    desk.fail(van, 2);
    EXPECT_EQ(desk.status(), "delivered partial");
    EXPECT_EQ(status_of(desk.d).delivered_packages, 2);
    EXPECT_FALSE(is_final(desk.d));
    EXPECT_EQ(desk.leg(2).kind, LegKind::back) << "the rest goes back by a leg of the same delivery";
    desk.unload(van, Custody::of(desk.hub), 2);
    EXPECT_TRUE(is_final(desk.d));
    EXPECT_EQ(desk.status(), "delivered partial");
}

TEST(Stories, CancelWhileTheAnswerIsUnknown) {
    for (const bool shows_up : {false, true}) {
        Desk desk;
        const auto booking = desk.call_partner();
        desk(booking_step(desk.d, booking, unknown, desk.given()));
        EXPECT_TRUE(desk.asked<LookUpBooking>());
        EXPECT_EQ(desk.cancel(), Cancellation::requested);
        EXPECT_EQ(desk.status(), "requested");
        desk.says(booking, shows_up ? booked : absent);
        if (shows_up) {
            EXPECT_EQ(desk.booking(booking), cancel_requested);
            EXPECT_TRUE(desk.asked<AskBookingToCancel>());
            desk.says(booking, cancelled);
        }
        EXPECT_EQ(desk.status(), "cancelled done");
        EXPECT_TRUE(is_final(desk.d));
    }
}

TEST(Stories, NoShowRetriedOnBoardThenFromTheHubThenBackToTheSender) {
    Desk desk(1, PlaceKind::hub, true);
    auto van = desk.van();
    desk.bind_to(van);
    desk.load(van);
    desk.start(van);
    desk.fail(van);
    EXPECT_EQ(desk.status(), "failed waiting_decision");
    desk(retry(desk.d, RetryFrom::on_board, desk.given()));
    EXPECT_TRUE(desk.told("delivery.retry_requested"));
    EXPECT_EQ(desk.status(), "enroute moving") << "no second pickup";
    desk.fail(van);
    EXPECT_EQ(desk.d.failed_attempts, 2);
    desk(bring_back(desk.d, LegPurpose::retry, std::nullopt, {}, desk.given()));
    EXPECT_EQ(desk.status(), "failed bringing_back");
    desk.unload(van, Custody::of(desk.hub));
    EXPECT_EQ(desk.status(), "failed waiting_decision");
    desk(retry(desk.d, std::nullopt, desk.given()));
    EXPECT_EQ(desk.status(), "scheduled");
    auto next_day = desk.van();
    desk.bind_to(next_day, 4);
    EXPECT_EQ(desk.status(), "assigned");
    desk.load(next_day);
    desk.start(next_day);
    desk.fail(next_day);
    desk.refused(retry(desk.d, std::nullopt, desk.given()), reasons::attempts_exhausted);
    desk(bring_back(desk.d, LegPurpose::return_, Place{PlaceKind::sender, {}}, {}, desk.given()));
    desk.unload(next_day, {CustodyKind::sender, {}});
    EXPECT_EQ(desk.status(), "returned");
    EXPECT_TRUE(is_final(desk.d));
}

TEST(Stories, CancelBeforeAnythingAndOnBoard) {
    Desk early;
    EXPECT_EQ(early.cancel(), Cancellation::confirmed);
    EXPECT_EQ(early.status(), "cancelled done");
    Desk late(1, PlaceKind::hub);
    auto van = late.van(RouteState::started);
    late.bind_to(van);
    late.load(van);
    EXPECT_EQ(late.cancel(), Cancellation::requested);
    EXPECT_EQ(late.status(), "enroute moving");
    late(confirm_cancel(late.d, late.given()));
    EXPECT_EQ(late.status(), "cancelled bringing_back");
    late.unload(van, Custody::of(late.hub));
    EXPECT_EQ(late.status(), "cancelled done");
    EXPECT_TRUE(is_final(late.d));
}

TEST(Stories, WrongDoorCorrectedToLost) {
    Desk desk(1, PlaceKind::hub);
    auto van = desk.van(RouteState::started);
    desk.bind_to(van);
    desk.load(van);
    desk.deliver(van);
    desk(correct(desk.d, desk.p[0], {CustodyKind::lost, {}}, false, "wrong house", desk.given()));
    EXPECT_TRUE(desk.told("delivery.corrected"));
    EXPECT_EQ(desk.status(), "failed closed");
    EXPECT_EQ(status_of(desk.d).outcome, Outcome::lost);
}

}  // namespace
}  // namespace lastmile::deliveries
