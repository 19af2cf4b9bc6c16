#pragma once
// What the road engine's verbs share: reading places, areas and conditions, opening maps, writing JSON.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cmath>
#include <expected>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "engines/geocode/geocoder.hpp"
#include "engines/road/embedded.hpp"
#include "engines/road_import/import.hpp"

namespace lastmile::app {

/// What the verbs are asked. CLI11 fills it; the callbacks read it.
struct RoadOptions {
    std::string map, profile = "car", input, output, text, conditions, at, speeds;
    std::vector<std::string> profiles, profile_files, places, targets, avoid, close;
    std::vector<double> minutes;
    bool as_json = false, no_addresses = false, curb = false, complete = false;
    std::size_t limit = 0, alternatives = 0;
    int least_zoom = 0, most_zoom = 0;
    double accuracy_m = 0;
    geocode::Query query;
};

/// "LAT,LON". Throws with one sentence, as all of these.
geo::Point parse_point(const std::string& text);
/// "LAT,LON LAT,LON LAT,LON …"
geo::Polygon parse_area(const std::string& text);

/// `--close way/123`, `--close road/45`, `--close "LAT,LON LAT,LON LAT,LON"`, and the file of `--conditions` as it holds at `--at` (default: now).
road::Conditions parse_conditions(const RoadOptions& o);

/// One ping a line: LAT,LON,SECONDS and perhaps ACCURACY in metres. Empty lines and a heading are passed over.
std::vector<road::Ping> read_pings(std::istream& in);
/// What `learn` wrote.
std::shared_ptr<const road::LearnedSpeeds> open_speeds(const std::string& path);

/// A line on the terminal that stays one line; nothing where nobody looks.
road_import::Progress show_import_progress();
std::shared_ptr<const road::MapFile> open_map(const RoadOptions& o);
/// Under the conditions that were asked for.
std::unique_ptr<road::EmbeddedRouter> open_router(const RoadOptions& o);

template <class T>
T expect(std::expected<T, road::Refusal> answer) {
    if (!answer) throw std::runtime_error(answer.error().sentence);
    if constexpr (!std::is_void_v<T>) return std::move(*answer);
}

inline double rounded(double value, double step = 0.1) { return std::round(value / step) * step; }
/// As text, with numbers as people write them (13.2611, not 1.32611E1).
std::string text_of(const boost::json::value& value);
boost::json::object json_of(geo::Point p);
/// A GeoJSON geometry.
boost::json::object json_of(const std::vector<geo::Polygon>& areas);

/// A verb with --map and --json, and (where it has one) --profile.
CLI::App* add_road_verb(CLI::App& app, const char* name, const char* description, const std::shared_ptr<RoadOptions>& o, bool with_profile);
/// --close, --conditions, --at.
void add_condition_flags(CLI::App& verb, const std::shared_ptr<RoadOptions>& o);

void add_map_verb(CLI::App& app);
void add_track_verbs(CLI::App& app);
void add_learn_verb(CLI::App& app);

}  // namespace lastmile::app
