#include <gtest/gtest.h>

#include "features/partners/partner_rules.hpp"

namespace lastmile {
namespace {

const Now now{from_unix_ms(1'756'700'000'000), from_unix_ms(1'756'700'000'000)};

Result<Changed<Partner>> create(std::string_view members, const ConnectorKinds& kinds = {}) {
    return partners::create({}, schema::decode<CreatePartner>(R"({"name":"P")" + std::string(members) + "}").value(), kinds, now);
}

TEST(Partners, ThreePlIsWrittenAsTheDocumentWritesIt) {
    const auto partner = create(R"(,"type":"3pl","capabilities":["ondemand","cold_chain"])").value().after;
    const auto json = schema::encode(partner);
    EXPECT_NE(json.find(R"("type":"3pl")"), json.npos);
    EXPECT_EQ(partner.connector, "none");
    EXPECT_TRUE(partner.enabled);
}

TEST(Partners, UnknownConnectorNamesThoseThereAre) {
    const auto refused = create(R"(,"type":"3pl","connector":"dhl")");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().errors.at(0).pointer, "#/connector");
    EXPECT_NE(refused.error().errors.at(0).detail.find("none"), std::string::npos);
}

TEST(Partners, AConnectorChecksItsSettingsAndItsPartners) {
    ConnectorKinds kinds;
    kinds.add({"generic_http", false, true, [](const Document& config) -> std::vector<FieldError> {
                   if (config.value.as_object().contains("base_url")) return {};
                   return {{"#/config/base_url", "required", "where the partner is"}};
               }});
    EXPECT_TRUE(create(R"(,"type":"3pl","connector":"generic_http","config":{"base_url":"https://p.example"})", kinds));
    EXPECT_EQ(create(R"(,"type":"3pl","connector":"generic_http")", kinds).error().errors.at(0).pointer, "#/config/base_url");
    EXPECT_EQ(create(R"(,"type":"ownfleet","connector":"generic_http")", kinds).error().errors.at(0).code, "unsuitable_connector");
    EXPECT_EQ(create(R"(,"type":"ownfleet","config":{"a":1})", kinds).error().errors.at(0).pointer, "#/config");
}

TEST(Partners, NothingIsNamedTwice) {
    EXPECT_EQ(create(R"(,"type":"crowd","capabilities":["returns","returns"],"vehicle_types":["van","bike","van"])").error().errors.size(), 2U);
}

TEST(Partners, DeletingDisablesOnce) {
    const auto partner = create(R"(,"type":"crowd")").value().after;
    const auto disabled = partners::disable(partner, now);
    EXPECT_FALSE(disabled.after.enabled);
    ASSERT_EQ(disabled.events.size(), 1U);
    EXPECT_EQ(disabled.events[0].type, "partner.deleted");
    EXPECT_TRUE(partners::disable(disabled.after, now).events.empty());
    EXPECT_FALSE(partners::takes(disabled.after, ServiceLevel::standard, {}));
}

TEST(Partners, EmptyMeansAll) {
    SeededRandom random(1);
    const auto here = Id<Area>::make(now.machine, random), there = Id<Area>::make(now.machine, random);
    const auto all = create(R"(,"type":"crowd")").value().after;
    EXPECT_TRUE(partners::takes(all, ServiceLevel::express, {}));
    const auto some = create(R"(,"type":"crowd","service_levels":["standard"],"areas":[")" + here.text() + "\"]").value().after;
    EXPECT_TRUE(partners::takes(some, ServiceLevel::standard, std::vector{there, here}));
    EXPECT_FALSE(partners::takes(some, ServiceLevel::standard, std::vector{there}));
    EXPECT_FALSE(partners::takes(some, ServiceLevel::express, std::vector{here}));
    EXPECT_EQ(partners::capabilities(all, {}).vehicle_types.size(), 4U);
    EXPECT_TRUE(partners::capabilities(all, {}).everywhere);
}

TEST(Partners, ConfigAndContactStayWithTheOwner) {
    const auto partner = create(R"(,"type":"crowd","contact":{"name":"Jane","phone":"+4939512345678"})").value().after;
    for (const auto view : {schema::View::event, schema::View::partner}) {
        const auto json = schema::encode(partner, view);
        EXPECT_EQ(json.find("Jane"), json.npos);
        EXPECT_EQ(json.find("config"), json.npos);
    }
}

TEST(Partners, HaveWords) {
    EXPECT_EQ(schema::undocumented(schema::type_of<Partner>()), std::vector<std::string>{});
    EXPECT_EQ(schema::undocumented(schema::type_of<PartnerCapabilities>()), std::vector<std::string>{});
}

}  // namespace
}  // namespace lastmile
