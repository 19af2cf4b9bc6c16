#include "app/road_verbs_io.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <sstream>

#include "engines/road/roads_geojson.hpp"
#include "platform/base/clock.hpp"

namespace lastmile::app {
namespace {

namespace json = boost::json;

/// Members of one object of the conditions' file, each read once; what is left over is a typo.
class Members {
public:
    Members(const json::value& from, std::string what) : what_(std::move(what)) {
        if (!from.is_object()) throw std::runtime_error(what_ + " must be an object.");
        object_ = from.as_object();
    }
    ~Members() noexcept(false) {
        if (!object_.empty() && std::uncaught_exceptions() == 0) throw std::runtime_error(what_ + " has no member \"" + std::string(object_.begin()->key()) + "\".");
    }
    template <class T>
    std::vector<T> list(const char* name) {
        std::vector<T> out;
        for (const auto& item : array(name)) out.push_back(json::value_to<T>(item));
        return out;
    }
    json::value take(const char* name, json::value fallback) {
        const auto at = object_.find(name);
        if (at == object_.end()) return fallback;
        json::value found = at->value();
        object_.erase(at);
        return found;
    }
    json::array array(const char* name) { return take(name, json::array{}).as_array(); }
    std::vector<geo::Polygon> areas() {
        std::vector<geo::Polygon> out;
        for (const auto& area : array("areas")) out.push_back(parse_area(json::value_to<std::string>(area)));
        return out;
    }

private:
    json::object object_;
    std::string what_;
};

std::int64_t unix_seconds(const std::string& text) {
    const auto instant = parse_rfc3339(text);
    if (!instant) throw std::runtime_error("\"" + text + "\" is no time; write it as in 2026-05-04T18:00:00+02:00.");
    return to_unix_ms(*instant) / 1000;
}

road::Closure closure_of(const json::value& from) {
    Members members(from, "A closure");
    road::Closure closure{members.list<std::uint32_t>("roads"), members.list<std::int64_t>("ways"), members.areas(), members.list<std::string>("profiles")};
    if (const auto begin = members.take("from", ""); !begin.as_string().empty()) closure.from_s = unix_seconds(std::string(begin.as_string()));
    if (const auto end = members.take("until", ""); !end.as_string().empty()) closure.until_s = unix_seconds(std::string(end.as_string()));
    return closure;
}

road::SpeedFactor factor_of(const json::value& from) {
    Members members(from, "A factor");
    road::SpeedFactor factor;
    factor.factor = members.take("factor", 1).to_number<double>();
    factor.roads = members.list<std::uint32_t>("roads");
    factor.areas = members.areas();
    factor.profiles = members.list<std::string>("profiles");
    for (const auto& name : members.list<std::string>("classes")) {
        const auto at = std::ranges::find(road::road_class_names, name, [](const char* known) { return std::string(known); });
        if (at == road::road_class_names.end()) throw std::runtime_error("There is no road class \"" + name + "\".");
        factor.classes.push_back(static_cast<road::RoadClass>(at - road::road_class_names.begin()));
    }
    for (const auto hour : members.list<int>("hours_of_week")) {
        if (hour < 0 || hour > 167) throw std::runtime_error("hours_of_week go from 0 (Monday, 0:00) to 167.");
        factor.hours.set(static_cast<std::size_t>(hour));
    }
    return factor;
}

/// The clock on the wall of whoever wrote the time: its offset is left on.
road::Moment moment_of(const std::string& text) {
    if (text.empty()) {
        const std::int64_t now = to_unix_ms(machine_now()) / 1000;
        std::tm local{};
        const std::time_t seconds = now;
        localtime_r(&seconds, &local);
        return {now, (local.tm_wday + 6) % 7 * 24 + local.tm_hour};
    }
    const std::int64_t instant = unix_seconds(text), wall = unix_seconds(text.substr(0, std::min<std::size_t>(text.size(), 19)) + "Z");
    const std::int64_t hours = wall / 3600 - (wall % 3600 < 0);
    return {instant, static_cast<int>(((hours + 72) % 168 + 168) % 168)};  // the epoch was a Thursday
}

}  // namespace

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

geo::Polygon parse_area(const std::string& text) {
    geo::Ring ring;
    std::istringstream places(text);
    for (std::string place; places >> place;) ring.push_back(parse_point(place));
    if (ring.size() < 3) throw std::runtime_error("\"" + text + "\" is no area; write three places or more: \"LAT,LON LAT,LON LAT,LON\".");
    return {{std::move(ring)}};
}

road::Conditions parse_conditions(const RoadOptions& o) {
    road::Conditions conditions;
    if (!o.conditions.empty()) {
        std::ifstream file(o.conditions);
        std::stringstream text;
        if (!file || !(text << file.rdbuf())) throw std::runtime_error(o.conditions + " cannot be read.");
        try {
            Members members(json::parse(text.str()), o.conditions);
            for (const auto& closure : members.array("closures")) conditions.closures.push_back(closure_of(closure));
            for (const auto& factor : members.array("factors")) conditions.factors.push_back(factor_of(factor));
        } catch (const boost::system::system_error& fault) {
            throw std::runtime_error(o.conditions + ": " + fault.code().message() + ".");
        } catch (const std::logic_error&) { throw std::runtime_error(o.conditions + " has a member of the wrong type."); }
    }
    for (const std::string& what : o.close) {
        road::Closure closure;
        std::int64_t id = 0;
        const bool way = what.starts_with("way/"), road = what.starts_with("road/");
        const auto number = way ? what.substr(4) : road ? what.substr(5) : "";
        if (way || road) {
            const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
            if (error != std::errc{} || end != number.data() + number.size() || id < 0 || (road && id > UINT32_MAX))
                throw std::runtime_error("\"" + what + "\" names no road; write way/ID (OpenStreetMap) or road/NUMBER (from `nearest`).");
            if (way) closure.osm_ways = {id};
            else closure.roads = {static_cast<std::uint32_t>(id)};
        } else {
            if (what.find(',') == what.npos) throw std::runtime_error("\"" + what + "\" cannot be closed; write way/ID, road/NUMBER or an area \"LAT,LON LAT,LON LAT,LON\".");
            closure.areas = {parse_area(what)};
        }
        conditions.closures.push_back(std::move(closure));
    }
    if (!o.speeds.empty()) conditions.learned = open_speeds(o.speeds);
    return holding_at(conditions, moment_of(o.at));
}

road_import::Progress show_import_progress() {
    if (!::isatty(STDERR_FILENO)) return {};
    return [](std::string_view stage, double fraction) {
        fmt::print(stderr, "\r\033[K{} {:.0f} %{}", stage, fraction * 100, stage == "writing" && fraction >= 1 ? "\r\033[K" : "");
    };
}

std::shared_ptr<const road::MapFile> open_map(const RoadOptions& o) {
    const auto cache = std::filesystem::temp_directory_path() / fmt::format("lastmile-maps-{}", ::getuid());
    std::filesystem::create_directories(cache);
    std::filesystem::permissions(cache, std::filesystem::perms::owner_all);
    return road_import::open_map(o.map, cache, show_import_progress());
}

std::unique_ptr<road::EmbeddedRouter> open_router(const RoadOptions& o) {
    auto router = std::make_unique<road::EmbeddedRouter>(std::make_shared<const road::Network>(open_map(o)));
    auto conditions = parse_conditions(o);
    const auto network = router->network();
    for (const auto& closure : conditions.closures) {
        for (const auto way : closure.osm_ways)
            if (std::ranges::find(network->ways(), way) == network->ways().end())
                throw std::runtime_error(fmt::format("The map has no road of way/{}; `nearest` names those near a place.", way));
        for (const auto road : closure.roads)
            if (road >= network->edges().size()) throw std::runtime_error(fmt::format("The map has no road/{}; `nearest` names those near a place.", road));
    }
    if (!conditions.empty()) expect(router->set_conditions(std::move(conditions)));
    return router;
}

std::string text_of(const json::value& value) {
    if (const auto* array = value.if_array()) {
        std::string text = "[";
        for (const auto& item : *array) text += (text.size() > 1 ? "," : "") + text_of(item);
        return text + "]";
    }
    if (const auto* object = value.if_object()) {
        std::string text = "{";
        for (const auto& [key, item] : *object) text += (text.size() > 1 ? "," : "") + json::serialize(json::string(key)) + ":" + text_of(item);
        return text + "}";
    }
    if (const auto* number = value.if_double(); number && std::isfinite(*number)) {
        // Ten decimals are more than any of these numbers has; zeros at the end say nothing.
        auto text = fmt::format("{:.10f}", *number);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
        return text == "-0" ? "0" : text;
    }
    return json::serialize(value);
}

json::object json_of(geo::Point p) { return {{"lat", rounded(p.lat, 1e-7)}, {"lon", rounded(p.lon, 1e-7)}}; }

json::object json_of(const std::vector<geo::Polygon>& areas) {
    json::array polygons;
    for (const auto& area : areas) {
        json::array rings;
        for (const auto& ring : area.rings) {
            json::array places;
            for (const geo::Point p : ring) places.push_back(json::array{rounded(p.lon, 1e-6), rounded(p.lat, 1e-6)});
            rings.push_back(std::move(places));
        }
        polygons.push_back(std::move(rings));
    }
    return {{"type", "MultiPolygon"}, {"coordinates", std::move(polygons)}};
}

CLI::App* add_road_verb(CLI::App& app, const char* name, const char* description, const std::shared_ptr<RoadOptions>& o, bool with_profile) {
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

void add_condition_flags(CLI::App& verb, const std::shared_ptr<RoadOptions>& o) {
    verb.add_option("--close", o->close, "what is closed: way/ID, road/NUMBER or an area \"LAT,LON LAT,LON LAT,LON\"; may be repeated");
    verb.add_option("--conditions", o->conditions,
                    "closures and speed factors (JSON): {\"closures\": [{\"ways\", \"roads\", \"areas\", \"profiles\", \"from\", \"until\"}], "
                    "\"factors\": [{\"factor\", \"roads\", \"areas\", \"classes\", \"profiles\", \"hours_of_week\"}]}");
    verb.add_option("--speeds", o->speeds, "speeds that `learn` found, of the hour of --at");
    verb.add_option("--at", o->at, "when one drives, for closures and factors with times (RFC 3339, in local time); default: now");
}

}  // namespace lastmile::app
