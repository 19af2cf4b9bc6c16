#include "features/places/place.hpp"

namespace lastmile {
namespace {

geocode::Query query_of(const Address& address) {
    geocode::Query query;
    query.limit = 5;
    if (address.text) query.text = *address.text;
    if (address.line1) {
        query.text = *address.line1;  // street and number together, as people write them
        if (address.postal_code)
            query.text += ", " + *address.postal_code + (address.city ? " " + *address.city : "");
        else if (address.city)
            query.text += ", " + *address.city;
    }
    return query;
}

}  // namespace

Placed place(const Address& address, const geocode::Geocoder* geocoder, double enough) {
    if (address.location) return {address.location, {}};
    if (!geocoder) return {};
    const auto answer = geocoder->search(query_of(address));
    if (!answer || answer->empty()) return {};
    Placed placed;
    for (const auto& found : *answer)
        placed.candidates.push_back(
            {found.label, Location{.lat = found.point.lat, .lon = found.point.lon, .accuracy_meters = {}, .timestamp = {}}, found.confidence});
    if (answer->front().confidence >= enough) placed.location = placed.candidates.front().location;
    return placed;
}

}  // namespace lastmile
