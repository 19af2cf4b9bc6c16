#include "app/road_verbs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <cmath>
#include <iostream>

#include "engines/geo/polyline.hpp"
#include "engines/geocode/geocoder.hpp"
#include "engines/road/embedded.hpp"
#include "engines/road_import/import.hpp"

namespace lastmile::app {
namespace {

namespace json = boost::json;

/// What the verbs share. CLI11 fills it; the callbacks read it.
struct Options {
    std::string map, profile = "car", input, output, text;
    std::vector<std::string> profiles, profile_files, places, targets;
    bool as_json = false, no_addresses = false, curb = false, complete = false;
    std::size_t limit = 0;
    geocode::Query query;
};

geo::Point parse_point(const std::string& text) {
    const auto comma = text.find(',');
    double lat = 0, lon = 0;
    const auto read = [](std::string_view part, double& value) {
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        return error == std::errc{} && end == part.data() + part.size();
    };
    const std::string_view all = text;
    if (comma == text.npos || !read(all.substr(0, comma), lat) || !read(all.substr(comma + 1), lon) || !geo::is_valid({lat, lon}))
        throw std::runtime_error("\"" + text + "\" is not a place; write LATITUDE,LONGITUDE, such as 53.5575,13.2610.");
    return {lat, lon};
}

std::vector<road::Place> parse_places(const std::vector<std::string>& texts, bool curb) {
    std::vector<road::Place> places;
    for (const auto& text : texts) places.push_back({parse_point(text), curb ? road::Approach::curb : road::Approach::any});
    return places;
}

/// A line on the terminal that stays one line; nothing where nobody looks.
road_import::Progress show_progress() {
    if (!::isatty(STDERR_FILENO)) return {};
    return [](std::string_view stage, double fraction) {
        fmt::print(stderr, "\r\033[K{} {:.0f} %{}", stage, fraction * 100, stage == "writing" && fraction >= 1 ? "\r\033[K" : "");
    };
}

std::shared_ptr<const road::MapFile> open_map(const Options& o) {
    const auto cache = std::filesystem::temp_directory_path() / fmt::format("lastmile-maps-{}", ::getuid());
    std::filesystem::create_directories(cache);
    std::filesystem::permissions(cache, std::filesystem::perms::owner_all);
    return road_import::open_map(o.map, cache, show_progress());
}

road::EmbeddedRouter open_router(const Options& o) { return road::EmbeddedRouter(std::make_shared<const road::Network>(open_map(o))); }

template <class T>
T expect(std::expected<T, road::Refusal> answer) {
    if (!answer) throw std::runtime_error(answer.error().sentence);
    if constexpr (!std::is_void_v<T>) return std::move(*answer);
}

double rounded(double value, double step = 0.1) { return std::round(value / step) * step; }

json::object json_of(geo::Point p) { return {{"lat", rounded(p.lat, 1e-7)}, {"lon", rounded(p.lon, 1e-7)}}; }

constexpr std::array<const char*, 7> maneuver_names{"depart", "turn", "continue", "roundabout", "u_turn", "ferry", "arrive"};
constexpr std::array<const char*, 5> kind_names{"address", "street", "place", "postcode", "poi"};
constexpr std::array<const char*, 3> side_names{"on", "left", "right"};

void import(const Options& o) {
    const auto start = std::chrono::steady_clock::now();
    const road_import::ImportOptions options{o.profiles, {o.profile_files.begin(), o.profile_files.end()}, !o.no_addresses};
    const auto r = road_import::import_map(o.input, o.output, options, show_progress());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fmt::print("{}: {} roads, {} junctions, {} searchable places, {:.1f} MB in {:.1f} s\n", o.output, r.roads, r.junctions, r.records,
               static_cast<double>(r.bytes) / 1e6, seconds);
    fmt::print("read {} nodes, {} ways, {} relations; {} nodes are missing; {} turn restrictions applied, {} not understood\n", r.osm_nodes,
               r.osm_ways, r.osm_relations, r.missing_nodes, r.restrictions, r.skipped_restrictions);
    for (const auto& p : r.profiles)
        fmt::print("  {:<12} {:>9} arcs {:>9} turns {:>10} hierarchy arcs\n", p.name, p.arcs, p.turns, p.hierarchy_arcs);
}

void info(const Options& o) {
    const auto file = road::MapFile::open(o.input);
    const road::Network network(file);
    const auto& m = network.meta();
    const auto source = file->section<char>(road::Section::source_name);
    json::array profiles;
    for (const auto& p : network.profiles())
        profiles.push_back(
            json::object{{"name", p.name}, {"arcs", p.arcs.size()}, {"turns", p.turns.size()}, {"hierarchy_arcs", p.up_heads.size()}});
    const json::object out{{"source", std::string(source.data(), source.size())},
                           {"format", road::map_version},
                           {"bytes", file->bytes()},
                           {"checksum", fmt::format("{:016x}", file->checksum())},
                           {"south", m.south * 1e-7},
                           {"west", m.west * 1e-7},
                           {"north", m.north * 1e-7},
                           {"east", m.east * 1e-7},
                           {"roads", network.edges().size()},
                           {"junctions", network.nodes().size()},
                           {"osm_nodes", m.osm_nodes},
                           {"osm_ways", m.osm_ways},
                           {"osm_relations", m.osm_relations},
                           {"missing_nodes", m.missing_nodes},
                           {"restrictions", m.restrictions},
                           {"skipped_restrictions", m.skipped_restrictions},
                           {"data_timestamp", m.data_timestamp},
                           {"drives_on_left", m.drives_on_left != 0},
                           {"place_index_bytes", file->section<char>(road::Section::places).size()},
                           {"profiles", profiles},
                           {"attribution", "© OpenStreetMap contributors, ODbL 1.0"}};
    if (o.as_json) std::cout << json::serialize(out) << '\n';
    else
        for (const auto& [key, value] : out)
            fmt::print("{}: {}\n", std::string(key), value.is_string() ? std::string(value.as_string()) : json::serialize(value));
}

void route(const Options& o) {
    const auto router = open_router(o);
    const auto route = expect(router.route({o.profile, parse_places(o.places, o.curb), true}));
    if (!o.as_json) {
        fmt::print("{:.1f} km, {:.1f} min{}\n", route.distance_m / 1000, route.duration_s / 60,
                   route.through_restricted ? ", through roads for visitors alone" : "");
        for (const auto& leg : route.legs)
            for (const auto& step : leg.steps)
                fmt::print("  {:<10} {:<40} {:>7.0f} m {:>6.0f} s\n", maneuver_names[static_cast<std::size_t>(step.maneuver)], step.name,
                           step.distance_m, step.duration_s);
        return;
    }
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
    std::cout << json::serialize(json::object{{"profile", o.profile},
                                              {"distance_m", rounded(route.distance_m)},
                                              {"duration_s", rounded(route.duration_s)},
                                              {"geometry", geo::encode_polyline(route.geometry())},
                                              {"geometry_precision", 5},
                                              {"through_restricted", route.through_restricted},
                                              {"legs", legs},
                                              {"places", snaps}})
              << '\n';
}

void table(const Options& o) {
    const auto router = open_router(o);
    road::TableQuery query{o.profile, parse_places(o.places, o.curb), parse_places(o.targets.empty() ? o.places : o.targets, o.curb)};
    const auto cell = [](float v) { return std::isinf(v) ? std::string("null") : fmt::format("{:.1f}", v); };
    if (o.as_json) std::cout << "{\"rows\":[\n";
    expect(router.table(query, [&](std::size_t row, std::span<const float> durations, std::span<const float> distances) {
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

void nearest(const Options& o) {
    const auto router = open_router(o);
    json::array out;
    for (const auto& s : expect(router.nearest(o.profile, parse_point(o.places.at(0)), o.limit))) {
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
    if (o.as_json) std::cout << json::serialize(out) << '\n';
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
    if (as_json) std::cout << json::serialize(out) << '\n';
    else if (candidates.empty()) std::cout << "nothing found\n";
}

void find_places(Options o, bool reverse) {
    const auto file = open_map(o);
    const geocode::EmbeddedGeocoder geocoder(file->section<std::byte>(road::Section::places), file);
    o.query.limit = o.limit;
    o.query.text = o.text;
    if (!o.targets.empty()) o.query.near = parse_point(o.targets[0]);
    const auto answer = reverse      ? geocoder.reverse(parse_point(o.places.at(0)), o.limit)
                        : o.complete ? geocoder.complete(o.query)
                                     : geocoder.search(o.query);
    if (!answer) throw std::runtime_error(answer.error().sentence);
    print_candidates(*answer, o.as_json);
}

void add_map_verb(CLI::App& app) {
    auto* map = app.add_subcommand("map", "import road maps and look at them");
    map->require_subcommand(1);
    auto o = std::make_shared<Options>();
    auto* in = map->add_subcommand("import", "make a map file of an OpenStreetMap extract (.osm.pbf, .osm, .osm.bz2)");
    in->add_option("extract", o->input, "the extract")->required();
    in->add_option("-o,--output", o->output, "the map file to write")->required();
    in->add_option("--profiles", o->profiles, "profiles to import; default: all")->delimiter(',');
    in->add_option("--profile-file", o->profile_files, "a further profile (TOML), which may replace a built-in one");
    in->add_flag("--no-addresses", o->no_addresses, "leave out what `geocode` searches");
    in->callback([o] { import(*o); });
    auto look = std::make_shared<Options>();
    auto* about = map->add_subcommand("info", "what a map file holds");
    about->add_option("map", look->input, "the map file")->required();
    about->add_flag("--json", look->as_json, "as JSON");
    about->callback([look] { info(*look); });
}

CLI::App* add_verb(CLI::App& app, const char* name, const char* description, const std::shared_ptr<Options>& o, bool with_profile) {
    auto* verb = app.add_subcommand(name, description);
    verb->add_option("--map", o->map, "an imported map, or an extract (imported once into the temporary folder)")
        ->required()
        ->envname("LASTMILE_MAP");
    if (with_profile)
        verb->add_option("--profile", o->profile, "bike, cargo_bike, car, van, truck, foot, or another that was imported")
            ->capture_default_str();
    verb->add_flag("--json", o->as_json, "as JSON");
    return verb;
}

}  // namespace

void add_road_verbs(CLI::App& app) {
    add_map_verb(app);
    auto o = std::make_shared<Options>();
    auto* verb = add_verb(app, "route", "the fastest route over two or more places", o, true);
    verb->add_option("places", o->places, "LAT,LON …")->required()->expected(2, -1);
    verb->add_flag("--curb", o->curb, "arrive with every place on the driver's side");
    verb->callback([o] { route(*o); });

    o = std::make_shared<Options>();
    verb = add_verb(app, "table", "times (with --json distances too) from all places to all", o, true);
    verb->add_option("places", o->places, "LAT,LON … (the sources)")->required();
    verb->add_option("--to", o->targets, "targets; default: the sources");
    verb->add_flag("--curb", o->curb, "arrive with every place on the driver's side");
    verb->callback([o] { table(*o); });

    o = std::make_shared<Options>();
    verb = add_verb(app, "nearest", "roads near a place", o, true);
    verb->add_option("place", o->places, "LAT,LON")->required()->expected(1);
    verb->add_option("--limit", o->limit = 3, "how many")->capture_default_str()->check(CLI::Range(1, 100));
    verb->callback([o] { nearest(*o); });

    o = std::make_shared<Options>();
    verb = add_verb(app, "geocode", "where an address, street, place or shop is", o, false);
    verb->add_option("text", o->text, "free text, such as \"Marktplatz 1, Neubrandenburg\"");
    verb->add_option("--street", o->query.street, "street");
    verb->add_option("--number", o->query.number, "house number");
    verb->add_option("--postcode", o->query.postcode, "postcode");
    verb->add_option("--city", o->query.city, "town");
    verb->add_option("--near", o->targets, "LAT,LON: prefer answers near to it")->expected(1);
    verb->add_flag("--complete", o->complete, "the text is still being typed");
    verb->add_option("--limit", o->limit = 5, "how many")->capture_default_str()->check(CLI::Range(1, 50));
    verb->callback([o] { find_places(*o, false); });

    o = std::make_shared<Options>();
    verb = add_verb(app, "reverse", "what is at a place", o, false);
    verb->add_option("place", o->places, "LAT,LON")->required()->expected(1);
    verb->add_option("--limit", o->limit = 3, "how many")->capture_default_str()->check(CLI::Range(1, 50));
    verb->callback([o] { find_places(*o, true); });
}

}  // namespace lastmile::app
