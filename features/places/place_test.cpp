#include "features/places/place.hpp"

#include <gtest/gtest.h>

namespace lastmile {
namespace {

struct OneAnswer final : geocode::Geocoder {
    explicit OneAnswer(double c) : confidence(c) {}
    geocode::Answer<std::vector<geocode::Candidate>> search(const geocode::Query& query) const override {
        asked = query;
        geocode::Candidate candidate;
        candidate.point = {53.5, 13.25};
        candidate.confidence = confidence;
        return std::vector{candidate};
    }
    geocode::Answer<std::vector<geocode::Candidate>> complete(const geocode::Query& query) const override { return search(query); }
    geocode::Answer<std::vector<geocode::Candidate>> reverse(geo::Point, std::size_t,
        double) const override { return std::vector<geocode::Candidate>{}; }
    double confidence;
    mutable geocode::Query asked;
};

const auto turmstrasse = schema::decode<Address>(R"({"line1":"Turmstraße 5","city":"Neubrandenburg","postal_code":"17033"})").value();

TEST(Places, AreTakenFromTheConfidenceThatTheCallerNeeds) {
    const OneAnswer sure(0.9), likely(0.7), guess(0.5);
    EXPECT_EQ(place(turmstrasse, &sure, nobody_looks).location.value().lon, 13.25);
    EXPECT_FALSE(place(turmstrasse, &likely, nobody_looks).location);
    EXPECT_TRUE(place(turmstrasse, &likely).location);
    const auto told = place(turmstrasse, &guess);
    EXPECT_FALSE(told.location);
    EXPECT_EQ(told.candidates.at(0).confidence, 0.5);
    EXPECT_EQ(guess.asked.text, "Turmstraße 5, 17033 Neubrandenburg") << "as people write it";
}

TEST(Places, AGivenLocationWinsAndNoGeocoderFindsNothing) {
    auto given = turmstrasse;
    given.location = Location{1, 2, {}, {}};
    const OneAnswer sure(0.9);
    EXPECT_EQ(place(given, &sure).location.value().lat, 1);
    EXPECT_EQ(sure.asked.text, "");
    EXPECT_FALSE(place(turmstrasse, nullptr).location);
}

}  // namespace
}  // namespace lastmile
