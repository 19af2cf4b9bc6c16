// The adapters against answers of the form that the services give, and against a server that misbehaves.
#include <gtest/gtest.h>

#include <cmath>
#include <mutex>

#include "connectors/roads/fallback.hpp"
#include "connectors/roads/geocoders.hpp"
#include "connectors/roads/osrm.hpp"
#include "connectors/roads/valhalla.hpp"
#include "platform/http/server.hpp"

namespace lastmile::remote {
namespace {

/// A server whose next answers are set by the test.
class Fake {
public:
    enum class Way { answer, hang };

    Fake() {
        http::Options options;
        options.address = "127.0.0.1";
        options.port = 0;
        server_ = std::make_unique<http::Server>(options, [this](http::Request request, std::shared_ptr<http::Responder> responder) {
            const std::scoped_lock lock(mutex_);
            asked.push_back(request.path + (request.query.empty() ? "" : "?" + request.query) + (request.body.empty() ? "" : " " + request.body));
            if (way_ == Way::hang) return held_.push_back(std::move(responder));
            responder->send({status_, {{"content-type", "application/json"}}, body_});
        });
    }
    void next(int status, std::string body, Way way = Way::answer) {
        const std::scoped_lock lock(mutex_);
        status_ = status, body_ = std::move(body), way_ = way;
    }
    RemoteOptions options() const {
        RemoteOptions options{.url = "http://127.0.0.1:" + std::to_string(server_->port())};
        options.deadline = std::chrono::milliseconds(300);
        return options;
    }
    std::vector<std::string> asked;

private:
    std::mutex mutex_;
    int status_ = 200;
    std::string body_;
    Way way_ = Way::answer;
    std::vector<std::shared_ptr<http::Responder>> held_;
    std::unique_ptr<http::Server> server_;
};

const std::map<std::string, std::string, std::less<>> osrm_profiles{{"car", "driving"}}, valhalla_profiles{{"car", "auto"}};
const std::vector<road::Place> two{{{53.5575, 13.2610}}, {{53.5410, 13.2800}}};

constexpr const char* osrm_route = R"({"code":"Ok","routes":[{"legs":[{"steps":[
  {"geometry":"wn{ceBokkhXff_@obd@","maneuver":{"bearing_after":120,"bearing_before":0,"location":[13.261,53.5575],"type":"depart"},
  "mode":"driving","driving_side":"right","name":"Am Ring","intersections":[],"weight":100.5,"duration":100.5,"distance":1200},
  {"geometry":"og{beB_opiX","maneuver":{"bearing_after":0,"bearing_before":120,"location":[13.28,53.541],"type":"arrive"},
  "mode":"driving","driving_side":"right","name":"Zum Hafen","intersections":[],"weight":0,"duration":0,"distance":0}],
  "summary":"","weight":100.5,"duration":100.5,"distance":1200}],"weight_name":"routability","weight":100.5,"duration":100.5,"distance":1200}],
  "waypoints":[{"hint":"a","distance":4.2,"name":"Am Ring","location":[13.261,53.5575]},{"hint":"b","distance":7,"name":"Zum Hafen","location":[13.28,53.541]}]})";

