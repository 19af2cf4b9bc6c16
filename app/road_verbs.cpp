#include "app/road_verbs.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iostream>

#include "app/road_verbs_io.hpp"
#include "engines/geo/polyline.hpp"

namespace lastmile::app {
namespace {

namespace json = boost::json;

std::vector<road::Place> parse_places(const std::vector<std::string>& texts, bool curb) {
    std::vector<road::Place> places;
    for (const auto& text : texts) places.push_back({parse_point(text), curb ? road::Approach::curb : road::Approach::any});
    return places;
}

constexpr std::array<const char*, 7> maneuver_names{"depart", "turn", "continue", "roundabout", "u_turn", "ferry", "arrive"};
constexpr std::array<const char*, 5> kind_names{"address", "street", "place", "postcode", "poi"};
constexpr std::array<const char*, 3> side_names{"on", "left", "right"};

json::object route_json(const road::Route& route) {
    json::array legs, snaps;
    for (const auto& leg : route.legs) {
        json::array steps;
        for (const auto& s : leg.steps)
            steps.push_back(json::object{{"maneuver", maneuver_names[static_cast<std::size_t>(s.maneuver)]},
                                         {"name", s.name},
                                         {"distance_m", rounded(s.distance_m)},
                                         {"duration_s", rounded(s.duration_s)},
                                         {"turn_deg", rounded(s.turn_deg, 1)},
                                         {"geometry_index", s.geometry_index}});
        legs.push_back(json::object{{"distance_m", rounded(leg.distance_m)},
                                    {"duration_s", rounded(leg.duration_s)},
                                    {"geometry", geo::encode_polyline(leg.geometry)},
                                    {"steps", steps}});
    }
    for (const auto& s : route.snaps)
        snaps.push_back(json::object{{"point", json_of(s.point)}, {"distance_m", rounded(s.distance_m)}, {"name", s.name}});
    return {{"distance_m", rounded(route.distance_m)},
            {"duration_s", rounded(route.duration_s)},
            {"geometry", geo::encode_polyline(route.geometry())},
            {"geometry_precision", 5},
            {"through_restricted", route.through_restricted},
            {"legs", legs},
            {"places", snaps}};
}

void print(const road::Route& route) {
    fmt::print("{:.1f} km, {:.1f} min{}\n", route.distance_m / 1000, route.duration_s / 60,
               route.through_restricted ? ", through roads for visitors alone" : "");
    for (const auto& leg : route.legs)
        for (const auto& step : leg.steps)
            fmt::print("  {:<10} {:<40} {:>7.0f} m {:>6.0f} s\n", maneuver_names[static_cast<std::size_t>(step.maneuver)], step.name, step.distance_m,
                       step.duration_s);
}

void route(const RoadOptions& o) {
    road::RouteQuery query{o.profile, parse_places(o.places, o.curb), true};
    for (const auto& area : o.avoid) query.avoid.push_back(parse_area(area));
    query.alternatives = o.alternatives;
    const auto router = open_router(o);
    const auto found = expect(router->route(query));
    if (!o.as_json) {
        print(found);
        for (const auto& other : found.alternatives) std::cout << "or\n", print(other);
        return;
    }
    auto out = route_json(found);
    out["profile"] = o.profile;
    if (o.alternatives > 0) {
        auto& others = out["alternatives"].emplace_array();
        for (const auto& other : found.alternatives) others.push_back(route_json(other));
    }
    std::cout << text_of(out) << '\n';
}

void table(const RoadOptions& o) {
    const auto router = open_router(o);
    road::TableQuery query{o.profile, parse_places(o.places, o.curb), parse_places(o.targets.empty() ? o.places : o.targets, o.curb)};
    const auto cell = [](float v) { return std::isinf(v) ? std::string("null") : fmt::format("{:.1f}", v); };
    if (o.as_json) std::cout << "{\"rows\":[\n";
    expect(router->table(query, [&](std::size_t row, std::span<const float> durations, std::span<const float> distances) {
        std::string times, metres;
        for (std::size_t i = 0; i < durations.size(); ++i) {
            times += (i ? "," : "") + cell(durations[i]);
            metres += (i ? "," : "") + cell(distances[i]);
        }
        if (o.as_json) std::cout << (row ? ",\n" : "") << "{\"duration_s\":[" << times << "],\"distance_m\":[" << metres << "]}";
        else std::cout << times << '\n';
        return bool{std::cout};
    }));
    if (o.as_json) std::cout << "\n]}\n";
}

void nearest(const RoadOptions& o) {
    const auto router = open_router(o);
    json::array out;
    for (const auto& s : expect(router->nearest(o.profile, parse_point(o.places.at(0)), o.limit))) {
        if (!o.as_json)
            fmt::print("{:.7f},{:.7f} {:.1f} m {} ({}, way {})\n", s.point.lat, s.point.lon, s.distance_m, s.name,
                       side_names[static_cast<std::size_t>(s.side)], s.osm_way);
        out.push_back(json::object{{"point", json_of(s.point)},
                                   {"distance_m", rounded(s.distance_m)},
                                   {"name", s.name},
                                   {"road", s.road},
                                   {"osm_way", s.osm_way},
                                   {"fraction", rounded(s.fraction, 1e-4)},
                                   {"side", side_names[static_cast<std::size_t>(s.side)]}});
    }
    if (o.as_json) std::cout << text_of(out) << '\n';
}

void print_candidates(const std::vector<geocode::Candidate>& candidates, bool as_json) {
    json::array out;
    for (const auto& c : candidates) {
        if (!as_json)
            fmt::print("{:.7f},{:.7f} {:>4.0f} % {} [{}{}]\n", c.point.lat, c.point.lon, c.confidence * 100, c.label,
                       kind_names[static_cast<std::size_t>(c.kind)], c.interpolated ? ", between neighbours" : "");
        out.push_back(json::object{{"label", c.label},
                                   {"kind", kind_names[static_cast<std::size_t>(c.kind)]},
                                   {"name", c.name},
                                   {"street", c.street},
                                   {"number", c.number},
                                   {"postcode", c.postcode},
                                   {"city", c.city},
                                   {"category", c.category},
                                   {"point", json_of(c.point)},
                                   {"confidence", rounded(c.confidence, 0.001)},
                                   {"interpolated", c.interpolated},
                                   {"distance_m", rounded(c.distance_m)}});
    }
    if (as_json) std::cout << text_of(out) << '\n';
    else if (candidates.empty()) std::cout << "nothing found\n";
}

void find_places(RoadOptions o, bool reverse) {
    const auto file = open_map(o);
    const geocode::EmbeddedGeocoder geocoder(file->section<std::byte>(road::Section::places), file);
    o.query.limit = o.limit;
    if (!o.targets.empty()) o.query.near = parse_point(o.targets[0]);
    const auto ask = [&](const std::string& text) {
        o.query.text = text;
        const auto answer = reverse      ? geocoder.reverse(parse_point(text), o.limit)
                            : o.complete ? geocoder.complete(o.query)
                                         : geocoder.search(o.query);
        if (!answer) throw std::runtime_error(answer.error().sentence);
        print_candidates(*answer, o.as_json);
    };
    const bool has_parts = !(o.query.street + o.query.number + o.query.postcode + o.query.city).empty();
    if (reverse && !o.places.empty()) o.text = o.places[0];
    if (!o.text.empty() || has_parts) return ask(o.text);
    // One answer a line of standard input, whatever becomes of a single line.
    for (std::string line; std::getline(std::cin, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        try {
            ask(line);
        } catch (const std::runtime_error& fault) {
            if (o.as_json) std::cout << text_of(json::object{{"error", fault.what()}}) << '\n';
            else std::cout << fault.what() << '\n';
        }
        std::cout << std::flush;
    }
}

}  // namespace

void add_road_verbs(CLI::App& app) {
    add_map_verb(app);
    add_track_verbs(app);
    add_learn_verb(app);
    auto o = std::make_shared<RoadOptions>();
    auto* verb = add_road_verb(app, "route", "the fastest route over two or more places", o, true);
    verb->add_option("places", o->places, "LAT,LON …")->required()->expected(2, -1);
    verb->add_flag("--curb", o->curb, "arrive with every place on the driver's side");
    verb->add_option("--alternatives", o->alternatives, "other routes that really differ, this many at most")->check(CLI::Range(0, 5));
    verb->add_option("--avoid", o->avoid, "an area that this route avoids, \"LAT,LON LAT,LON LAT,LON\"; may be repeated");
    add_condition_flags(*verb, o);
    verb->callback([o] { route(*o); });

    o = std::make_shared<RoadOptions>();
    verb = add_road_verb(app, "table", "times (with --json distances too) from all places to all", o, true);
    verb->add_option("places", o->places, "LAT,LON … (the sources)")->required();
    verb->add_option("--to", o->targets, "targets; default: the sources");
    verb->add_flag("--curb", o->curb, "arrive with every place on the driver's side");
    add_condition_flags(*verb, o);
    verb->callback([o] { table(*o); });

    o = std::make_shared<RoadOptions>();
    verb = add_road_verb(app, "nearest", "roads near a place", o, true);
    verb->add_option("place", o->places, "LAT,LON")->required()->expected(1);
    verb->add_option("--limit", o->limit = 3, "how many")->capture_default_str()->check(CLI::Range(1, 100));
    verb->callback([o] { nearest(*o); });

    o = std::make_shared<RoadOptions>();
    verb = add_road_verb(app, "geocode", "where an address, street, place or shop is", o, false);
    verb->add_option("text", o->text, "free text, such as \"Marktplatz 1, Neubrandenburg\"; without any, one query a line of standard input");
    verb->add_option("--street", o->query.street, "street");
    verb->add_option("--number", o->query.number, "house number");
    verb->add_option("--postcode", o->query.postcode, "postcode");
    verb->add_option("--city", o->query.city, "town");
    verb->add_option("--near", o->targets, "LAT,LON: prefer answers near to it")->expected(1);
    verb->add_flag("--complete", o->complete, "the text is still being typed");
    verb->add_option("--limit", o->limit = 5, "how many")->capture_default_str()->check(CLI::Range(1, 50));
    verb->callback([o] { find_places(*o, false); });

    o = std::make_shared<RoadOptions>();
    verb = add_road_verb(app, "reverse", "what is at a place", o, false);
    verb->add_option("place", o->places, "LAT,LON; without one, one place a line of standard input")->expected(1);
    verb->add_option("--limit", o->limit = 3, "how many")->capture_default_str()->check(CLI::Range(1, 50));
    verb->callback([o] { find_places(*o, true); });
}

}  // namespace lastmile::app
