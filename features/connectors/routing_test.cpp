// Whom routing asks, what offers count, and when a partner is left alone. Figures by hand, from the words of the policy.
#include <gtest/gtest.h>

#include "features/connectors/desk.hpp"

namespace lastmile {
namespace {

using namespace std::chrono_literals;
const Instant noon = parse_rfc3339("2026-01-01T12:00:00Z").value();

Id<Partner> partner_id(std::uint8_t n) {
    Id<Partner> id;
    id.bytes[15] = n;
    return id;
}
Id<Area> area_id(std::uint8_t n) {
    Id<Area> id;
    id.bytes[15] = n;
    return id;
}

Partner couriers() {
    Partner partner;
    partner.id = partner_id(1), partner.type = PartnerType::threepl;
    return partner;
}

std::string why_not(const Partner& partner, const DeliveryRow& row, const RoutingPolicy& policy = {}, const std::vector<Id<Area>>& areas = {}) {
    const auto missing = routing::unsuitable(partner, row, policy, areas, noon);
    return missing ? missing->code : "";
}

TEST(Routing, SkillsAreCoveredByCapabilities) {
    DeliveryRow row;
    auto partner = couriers();
    EXPECT_FALSE(routing::lacks_skill(partner, row));
    row.record.skills.push_back("cold");
    EXPECT_EQ(routing::lacks_skill(partner, row).value().code, "skills");
    partner.capabilities.push_back(PartnerCapability::cold_chain);
    EXPECT_FALSE(routing::lacks_skill(partner, row));
    row.record.skills.push_back("fragile");
    EXPECT_NE(routing::lacks_skill(partner, row).value().detail.find("fragile"), std::string::npos);
}

TEST(Routing, AsksWhomThePolicyAndThePartnerAllow) {
    DeliveryRow row;
    auto partner = couriers();
    EXPECT_EQ(why_not(partner, row), "");
    RoutingPolicy policy;
    policy.deny.push_back(partner_id(1));
    EXPECT_EQ(why_not(partner, row, policy), "denied");
    policy.deny.clear(), policy.allow.push_back(partner_id(2));
    EXPECT_EQ(why_not(partner, row, policy), "denied");
    policy.allow.push_back(partner_id(1));
    EXPECT_EQ(why_not(partner, row, policy), "");

    partner.service_levels.push_back(ServiceLevel::express);
    EXPECT_EQ(why_not(partner, row), "service_level");
    row.service_level = ServiceLevel::express;
    EXPECT_EQ(why_not(partner, row), "");
    partner.areas.push_back(area_id(7));
    EXPECT_EQ(why_not(partner, row), "area");
    EXPECT_EQ(why_not(partner, row, {}, {area_id(6), area_id(7)}), "");
    partner.areas.clear();

    partner.vehicle_types.push_back(VehicleType::bike);
    row.record.vehicle_types = {VehicleType::van, VehicleType::truck};
    EXPECT_EQ(why_not(partner, row), "vehicle_type");
    row.record.vehicle_types.push_back(VehicleType::bike);
    EXPECT_EQ(why_not(partner, row), "");
    partner.enabled = false;
    EXPECT_EQ(why_not(partner, row), "disabled");
}

TEST(Routing, CapabilitiesThatAreStatedAreHeldAgainstTheDelivery) {
    DeliveryRow row;
    auto partner = couriers();
    partner.capabilities.push_back(PartnerCapability::scheduled);
    EXPECT_EQ(why_not(partner, row), "capability") << "wanted now";
    row.pickup_from = noon + 3h;
    EXPECT_EQ(why_not(partner, row), "");
    row.record.packages.emplace_back().temperature = Temperature::ambient;
    EXPECT_EQ(why_not(partner, row), "");
    row.record.packages.emplace_back().temperature = Temperature::frozen;
    EXPECT_EQ(why_not(partner, row), "capability");
    partner.capabilities.push_back(PartnerCapability::cold_chain);
    EXPECT_EQ(why_not(partner, row), "");
    row.type = DeliveryType::return_;
    EXPECT_EQ(why_not(partner, row), "capability");
    partner.capabilities.push_back(PartnerCapability::returns);
    EXPECT_EQ(why_not(partner, row), "");
}

TEST(Routing, MoneyOfOtherCurrenciesNeedsARate) {
    Policies policies;
    EXPECT_EQ(routing::in_currency({450, "EUR"}, policies), 450);
    EXPECT_EQ(routing::in_currency({450, "USD"}, policies), std::nullopt);
    policies.currency_rates["USD"] = 0.9, policies.currency_rates["JPY"] = 0.006, policies.currency_rates["KWD"] = 3;
    EXPECT_EQ(routing::in_currency({450, "USD"}, policies), 405);
    EXPECT_EQ(routing::in_currency({1000, "JPY"}, policies), 600) << "a yen has no hundredths: 1000 of them are 6.00";
    EXPECT_EQ(routing::in_currency({1500, "KWD"}, policies), 450) << "1.500 dinar are 4.50";
}

TEST(Routing, CountsPriceTimeLatenessHistoryAndCarbon) {
    Policies policies;  // equal weights, a minute late costs 1.00
    connectors::Quote quote;
    quote.price = {600, "EUR"}, quote.dropoff_eta = noon + 2h, quote.co2_g = 1000;
    const auto plain = routing::counted(quote, 600, {}, policies, noon, noon, std::nullopt);
    EXPECT_DOUBLE_EQ(plain.cost, 600);
    EXPECT_DOUBLE_EQ(plain.eta, 300);  // 1.50 an hour
    EXPECT_DOUBLE_EQ(plain.carbon, 30);
    EXPECT_DOUBLE_EQ(plain.performance, 60) << "who has proven nothing is taken to fail once in ten";
    EXPECT_DOUBLE_EQ(plain.sla, 0);
    const auto late = routing::counted(quote, 600, {}, policies, noon, noon, noon + 110min);
    EXPECT_NEAR(late.sla, 1000 + 150, 1e-9) << "ten minutes behind, and once in ten another fifteen";

    const routing::History good{90, 90, 90, 90, 0}, bad{90, 45, 45, 0, 1800};
    EXPECT_LT(routing::counted(quote, 600, good, policies, noon, noon, noon + 3h).total(), routing::counted(quote, 600, bad, policies, noon, noon, noon + 3h).total());
    policies.routing.weights = {.cost = 1, .eta = 0, .sla = 0, .performance = 0, .carbon = 0};
    EXPECT_DOUBLE_EQ(routing::counted(quote, 600, bad, policies, noon, noon, noon + 3h).total(), 3000) << "the mean of the weights is one: the price times five";
}

TEST(Routing, ABreakerOpensByItsPolicyAndLetsOneCallTry) {
    Breakers breakers;
    BreakerPolicy policy;
    policy.failures = 3, policy.window_s = 60, policy.open_s = 120;
    breakers.failed("p", noon, policy), breakers.failed("p", noon + 61s, policy), breakers.failed("p", noon + 62s, policy);
    EXPECT_TRUE(breakers.closed("p", noon + 63s)) << "the first is out of the window";
    breakers.failed("p", noon + 64s, policy);
    EXPECT_FALSE(breakers.closed("p", noon + 65s));
    EXPECT_TRUE(breakers.closed("q", noon + 65s)) << "of one partner only";
    EXPECT_FALSE(breakers.closed("p", noon + 183s));
    EXPECT_TRUE(breakers.closed("p", noon + 184s)) << "one tries";
    EXPECT_FALSE(breakers.closed("p", noon + 185s)) << "the others wait for it";
    breakers.failed("p", noon + 186s, policy);
    EXPECT_FALSE(breakers.closed("p", noon + 305s)) << "it failed again: open anew";
    EXPECT_TRUE(breakers.closed("p", noon + 307s));
    breakers.succeeded("p");
    EXPECT_TRUE(breakers.closed("p", noon + 308s));
    breakers.failed("p", noon + 309s, policy);
    EXPECT_TRUE(breakers.closed("p", noon + 310s)) << "what was before is forgotten";
}

TEST(Routing, TheBestOfferIsTheOneThatCountsLeast) {
    const auto offer = [](std::uint8_t n, double cost, std::string missing = "") {
        PartnerOffer made{.partner_id = partner_id(n), .booking_id = {}, .quote = {}, .missing = std::move(missing), .detail = {}, .exchanges = {}};
        if (made.missing.empty()) made.quote = connectors::Quote{}, made.counted.cost = cost;
        return made;
    };
    EXPECT_EQ(ConnectorDesk::best({offer(1, 500), offer(2, 400), offer(3, 0, "refused")})->partner_id, partner_id(2));
    EXPECT_EQ(ConnectorDesk::best({offer(1, 0, "no_quotes"), offer(2, 400)})->partner_id, partner_id(2)) << "who names no price comes last";
    EXPECT_EQ(ConnectorDesk::best({offer(1, 0, "refused"), offer(2, 0, "no_quotes")})->partner_id, partner_id(2));
    EXPECT_EQ(ConnectorDesk::best({offer(1, 0, "refused")}), nullptr);
}

}  // namespace
}  // namespace lastmile