TEST(Osrm, RouteTableAndNearest) {
    Fake fake;
    const OsrmRouter osrm(fake.options(), osrm_profiles);
    fake.next(200, osrm_route);
    const auto route = osrm.route({"car", two, true});
    ASSERT_TRUE(route) << route.error().sentence;
    EXPECT_EQ(route->distance_m, 1200);
    EXPECT_EQ(route->duration_s, 100.5);
    EXPECT_EQ(route->legs[0].steps[0].name, "Am Ring");
    EXPECT_EQ(route->legs[0].steps[1].maneuver, road::Maneuver::arrive);
    EXPECT_EQ(route->snaps[1].name, "Zum Hafen");
    EXPECT_EQ(route->answered_by, "osrm");
    EXPECT_TRUE(fake.asked[0].starts_with("/route/v1/driving/13.261000,53.557500;13.280000,53.541000?")) << fake.asked[0];

    fake.next(200, R"({"code":"Ok","durations":[[0,100.5],[99,0]],"distances":[[0,1200],[1190.5,null]],"sources":[],"destinations":[]})");
    const auto table = osrm.table({"car", two, two}, road::RowSink([n = 0](std::size_t row, auto times, auto metres) mutable {
                                      EXPECT_EQ(row, static_cast<std::size_t>(n++));
                                      EXPECT_EQ(times.size(), 2u);
                                      if (row == 1) {
                                          EXPECT_TRUE(std::isinf(metres[1]));
                                      }
                                      return true;
                                  }), {});
    EXPECT_TRUE(table);
    EXPECT_NE(fake.asked[1].find("sources=0;1&destinations=2;3"), std::string::npos) << fake.asked[1];

    fake.next(200, R"({"code":"Ok","waypoints":[{"nodes":[1,2],"hint":"","distance":4.2,"name":"Am Ring","location":[13.261,53.5575]}]})");
    EXPECT_EQ(osrm.nearest("car", two[0].point, 1, 100)->at(0).name, "Am Ring");
    EXPECT_EQ(osrm.nearest("car", two[0].point, 1, 1).error().fault, road::Fault::nothing_near);
}

TEST(Osrm, ItsRefusalsAreOurs) {
    Fake fake;
    const OsrmRouter osrm(fake.options(), osrm_profiles);
    for (const auto& [code, fault] : std::vector<std::pair<std::string, road::Fault>>{{"NoRoute", road::Fault::no_route},
                                                                                     {"NoSegment", road::Fault::nothing_near},
                                                                                     {"InvalidQuery", road::Fault::bad_question},
                                                                                     {"SomethingNew", road::Fault::unavailable}}) {
        fake.next(400, R"({"code":")" + code + R"(","message":"why"})");
        EXPECT_EQ(osrm.route({"car", two}).error().fault, fault) << code;
    }
    EXPECT_EQ(osrm.route({"boat", two}).error().fault, road::Fault::unknown_profile);
}

TEST(Remote, WhateverAServerDoesIsARefusalInTime) {
    Fake fake;
    auto options = fake.options();
    options.breaker.failures = 100;
    const OsrmRouter osrm(options, osrm_profiles);
    const std::vector<std::pair<int, std::string>> answers{{500, "{}"}, {503, "busy"}, {429, "{}"}, {200, "<html>"}, {200, ""}, {200, "[]"}, {200, "{}"}, {200, R"({"code":"Ok"})"},
                                                           {200, R"({"code":"Ok","routes":[{"legs":[]}],"waypoints":[]})"},
                                                           {200, R"({"code":"Ok","routes":[{"legs":[{"steps":[{"geometry":"\u0001"}]}]}],"waypoints":[{},{}]})"},
                                                           {200, R"({"code":"Ok","routes":{"legs":7},"waypoints":"none"})"}};
    for (const auto& [status, body] : answers) {
        fake.next(status, body);
        const auto route = osrm.route({"car", two});
        ASSERT_FALSE(route) << body;
        EXPECT_EQ(route.error().fault, road::Fault::unavailable) << status << ' ' << body;
    }
    fake.next(200, "", Fake::Way::hang);
    EXPECT_EQ(osrm.route({"car", two}).error().fault, road::Fault::unavailable);
    RemoteOptions nobody{.url = "http://127.0.0.1:1"};
    EXPECT_EQ(OsrmRouter(nobody, osrm_profiles).route({"car", two}).error().fault, road::Fault::unavailable);
}

