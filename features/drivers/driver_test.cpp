#include <gtest/gtest.h>

#include "features/drivers/driver_rules.hpp"

namespace lastmile {
namespace {

const Now now{from_unix_ms(1'756'700'000'000), from_unix_ms(1'756'700'000'000)};
Instant at(const char* text) { return parse_rfc3339(text).value(); }

Driver driver(std::string_view members = "") {
    SeededRandom random(7);
    return drivers::create(Id<Driver>::make(now.machine, random),
        schema::decode<CreateDriver>(R"({"name":"Ada Fahrer","phone":"+4939512345678")" + std::string(members) + "}").value(),
                           [&] { return Id<DriverDocument>::make(now.machine, random); }, now)
        .value()
        .after;
}

TEST(Drivers, StatusFollowsTheTable) {
    const auto d = driver();
    EXPECT_EQ(d.status, DriverStatus::offline);
    const auto refused = drivers::report(d, ReportedStatus::break_, {}, true, now);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason->status, 409);
    EXPECT_EQ(schema::to_text(refused.error().extras.at("legal_now")), R"(["become_available","start_shift","deactivate"])");
    const auto on = drivers::report(d, ReportedStatus::on_shift, {}, false, {now.business + std::chrono::hours{1}, now.machine}).value();
    EXPECT_EQ(on.after.status, DriverStatus::on_shift);
    EXPECT_EQ(on.after.status_since, now.business + std::chrono::hours{1});
    EXPECT_EQ(on.events.at(0).type, "driver.status_changed");
    EXPECT_EQ(on.events.at(0).data.at("previous_status"), "offline");
    EXPECT_TRUE(drivers::report(on.after, ReportedStatus::on_shift, {}, false, now).value().events.empty()) << "again is harmless";
    EXPECT_EQ(drivers::report(on.after, ReportedStatus::on_shift, Location{53, 13, {}, {}}, false, now).value().events.at(0).type, "driver.updated");
}

TEST(Drivers, DeactivationGivesTheVehicleBackAndOnlyDispatchUndoesIt) {
    SeededRandom random(3);
    const auto gone = drivers::deactivate(driver(R"(,"vehicle_id":")" + Id<Vehicle>::make(now.machine, random).text() + "\""), now).value();
    EXPECT_EQ(gone.after.status, DriverStatus::inactive);
    EXPECT_FALSE(gone.after.vehicle_id);
    ASSERT_EQ(gone.events.size(), 2U);
    EXPECT_EQ(gone.events[1].type, "driver.deleted");
    EXPECT_TRUE(drivers::deactivate(gone.after, now).value().events.empty());
    EXPECT_EQ(drivers::report(gone.after, ReportedStatus::available, {}, true, now).error().reason->status, 409);
    EXPECT_EQ(drivers::report(gone.after, ReportedStatus::offline, {}, false, now).error().reason->status, 403);
    EXPECT_EQ(drivers::report(gone.after, ReportedStatus::offline, {}, true, now).value().after.status, DriverStatus::offline);
}

TEST(Drivers, ExpiredMandatoryPapersTakeThemOutOfPlanning) {
    const auto d = driver(R"(,"documents":["old-system-1",{"kind":"license","expires_on":"2025-09-01","mandatory":true},{"kind":"insurance","expires_on":"2020-01-01"}])");
    ASSERT_EQ(d.documents.size(), 3U);
    EXPECT_EQ(*d.documents[0].external_id, "old-system-1");
    EXPECT_EQ(drivers::papers_until(d), at("2025-09-02T00:00:00Z"));
    EXPECT_TRUE(drivers::plannable(d, at("2025-09-01T23:59:59Z"))) << "its last day counts; what is not mandatory does not";
    const auto obstacles = drivers::obstacles(d, at("2025-09-02T00:00:00Z"));
    ASSERT_EQ(obstacles.size(), 1U);
    EXPECT_EQ(obstacles[0].code, "document_expired");
    EXPECT_NE(obstacles[0].detail.find("license expires on 2025-09-01"), std::string::npos) << obstacles[0].detail;
    auto inactive = drivers::deactivate(d, now).value().after;
    EXPECT_EQ(drivers::obstacles(inactive, at("2025-09-01T00:00:00Z")).at(0).code, "driver_inactive");
}

TEST(Drivers, NobodyOfADisabledPartnerIsPlanned) {
    Partner partner;
    EXPECT_TRUE(drivers::plannable(driver(), now.business, &partner));
    partner.enabled = false;
    EXPECT_EQ(drivers::obstacles(driver(), now.business, &partner).at(0).code, "partner_disabled");
}

TEST(Drivers, AMandatoryPaperMustHaveBeenUploaded) {
    auto d = driver();
    DriverDocument paper;
    paper.kind = DocumentKind::license, paper.mandatory = true, paper.state = DocumentState::awaiting_upload;
    const auto added = drivers::add_document(d, paper, now).value();
    EXPECT_EQ(added.events.at(0).type, "document.created");
    EXPECT_EQ(added.after.version, d.version + 1);
    EXPECT_EQ(drivers::obstacles(added.after, now.business).at(0).code, "document_missing");
    paper.state = DocumentState::stored;
    const auto stored = drivers::change_document(added.after, paper, now).value();
    EXPECT_TRUE(drivers::plannable(stored.after, now.business));
    EXPECT_TRUE(drivers::change_document(stored.after, paper, now).value().events.empty());
    EXPECT_TRUE(drivers::remove_document(stored.after, paper.id, now).value().after.documents.empty());
    EXPECT_EQ(drivers::remove_document(d, paper.id, now).error().reason->status, 404);
}

TEST(Drivers, EventsNameNobody) {
    const auto changed = drivers::change(driver(), schema::decode<ChangeDriver>(R"({"driver_id":"drv_00000000000000000000000000","name":"Eve Fahrer"})").value(), now).value();
    const auto data = schema::to_text(changed.events.at(0).data);
    EXPECT_EQ(data.find("Fahrer"), data.npos) << data;
    EXPECT_EQ(data.find("+49"), data.npos);
    EXPECT_NE(data.find(R"("changed":["name"])"), data.npos) << "that it changed is no secret";
}

TEST(Drivers, Skills) {
    EXPECT_FALSE(drivers::create({}, schema::decode<CreateDriver>(R"({"name":"A","skills":["cold","cold"]})").value(),
        [] { return Id<DriverDocument>{}; }, now));
    const auto d = driver(R"(,"skills":["cold","fragile"])");
    EXPECT_TRUE(drivers::missing_skills(d, std::vector<Slug>{Slug("cold")}).empty());
    EXPECT_EQ(drivers::missing_skills(d, std::vector<Slug>{Slug("cold"), Slug("adr")}), std::vector<Slug>{Slug("adr")});
}

TEST(Drivers, HaveWords) { EXPECT_EQ(schema::undocumented(schema::type_of<Driver>()), std::vector<std::string>{}); }

}  // namespace
}  // namespace lastmile
