#include "features/drivers/fleet_test.hpp"

#include "features/areas/area_store.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/drivers/shift_store.hpp"

namespace lastmile::fleet_test {
namespace {

const std::string square = R"({"type":"Polygon","coordinates":[[[13,53],[14,53],[14,54],[13,54],[13,53]]]})";
const std::string small = R"({"type":"Polygon","coordinates":[[[13.2,53.2],[13.4,53.2],[13.4,53.4],[13.2,53.4],[13.2,53.2]]]})";
const std::string placed_hub = R"({"name":"Hub","address":{"location":{"lat":53.5,"lon":13.2}}})";

std::string area(std::string_view name, const std::string& geometry) {
    return R"({"name":")" + std::string(name) + R"(","time_zone":"Europe/Berlin","geometry":)" + geometry + "}";
}

TEST(FleetEndpoints, AreSoundAndDocumented) {
    EXPECT_EQ(api::faults(all_endpoints()), std::vector<std::string>{});
    EXPECT_EQ(api::undocumented(all_endpoints()), std::vector<std::string>{});
}

class Fleets : public FleetTest {};
LASTMILE_EACH_STORE(Fleets);

TEST_P(Fleets, AnAreaFromBirthToDeath) {
    const auto made = create("/areas", area("north", square));
    EXPECT_EQ(made.headers.at("etag"), "\"1\"");
    EXPECT_EQ(made.headers.at("location"), "/v1/lastmile/areas/" + made.id());
    EXPECT_EQ(made.text("area_id"), made.id());
    const auto path = "/areas/" + made.id();
    EXPECT_EQ(ask("PATCH " + path, R"({"name":"south"})", "\"7\"").status, 412);
    const auto changed = ask("PATCH " + path, R"({"name":"south"})", "\"1\"");
    EXPECT_EQ(changed.status, 200);
    EXPECT_EQ(changed.headers.at("etag"), "\"2\"");
    EXPECT_EQ(ask("PATCH " + path, R"({"name":"south"})").text("version"), "2") << "nothing changed";
    EXPECT_EQ(ask("GET " + path).text("name"), "south");
    EXPECT_EQ(ask("GET " + path, {}, {}, "rival").status, 404);
    EXPECT_EQ(ask("PATCH " + path, R"({"time_zone":"Moon/Base"})").pointer(), "#/time_zone");
    EXPECT_EQ(ask("DELETE " + path, {}, "\"1\"").status, 412);
    EXPECT_EQ(ask("DELETE " + path).status, 204);
    EXPECT_EQ(ask("GET " + path).status, 404);
    EXPECT_EQ(ask("DELETE " + path).status, 404);
    EXPECT_EQ(event_types(), (std::vector<std::string>{"area.created", "area.updated", "area.deleted"}));
}

TEST_P(Fleets, TheSmallestAreaAtAPlaceComesFirst) {
    create("/areas", area("large", square));
    create("/areas", area("small", small));
    create("/areas", area("elsewhere", R"({"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,2],[1,1]]]})"));
    const auto at = ask("GET /areas?lat=53.3&lon=13.3&geometry=false");
    ASSERT_EQ(at.body.at("data").as_array().size(), 2U);
    EXPECT_EQ(at.body.at("data").at(0).at("name"), "small");
    EXPECT_FALSE(at.body.at("data").at(0).as_object().contains("geometry"));
    EXPECT_EQ(ask("GET /areas?lat=53.9&lon=13.9").body.at("data").as_array().size(), 1U);
    EXPECT_EQ(ask("GET /areas?lat=53.9").status, 422);
    EXPECT_TRUE(ask("GET /areas?lat=53.3&lon=13.3", {}, {}, "rival").body.at("data").as_array().empty());
}

TEST_P(Fleets, ListsGoOnWhereTheyWereWhileOthersAreInserted) {
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(create("/hubs", placed_hub).id());
    const auto first = ask("GET /hubs?limit=2");
    create("/hubs", placed_hub);
    const auto second = ask("GET /hubs?limit=2&cursor=" + first.text("next_cursor"));
    const auto third = ask("GET /hubs?limit=2&cursor=" + second.text("next_cursor"));
    std::vector<std::string> seen;
    for (const auto* page : {&first, &second, &third})
        for (const auto& hub : page->body.at("data").as_array()) seen.emplace_back(hub.at("id").as_string());
    std::ranges::sort(ids, std::greater{});
    EXPECT_EQ(seen, ids);
    EXPECT_EQ(third.text("next_cursor"), "null");
    EXPECT_EQ(ask("GET /hubs?cursor=" + ask("GET /areas?limit=1").text("next_cursor")).status, 400);
}

