// Rules one by one: every branch of cancel, scan policies, contradictions, undo, what a refusal says.
#include "features/deliveries/lifecycle_desk.hpp"

namespace lastmile::deliveries {
namespace {

using enum BookingState;

TEST(Refusals, NameWhatIsLegalNow) {
    Desk desk;
    const auto refused = retry(desk.d, std::nullopt, desk.given());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason->status, 409);
    EXPECT_EQ(refused.error().extras.at("delivery_status"), "requested");
    EXPECT_EQ(refused.error().extras.at("legal_actions"), (boost::json::array{"assign", "reschedule", "cancel", "close", "correct", "escalate"}));
}

TEST(Create, TellsOfItselfAndAsksForAPlan) {
    Desk desk(2);
    EXPECT_TRUE(desk.told("delivery.created") && desk.told("leg.created"));
    EXPECT_TRUE(desk.asked<PlanLeg>());
    EXPECT_EQ(desk.d.legs.size(), 1u);
}

TEST(Bind, IsIdempotentAndKeepsOthersOut) {
    Desk desk;
    auto van = desk.van(), other = desk.van();
    desk.bind_to(van);
    EXPECT_TRUE(desk.told("leg.bound") && desk.told("delivery.assigned"));
    desk.bind_to(van);
    EXPECT_TRUE(desk.last_events.empty());
    desk.refused(bind(desk.d, desk.leg_id(1), other, desk.given()), reasons::leg_not_free);
    desk(unassign(desk.d, desk.leg_id(1), desk.given()));
    EXPECT_TRUE(desk.told("leg.freed") && desk.told("delivery.unassigned") && desk.asked<DropFromRoute>() && desk.asked<PlanLeg>());
    desk.refused(unassign(desk.d, desk.leg_id(1), desk.given()), reasons::leg_over);
    desk.refused(bind(desk.d, desk.make<Leg>(), van, desk.given()), reasons::unknown_leg);
}

TEST(Unassign, IsRefusedOnBoardAndWhileAPartnersAnswerIsAwaited) {
    Holder van;
    auto desk = under_way(1, van);
    desk.refused(unassign(desk.d, desk.leg_id(1), desk.given()), reasons::on_board);
    Desk calls;
    const auto booking = calls.call_partner();
    calls.refused(unassign(calls.d, calls.leg_id(1), calls.given()), reasons::booking_not_legal);
    calls.says(booking, booked);
    calls(unassign(calls.d, calls.leg_id(1), calls.given()));
    EXPECT_EQ(calls.booking(booking), cancel_requested);
    EXPECT_EQ(calls.status(), "assigned") << "until the partner has cancelled";
    calls.says(booking, courier_assigned);
    EXPECT_EQ(calls.booking(booking), cancel_requested) << "it has not come to the cancel yet";
    calls.says(booking, cancelled);
    EXPECT_EQ(calls.status(), "requested");
    EXPECT_TRUE(calls.asked<PlanLeg>() && !calls.asked<BookNextPartner>()) << "somebody wanted it to end";
}

// ---- cancel

TEST(Cancel, OwnFleetBeforeLoadingIsConfirmedAtOnce) {
    Desk desk;
    auto van = desk.van();
    desk.bind_to(van);
    EXPECT_EQ(desk.cancel(), Cancellation::confirmed);
    EXPECT_TRUE(desk.told("delivery.cancelled") && desk.told("leg.cancelled") && desk.asked<DropFromRoute>());
    EXPECT_EQ(status_of(desk.d).outcome, Outcome::cancelled);
}

TEST(Cancel, AnIntentIsDroppedAndNeverCalled) {
    Desk desk;
    const auto booking = desk.hold_for_partner();
    EXPECT_EQ(desk.cancel(), Cancellation::confirmed);
    EXPECT_EQ(desk.booking(booking), dropped);
    desk.refused(booking_step(desk.d, booking, calling, desk.given()), reasons::booking_not_legal);
}

TEST(Cancel, WhileTheCallRunsTheNextPartnerIsNotAsked) {
    Desk desk;
    const auto booking = desk.call_partner();
    auto answer = cancel(desk.d, "", desk.given());
    EXPECT_EQ(answer.cancellation, Cancellation::requested);
    const auto left = left_to_do(answer.change.after);
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].action, "await_partner");
    desk.accept(answer.change);
    EXPECT_TRUE(desk.told("delivery.cancel_requested"));
    desk.says(booking, rejected);
    EXPECT_EQ(desk.status(), "cancelled done");
    EXPECT_FALSE(desk.asked<BookNextPartner>());
}

TEST(Cancel, WithAPartnerThatPicksUpAllTheSame) {
    Desk desk;
    const auto booking = desk.book();
    EXPECT_EQ(desk.cancel(), Cancellation::requested);
    EXPECT_TRUE(desk.asked<AskBookingToCancel>());
    desk.says(booking, picked_up);
    EXPECT_EQ(desk.status(), "enroute moving");
    EXPECT_EQ(desk.d.cancellation, Cancellation::requested) << "on board: the courier or a person decides";
    desk(confirm_cancel(desk.d, desk.given()));
    EXPECT_EQ(desk.status(), "cancelled bringing_back");
    desk.says(booking, failed_with_parcel);
    desk.says(booking, returned);
    EXPECT_EQ(desk.status(), "cancelled done");
}

TEST(Cancel, ConfirmedButPickedUpBeforeThePartnerHeard) {
    Desk desk;
    const auto booking = desk.book();
    desk.cancel();
    desk(confirm_cancel(desk.d, desk.given()));
    EXPECT_EQ(desk.status(), "cancelled done");
    desk.says(booking, picked_up);
    EXPECT_EQ(desk.status(), "cancelled bringing_back");
    EXPECT_TRUE(desk.raised(ExceptionType::partner_conflict));
}