TEST(Remote, AnOpenBreakerAsksNobodyUntilItsTime) {
    Fake fake;
    auto options = fake.options();
    auto now = Clock::time_point{} + std::chrono::hours(1);
    options.breaker = {.failures = 3, .open_for = std::chrono::seconds(30), .now = [&now] { return now; }};
    const OsrmRouter osrm(options, osrm_profiles);
    fake.next(500, "{}");
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(osrm.route({"car", two}));
    EXPECT_EQ(fake.asked.size(), 3u);
    EXPECT_TRUE(osrm.remote().open());
    now += std::chrono::seconds(31);
    EXPECT_FALSE(osrm.route({"car", two}));
    EXPECT_FALSE(osrm.route({"car", two}));
    EXPECT_EQ(fake.asked.size(), 4u) << "one call looks";
    now += std::chrono::seconds(31);
    fake.next(200, osrm_route);
    EXPECT_TRUE(osrm.route({"car", two}));
    EXPECT_TRUE(osrm.route({"car", two}));
    EXPECT_FALSE(osrm.remote().open());
}

TEST(Valhalla, RouteAndTable) {
    Fake fake;
    const ValhallaRouter valhalla(fake.options(), valhalla_profiles);
    fake.next(200, R"({"trip":{"locations":[{"type":"break","lat":53.5575,"lon":13.261,"street":"Am Ring"},{"type":"break","lat":53.541,"lon":13.28}],
      "legs":[{"maneuvers":[{"type":1,"instruction":"Drive.","street_names":["Am Ring"],"time":100.5,"length":1.2,"begin_shape_index":0,"end_shape_index":1},
      {"type":4,"instruction":"Arrived.","time":0,"length":0,"begin_shape_index":1,"end_shape_index":1}],
      "summary":{"time":100.5,"length":1.2},"shape":"wn{ceBokkhXff_@obd@"}],"summary":{"time":100.5,"length":1.2},
      "status_message":"Found route between points","status":0,"units":"kilometers","language":"en-US"}})");
    road::RouteQuery query{"car", two, true};
    query.avoid.push_back({{{{53.5, 13.2}, {53.5, 13.3}, {53.6, 13.3}}}});
    const auto route = valhalla.route(query);
    ASSERT_TRUE(route) << route.error().sentence;
    EXPECT_EQ(route->distance_m, 1200);
    EXPECT_EQ(route->legs[0].steps[0].name, "Am Ring");
    EXPECT_EQ(route->answered_by, "valhalla");
    EXPECT_NE(fake.asked[0].find("exclude_polygons"), std::string::npos);
    fake.next(400, R"({"error_code":442,"error":"No path could be found for input","status_code":400,"status":"Bad Request"})");
    EXPECT_EQ(valhalla.route(query).error().fault, road::Fault::no_route);
    fake.next(200, R"({"sources_to_targets":[[{"distance":0,"time":0,"to_index":0,"from_index":0},{"distance":1.2,"time":100,"to_index":1,"from_index":0}],
      [{"distance":1.1,"time":99,"to_index":0,"from_index":1},{"distance":null,"time":null,"to_index":1,"from_index":1}]],"units":"kilometers"})");
    std::vector<float> last;
    EXPECT_TRUE(valhalla.table({"car", two, two}, road::RowSink([&](std::size_t, auto, auto metres) { return last.assign(metres.begin(), metres.end()), true; }), {}));
    EXPECT_EQ(last[0], 1100);
    EXPECT_TRUE(std::isinf(last[1]));
    fake.next(200, R"({"sources_to_targets":[[{}]]})");
    EXPECT_EQ(valhalla.table({"car", two, two}, road::RowSink([](auto, auto, auto) { return true; }), {}).error().fault, road::Fault::unavailable);
}

TEST(Fallback, AnswersAndSaysWhoDid) {
    Fake fake;
    fake.next(500, "{}");
    const FallbackRouter router(std::make_shared<OsrmRouter>(fake.options(), osrm_profiles), std::make_shared<GreatCircleRouter>(), "great_circles");
    const auto route = router.route({"car", two});
    ASSERT_TRUE(route);
    EXPECT_TRUE(route->answered_by.starts_with("great_circles: http://127.0.0.1")) << route->answered_by;
    EXPECT_NEAR(route->distance_m, 1.3 * geo::distance_m(two[0].point, two[1].point), 1);
    std::size_t rows = 0;
    EXPECT_TRUE(router.table({"car", two, two}, road::RowSink([&](auto, auto, auto) { return ++rows, true; }), {}));
    EXPECT_EQ(rows, 2u);
    EXPECT_EQ(router.fell_back(), 2u);
    fake.next(400, R"({"code":"NoRoute","message":"Impossible route between points"})");
    EXPECT_EQ(router.route({"car", two}).error().fault, road::Fault::no_route) << "a plain no is an answer";
}