TEST_P(Fleets, UnknownAndForeignReferencesAreNamedAlike) {
    const auto theirs = ask("POST /hubs", placed_hub, {}, "rival").id();
    const auto refused = ask("POST /vehicles", R"({"type":"van","warehouse":")" + theirs + R"(","partner_id":"prt_00000000000000000000000000"})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.pointer(0) + refused.pointer(1), "#/partner_id#/warehouse");
    EXPECT_EQ(ask("POST /hubs", R"({"name":"H","address":{"location":{"lat":1,"lon":1}},"area_id":"are_00000000000000000000000000"})").pointer(),
        "#/area_id");
    EXPECT_EQ(ask("POST /drivers", R"({"name":"A","vehicle_id":"veh_00000000000000000000000000","home_hub_id":")" + theirs + "\"}").body.at("errors").as_array().size(), 2U);
    EXPECT_EQ(ask("POST /partners", R"({"name":"P","type":"crowd","areas":["are_00000000000000000000000000"]})").pointer(), "#/areas/0");
}

TEST_P(Fleets, WhatIsReferredToStays) {
    const auto a = create("/areas", area("x", square)).id();
    const auto hub = create("/hubs", R"({"name":"H","area_id":")" + a + R"(","address":{"location":{"lat":53.5,"lon":13.2}}})").id();
    const auto partner = create("/partners", R"({"name":"P","type":"ownfleet","areas":[")" + a + R"("]})").id();
    const auto vehicle = create("/vehicles", R"({"type":"van","warehouse":")" + hub + "\"}").id();
    const auto driver = create("/drivers", R"({"name":"Ada","vehicle_id":")" + vehicle + "\"}").id();
    const auto kept = ask("DELETE /areas/" + a);
    EXPECT_EQ(kept.status, 409);
    EXPECT_EQ(kept.text("code"), "in_use");
    EXPECT_EQ(kept.body.at("used_by").as_array().size(), 2U) << schema::to_text(kept.body);
    EXPECT_EQ(ask("DELETE /hubs/" + hub).used_by(), vehicle);
    EXPECT_EQ(ask("DELETE /vehicles/" + vehicle).used_by(), driver);
    EXPECT_EQ(ask("PATCH /drivers/" + driver, R"({"vehicle_id":null})").status, 200);
    EXPECT_EQ(ask("DELETE /vehicles/" + vehicle).status, 204);
    EXPECT_EQ(ask("DELETE /hubs/" + hub).status, 204);
    EXPECT_EQ(ask("PATCH /partners/" + partner, R"({"areas":[]})").status, 200);
    EXPECT_EQ(ask("DELETE /areas/" + a).status, 204);
}

TEST_P(Fleets, ExternalIdsAreUniqueInAPartition) {
    create("/vehicles", R"({"type":"van","vehicle_id":"V-1"})");
    const auto refused = ask("POST /vehicles", R"({"type":"van","vehicle_id":"V-1"})");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.text("code"), "external_id_taken");
    EXPECT_EQ(refused.pointer(), "#/vehicle_id");
    EXPECT_EQ(ask("POST /vehicles", R"({"type":"van","vehicle_id":"V-1"})", {}, "rival").status, 201);
    create("/vehicles", R"({"type":"van"})");
    create("/vehicles", R"({"type":"van"})");
    EXPECT_EQ(ask("GET /vehicles?external_id=V-1").body.at("data").as_array().size(), 1U);
    const auto driver = create("/drivers", R"({"name":"A","external_driver_id":"E-1"})").id();
    const auto other = create("/drivers", R"({"name":"B","external_driver_id":"E-2"})").id();
    EXPECT_EQ(ask("PATCH /drivers/" + other, R"({"external_id":"E-1"})").pointer(), "#/external_id");
    EXPECT_EQ(ask("PATCH /drivers/" + driver, R"({"external_id":"E-3"})").text("external_driver_id"), "E-3");
}

