// `map import`, `map info`, `tiles`.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <iostream>

#include "app/road_verbs_io.hpp"
#include "engines/tiles/tile_maker.hpp"

namespace lastmile::app {
namespace {

namespace json = boost::json;

void import(const RoadOptions& o) {
    const auto start = std::chrono::steady_clock::now();
    const road_import::ImportOptions options{o.profiles, {o.profile_files.begin(), o.profile_files.end()}, !o.no_addresses};
    const auto r = road_import::import_map(o.input, o.output, options, show_import_progress());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    fmt::print("{}: {} roads, {} junctions, {} searchable places, {:.1f} MB in {:.1f} s and {:.0f} MB of memory\n", o.output, r.roads, r.junctions,
               r.records, static_cast<double>(r.bytes) / 1e6, seconds, static_cast<double>(used.ru_maxrss) / 1e3);
    fmt::print("read {} nodes, {} ways, {} relations; {} nodes are missing; {} turn restrictions applied, {} not understood; "
               "{} rules by hour, {} conditions not understood\n", r.osm_nodes,
               r.osm_ways, r.osm_relations, r.missing_nodes, r.restrictions, r.skipped_restrictions, r.hourly_rules, r.skipped_conditions);
    for (const auto& p : r.profiles)
        fmt::print("  {:<12} {:>9} arcs {:>9} turns {:>10} hierarchy arcs\n", p.name, p.arcs, p.turns, p.hierarchy_arcs);
}

void info(const RoadOptions& o) {
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
                           {"hourly_rules", m.hourly_rules},
                           {"skipped_conditions", m.skipped_conditions},
                           {"data_timestamp", m.data_timestamp},
                           {"drives_on_left", m.drives_on_left != 0},
                           {"place_index_bytes", file->section<char>(road::Section::places).size()},
                           {"profiles", profiles},
                           {"attribution", "© OpenStreetMap contributors, ODbL 1.0"}};
    if (o.as_json) std::cout << text_of(out) << '\n';
    else
        for (const auto& [key, value] : out)
            fmt::print("{}: {}\n", std::string(key), value.is_string() ? std::string(value.as_string()) : text_of(value));
}

tiles::TileId tile_at(geo::Point p, int zoom) {
    const auto m = geo::to_mercator(p);
    const int size = 1 << zoom;
    const auto number = [size](double share) { return std::clamp(static_cast<int>(share * size), 0, size - 1); };
    return {zoom, number(m.x), number(m.y)};
}

/// DIR/z/x/y.mvt for all tiles of the map that are not empty, and what a page needs to know of them.
void write_tiles(const RoadOptions& o) {
    if (o.least_zoom > o.most_zoom) throw std::runtime_error("The least zoom is above the greatest.");
    const auto file = open_map(o);
    const auto network = std::make_shared<const road::Network>(file);
    const geo::Box box = network->box();
    std::vector<tiles::Label> labels;
    if (const auto places = file->section<std::byte>(road::Section::places); !places.empty())
        for (auto& place : geocode::EmbeddedGeocoder(places, file).places_in(box)) labels.push_back({place.name, place.category, place.point});
    const tiles::TileMaker maker(network, std::move(labels));
    const std::filesystem::path folder = o.output;
    std::size_t written = 0, bytes = 0;
    for (int zoom = o.least_zoom; zoom <= o.most_zoom; ++zoom) {
        const auto first = tile_at({box.north, box.west}, zoom), last = tile_at({box.south, box.east}, zoom);
        for (int x = first.x; x <= last.x; ++x) {
            for (int y = first.y; y <= last.y; ++y) {
                const auto tile = maker.make({zoom, x, y});
                if (!tile || tile->empty()) continue;
                const auto path = folder / std::to_string(zoom) / std::to_string(x);
                std::error_code failed;
                std::filesystem::create_directories(path, failed);
                if (failed) throw std::runtime_error(fmt::format("The folder {} cannot be made: {}.", path.string(), failed.message()));
                std::ofstream out(path / (std::to_string(y) + ".mvt"), std::ios::binary);
                if (!(out << *tile) || !out.flush()) throw std::runtime_error((path / (std::to_string(y) + ".mvt")).string() + " cannot be written.");
                ++written;
                bytes += tile->size();
            }
        }
    }
    const auto layer = [](const char* name, std::initializer_list<const char*> texts, std::initializer_list<const char*> flags = {}) {
        json::object fields;
        for (const char* field : texts) fields[field] = "String";
        for (const char* field : flags) fields[field] = "Boolean";
        return json::object{{"id", name}, {"fields", std::move(fields)}};
    };
    const json::object about{{"tilejson", "3.0.0"},
                             {"tiles", json::array{"{z}/{x}/{y}.mvt"}},
                             {"minzoom", o.least_zoom},
                             {"maxzoom", o.most_zoom},
                             {"bounds", json::array{box.west, box.south, box.east, box.north}},
                             {"attribution", "© OpenStreetMap contributors"},
                             {"vector_layers", json::array{layer("landuse", {"kind"}), layer("water", {"kind"}), layer("buildings", {}),
                                                           layer("roads", {"class", "name", "ref"}, {"oneway", "tunnel", "bridge"}), layer("places", {"name", "kind"})}}};
    std::ofstream out(folder / "tiles.json");
    if (!(out << text_of(about) << '\n')) throw std::runtime_error((folder / "tiles.json").string() + " cannot be written.");
    fmt::print("{} tiles, {:.1f} MB\n", written, static_cast<double>(bytes) / 1e6);
}

}  // namespace

void add_map_verb(CLI::App& app) {
    auto* map = app.add_subcommand("map", "import road maps and look at them");
    map->require_subcommand(1);
    auto o = std::make_shared<RoadOptions>();
    auto* in = map->add_subcommand("import", "make a map file of an OpenStreetMap extract (.osm.pbf, .osm, .osm.bz2)");
    in->add_option("extract", o->input, "the extract")->required();
    in->add_option("-o,--output", o->output, "the map file to write")->required();
    in->add_option("--profiles", o->profiles, "profiles to import; default: all")->delimiter(',');
    in->add_option("--profile-file", o->profile_files, "a further profile (TOML), which may replace a built-in one");
    in->add_flag("--no-addresses", o->no_addresses, "leave out what `geocode` searches");
    in->callback([o] { import(*o); });
    auto look = std::make_shared<RoadOptions>();
    auto* about = map->add_subcommand("info", "what a map file holds");
    about->add_option("map", look->input, "the map file")->required();
    about->add_flag("--json", look->as_json, "as JSON");
    about->callback([look] { info(*look); });

    auto draw = std::make_shared<RoadOptions>();
    auto* verb = add_road_verb(app, "tiles", "write the map as vector tiles (MVT), DIR/z/x/y.mvt", draw, false);
    verb->add_option("-o,--output", draw->output, "the folder")->required();
    verb->add_option("--min-zoom", draw->least_zoom = 8, "from this zoom on")->capture_default_str()->check(CLI::Range(0, 16));
    verb->add_option("--max-zoom", draw->most_zoom = 14, "up to this one")->capture_default_str()->check(CLI::Range(0, 16));
    verb->callback([draw] { write_tiles(*draw); });
}

}  // namespace lastmile::app
