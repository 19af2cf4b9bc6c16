// `match`, `isochrone`.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "app/road_verbs_io.hpp"
#include "engines/geo/polyline.hpp"

namespace lastmile::app {
namespace {

namespace json = boost::json;

void match(const RoadOptions& o) {
    road::MatchQuery query{o.profile, {}, o.accuracy_m};
    if (o.input.empty() || o.input == "-") {
        query.pings = read_pings(std::cin);
    } else {
        std::ifstream file(o.input);
        if (!file) throw std::runtime_error(o.input + " cannot be read.");
        query.pings = read_pings(file);
    }
    const auto router = open_router(o);
    const auto found = expect(router->match(query));
    const auto network = router->network();
    json::array stretches, pings;
    for (const auto& s : found.stretches) {
        if (!o.as_json)
            fmt::print("pings {}-{}: {:.2f} km in {:.1f} min (the map expects {:.1f})\n", s.first_ping + 1, s.last_ping + 1, s.distance_m / 1000,
                       s.observed_s / 60, s.expected_s / 60);
        json::array roads;
        for (const auto& road : s.roads) {
            if (!o.as_json)
                fmt::print("  {:<40} {:>7.0f} m {:>6.0f} s\n", network->label(road.road), road.distance_m, road.observed_s);
            roads.push_back(json::object{{"road", road.road},
                                         {"osm_way", network->ways()[road.road]},
                                         {"name", network->label(road.road)},
                                         {"forward", road.forward},
                                         {"distance_m", rounded(road.distance_m)},
                                         {"expected_s", rounded(road.expected_s)},
                                         {"observed_s", rounded(road.observed_s)}});
        }
        stretches.push_back(json::object{{"first_ping", s.first_ping},
                                         {"last_ping", s.last_ping},
                                         {"distance_m", rounded(s.distance_m)},
                                         {"expected_s", rounded(s.expected_s)},
                                         {"observed_s", rounded(s.observed_s)},
                                         {"geometry", geo::encode_polyline(s.geometry)},
                                         {"roads", std::move(roads)}});
    }
    for (const auto& p : found.pings)
        pings.push_back(p.used ? json::value(json::object{{"point", json_of(p.point)}, {"road", p.road}, {"off_m", rounded(p.off_m)}}) : json::value());
    if (!o.as_json) fmt::print("{:.2f} km\n", found.distance_m / 1000);
    else
        std::cout << text_of(json::object{{"distance_m", rounded(found.distance_m)}, {"geometry_precision", 5}, {"stretches", stretches}, {"pings", pings}})
                  << '\n';
}

void isochrone(const RoadOptions& o) {
    road::IsochroneQuery query{o.profile, parse_point(o.places.at(0)), {}};
    for (const double minutes : o.minutes) query.limits_s.push_back(minutes * 60);
    const auto router = open_router(o);
    json::array features;
    // The widest first, so that a page draws the narrow ones on top.
    auto found = expect(router->isochrone(query));
    std::ranges::sort(found, std::greater{}, &road::Isochrone::limit_s);
    for (const auto& area : found) {
        double square_metres = 0;
        for (const auto& polygon : area.areas) square_metres += geo::area_m2(polygon);
        features.push_back(json::object{
            {"type", "Feature"},
            {"properties", json::object{{"profile", o.profile}, {"minutes", rounded(area.limit_s / 60, 0.01)}, {"area_km2", rounded(square_metres / 1e6, 0.001)}}},
            {"geometry", json_of(area.areas)}});
    }
    std::cout << text_of(json::object{{"type", "FeatureCollection"}, {"features", std::move(features)}}) << '\n';
}

}  // namespace

std::vector<road::Ping> read_pings(std::istream& in) {
    std::vector<road::Ping> pings;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        if (line.find_first_not_of(" \t\r") == line.npos || (number == 1 && std::isalpha(static_cast<unsigned char>(line[0])))) continue;
        std::istringstream text(line);
        road::Ping ping;
        char comma1 = 0, comma2 = 0, comma3 = 0;
        const bool read = text >> ping.point.lat >> comma1 >> ping.point.lon >> comma2 >> ping.time_s && comma1 == ',' && comma2 == ',';
        if (!read || !geo::is_valid(ping.point) || ((text >> comma3) && !(comma3 == ',' && text >> ping.accuracy_m)))
            throw std::runtime_error(fmt::format("line {} is no ping; write LAT,LON,SECONDS or LAT,LON,SECONDS,ACCURACY.", number));
        pings.push_back(ping);
    }
    return pings;
}

void add_track_verbs(CLI::App& app) {
    auto o = std::make_shared<RoadOptions>();
    auto* verb = add_road_verb(app, "match", "the way that pings were driven: LAT,LON,SECONDS[,ACCURACY] a line", o, true);
    verb->add_option("file", o->input, "the pings; default: standard input");
    verb->add_option("--accuracy", o->accuracy_m = 10, "standard deviation of pings that state none, in metres")->capture_default_str();
    add_condition_flags(*verb, o);
    verb->callback([o] { match(*o); });

    o = std::make_shared<RoadOptions>();
    verb = add_road_verb(app, "isochrone", "what is reached from a place within some minutes, as GeoJSON", o, true);
    verb->add_option("place", o->places, "LAT,LON")->required()->expected(1);
    verb->add_option("--minutes", o->minutes, "one to ten limits, such as 5,10,15")->required()->delimiter(',');
    add_condition_flags(*verb, o);
    verb->callback([o] { isochrone(*o); });
}

}  // namespace lastmile::app
