// `learn`: speeds from tracks, and the file that `--speeds` applies.
#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/road_verbs_io.hpp"
#include "engines/road/lessons.hpp"

namespace lastmile::app {
namespace {

namespace json = boost::json;
using ByProfile = std::map<std::string, road::SpeedObservations>;

std::string tile_text(road::AreaTile tile) { return fmt::format("{}/{}/{}", road::area_zoom, road::tile_x(tile), road::tile_y(tile)); }

road::SpeedCell cell_of(const json::object& from, const std::string& file) {
    std::uint32_t x = 0, y = 0;
    const std::string tile(from.at("tile").as_string()), name(from.at("road_class").as_string());
    const auto known = std::ranges::find(road::road_class_names, name, [](const char* one) { return std::string(one); });
    const auto hour = from.at("hour_class").to_number<int>();
    if (std::sscanf(tile.c_str(), "12/%u/%u", &x, &y) != 2 || x > 4095 || y > 4095 || known == road::road_class_names.end() || hour < 0 || hour >= road::hour_classes)
        throw std::runtime_error(file + " has a cell that is none: " + json::serialize(from) + ".");
    return {x << road::area_zoom | y, static_cast<road::RoadClass>(known - road::road_class_names.begin()), static_cast<std::uint8_t>(hour)};
}

ByProfile read_speeds(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    if (!file || !(text << file.rdbuf())) throw std::runtime_error(path + " cannot be read.");
    ByProfile speeds;
    try {
        const auto parsed = json::parse(text.str());
        for (const auto& [profile, cells] : parsed.as_object())
            for (const auto& item : cells.as_array()) {
                const auto& cell = item.as_object();
                speeds[std::string(profile)][cell_of(cell, path)] =
                    road::SpeedSamples::of(json::value_to<std::vector<std::int16_t>>(cell.at("samples")), cell.at("seen").to_number<std::int64_t>());
            }
    } catch (const boost::system::system_error& fault) {
        throw std::runtime_error(path + ": " + fault.code().message() + ".");
    } catch (const std::out_of_range&) {
        throw std::runtime_error(path + " lacks a member.");
    } catch (const std::invalid_argument&) {
        throw std::runtime_error(path + " has a member of the wrong type.");
    }
    return speeds;
}

json::object json_of(const ByProfile& speeds) {
    json::object out;
    for (const auto& [profile, observations] : speeds) {
        json::array cells;
        for (const auto& [cell, samples] : observations)
            cells.push_back(json::object{{"tile", tile_text(cell.tile)},
                                         {"road_class", road::road_class_names[static_cast<std::size_t>(cell.road_class)]},
                                         {"hour_class", cell.hour_class},
                                         {"seen", samples.seen()},
                                         {"samples", json::value_from(samples.values())}});
        out[profile] = std::move(cells);
    }
    return out;
}

/// Of the wall clock of this machine (TZ).
int local_hour_of_week(double unix_s) {
    const auto at = static_cast<std::time_t>(unix_s);
    std::tm local{};
    localtime_r(&at, &local);
    return (local.tm_wday + 6) % 7 * 24 + local.tm_hour;
}

void learn(const RoadOptions& o) {
    auto speeds = std::filesystem::exists(o.speeds) ? read_speeds(o.speeds) : ByProfile{};
    auto unlearned = o;
    unlearned.speeds.clear();
    const auto router = open_router(unlearned);
    const auto network = router->network();
    double driven = 0, off_by_map = 0, off_when_learned = 0;
    std::size_t stretches = 0, lessons = 0;
    for (const auto& path : o.places) {
        std::ifstream file(path);
        if (!file) throw std::runtime_error(path + " cannot be read.");
        const road::MatchQuery query{o.profile, read_pings(file), o.accuracy_m, 300, false};
        const auto match = expect(router->match(query));
        const auto taught = road::lessons_of(*network, query, match, road::LearnedSpeeds(speeds), local_hour_of_week);
        for (const auto& lesson : taught.lessons) speeds[o.profile][lesson.cell].add(lesson.time_ratio);
        for (const auto& s : taught.stretches) {
            driven += s.driven_s, ++stretches;
            off_by_map += std::abs(s.driven_s - s.map_s), off_when_learned += std::abs(s.driven_s - s.learned_s);
        }
        lessons += taught.lessons.size();
    }
    std::ofstream out(o.speeds);
    if (!(out << json::serialize(json_of(speeds)) << '\n')) throw std::runtime_error(o.speeds + " cannot be written.");
    const auto n = static_cast<double>(std::max<std::size_t>(1, stretches));
    if (o.as_json)
        std::cout << text_of(json::object{{"tracks", o.places.size()}, {"stretches", stretches}, {"observations", lessons}, {"driven_s", rounded(driven)},
                                          {"map_mae_s", rounded(off_by_map / n)}, {"learned_mae_s", rounded(off_when_learned / n)}})
                  << '\n';
    else
        fmt::print("tracks: {}, stretches: {}, observations: {}\nforetold by the map: {:.1f} s off a stretch; with what had been learned: {:.1f} s\n", o.places.size(), stretches,
                   lessons, off_by_map / n, off_when_learned / n);
}

}  // namespace

std::shared_ptr<const road::LearnedSpeeds> open_speeds(const std::string& path) { return std::make_shared<const road::LearnedSpeeds>(read_speeds(path)); }

void add_learn_verb(CLI::App& app) {
    auto o = std::make_shared<RoadOptions>();
    auto* verb = add_road_verb(app, "learn", "speeds from tracks (LAT,LON,SECONDS[,ACCURACY] a line, Unix seconds), into a file for --speeds", o, true);
    verb->add_option("tracks", o->places, "a file a track")->required();
    verb->add_option("--speeds", o->speeds, "the file; what it holds already is learned on")->required();
    verb->add_option("--accuracy", o->accuracy_m = 10, "standard deviation of pings that state none, in metres")->capture_default_str();
    verb->callback([o] { learn(*o); });
}

}  // namespace lastmile::app
