#include <gtest/gtest.h>

#include "features/deliveries/lifecycle_desk.hpp"
#include "features/returns/return.hpp"
#include "platform/api/pipeline.hpp"

namespace lastmile {
namespace {

/// Two packages, brought to the recipient.
struct Brought {
    deliveries::Desk desk{2, PlaceKind::hub};
    DeliveryRow row;
    explicit Brought(std::size_t delivered) {
        auto van = desk.van();
        desk.bind_to(van);
        for (std::size_t i = 0; i < 2; ++i) desk.load(van, i);
        desk.start(van);
        for (std::size_t i = 0; i < delivered; ++i) desk.deliver(van, i);
        row.lifecycle = desk.d;
        for (const auto& id : desk.p) {
            auto& package = row.record.packages.emplace_back();
            package.id = id;
        }
    }
    std::string refused(std::vector<Id<Package>> wanted, std::vector<Id<Package>> going = {}) const {
        const auto found = returns::chosen(row, wanted, going);
        return found ? "" : std::string(found.error().reason->slug);
    }
};

TEST(Returns, TakeWhatTheRecipientHas) {
    const Brought both(2);
    EXPECT_EQ(returns::chosen(both.row, {}, {}).value().size(), 2U);
    EXPECT_EQ(returns::chosen(both.row, {both.desk.p[1]}, {}).value().at(0).id, both.desk.p[1]);
    const Brought one(1);
    EXPECT_EQ(returns::chosen(one.row, {}, {}).value().size(), 1U);
    EXPECT_EQ(one.refused({one.desk.p[1]}), "not_legal_now") << "it was not delivered";
    EXPECT_EQ(Brought(0).refused({}), "not_legal_now");
}

TEST(Returns, NoneTwice) {
    const Brought both(2);
    const auto& p = both.desk.p;
    EXPECT_EQ(returns::chosen(both.row, {}, {p[0]}).value().at(0).id, p[1]);
    EXPECT_EQ(both.refused({p[0]}, {p[0]}), "return_exists");
    EXPECT_EQ(both.refused({}, {p[0], p[1]}), "return_exists");
    EXPECT_EQ(both.refused({p[0], p[0]}), "invalid_request");
    EXPECT_EQ(both.refused({Id<Package>{}}), "unknown_package");
}

TEST(Returns, AreDocumented) {
    EXPECT_EQ(api::faults(return_endpoints()), std::vector<std::string>{});
    EXPECT_EQ(schema::undocumented(schema::type_of<SchedulePickup>()), std::vector<std::string>{});
}

}  // namespace
}  // namespace lastmile