TEST_P(Fleets, VehiclesAreFiltered) {
    const auto hub = create("/hubs", placed_hub).id();
    const auto here = create("/vehicles", R"({"type":"van","warehouse":")" + hub + "\"}").id();
    create("/vehicles", R"({"type":"bike","available":false})");
    const auto count = [&](std::string_view filter) { return ask("GET /vehicles?" + std::string(filter)).body.at("data").as_array().size(); };
    EXPECT_EQ(count("warehouse=" + hub), 1U);
    EXPECT_EQ(count("available=true"), 1U);
    EXPECT_EQ(count("available=false"), 1U);
    EXPECT_EQ(count("type=bike"), 1U);
    EXPECT_EQ(count("type=truck"), 0U);
    EXPECT_EQ(ask("GET /vehicles?colour=red").status, 422);
    EXPECT_EQ(ask("PATCH /vehicles/" + here, R"({"warehouse":null})").status, 200);
    EXPECT_EQ(count("warehouse=" + hub), 0U);
}

TEST_P(Fleets, VehiclesTakeProfilesOfTheMap) {
    EXPECT_EQ(ask("POST /vehicles", R"({"type":"van","profile":"hovercraft"})").status, 201) << "no map yet: any";
    fleet.profiles.names = {"car", "van"};
    EXPECT_EQ(ask("POST /vehicles", R"({"type":"van","profile":"hovercraft"})").pointer(), "#/profile");
    EXPECT_EQ(ask("POST /vehicles", R"({"type":"truck"})").pointer(), "#/profile") << "the type's own is not there either";
    const auto van = create("/vehicles", R"({"type":"van"})").id();
    EXPECT_EQ(ask("PATCH /vehicles/" + van, R"({"profile":"truck"})").status, 422);
    EXPECT_EQ(ask("PATCH /vehicles/" + van, R"({"profile":"car"})").text("profile"), "car");
}

TEST_P(Fleets, VehiclesAndDriversOfOnePartnerBelongTogether) {
    const auto one = create("/partners", R"({"name":"One","type":"crowd"})").id(), two = create("/partners", R"({"name":"Two","type":"crowd"})").id();
    const auto vehicle = create("/vehicles", R"({"type":"van","partner_id":")" + one + "\"}").id();
    EXPECT_EQ(ask("POST /drivers", R"({"name":"A","partner_id":")" + two + R"(","vehicle_id":")" + vehicle + "\"}").pointer(), "#/vehicle_id");
    const auto driver = create("/drivers", R"({"name":"A","partner_id":")" + one + R"(","vehicle_id":")" + vehicle + "\"}").id();
    EXPECT_EQ(ask("PATCH /drivers/" + driver, R"({"partner_id":")" + two + "\"}").pointer(), "#/vehicle_id");
    EXPECT_EQ(ask("PATCH /drivers/" + driver, R"({"partner_id":")" + two + R"(","vehicle_id":null})").status, 200);
    EXPECT_EQ(ask("GET /drivers?partner_id=" + two).body.at("data").as_array().size(), 1U);
}

TEST_P(Fleets, APartnerIsDisabledAndBroughtBack) {
    const auto made = create("/partners", R"({"name":"P","type":"3pl","capabilities":["returns"]})");
    const auto path = "/partners/" + made.id();
    EXPECT_EQ(ask("DELETE " + path).status, 204);
    EXPECT_EQ(ask("DELETE " + path).status, 204) << "again is harmless";
    EXPECT_EQ(ask("GET " + path).text("enabled"), "false");
    EXPECT_EQ(ask("GET /partners?enabled=true").body.at("data").as_array().size(), 0U);
    EXPECT_EQ(ask("PATCH " + path, R"({"enabled":true})").text("enabled"), "true");
    EXPECT_EQ(ask("GET " + path + "/capabilities").text("everywhere"), "true");
    EXPECT_EQ(ask("GET /partners?type=3pl").body.at("data").as_array().size(), 1U);
    const auto refused = ask("POST /partners", R"({"name":"P","type":"3pl","connector":"dhl"})");
    EXPECT_EQ(refused.pointer(), "#/connector");
    EXPECT_EQ(event_types(), (std::vector<std::string>{"partner.created", "partner.deleted", "partner.updated"}));
}

