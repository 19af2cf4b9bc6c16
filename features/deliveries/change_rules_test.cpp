#include "features/deliveries/change_rules.hpp"

#include <gtest/gtest.h>

#include "features/deliveries/lifecycle_desk.hpp"

namespace lastmile::deliveries {
namespace {

std::vector<std::string> refused(const DeliveryLifecycle& d) {
    std::vector<std::string_view> all;
    for (const auto& row : change_table) all.push_back(row.pointer);
    std::vector<std::string> pointers;
    for (const auto& fault : not_changeable(d, all)) pointers.push_back(fault.pointer);
    return pointers;
}

TEST(Changes, EverythingUntilItDeparts) {
    Desk desk;
    auto van = desk.van();
    EXPECT_TRUE(refused(desk.d).empty());
    desk.bind_to(van);
    EXPECT_TRUE(refused(desk.d).empty());
}

TEST(Changes, OnTheRoadWhatTheCourierReadsAtTheDoor) {
    Holder van;
    auto desk = under_way(1, van);
    const auto left = refused(desk.d);
    EXPECT_EQ(left, (std::vector<std::string>{"#/pickup", "#/dropoff/address", "#/dropoff/window", "#/dropoff/service_s", "#/slot_reservation_id", "#/priority"}));
    desk.fail(van);
    EXPECT_EQ(refused(desk.d), (std::vector<std::string>{"#/pickup"})) << "a wrong address is put right before the next attempt";
    desk(close(desk.d, Closing::lost, desk.given()));
    EXPECT_EQ(refused(desk.d).size(), std::size(change_table)) << "given up";
}

TEST(Changes, NothingOnceItIsOver) {
    Holder van;
    auto desk = under_way(1, van);
    desk.deliver(van);
    EXPECT_EQ(refused(desk.d).size(), std::size(change_table));
}

}  // namespace
}  // namespace lastmile::deliveries
