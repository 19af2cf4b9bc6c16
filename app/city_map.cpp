#include "app/city_map.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <iostream>

#include "engines/road/roads_geojson.hpp"
#include "engines/road_import/import.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile::app {
namespace {

/// A line a stage; on a terminal the line grows.
road_import::Progress show_progress() {
    return [terminal = ::isatty(2) != 0, last = std::string()](std::string_view stage, double fraction) mutable {
        if (terminal)
            std::cerr << fmt::format("\rimporting the map: {} {:3.0f} %   ", stage, fraction * 100) << (fraction >= 1 ? "\n" : "") << std::flush;
        else if (stage != last)
            std::cerr << "importing the map: " << stage << '\n';
        last = stage;
    };
}

std::string query_value(std::string_view query, std::string_view name) {
    for (std::size_t at = 0; at < query.size();) {
        const auto end = std::min(query.find('&', at), query.size());
        const auto pair = query.substr(at, end - at);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') return std::string(pair.substr(name.size() + 1));
        at = end + 1;
    }
    return {};
}

/// `west,south,east,north`, commas perhaps percent-encoded.
std::optional<geo::Box> box_of(std::string text) {
    for (std::size_t at; (at = text.find("%2C")) != text.npos || (at = text.find("%2c")) != text.npos;) text.replace(at, 3, ",");
    std::array<double, 4> v{};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::size_t i = 0; i < 4; ++i) {
        if (i > 0 && (at == end || *at++ != ',')) return std::nullopt;
        const auto [next, fault] = std::from_chars(at, end, v[i]);
        if (fault != std::errc{}) return std::nullopt;
        at = next;
    }
    if (at != end || v[0] >= v[2] || v[1] >= v[3]) return std::nullopt;
    return geo::Box{.south = v[1], .west = v[0], .north = v[3], .east = v[2]};
}

http::Response problem(const Reason& reason, std::string_view detail) {
    return {reason.status,
            {{"content-type", "application/problem+json"}},
            fmt::format(R"({{"type":"about:blank","title":"{}","status":{},"code":"{}","detail":"{}"}})", reason.title, reason.status, reason.slug,
                        detail)};
}

/// How much of the road net a zoom shows.
road::DrawOptions options_of(int zoom) {
    road::DrawOptions options;
    options.tolerance_m = zoom >= 15 ? 1 : zoom >= 13 ? 4 : zoom >= 11 ? 15 : 50;
    options.least = zoom >= 14   ? road::RoadClass::ferry
                    : zoom >= 12 ? road::RoadClass::residential
                    : zoom >= 10 ? road::RoadClass::tertiary
                                 : road::RoadClass::secondary;
    return options;
}

/// Grounds from far away, buildings only where they can be told apart.
std::vector<road::AreaKind> kinds_of(int zoom) {
    using enum road::AreaKind;
    if (zoom < 11) return {water, wood};
    if (zoom < 14) return {water, wood, park, residential, industrial};
    return {water, wood, park, residential, industrial, building};
}

}  // namespace

CityMap::CityMap(const std::string& path, const std::string& data_folder) {
    const auto file = road_import::open_map(path, data_folder + "/maps", show_progress());
    geocoder_ = std::make_shared<geocode::EmbeddedGeocoder>(file->section<std::byte>(road::Section::places), file);
    router_ = std::make_shared<road::EmbeddedRouter>(std::make_shared<const road::Network>(file));
    const auto name = file->section<char>(road::Section::source_name);
    name_.assign(name.begin(), name.end());
    etag_ = fmt::format("\"{:x}\"", file->checksum());
}

bool CityMap::serves(const http::Request& request) const {
    return request.path == "/v1/lastmile/map/info" || request.path == "/v1/lastmile/map/roads" || request.path == "/v1/lastmile/map/areas";
}

http::Response CityMap::answer(const http::Request& request) const {
    if (request.method != "GET" && request.method != "HEAD") return problem(reasons::method_not_allowed, "The map is read with GET.");
    const http::Headers headers{{"content-type", "application/json"}, {"cache-control", "public, max-age=3600"}, {"etag", etag_}};
    if (request.header("if-none-match") == etag_) return {304, headers, {}};
    const auto network = router_->network();
    if (request.path.ends_with("/info")) {
        const auto box = network->box();
        return {200, headers,
                fmt::format(R"({{"name":{},"bounds":[{},{},{},{}],"attribution":"© OpenStreetMap contributors"}})", road::json_text(name_), box.west,
                            box.south, box.east, box.north)};
    }
    const auto box = box_of(query_value(request.query, "bbox"));
    if (!box) return problem(reasons::invalid, "bbox must be west,south,east,north in degrees.");
    const auto zoom = query_value(request.query, "zoom");
    if (request.path.ends_with("/areas")) return {200, headers, road::areas_geojson(*network, *box, kinds_of(zoom.empty() ? 14 : std::atoi(zoom.c_str())))};
    return {200, headers, road::roads_geojson(*network, *box, options_of(zoom.empty() ? 14 : std::atoi(zoom.c_str())))};
}

}  // namespace lastmile::app
