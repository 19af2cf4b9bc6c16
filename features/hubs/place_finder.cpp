#include "features/hubs/place_finder.hpp"

namespace lastmile {

PlaceFinder place_finder(const geocode::Geocoder& geocoder) {
    return {[&geocoder](const Address& address) -> std::optional<Location> {
        geocode::Query query;
        query.text = address.text ? std::string(*address.text) : std::string(address.line1.value_or(Text<1, 200>{}));
        query.postcode = address.postal_code.value_or(Text<1, 20>{});
        query.city = address.city.value_or(Text<1, 100>{});
        query.limit = 1;
        const auto found = geocoder.search(query);
        if (!found || found->empty() || found->front().confidence < 0.8) return std::nullopt;
        return Location{found->front().point.lat, found->front().point.lon, {}, {}};
    }};
}

}  // namespace lastmile
