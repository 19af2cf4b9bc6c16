#include "connectors/roads/geocoders.hpp"

#include <algorithm>
#include <cstdio>

namespace lastmile::remote {
namespace {

namespace json = boost::json;
using geocode::Candidate;
using geocode::Kind;
using geocode::Refusal;

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.7f", value);
    return text;
}

Refusal unavailable(std::string sentence) { return {Refusal::Fault::unavailable, std::move(sentence)}; }

std::string free_text(const geocode::Query& query) {
    std::string text = query.text;
    const auto add = [&](const std::string& part, const char* between) {
        if (!part.empty()) text += (text.empty() ? "" : between) + part;
    };
    add(query.street, ", "), add(query.number, " "), add(query.postcode, ", "), add(query.city, " ");
    return text;
}

bool asks_for_house(const geocode::Query& query) {
    return !query.number.empty() || std::ranges::any_of(query.text, [](unsigned char c) { return std::isdigit(c); });
}

double confidence(const Candidate& found, bool house_wanted) {
    if (found.kind == Kind::address) return 0.9;
    return found.kind == Kind::street && !house_wanted ? 0.75 : 0.5;
}

std::string first_of(const json::value& from, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (auto text = text_at(from, name); !text.empty()) return text;
    return {};
}

void finish(std::vector<Candidate>& found, const geocode::Query& query) {
    for (auto& c : found) {
        c.confidence = confidence(c, asks_for_house(query));
        if (query.near) c.distance_m = geo::distance_m(*query.near, c.point);
    }
    std::erase_if(found, [&](const Candidate& c) { return query.within && !query.within->contains(c.point); });
    std::ranges::stable_sort(found, [](const Candidate& a, const Candidate& b) { return a.confidence > b.confidence; });
    if (found.size() > query.limit) found.resize(query.limit);
}

std::optional<Candidate> of_nominatim(const json::value& from) {
    Candidate c;
    c.point = {number_at(from, "lat", 1000), number_at(from, "lon", 1000)};
    if (!geo::is_valid(c.point)) return std::nullopt;
    c.label = text_at(from, "display_name");
    c.category = first_of(from, {"type"});
    c.name = text_at(from, "name");
    if (const auto* address = member(from, "address")) {
        c.street = first_of(*address, {"road", "pedestrian", "footway", "place"});
        c.number = text_at(*address, "house_number");
        c.postcode = text_at(*address, "postcode");
        c.city = first_of(*address, {"city", "town", "village", "municipality", "hamlet"});
    }
    const auto category = first_of(from, {"category", "class"});
    c.kind = !c.number.empty()            ? Kind::address
             : category == "highway"      ? Kind::street
             : c.category == "postcode"   ? Kind::postcode
             : category == "place" || category == "boundary" ? Kind::place
                                          : Kind::poi;
    return c;
}

std::optional<Candidate> of_photon(const json::value& from) {
    const auto *geometry = member(from, "geometry"), *properties = member(from, "properties");
    const auto* at = geometry ? array_at(*geometry, "coordinates") : nullptr;
    if (!at || at->size() != 2 || !(*at)[0].is_number() || !(*at)[1].is_number() || !properties) return std::nullopt;
    Candidate c;
    c.point = {(*at)[1].to_number<double>(), (*at)[0].to_number<double>()};
    if (!geo::is_valid(c.point)) return std::nullopt;
    c.name = text_at(*properties, "name");
    c.number = text_at(*properties, "housenumber");
    c.street = text_at(*properties, "street");
    c.postcode = text_at(*properties, "postcode");
    c.city = first_of(*properties, {"city", "town", "village"});
    c.category = text_at(*properties, "osm_value");
    const auto key = text_at(*properties, "osm_key");
    c.kind = !c.number.empty() ? Kind::address : key == "highway" ? Kind::street : key == "place" || key == "boundary" ? Kind::place : Kind::poi;
    if (c.kind == Kind::street && c.street.empty()) c.street = c.name;
    if (c.kind == Kind::place && c.city.empty()) c.city = c.name;
    const auto first = c.kind == Kind::address ? c.street + " " + c.number : c.name;
    const auto second = c.postcode + (c.postcode.empty() || c.city.empty() ? "" : " ") + c.city;
    c.label = first + (first.empty() || second.empty() ? "" : ", ") + second;
    return c;
}

}  // namespace