TEST_P(Fleets, StatusOfADriver) {
    const auto driver = create("/drivers", R"({"name":"Ada","skills":["cold"]})").id();
    const auto path = "/drivers/" + driver;
    const auto illegal = ask("POST " + path + "/status", R"({"status":"break"})");
    EXPECT_EQ(illegal.status, 409);
    EXPECT_EQ(illegal.text("state"), "offline");
    EXPECT_EQ(ask("POST " + path + "/status", R"({"status":"inactive"})").status, 422);
    EXPECT_EQ(ask("POST " + path + "/status", R"({"status":"on_shift","location":{"lat":53.5,"lon":13.2}})").text("status"), "on_shift");
    EXPECT_EQ(ask("GET /drivers?status=on_shift&skill=cold").body.at("data").as_array().size(), 1U);
    EXPECT_EQ(ask("GET /drivers?skill=adr").body.at("data").as_array().size(), 0U);
    let_in("ada", driver);
    EXPECT_EQ(ask("POST " + path + "/status", R"({"status":"break"})", {}, "ada").status, 200);
    EXPECT_EQ(ask("GET " + path, {}, {}, "ada").text("metadata"), "") << "the driver's view";
    EXPECT_EQ(ask("GET /drivers", {}, {}, "ada").status, 403);
    const auto other = create("/drivers", R"({"name":"Eve"})").id();
    EXPECT_EQ(ask("GET /drivers/" + other, {}, {}, "ada").status, 404);
    EXPECT_EQ(ask("POST /drivers/" + other + "/status", R"({"status":"available"})", {}, "ada").status, 404);
}

TEST_P(Fleets, ADriverWithOpenStopsStays) {
    const auto driver = create("/drivers", R"({"name":"Ada"})").id();
    bool busy = true;
    fleet.drivers.add([&](store::Read&, Id<Driver>) { return busy ? std::vector<Reference>{{"stop", "stp_1"}} : std::vector<Reference>{}; });
    const auto refused = ask("DELETE /drivers/" + driver);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.text("code"), "driver_busy");
    EXPECT_EQ(refused.used_by(), "stp_1");
    busy = false;
    EXPECT_EQ(ask("DELETE /drivers/" + driver).status, 204);
    EXPECT_EQ(ask("GET /drivers/" + driver).text("status"), "inactive");
    EXPECT_EQ(ask("POST /drivers/" + driver + "/shifts", R"({"starts_at":"2025-09-01T06:00:00Z","ends_at":"2025-09-01T14:00:00Z"})").status, 409);
}

TEST_P(Fleets, ShiftsDoNotOverlap) {
    const auto driver = create("/drivers", R"({"name":"Ada"})").id();
    const auto path = "/drivers/" + driver + "/shifts";
    const auto day = [](int d, const char* from, const char* to) {
        const auto date = "2025-09-0" + std::to_string(d) + "T";
        return R"({"starts_at":")" + date + from + R"(:00Z","ends_at":")" + date + to + R"(:00Z"})";
    };
    const auto first = create(path, day(1, "06:00", "14:00"));
    const auto refused = ask("POST " + path, day(1, "13:59", "18:00"));
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.text("shift_id"), first.id());
    const auto second = create(path, day(1, "14:00", "18:00"));
    create(path, day(2, "06:00", "14:00"));
    EXPECT_EQ(ask("PATCH /shifts/" + second.id(), R"({"starts_at":"2025-09-01T13:00:00Z"})").status, 409);
    EXPECT_EQ(ask("PATCH /shifts/" + second.id(), R"({"ends_at":"2025-09-01T19:00:00Z"})", "\"1\"").text("version"), "2");
    EXPECT_EQ(ask("GET " + path + "?from=2025-09-01T15:00:00Z&to=2025-09-02T00:00:00Z").body.at("data").as_array().size(), 1U);
    const auto page = ask("GET " + path + "?limit=2");
    EXPECT_EQ(page.body.at("data").at(0).at("starts_at"), "2025-09-02T06:00:00Z") << "the latest first";
    EXPECT_EQ(ask("GET " + path + "?limit=2&cursor=" + page.text("next_cursor")).first(), first.id());
    EXPECT_EQ(ask("DELETE /shifts/" + second.id()).status, 204);
    EXPECT_EQ(ask("GET /shifts/" + second.id()).status, 404);
    EXPECT_EQ(ask("GET /drivers/drv_00000000000000000000000000/shifts").status, 404);
    store->look(live, [&](store::Read& read) {
        const auto id = *Id<Driver>::parse(driver);
        EXPECT_EQ(shift_for(read, id, parse_rfc3339("2025-09-01T05:00:00Z").value())->id.text(), first.id());
        EXPECT_FALSE(shift_for(read, id, parse_rfc3339("2025-09-01T14:00:00Z").value())) << "the next is more than 12 hours away";
        EXPECT_EQ(shifts_in(read, {parse_rfc3339("2025-09-01T00:00:00Z").value(), parse_rfc3339("2025-09-02T06:00:00Z").value()}).size(), 1U);
    });
}

