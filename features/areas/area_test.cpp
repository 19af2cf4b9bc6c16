#include <gtest/gtest.h>

#include "features/areas/area_rules.hpp"
#include "features/areas/time_zone.hpp"

namespace lastmile {
namespace {

const Now now{from_unix_ms(1'756'700'000'000), from_unix_ms(1'756'700'000'000)};
using Codes = std::vector<std::string>;

Codes faults(std::string_view geometry) {
    Codes codes;
    const auto result = areas::parse_geometry({schema::parse_json(geometry).value()});
    if (!result)
        for (const auto& error : result.error().errors) codes.push_back(error.pointer + " " + error.code);
    return codes;
}

const std::string square = R"({"type":"Polygon","coordinates":[[[13,53],[14,53],[14,54],[13,54],[13,53]]]})";

TEST(Geometry, LongitudeComesFirst) {
    const auto polygons = areas::parse_geometry({schema::parse_json(square).value()}).value();
    EXPECT_TRUE(geo::contains(polygons, {53.5, 13.5}));
    EXPECT_FALSE(geo::contains(polygons, {13.5, 53.5}));
}

TEST(Geometry, HolesAndSeveralPolygons) {
    const auto polygons = areas::parse_geometry({schema::parse_json(R"({"type":"MultiPolygon","coordinates":[
        [[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[6,4],[6,6],[4,6],[4,4]]], [[[20,0],[21,0],[21,1],[20,1],[20,0]]]]})").value()}).value();
    ASSERT_EQ(polygons.size(), 2U);
    EXPECT_TRUE(geo::contains(polygons, {1, 1}));
    EXPECT_FALSE(geo::contains(polygons, {5, 5})) << "in the hole";
    EXPECT_TRUE(geo::contains(polygons, {0.5, 20.5}));
}

TEST(Geometry, NamesAllThatIsWrong) {
    EXPECT_EQ(faults(square), Codes{});
    EXPECT_EQ(faults(R"({"type":"Point","coordinates":[1,2]})"), Codes{"#/geometry/type not_one_of"});
    EXPECT_EQ(faults(R"({"coordinates":[]})"), Codes{"#/geometry/type required"});
    EXPECT_EQ(faults(R"({"type":"Polygon"})"), Codes{"#/geometry/coordinates required"});
    EXPECT_EQ(faults(R"({"type":"Polygon","coordinates":[],"crs":1})"), (Codes{"#/geometry/crs unknown_field", "#/geometry/coordinates wrong_type"}));
    EXPECT_EQ(faults(R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]})"), Codes{"#/geometry/coordinates/0 not_closed"});
    EXPECT_EQ(faults(R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]})"), Codes{"#/geometry/coordinates/0 too_few_items"});
    EXPECT_EQ(faults(R"({"type":"Polygon","coordinates":[[[0,0],[1,1],[2,2],[0,0]]]})"), Codes{"#/geometry/coordinates/0 no_area"});
    EXPECT_EQ(faults(R"({"type":"Polygon","coordinates":[[[0,0],[181,0],[1,91],["a",1],[0,0,5],[0,0]]]})"),
              (Codes{"#/geometry/coordinates/0/1 out_of_range", "#/geometry/coordinates/0/2 out_of_range", "#/geometry/coordinates/0/3 wrong_type",
                     "#/geometry/coordinates/0/4 wrong_type"}));
    EXPECT_EQ(faults(R"({"type":"Polygon","coordinates":[[[179,0],[-179,0],[-179,1],[179,1],[179,0]]]})"),
        Codes{"#/geometry/coordinates/0/1 crosses_antimeridian"});
}

TEST(Geometry, TenThousandPointsAreTheLimit) {
    const auto with = [](int points) {
        std::string ring = "[0,0]";
        for (int i = 1; i < points - 1; ++i) ring += ",[" + std::to_string(i * 0.001) + ",1]";
        return faults(R"({"type":"Polygon","coordinates":[[)" + ring + ",[0,0]]]}");
    };
    EXPECT_EQ(with(10'000), Codes{});
    EXPECT_EQ(with(10'001), Codes{"#/geometry/coordinates too_many_items"});
}

TEST(Areas, BothFaultsAtOnce) {
    CreateArea request{Text<1, 200>("x"), {schema::parse_json(R"({"type":"Polygon"})").value()}, Text<1, 64>("Europe/Atlantis"), {}};
    const auto refused = areas::create({}, request, is_time_zone, now);
    ASSERT_FALSE(refused);
    ASSERT_EQ(refused.error().errors.size(), 2U);
    EXPECT_EQ(refused.error().errors[1].pointer, "#/time_zone");
}

TEST(Areas, AChangeThatChangesNothingIsNone) {
    const CreateArea request{Text<1, 200>("x"), {schema::parse_json(square).value()}, Text<1, 64>("UTC"), {}};
    const auto area = areas::create({}, request, is_time_zone, now).value().after;
    ChangeArea same;
    same.name = area.name;
    EXPECT_TRUE(areas::change(area, same, is_time_zone, now).value().events.empty());
    same.name = Text<1, 200>("y");
    const auto changed = areas::change(area, same, is_time_zone, now).value();
    EXPECT_EQ(changed.after.version, 2);
    ASSERT_EQ(changed.events.size(), 1U);
    EXPECT_EQ(changed.events[0].type, "area.updated");
    EXPECT_EQ(schema::to_text(changed.events[0].data.at("changed")), R"(["name"])");
    EXPECT_FALSE(changed.events[0].data.contains("geometry"));
}

TEST(TimeZones, OnlyTheSystemsNames) {
    EXPECT_TRUE(is_time_zone("Europe/Berlin"));
    EXPECT_TRUE(is_time_zone("America/Argentina/Buenos_Aires"));
    for (const auto* name : {"", "europe/berlin", "Europe", "../passwd", "/etc/passwd", "Europe/../UTC", "Mars/Base", "tzdata.zi", "Europe/Berlin\n"})
        EXPECT_FALSE(is_time_zone(name)) << name;
}

TEST(TimeZones, WallClocksThroughTheYear) {
    const auto at = [](const char* text) { return parse_rfc3339(text).value(); };
    EXPECT_EQ(wall_clock("Europe/Berlin", at("2025-01-15T23:30:00Z")).time.minutes, 30);
    EXPECT_EQ(wall_clock("Europe/Berlin", at("2025-01-15T23:30:00Z")).weekday(), 3) << "a Thursday there";
    EXPECT_EQ(wall_clock("Europe/Berlin", at("2025-07-15T10:00:00Z")).time.minutes, 12 * 60);
    const Date spring{std::chrono::year{2025} / 3 / 30}, autumn{std::chrono::year{2025} / 10 / 26};
    EXPECT_EQ(to_rfc3339(instant_of("Europe/Berlin", spring, {150})), "2025-03-30T01:00:00Z") << "02:30 is skipped: the gap's end";
    EXPECT_EQ(to_rfc3339(instant_of("Europe/Berlin", autumn, {150})), "2025-10-26T00:30:00Z") << "02:30 comes twice: the first";
    EXPECT_EQ(to_rfc3339(instant_of("Europe/Berlin", autumn, {1440})), "2025-10-26T23:00:00Z");
    EXPECT_THROW(wall_clock("Nowhere", at("2025-01-01T00:00:00Z")), std::invalid_argument);
}

TEST(Areas, HaveWords) { EXPECT_EQ(schema::undocumented(schema::type_of<Area>()), Codes{}); }

}  // namespace
}  // namespace lastmile
