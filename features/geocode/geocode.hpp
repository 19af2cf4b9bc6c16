#pragma once
// Questions about places, and what is found.
#include "features/shapes/shapes.hpp"
#include "platform/api/request.hpp"

namespace lastmile {

struct FoundPlace {
    std::string label;
    std::string kind;
    std::string name;
    std::string street;
    std::string number;
    std::string postal_code;
    std::string city;
    std::string category;
    Location location;
    Ratio confidence;
    bool interpolated = false;
    double distance_m = 0;
};
LASTMILE_VALUE(FoundPlace, (label, kind, name, street, number, postal_code, city, category, location, confidence, interpolated, distance_m))
LASTMILE_DOC(FoundPlace, "A place that was found.", {"label", "in one line, as on a parcel"}, {"kind", "address, street, place, postcode or poi"},
             {"name", "of a street, place or point of interest"}, {"street", "street"}, {"number", "house number"}, {"postal_code", "postal code"},
             {"city", "city"}, {"category", "what kind of place: city, village, supermarket, …"}, {"location", "where it is"},
             {"confidence", "0 to 1: from 0.8 on it can be delivered to without a look, below 0.5 it is a guess"},
             {"interpolated", "the house is not on the map; it stands between its neighbours"},
             {"distance_m", "metres from the place asked for, or from lat and lon"})

struct FoundPlaces {
    std::vector<FoundPlace> data;
};
LASTMILE_VALUE(FoundPlaces, (data))
LASTMILE_DOC(FoundPlaces, "Candidates, best first.", {"data", "empty where nothing was found"})

struct GeocodeQuestion {
    std::optional<Text<1, 400>> q;
    std::optional<Text<1, 200>> street;
    std::optional<Text<1, 20>> number;
    std::optional<Text<1, 20>> postal_code;
    std::optional<Text<1, 100>> city;
    std::optional<Latitude> lat;
    std::optional<Longitude> lon;
    Whole<1, 50> limit = 5;  // not more than the geocoder gives
};
LASTMILE_VALUE(GeocodeQuestion, (q, street, number, postal_code, city, lat, lon, limit))
LASTMILE_DEFAULTS(GeocodeQuestion, (limit))
LASTMILE_DOC(GeocodeQuestion, "What is looked for: free text, parts, or both.", {"q", "free text", "Turmstr 5 Neubrandenburg"}, {"street", "street"},
             {"number", "house number"}, {"postal_code", "postal code"}, {"city", "city"},
             {"lat", "with lon: of candidates that fit as well, the near one comes first"}, {"lon", "with lat"}, {"limit", "how many candidates at most"})
inline void schema_check(const GeocodeQuestion& g, const schema::Check& check) {
    if (!g.q && !g.street && !g.number && !g.postal_code && !g.city) check.add("q", "required", "give q (free text) or parts: street, number, postal_code, city");
    if (g.lat.has_value() != g.lon.has_value()) check.add(g.lat ? "lon" : "lat", "required", "lat and lon belong together");
}

struct CompletionQuestion {
    Text<1, 400> q;
    std::optional<Latitude> lat;
    std::optional<Longitude> lon;
    Whole<1, 50> limit = 5;  // not more than the geocoder gives
};
LASTMILE_VALUE(CompletionQuestion, (q, lat, lon, limit))
LASTMILE_DEFAULTS(CompletionQuestion, (limit))
LASTMILE_DOC(CompletionQuestion, "A text that is still being typed.", {"q", "so far", "Turmstr"},
             {"lat", "with lon: of candidates that fit as well, the near one comes first"}, {"lon", "with lat"}, {"limit", "how many candidates at most"})
inline void schema_check(const CompletionQuestion& c, const schema::Check& check) {
    if (c.lat.has_value() != c.lon.has_value()) check.add(c.lat ? "lon" : "lat", "required", "lat and lon belong together");
}

struct ReverseQuestion {
    Latitude lat;
    Longitude lon;
    Whole<1, 50> limit = 5;  // not more than the geocoder gives
};
LASTMILE_VALUE(ReverseQuestion, (lat, lon, limit))
LASTMILE_DEFAULTS(ReverseQuestion, (limit))
LASTMILE_DOC(ReverseQuestion, "What is at a place.", {"lat", "degrees north"}, {"lon", "degrees east"}, {"limit", "how many candidates at most"})

}  // namespace lastmile
