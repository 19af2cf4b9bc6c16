#include "connectors/roads/osrm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engines/geo/polyline.hpp"

namespace lastmile::remote {
namespace {

namespace json = boost::json;
using road::Fault;
using road::Refusal;

constexpr std::size_t rows_at_once = 100;

std::string place_text(geo::Point p) {
    char text[64];
    std::snprintf(text, sizeof text, "%.6f,%.6f", p.lon, p.lat);
    return text;
}

std::string places_text(const std::vector<road::Place>& places) {
    std::string text;
    for (const auto& place : places) text += (text.empty() ? "" : ";") + place_text(place.point);
    return text;
}

std::string approaches_text(const std::vector<road::Place>& places) {
    if (std::ranges::none_of(places, [](const road::Place& p) { return p.approach == road::Approach::curb; })) return {};
    std::string text = "&approaches=";
    for (std::size_t i = 0; i < places.size(); ++i) text += std::string(i ? ";" : "") + (places[i].approach == road::Approach::curb ? "curb" : "unrestricted");
    return text;
}

std::string radii_text(std::size_t places, double metres) {
    std::string text = "&radiuses=";
    for (std::size_t i = 0; i < places; ++i) text += (i ? ";" : "") + std::to_string(std::lround(metres));
    return text;
}

Refusal unavailable(std::string sentence) { return {Fault::unavailable, std::move(sentence)}; }

/// OSRM says Ok, or why not.
road::Answer<json::value> checked(std::expected<RemoteAnswer, std::string> answer) {
    if (!answer) return std::unexpected(unavailable(answer.error()));
    const auto code = text_at(answer->body, "code");
    if (code == "Ok") return std::move(answer->body);
    auto sentence = "OSRM: " + text_at(answer->body, "message");
    if (code == "NoRoute" || code == "NoTable") return std::unexpected(Refusal{Fault::no_route, std::move(sentence)});
    if (code == "NoSegment") return std::unexpected(Refusal{Fault::nothing_near, std::move(sentence)});
    if (code == "InvalidValue" || code == "InvalidQuery" || code == "InvalidOptions") return std::unexpected(Refusal{Fault::bad_question, std::move(sentence)});
    return std::unexpected(unavailable(code.empty() ? "The answer is not one of OSRM's." : std::move(sentence)));
}

road::Snap snap_of(const json::value& waypoint) {
    road::Snap snap;
    if (const auto* at = array_at(waypoint, "location"); at && at->size() == 2 && (*at)[0].is_number() && (*at)[1].is_number())
        snap.point = {(*at)[1].to_number<double>(), (*at)[0].to_number<double>()};
    snap.distance_m = number_at(waypoint, "distance");
    snap.name = text_at(waypoint, "name");
    return snap;
}

road::Maneuver maneuver_of(const json::value& maneuver) {
    const auto type = text_at(maneuver, "type"), modifier = text_at(maneuver, "modifier");
    if (type == "depart") return road::Maneuver::depart;
    if (type == "arrive") return road::Maneuver::arrive;
    if (type == "roundabout" || type == "rotary") return road::Maneuver::roundabout;
    if (modifier == "uturn") return road::Maneuver::u_turn;
    return type == "turn" || type == "end of road" || type == "fork" || type == "merge" ? road::Maneuver::turn : road::Maneuver::continue_;
}

/// False where the leg has no geometry that can be read.
bool read_leg(const json::value& from, road::Leg& leg) {
    leg.distance_m = number_at(from, "distance");
    leg.duration_s = number_at(from, "duration");
    const auto* steps = array_at(from, "steps");
    if (!steps) return false;
    for (const auto& step : *steps) {
        const auto line = geo::decode_polyline(text_at(step, "geometry"), 6);
        const auto* maneuver = member(step, "maneuver");
        if (!line || !maneuver) return false;
        road::Step made;
        made.maneuver = maneuver_of(*maneuver);
        made.name = text_at(step, "name");
        made.distance_m = number_at(step, "distance");
        made.duration_s = number_at(step, "duration");
        made.turn_deg = std::remainder(number_at(*maneuver, "bearing_after") - number_at(*maneuver, "bearing_before"), 360);
        for (const geo::Point p : *line)
            if (leg.geometry.empty() || !(leg.geometry.back() == p)) leg.geometry.push_back(p);
        made.geometry_index = leg.geometry.empty() ? 0 : leg.geometry.size() - std::min(leg.geometry.size(), line->size());
        leg.steps.push_back(std::move(made));
    }
    return !leg.geometry.empty();
}

std::optional<road::Route> read_route(const json::value& from, bool steps) {
    road::Route route;
    route.distance_m = number_at(from, "distance");
    route.duration_s = number_at(from, "duration");
    const auto* legs = array_at(from, "legs");
    if (!legs || legs->empty()) return std::nullopt;
    for (const auto& leg : *legs) {
        if (!read_leg(leg, route.legs.emplace_back())) return std::nullopt;
        if (!steps) route.legs.back().steps.clear();
    }
    return route;
}

}  // namespace

OsrmRouter::OsrmRouter(RemoteOptions options, std::map<std::string, std::string, std::less<>> profiles)
    : remote_(std::move(options)), profiles_(std::move(profiles)) {}

std::vector<std::string> OsrmRouter::profiles() const {
    std::vector<std::string> names;
    for (const auto& [ours, theirs] : profiles_) names.push_back(ours);
    return names;
}

road::Answer<std::string> OsrmRouter::profile(std::string_view name) const {
    const auto at = profiles_.find(name);
    if (at == profiles_.end()) return std::unexpected(Refusal{Fault::unknown_profile, "The OSRM server has no profile for \"" + std::string(name) + "\"."});
    return at->second;
}

road::Answer<std::vector<road::Snap>> OsrmRouter::nearest(std::string_view name, geo::Point point, std::size_t count, double max_snap_m) const {
    const auto profile = this->profile(name);
    if (!profile) return std::unexpected(profile.error());
    const auto answer = checked(remote_.get("/nearest/v1/" + *profile + "/" + place_text(point) + "?number=" + std::to_string(std::max<std::size_t>(1, count))));
    if (!answer) return std::unexpected(answer.error());
    std::vector<road::Snap> snaps;
    if (const auto* waypoints = array_at(*answer, "waypoints"))
        for (const auto& waypoint : *waypoints)
            if (auto snap = snap_of(waypoint); snap.distance_m <= max_snap_m) snaps.push_back(std::move(snap));
    if (snaps.empty()) return std::unexpected(Refusal{Fault::nothing_near, "OSRM has no road near " + place_text(point) + ".", 0});
    return snaps;
}

road::Answer<road::Route> OsrmRouter::route(const road::RouteQuery& query) const {
    const auto profile = this->profile(query.profile);
    if (!profile) return std::unexpected(profile.error());
    if (query.places.size() < 2) return std::unexpected(Refusal{Fault::bad_question, "A route needs at least two places."});
    if (!query.avoid.empty()) return std::unexpected(unavailable("OSRM cannot avoid areas."));
    const auto answer = checked(remote_.get("/route/v1/" + *profile + "/" + places_text(query.places) + "?overview=false&steps=true&geometries=polyline6" +
                                            (query.alternatives ? "&alternatives=" + std::to_string(query.alternatives) : std::string()) +
                                            approaches_text(query.places) + radii_text(query.places.size(), query.max_snap_m)));
    if (!answer) return std::unexpected(answer.error());
    std::vector<road::Snap> snaps;
    if (const auto* waypoints = array_at(*answer, "waypoints"))
        for (const auto& waypoint : *waypoints) snaps.push_back(snap_of(waypoint));
    std::vector<road::Route> routes;
    if (const auto* list = array_at(*answer, "routes"))
        for (const auto& one : *list)
            if (auto route = read_route(one, query.steps)) routes.push_back(std::move(*route));
    if (routes.empty() || snaps.size() != query.places.size() || routes[0].legs.size() + 1 != snaps.size())
        return std::unexpected(unavailable("The answer is not one of OSRM's."));
    for (auto& route : routes) route.snaps = snaps, route.answered_by = "osrm";
    road::Route best = std::move(routes[0]);
    for (std::size_t i = 1; i < routes.size() && best.alternatives.size() < query.alternatives; ++i) best.alternatives.push_back(std::move(routes[i]));
    return best;
}

road::Answer<void> OsrmRouter::table(const road::TableQuery& query, const road::RowSink& sink, std::stop_token stop) const {
    const auto profile = this->profile(query.profile);
    if (!profile) return std::unexpected(profile.error());
    constexpr float infinite = std::numeric_limits<float>::infinity();
    std::vector<float> durations(query.targets.size()), distances(query.targets.size());
    for (std::size_t first = 0; first < query.sources.size(); first += rows_at_once) {
        if (stop.stop_requested()) return std::unexpected(Refusal{Fault::cancelled, "The table was cancelled."});
        const std::size_t count = std::min(rows_at_once, query.sources.size() - first);
        std::vector<road::Place> places(query.sources.begin() + static_cast<std::ptrdiff_t>(first), query.sources.begin() + static_cast<std::ptrdiff_t>(first + count));
        places.insert(places.end(), query.targets.begin(), query.targets.end());
        std::string sources, targets;
        for (std::size_t i = 0; i < places.size(); ++i) (i < count ? sources : targets) += (i == 0 || i == count ? "" : ";") + std::to_string(i);
        const auto answer = checked(remote_.get("/table/v1/" + *profile + "/" + places_text(places) + "?annotations=duration,distance&sources=" + sources +
                                                "&destinations=" + targets + approaches_text(places)));
        if (!answer) return std::unexpected(answer.error());
        const auto *times = array_at(*answer, "durations"), *metres = array_at(*answer, "distances");
        if (!times || !metres || times->size() != count || metres->size() != count) return std::unexpected(unavailable("The answer is not one of OSRM's."));
        for (std::size_t row = 0; row < count; ++row) {
            const auto *t = (*times)[row].if_array(), *m = (*metres)[row].if_array();
            if (!t || !m || t->size() != durations.size() || m->size() != distances.size()) return std::unexpected(unavailable("The answer is not one of OSRM's."));
            for (std::size_t i = 0; i < durations.size(); ++i) {
                durations[i] = (*t)[i].is_number() ? static_cast<float>((*t)[i].to_number<double>()) : infinite;
                distances[i] = (*m)[i].is_number() ? static_cast<float>((*m)[i].to_number<double>()) : infinite;
            }
            if (!sink(first + row, durations, distances)) return std::unexpected(Refusal{Fault::cancelled, "The table was cancelled."});
        }
    }
    return {};
}

}  // namespace lastmile::remote