geocode::Answer<std::vector<Candidate>> NominatimGeocoder::search(const geocode::Query& query) const {
    if (free_text(query).empty()) return std::unexpected(Refusal{Refusal::Fault::bad_question, "There is nothing to look for."});
    std::string path = "/search?format=jsonv2&addressdetails=1&limit=" + std::to_string(query.limit);
    if (query.text.empty()) {
        const auto add = [&](const char* name, const std::string& text) {
            if (!text.empty()) path += std::string("&") + name + "=" + encoded(text);
        };
        add("street", query.number.empty() ? query.street : query.number + " " + query.street);
        add("postalcode", query.postcode), add("city", query.city);
    } else {
        path += "&q=" + encoded(free_text(query));
    }
    const auto box = query.within ? query.within : query.near ? std::optional(geo::box_around(*query.near, 50'000)) : std::nullopt;
    if (box) path += "&viewbox=" + number(box->west) + "," + number(box->north) + "," + number(box->east) + "," + number(box->south);
    if (query.within) path += "&bounded=1";
    const auto answer = remote_.get(path);
    if (!answer) return std::unexpected(unavailable(answer.error()));
    const auto* list = answer->body.if_array();
    if (answer->status >= 400 || !list) return std::unexpected(unavailable("The answer is not one of Nominatim's."));
    std::vector<Candidate> found;
    for (const auto& one : *list)
        if (auto c = of_nominatim(one)) found.push_back(std::move(*c));
    finish(found, query);
    return found;
}

geocode::Answer<std::vector<Candidate>> NominatimGeocoder::reverse(geo::Point point, std::size_t, double max_m) const {
    if (!geo::is_valid(point)) return std::unexpected(Refusal{Refusal::Fault::bad_question, "That is no place."});
    const auto answer = remote_.get("/reverse?format=jsonv2&addressdetails=1&zoom=18&lat=" + number(point.lat) + "&lon=" + number(point.lon));
    if (!answer) return std::unexpected(unavailable(answer.error()));
    std::vector<Candidate> found;
    if (member(answer->body, "error")) return found;
    auto c = of_nominatim(answer->body);
    if (answer->status >= 400 || !c) return std::unexpected(unavailable("The answer is not one of Nominatim's."));
    c->distance_m = geo::distance_m(point, c->point);
    c->confidence = confidence(*c, false);
    if (c->distance_m <= max_m) found.push_back(std::move(*c));
    return found;
}

geocode::Answer<std::vector<Candidate>> PhotonGeocoder::search(const geocode::Query& query) const {
    const auto text = free_text(query);
    if (text.empty()) return std::unexpected(Refusal{Refusal::Fault::bad_question, "There is nothing to look for."});
    std::string path = "/api?q=" + encoded(text) + "&limit=" + std::to_string(query.limit);
    if (query.near) path += "&lat=" + number(query.near->lat) + "&lon=" + number(query.near->lon);
    if (query.within)
        path += "&bbox=" + number(query.within->west) + "," + number(query.within->south) + "," + number(query.within->east) + "," + number(query.within->north);
    const auto answer = remote_.get(path);
    if (!answer) return std::unexpected(unavailable(answer.error()));
    const auto* list = array_at(answer->body, "features");
    if (answer->status >= 400 || !list) return std::unexpected(unavailable("The answer is not one of Photon's."));
    std::vector<Candidate> found;
    for (const auto& one : *list)
        if (auto c = of_photon(one)) found.push_back(std::move(*c));
    finish(found, query);
    return found;
}

geocode::Answer<std::vector<Candidate>> PhotonGeocoder::reverse(geo::Point point, std::size_t limit, double max_m) const {
    if (!geo::is_valid(point)) return std::unexpected(Refusal{Refusal::Fault::bad_question, "That is no place."});
    const auto answer = remote_.get("/reverse?lat=" + number(point.lat) + "&lon=" + number(point.lon) + "&limit=" + std::to_string(std::max<std::size_t>(1, limit)));
    if (!answer) return std::unexpected(unavailable(answer.error()));
    const auto* list = array_at(answer->body, "features");
    if (answer->status >= 400 || !list) return std::unexpected(unavailable("The answer is not one of Photon's."));
    std::vector<Candidate> found;
    for (const auto& one : *list)
        if (auto c = of_photon(one)) {
            c->distance_m = geo::distance_m(point, c->point);
            c->confidence = confidence(*c, false);
            if (c->distance_m <= max_m) found.push_back(std::move(*c));
        }
    std::ranges::stable_sort(found, {}, &Candidate::distance_m);
    return found;
}

}  // namespace lastmile::remote