TEST(Geocoders, NominatimForwardAndBack) {
    Fake fake;
    const NominatimGeocoder nominatim(fake.options());
    fake.next(200, R"([{"place_id":1,"licence":"Data © OpenStreetMap contributors, ODbL 1.0.","osm_type":"node","osm_id":7,"lat":"53.5572","lon":"13.2611","category":"place","type":"house","place_rank":30,"importance":0.00001,"addresstype":"place","name":"","display_name":"5, Turmstraße, Neubrandenburg","address":{"house_number":"5","road":"Turmstraße","town":"Neubrandenburg","postcode":"17033"},"boundingbox":["1","2","3","4"]},
      {"lat":"53.55","lon":"13.26","category":"highway","type":"residential","name":"Turmstraße","display_name":"Turmstraße","address":{"road":"Turmstraße"}}])");
    geocode::Query query;
    query.text = "Turmstraße 5 & Neubrandenburg";
    const auto found = nominatim.search(query);
    ASSERT_TRUE(found) << found.error().sentence;
    ASSERT_EQ(found->size(), 2u);
    EXPECT_EQ(found->at(0).number, "5");
    EXPECT_EQ(found->at(0).city, "Neubrandenburg");
    EXPECT_GE(found->at(0).confidence, 0.8);
    EXPECT_LT(found->at(1).confidence, 0.8) << "a street is no house";
    EXPECT_NE(fake.asked[0].find("q=Turmstra%C3%9Fe%205%20%26%20Neubrandenburg"), std::string::npos) << fake.asked[0];
    fake.next(200, R"({"error":"Unable to geocode"})");
    EXPECT_TRUE(nominatim.reverse({53.5, 13.2}, 1, 100)->empty());
    fake.next(200, R"({"features":[]})");
    EXPECT_EQ(nominatim.search(query).error().fault, geocode::Refusal::Fault::unavailable);
    EXPECT_EQ(nominatim.search({}).error().fault, geocode::Refusal::Fault::bad_question);
}

TEST(Geocoders, PhotonAndTheFallback) {
    Fake fake;
    const auto photon = std::make_shared<PhotonGeocoder>(fake.options());
    fake.next(200, R"({"features":[{"geometry":{"coordinates":[13.2611,53.5572],"type":"Point"},"type":"Feature","properties":{"osm_type":"N","osm_id":7,"osm_key":"place","osm_value":"house","type":"house","countrycode":"DE","housenumber":"5","street":"Turmstraße","postcode":"17033","city":"Neubrandenburg","country":"Germany"}},{"geometry":null,"properties":{}}],"type":"FeatureCollection"})");
    geocode::Query query;
    query.text = "Turmstr 5";
    const auto found = photon->complete(query);
    ASSERT_TRUE(found) << found.error().sentence;
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ(found->at(0).label, "Turmstraße 5, 17033 Neubrandenburg");
    EXPECT_EQ(photon->reverse({53.5572, 13.2611}, 3, 100)->at(0).distance_m, 0);
    const FallbackGeocoder both(std::make_shared<NominatimGeocoder>(RemoteOptions{.url = "http://127.0.0.1:1"}), photon);
    EXPECT_EQ(both.search(query)->size(), 1u);
    EXPECT_EQ(both.fell_back(), 1u);
    const FallbackGeocoder alone(std::make_shared<NominatimGeocoder>(RemoteOptions{.url = "http://127.0.0.1:1"}), nullptr);
    EXPECT_EQ(alone.search(query).error().fault, geocode::Refusal::Fault::unavailable);
}

}  // namespace
}  // namespace lastmile::remote
