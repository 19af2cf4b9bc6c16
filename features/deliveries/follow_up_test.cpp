#include "features/deliveries/follow_up.hpp"

#include <gtest/gtest.h>

#include "features/deliveries/lifecycle_desk.hpp"

namespace lastmile::deliveries {
namespace {

using enum BookingState;

/// A row whose lifecycle is the desk's, brought up to date after each of its moves.
struct Followed : Desk {
    DeliveryRow row;
    std::vector<std::string> told_of;  // action and state, in order
    void look() {
        row.lifecycle = d;
        for (const auto& event : follow_up(row, now))
            told_of.push_back(std::string(event.data.at("reconcile").at("action").as_string()) + " " + std::string(event.data.at("reconcile").at("state").as_string()));
    }
};

TEST(FollowUp, EveryActionOpensOnceAndEnds) {
    Followed desk;
    auto van = desk.van(RouteState::started);
    desk.bind_to(van);
    desk.load(van);
    desk.row.record.refund_hint = "full";
    desk.cancel(), desk.look(), desk.look();
    EXPECT_EQ(desk.told_of, (std::vector<std::string>{"recall_driver open", "refund_hint open"})) << "once, however often it is looked at";
    desk(confirm_cancel(desk.d, desk.given())), desk.look();
    EXPECT_EQ(desk.told_of.size(), 5U);
    EXPECT_EQ(desk.told_of[2], "recall_driver done");
    EXPECT_EQ(desk.told_of[3], "refund_hint done");
    EXPECT_EQ(desk.told_of[4], "return_parcel open");
    EXPECT_EQ(desk.row.record.reconcile[1].detail, "full");
    desk.unload(van, Custody::of(desk.hub)), desk.look();
    EXPECT_EQ(desk.told_of.back(), "return_parcel done");
    for (const auto& item : desk.row.record.reconcile) EXPECT_TRUE(item.ended_at) << item.action;
}

TEST(FollowUp, ARefusedCancellationDropsThem) {
    Followed desk;
    auto van = desk.van(RouteState::started);
    desk.bind_to(van);
    desk.load(van);
    desk.cancel(), desk.look();
    desk(refuse_cancel(desk.d, "at the door", desk.given())), desk.look();
    EXPECT_EQ(desk.told_of, (std::vector<std::string>{"recall_driver open", "recall_driver dropped"}));
}

TEST(FollowUp, WhatAPartnerMustSayEndsWithHisWord) {
    Followed desk;
    const auto booking = desk.call_partner();
    desk.cancel(), desk.look();
    EXPECT_EQ(desk.told_of, (std::vector<std::string>{"await_partner open"}));
    desk.says(booking, booked), desk.look();
    EXPECT_EQ(desk.told_of.back(), "cancel_at_partner open");
    desk.says(booking, cancelled), desk.look();
    EXPECT_EQ(desk.told_of.back(), "cancel_at_partner done");
}

}  // namespace
}  // namespace lastmile::deliveries