TEST_P(Fleets, OfShiftsPlannedAtOnceOneStays) {
    for (int round = 0; round < 10; ++round) {
        const auto driver = create("/drivers", R"({"name":"Ada"})").id();
        std::vector<std::pair<std::string, std::string>> same(8,
            {"POST /drivers/" + driver + "/shifts", R"({"starts_at":"2025-09-01T06:00:00Z","ends_at":"2025-09-01T14:00:00Z"})"});
        std::map<int, int> statuses;
        for (const auto& answer : ask_at_once(same)) ++statuses[answer.status];
        EXPECT_EQ(statuses, (std::map<int, int>{{201, 1}, {409, 7}}));
    }
}

TEST_P(Fleets, NothingEverStandsAtAHubThatIsGone) {
    for (int round = 0; round < 10; ++round) {
        const auto hub = create("/hubs", placed_hub).id();
        std::vector<std::pair<std::string, std::string>> race(4, {"POST /vehicles", R"({"type":"van","warehouse":")" + hub + "\"}"});
        race.insert(race.begin() + round % 4, {"DELETE /hubs/" + hub, ""});
        const auto answers = ask_at_once(race);
        const auto left = ask("GET /vehicles?warehouse=" + hub).body.at("data").as_array().size();
        for (const auto& answer : answers) EXPECT_LT(answer.status, 500);
        EXPECT_EQ(ask("GET /hubs/" + hub).status, left > 0 ? 200 : 404);
    }
}

TEST_P(Fleets, WherePositionsHaveTheirRoomTheyNeverRaiseTheVersion) {
    Location known{};
    fleet.positions.report = [&](store::Tx&, Id<Driver>, const Location& place) { known = place; };
    fleet.positions.last = [&](store::Read&, Id<Driver>) { return std::optional(known); };
    const auto driver = create("/drivers", R"({"name":"Ada","status":"available"})").id();
    const auto again = ask("POST /drivers/" + driver + "/status", R"({"status":"available","location":{"lat":53.5,"lon":13.2}})");
    EXPECT_EQ(again.text("version"), "1");
    EXPECT_EQ(again.body.at("location").at("lat").to_number<double>(), 53.5);
    EXPECT_EQ(ask("GET /drivers/" + driver).body.at("location").at("lon").to_number<double>(), 13.2);
}

TEST_P(Fleets, ExpiringPapersAreFound) {
    create("/drivers", R"({"name":"Ada","documents":[{"kind":"license","expires_on":"2025-09-01","mandatory":true},{"kind":"insurance","expires_on":"2020-01-01"}]})");
    create("/drivers", R"({"name":"Eve","documents":["doc-1"]})");
    store->look(live, [&](store::Read& read) {
        EXPECT_EQ(drivers_with_papers_until(read, parse_rfc3339("2025-09-01T23:00:00Z").value()).size(), 0U);
        EXPECT_EQ(drivers_with_papers_until(read, parse_rfc3339("2025-09-02T00:00:00Z").value()).size(), 1U);
    });
}

TEST_P(Fleets, AddressesAreGeocodedBeforeTheCommand) {
    const auto nowhere = ask("POST /hubs", R"({"name":"H","address":{"line1":"Turmstraße 5"}})");
    EXPECT_EQ(nowhere.status, 422);
    EXPECT_EQ(nowhere.pointer(), "#/address/location");
    struct OneAnswer final : geocode::Geocoder {
        geocode::Answer<std::vector<geocode::Candidate>> search(const geocode::Query&) const override {
            geocode::Candidate candidate;
            candidate.point = {53.5, 13.25};
            candidate.confidence = 0.9;
            return std::vector{candidate};
        }
        geocode::Answer<std::vector<geocode::Candidate>> complete(const geocode::Query& query) const override { return search(query); }
        geocode::Answer<std::vector<geocode::Candidate>> reverse(geo::Point, std::size_t, double) const override { return std::vector<geocode::Candidate>{}; }
    } const geocoder;
    geocoding.geocoder = &geocoder;
    const auto hub = create("/hubs", R"({"name":"H","address":{"line1":"Turmstraße 5"}})");
    EXPECT_EQ(hub.body.at("address").at("location").at("lon").to_number<double>(), 13.25);
    EXPECT_EQ(ask("PATCH /hubs/" + hub.id(), R"({"address":{"line1":"Ringstraße 1","location":{"lat":1,"lon":2}}})").body.at("address").at("location").at("lon").to_number<double>(), 2)
        << "a given location wins";
}

}  // namespace
}  // namespace lastmile::fleet_test