TEST(Cancel, PartlyDeliveredTheRestComesBack) {
    Holder van;
    auto desk = under_way(2, van);
    desk.deliver(van, 0);
    EXPECT_EQ(desk.cancel(), Cancellation::requested);
    desk(confirm_cancel(desk.d, desk.given()));
    EXPECT_EQ(desk.status(), "delivered partial");
    desk.unload(van, Custody::of(desk.hub), 1);
    EXPECT_TRUE(is_final(desk.d));
}

TEST(Cancel, RefusedByTheCourierItGoesOn) {
    Holder van;
    auto desk = under_way(1, van);
    desk.refused(refuse_cancel(desk.d, "", desk.given()), reasons::no_cancel_wish);
    desk.cancel();
    desk(refuse_cancel(desk.d, "at the door", desk.given()));
    desk.deliver(van);
    EXPECT_EQ(desk.status(), "delivered full");
    const auto late = cancel(desk.d, "", desk.given());
    EXPECT_EQ(late.cancellation, Cancellation::refused) << "over: answered, not an error";
    EXPECT_TRUE(late.change.events.empty());
}

TEST(Cancel, DroppedOffBeforeTheConfirmationByDeviceTime) {
    for (const bool before : {true, false}) {
        Holder van;
        auto desk = under_way(1, van);
        desk.cancel();
        const auto at_the_door = desk.now;
        desk.now += Seconds{60};
        desk(confirm_cancel(desk.d, desk.given()));
        desk.now = before ? at_the_door : desk.now + Seconds{60};
        desk.deliver(van);
        EXPECT_EQ(desk.status(), "delivered full");
        EXPECT_EQ(desk.d.cancellation, before ? Cancellation::refused : Cancellation::confirmed);
        EXPECT_TRUE(desk.raised(ExceptionType::custody_conflict));
    }
}

TEST(Cancel, NothingIsBoundWhileAWishIsOpen) {
    Desk desk(2);
    auto van = desk.van(RouteState::started), other = desk.van();
    desk.bind_to(van);
    desk.load(van, 0);
    desk(pickup_failed(desk.d, desk.leg_id(1), {desk.p[1]}, PickupProblem::missing, desk.given()));
    desk.cancel();
    desk.refused(bind(desk.d, desk.leg_id(2), other, desk.given()), reasons::cancel_wished);
    desk.refused(hold(desk.d, desk.leg_id(2), {}, desk.given()), reasons::cancel_wished);
    desk.refused(scan(desk.d, {.package_id = desk.p[1], .by = van}, desk.given()), reasons::cancel_wished);
}

// ---- scans

TEST(Scan, OfAnothersPackageFollowsThePolicy) {
    for (const auto policy : {ScanRebind::auto_, ScanRebind::ask, ScanRebind::refuse}) {
        Desk desk(2, PlaceKind::hub);
        desk.policy.scan_rebind = policy;
        auto van = desk.van(), other = desk.van();
        desk.bind_to(van);
        Scan wanted{.package_id = desk.p[0], .by = other};
        if (policy == ScanRebind::ask) desk.refused(scan(desk.d, wanted, desk.given()), reasons::rebind_ask);
        if (policy == ScanRebind::refuse) desk.refused(scan(desk.d, wanted, desk.given()), reasons::rebind_refused);
        wanted.confirmed = policy == ScanRebind::ask;
        if (policy == ScanRebind::refuse) wanted.report = Report::synced;  // it has happened
        desk(scan(desk.d, wanted, desk.given()));
        EXPECT_EQ(desk.item(1, 0), ItemState::dropped);
        EXPECT_EQ(desk.item(1, 1), ItemState::planned) << "the other stays on its route";
        EXPECT_EQ(desk.item(2, 0), ItemState::taken);
        EXPECT_TRUE(desk.asked<DropFromRoute>() && desk.asked<AddToRoute>());
    }
}

TEST(Scan, OfAnotherWaveAsks) {
    Desk desk(1, PlaceKind::hub);
    auto van = desk.van(), other = desk.van();
    desk.bind_to(van);
    desk.refused(scan(desk.d, {.package_id = desk.p[0], .by = other, .same_wave = false}, desk.given()), reasons::rebind_ask);
}

TEST(Scan, TakesAPartnersPackageAndCancelsItsBooking) {
    Desk desk(1, PlaceKind::hub);
    const auto booking = desk.book();
    auto van = desk.van();
    desk(scan(desk.d, {.package_id = desk.p[0], .by = van, .confirmed = true}, desk.given()));
    EXPECT_EQ(desk.booking(booking), cancel_requested);
    EXPECT_EQ(desk.leg(1).holder->driver_id, van.driver_id);
    desk.says(booking, picked_up);
    EXPECT_TRUE(desk.raised(ExceptionType::partner_conflict)) << "the driver has it";
    EXPECT_EQ(desk.d.packages[0].custody, van.custody());
}

TEST(Scan, AfterACancellationIsRefusedAtTheDockAndAppliedWhenSynced) {
    Desk desk(1, PlaceKind::hub);
    auto van = desk.van(RouteState::started);
    desk.bind_to(van);
    desk.cancel();
    desk.refused(scan(desk.d, {.package_id = desk.p[0], .by = van}, desk.given()), reasons::not_planned);
    desk(scan(desk.d, {.package_id = desk.p[0], .by = van, .report = Report::synced}, desk.given()));
    EXPECT_EQ(desk.status(), "cancelled bringing_back");
    EXPECT_TRUE(desk.raised(ExceptionType::custody_conflict));
    desk.unload(van, Custody::of(desk.hub));
    EXPECT_EQ(desk.status(), "cancelled done");
}

}  // namespace
}  // namespace lastmile::deliveries
