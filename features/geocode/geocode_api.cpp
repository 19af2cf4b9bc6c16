#include "features/geocode/geocode_api.hpp"

#include <array>

#include "features/places/place.hpp"
#include "features/geocode/geocode.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr Reason no_map{"no_map", 409, "No map is loaded", "Start the server with --map, an imported map or any .osm.pbf."};
constexpr Reason unavailable{"geocoder_unavailable", 503, "The geocoder does not answer", "Repeat the request later."};
constexpr std::array<const char*, 5> kinds{"address", "street", "place", "postcode", "poi"};

Result<const geocode::Geocoder*> geocoder_of(const Call& call) {
    const auto* geocoder = call.service<Geocoding>().geocoder;
    if (!geocoder) return refuse(no_map, "Places are looked up on the map.");
    return geocoder;
}

Result<Reply<FoundPlaces>> reply(geocode::Answer<std::vector<geocode::Candidate>> answer) {
    if (!answer && answer.error().fault == geocode::Refusal::Fault::unavailable) return refuse(unavailable, answer.error().sentence);
    if (!answer) return refuse(reasons::invalid, answer.error().sentence, {{"#/q", "not_searchable", answer.error().sentence}});
    FoundPlaces found;
    for (auto& c : *answer) {
        FoundPlace place;
        place.label = c.label, place.kind = kinds[static_cast<std::size_t>(c.kind)], place.name = c.name;
        place.street = c.street, place.number = c.number, place.postal_code = c.postcode, place.city = c.city, place.category = c.category;
        place.location.lat = c.point.lat;
        place.location.lon = c.point.lon;
        place.confidence = std::clamp(c.confidence, 0.0, 1.0);
        place.interpolated = c.interpolated;
        place.distance_m = c.distance_m;
        found.data.push_back(std::move(place));
    }
    return found;
}

std::optional<geo::Point> near(const std::optional<Latitude>& lat, const std::optional<Longitude>& lon) {
    if (!lat || !lon) return std::nullopt;
    return geo::Point{*lat, *lon};
}

template <class T>
std::string text_of(const std::optional<T>& text) {
    return text ? std::string(*text) : std::string();
}

Result<Reply<FoundPlaces>> search(store::Read&, const Call& call, const GeocodeQuestion& request) {
    const auto geocoder = geocoder_of(call);
    if (!geocoder) return std::unexpected(geocoder.error());
    geocode::Query query;
    query.text = text_of(request.q);
    query.street = text_of(request.street);
    query.number = text_of(request.number);
    query.postcode = text_of(request.postal_code);
    query.city = text_of(request.city);
    query.near = near(request.lat, request.lon);
    query.limit = static_cast<std::size_t>(request.limit.value);
    return reply((*geocoder)->search(query));
}

Result<Reply<FoundPlaces>> complete(store::Read&, const Call& call, const CompletionQuestion& request) {
    const auto geocoder = geocoder_of(call);
    if (!geocoder) return std::unexpected(geocoder.error());
    geocode::Query query;
    query.text = std::string(request.q);
    query.near = near(request.lat, request.lon);
    query.limit = static_cast<std::size_t>(request.limit.value);
    return reply((*geocoder)->complete(query));
}

Result<Reply<FoundPlaces>> reverse(store::Read&, const Call& call, const ReverseQuestion& request) {
    const auto geocoder = geocoder_of(call);
    if (!geocoder) return std::unexpected(geocoder.error());
    return reply((*geocoder)->reverse({request.lat, request.lon}, static_cast<std::size_t>(request.limit.value)));
}

}  // namespace

Endpoints geocode_endpoints() {
    return {
        reads("GET /v1/lastmile/geocode", "geo:read", search, {.summary = "Find a place by its address or name", .tag = "Geocoding", .refuses = {no_map, unavailable}}),
        reads("GET /v1/lastmile/geocode/autocomplete", "geo:read", complete,
              {.summary = "Complete an address that is being typed", .tag = "Geocoding", .refuses = {no_map, unavailable}}),
        reads("GET /v1/lastmile/geocode/reverse", "geo:read", reverse,
              {.summary = "Say what is at a place", .tag = "Geocoding", .refuses = {no_map, unavailable}}),
    };
}

}  // namespace lastmile
