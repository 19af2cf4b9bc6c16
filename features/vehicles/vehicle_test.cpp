#include <gtest/gtest.h>

#include "features/vehicles/road_profiles.hpp"
#include "features/vehicles/vehicle_rules.hpp"

namespace lastmile {
namespace {

const Now now{from_unix_ms(1'756'700'000'000), from_unix_ms(1'756'700'000'000)};

std::vector<std::string> codes(std::string_view json) {
    std::vector<std::string> list;
    if (const auto request = schema::decode<CreateVehicle>(json); !request)
        for (const auto& error : request.error().errors) list.push_back(error.pointer + " " + error.code);
    return list;
}
using Codes = std::vector<std::string>;

TEST(Vehicles, TypesFillInWhatIsLeftOpen) {
    const auto vehicle = vehicles::create({}, schema::decode<CreateVehicle>(R"({"type":"bike","vehicle_id":"B-1"})").value(), now).after;
    EXPECT_EQ(vehicle.profile, "bike");
    EXPECT_EQ(*vehicle.co2_g_per_km, 0);
    EXPECT_EQ(vehicle.speed_factor, 1);
    EXPECT_EQ(*vehicle.external_id, "B-1");
    EXPECT_TRUE(vehicle.available);
}

TEST(Vehicles, EveryBadFieldIsNamed) {
    EXPECT_EQ(codes(R"({"type":"van"})"), Codes{});
    EXPECT_EQ(codes(R"({"type":"plane","speed_factor":9,"battery_pct":101,"capacity":{"weight":-1,"pallet":2},"warehouse":"nb"})"),
              (Codes{"#/type not_one_of", "#/capacity/weight out_of_range", "#/capacity/pallet unknown_field", "#/warehouse invalid_id",
                  "#/battery_pct out_of_range"}));
    EXPECT_EQ(codes(R"({"type":"van","speed_factor":0.1})"), Codes{"#/speed_factor out_of_range"});
    EXPECT_EQ(codes(R"({"type":"van","vehicle_id":"a","external_id":"b"})"), Codes{"#/external_id ambiguous"});
    EXPECT_EQ(codes(R"({"type":"van","costs":{"fixed":{"amount":-1,"currency":"EUR"},"per_km":{"amount":25,"currency":"SEK"}}})"),
              (Codes{"#/costs/fixed out_of_range", "#/costs/per_km mixed_currencies"}));
}

TEST(Vehicles, RangeShrinksWithTheBattery) {
    auto vehicle = vehicles::create({}, schema::decode<CreateVehicle>(R"({"type":"van","range_m":200000,"battery_pct":25})").value(), now).after;
    EXPECT_EQ(vehicles::range_left_m(vehicle), 50'000);
    vehicle.battery_pct.reset();
    EXPECT_EQ(vehicles::range_left_m(vehicle), 200'000);
    vehicle.range_m.reset();
    EXPECT_EQ(vehicles::range_left_m(vehicle), std::nullopt);
}

TEST(Vehicles, CostsAreNotForPartnersAndDrivers) {
    const auto vehicle = vehicles::create({}, schema::decode<CreateVehicle>(R"({"type":"van","costs":{"fixed":{"amount":900,"currency":"EUR"}},"metadata":{"secret":1}})").value(), now).after;
    for (const auto view : {schema::View::driver, schema::View::partner, schema::View::event}) {
        EXPECT_EQ(schema::encode(vehicle, view).find("900"), std::string::npos);
        EXPECT_EQ(schema::encode(vehicle, view).find("secret"), std::string::npos);
    }
}

TEST(Vehicles, ProfilesOfTheMap) {
    EXPECT_TRUE(RoadProfiles{}.knows("hovercraft")) << "no map: taken";
    const RoadProfiles profiles{{"car", "bike"}};
    EXPECT_TRUE(profiles.knows("bike"));
    EXPECT_FALSE(profiles.knows("hovercraft"));
    EXPECT_EQ(profiles.list(), "car, bike");
}

TEST(Vehicles, HaveWords) { EXPECT_EQ(schema::undocumented(schema::type_of<Vehicle>()), Codes{}); }

}  // namespace
}  // namespace lastmile
