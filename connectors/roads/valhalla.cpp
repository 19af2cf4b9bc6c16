#include "connectors/roads/valhalla.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engines/geo/polyline.hpp"

namespace lastmile::remote {
namespace {

namespace json = boost::json;
using road::Fault;
using road::Refusal;

constexpr std::size_t rows_at_once = 50;

json::array locations(const std::vector<road::Place>& places, double max_snap_m) {
    json::array list;
    for (const auto& place : places) {
        json::object at{{"lat", place.point.lat}, {"lon", place.point.lon}, {"search_cutoff", max_snap_m}};
        if (place.approach == road::Approach::curb) at["preferred_side"] = "same";
        list.push_back(std::move(at));
    }
    return list;
}

Refusal unavailable(std::string sentence) { return {Fault::unavailable, std::move(sentence)}; }
Refusal foreign() { return unavailable("The answer is not one of Valhalla's."); }

/// Error codes: valhalla.github.io/valhalla/api/turn-by-turn/api-reference/#internal-error-codes-and-conditions
road::Answer<json::value> checked(std::expected<RemoteAnswer, std::string> answer) {
    if (!answer) return std::unexpected(unavailable(answer.error()));
    if (answer->status < 400) return std::move(answer->body);
    const auto code = static_cast<int>(number_at(answer->body, "error_code"));
    auto sentence = "Valhalla: " + text_at(answer->body, "error");
    if (code == 442 || code == 441) return std::unexpected(Refusal{Fault::no_route, std::move(sentence)});
    if (code == 170 || code == 171 || code == 444) return std::unexpected(Refusal{Fault::nothing_near, std::move(sentence)});
    if (code >= 100 && code < 200) return std::unexpected(Refusal{Fault::bad_question, std::move(sentence)});
    return std::unexpected(unavailable(code ? std::move(sentence) : "The answer is not one of Valhalla's."));
}

road::Maneuver maneuver_of(int type) {
    if (type >= 1 && type <= 3) return road::Maneuver::depart;
    if (type >= 4 && type <= 6) return road::Maneuver::arrive;
    if (type == 12 || type == 13) return road::Maneuver::u_turn;
    if (type == 26 || type == 27) return road::Maneuver::roundabout;
    if (type == 28 || type == 29) return road::Maneuver::ferry;
    return type >= 9 && type <= 16 ? road::Maneuver::turn : road::Maneuver::continue_;
}

std::optional<road::Leg> read_leg(const json::value& from, bool steps) {
    road::Leg leg;
    const auto* summary = member(from, "summary");
    auto line = geo::decode_polyline(text_at(from, "shape"), 6);
    if (!summary || !line || line->empty()) return std::nullopt;
    leg.distance_m = number_at(*summary, "length") * 1000;
    leg.duration_s = number_at(*summary, "time");
    leg.geometry = std::move(*line);
    const auto* maneuvers = array_at(from, "maneuvers");
    if (!steps || !maneuvers) return leg;
    for (const auto& maneuver : *maneuvers) {
        road::Step step;
        step.maneuver = maneuver_of(static_cast<int>(number_at(maneuver, "type")));
        if (const auto* names = array_at(maneuver, "street_names"); names && !names->empty() && names->front().is_string())
            step.name = std::string(names->front().as_string());
        step.distance_m = number_at(maneuver, "length") * 1000;
        step.duration_s = number_at(maneuver, "time");
        const double index = number_at(maneuver, "begin_shape_index");
        if (!(index >= 0 && index < static_cast<double>(leg.geometry.size()))) return std::nullopt;
        step.geometry_index = static_cast<std::size_t>(index);
        leg.steps.push_back(std::move(step));
    }
    return leg;
}

}  // namespace

ValhallaRouter::ValhallaRouter(RemoteOptions options, std::map<std::string, std::string, std::less<>> profiles)
    : remote_(std::move(options)), profiles_(std::move(profiles)) {}

std::vector<std::string> ValhallaRouter::profiles() const {
    std::vector<std::string> names;
    for (const auto& [ours, theirs] : profiles_) names.push_back(ours);
    return names;
}

road::Answer<std::string> ValhallaRouter::costing(std::string_view name) const {
    const auto at = profiles_.find(name);
    if (at == profiles_.end()) return std::unexpected(Refusal{Fault::unknown_profile, "Valhalla has no costing for \"" + std::string(name) + "\"."});
    return at->second;
}

road::Answer<std::vector<road::Snap>> ValhallaRouter::nearest(std::string_view profile, geo::Point point, std::size_t count, double max_snap_m) const {
    const auto costing = this->costing(profile);
    if (!costing) return std::unexpected(costing.error());
    const auto answer = checked(remote_.post("/locate", json::object{{"locations", locations({{point}}, max_snap_m)}, {"costing", *costing}, {"verbose", false}}));
    if (!answer) return std::unexpected(answer.error());
    const auto* places = answer->if_array();
    const auto* edges = places && !places->empty() ? array_at((*places)[0], "edges") : nullptr;
    std::vector<road::Snap> snaps;
    if (edges)
        for (const auto& edge : *edges) {
            road::Snap snap;
            snap.point = {number_at(edge, "correlated_lat"), number_at(edge, "correlated_lon")};
            snap.distance_m = geo::distance_m(point, snap.point);
            snap.osm_way = static_cast<std::int64_t>(number_at(edge, "way_id"));
            snap.fraction = std::clamp(number_at(edge, "percent_along"), 0.0, 1.0);
            const auto side = text_at(edge, "side_of_street");
            snap.side = side == "left" ? road::Side::left : side == "right" ? road::Side::right : road::Side::on;
            // Both directions of one road are one road to us.
            const bool known = std::ranges::any_of(snaps, [&](const road::Snap& s) { return s.osm_way == snap.osm_way && s.point == snap.point; });
            if (snap.distance_m <= max_snap_m && !known && snaps.size() < count) snaps.push_back(std::move(snap));
        }
    if (snaps.empty()) return std::unexpected(Refusal{Fault::nothing_near, "Valhalla has no road near the place.", 0});
    return snaps;
}

road::Answer<road::Route> ValhallaRouter::route(const road::RouteQuery& query) const {
    const auto costing = this->costing(query.profile);
    if (!costing) return std::unexpected(costing.error());
    if (query.places.size() < 2) return std::unexpected(Refusal{Fault::bad_question, "A route needs at least two places."});
    json::object question{{"locations", locations(query.places, query.max_snap_m)}, {"costing", *costing}, {"units", "kilometers"}};
    if (!query.avoid.empty()) {
        auto& areas = question["exclude_polygons"].emplace_array();
        for (const auto& area : query.avoid) {
            json::array ring;
            if (!area.rings.empty())
                for (const geo::Point p : area.rings[0]) ring.push_back(json::array{p.lon, p.lat});
            areas.push_back(std::move(ring));
        }
    }
    if (query.alternatives) question["alternates"] = query.alternatives;
    const auto answer = checked(remote_.post("/route", question));
    if (!answer) return std::unexpected(answer.error());
    const auto read = [&](const json::value& trip) -> std::optional<road::Route> {
        road::Route route;
        const auto *legs = array_at(trip, "legs"), *places = array_at(trip, "locations");
        if (!legs || legs->size() + 1 != query.places.size()) return std::nullopt;
        for (const auto& one : *legs) {
            auto leg = read_leg(one, query.steps);
            if (!leg) return std::nullopt;
            route.distance_m += leg->distance_m;
            route.duration_s += leg->duration_s;
            route.legs.push_back(std::move(*leg));
        }
        for (std::size_t i = 0; i < query.places.size(); ++i) {
            road::Snap snap;
            snap.point = i < route.legs.size() ? route.legs[i].geometry.front() : route.legs.back().geometry.back();
            snap.distance_m = geo::distance_m(query.places[i].point, snap.point);
            if (places && i < places->size()) snap.name = text_at((*places)[i], "street");
            route.snaps.push_back(std::move(snap));
        }
        route.answered_by = "valhalla";
        return route;
    };
    const auto* trip = member(*answer, "trip");
    auto best = trip ? read(*trip) : std::nullopt;
    if (!best) return std::unexpected(foreign());
    if (const auto* others = array_at(*answer, "alternates"))
        for (const auto& other : *others)
            if (const auto* way = member(other, "trip"); way && best->alternatives.size() < query.alternatives)
                if (auto route = read(*way)) best->alternatives.push_back(std::move(*route));
    return std::move(*best);
}

road::Answer<void> ValhallaRouter::table(const road::TableQuery& query, const road::RowSink& sink, std::stop_token stop) const {
    const auto costing = this->costing(query.profile);
    if (!costing) return std::unexpected(costing.error());
    constexpr float infinite = std::numeric_limits<float>::infinity();
    std::vector<float> durations(query.targets.size()), distances(query.targets.size());
    for (std::size_t first = 0; first < query.sources.size(); first += rows_at_once) {
        if (stop.stop_requested()) return std::unexpected(Refusal{Fault::cancelled, "The table was cancelled."});
        const std::size_t count = std::min(rows_at_once, query.sources.size() - first);
        const std::vector<road::Place> sources(query.sources.begin() + static_cast<std::ptrdiff_t>(first),
                                               query.sources.begin() + static_cast<std::ptrdiff_t>(first + count));
        const auto answer = checked(remote_.post("/sources_to_targets", json::object{{"sources", locations(sources, query.max_snap_m)},
                                                                                     {"targets", locations(query.targets, query.max_snap_m)},
                                                                                     {"costing", *costing},
                                                                                     {"units", "kilometers"}}));
        if (!answer) return std::unexpected(answer.error());
        const auto* rows = array_at(*answer, "sources_to_targets");
        if (!rows || rows->size() != count) return std::unexpected(foreign());
        for (std::size_t row = 0; row < count; ++row) {
            const auto* cells = (*rows)[row].if_array();
            if (!cells || cells->size() != durations.size()) return std::unexpected(foreign());
            for (std::size_t i = 0; i < durations.size(); ++i) {
                const auto *time = member((*cells)[i], "time"), *length = member((*cells)[i], "distance");
                const bool there = time && time->is_number() && length && length->is_number();
                durations[i] = there ? static_cast<float>(time->to_number<double>()) : infinite;
                distances[i] = there ? static_cast<float>(length->to_number<double>() * 1000) : infinite;
            }
            if (!sink(first + row, durations, distances)) return std::unexpected(Refusal{Fault::cancelled, "The table was cancelled."});
        }
    }
    return {};
}

}  // namespace lastmile::remote
