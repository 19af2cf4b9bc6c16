#include "connectors/roads/fallback.hpp"

namespace lastmile::remote {
namespace {

using road::Fault;
using road::Refusal;

/// Usual speeds in towns, metres a second.
const std::map<std::string, double, std::less<>>& speeds() {
    static const std::map<std::string, double, std::less<>> known{{"car", 8.3}, {"van", 7.8}, {"truck", 6.9}, {"bike", 4.4}, {"cargo_bike", 4.0}, {"foot", 1.4}};
    return known;
}

road::Answer<double> speed_of(std::string_view profile) {
    const auto at = speeds().find(profile);
    if (at == speeds().end()) return std::unexpected(Refusal{Fault::unknown_profile, "There is no usual speed for \"" + std::string(profile) + "\"."});
    return at->second;
}

template <class T>
bool unavailable(const road::Answer<T>& answer) {
    return !answer && answer.error().fault == Fault::unavailable;
}

}  // namespace

std::vector<std::string> GreatCircleRouter::profiles() const {
    std::vector<std::string> names;
    for (const auto& [name, speed] : speeds()) names.push_back(name);
    return names;
}

road::Answer<std::vector<road::Snap>> GreatCircleRouter::nearest(std::string_view profile, geo::Point point, std::size_t, double) const {
    if (const auto speed = speed_of(profile); !speed) return std::unexpected(speed.error());
    road::Snap snap;
    snap.point = point;
    return std::vector{snap};
}

road::Answer<road::Route> GreatCircleRouter::route(const road::RouteQuery& query) const {
    const auto speed = speed_of(query.profile);
    if (!speed) return std::unexpected(speed.error());
    if (query.places.size() < 2) return std::unexpected(Refusal{Fault::bad_question, "A route needs at least two places."});
    road::Route route;
    for (std::size_t i = 0; i < query.places.size(); ++i) {
        road::Snap snap;
        snap.point = query.places[i].point;
        route.snaps.push_back(std::move(snap));
        if (i == 0) continue;
        road::Leg leg;
        leg.geometry = {query.places[i - 1].point, query.places[i].point};
        leg.distance_m = factor_ * geo::distance_m(leg.geometry[0], leg.geometry[1]);
        leg.duration_s = leg.distance_m / *speed;
        route.distance_m += leg.distance_m;
        route.duration_s += leg.duration_s;
        route.legs.push_back(std::move(leg));
    }
    route.answered_by = "great_circles";
    return route;
}

road::Answer<void> GreatCircleRouter::table(const road::TableQuery& query, const road::RowSink& sink, std::stop_token stop) const {
    const auto speed = speed_of(query.profile);
    if (!speed) return std::unexpected(speed.error());
    std::vector<float> durations(query.targets.size()), distances(query.targets.size());
    for (std::size_t row = 0; row < query.sources.size(); ++row) {
        for (std::size_t i = 0; i < query.targets.size(); ++i) {
            const double metres = factor_ * geo::distance_m(query.sources[row].point, query.targets[i].point);
            distances[i] = static_cast<float>(metres);
            durations[i] = static_cast<float>(metres / *speed);
        }
        if (stop.stop_requested() || !sink(row, durations, distances)) return std::unexpected(Refusal{Fault::cancelled, "The table was cancelled."});
    }
    return {};
}

std::vector<std::string> FallbackRouter::profiles() const { return first_->profiles(); }

road::Answer<std::vector<road::Snap>> FallbackRouter::nearest(std::string_view profile, geo::Point point, std::size_t count, double max_snap_m) const {
    auto answer = first_->nearest(profile, point, count, max_snap_m);
    if (!unavailable(answer)) return answer;
    ++fell_back_;
    return second_->nearest(profile, point, count, max_snap_m);
}

road::Answer<road::Route> FallbackRouter::route(const road::RouteQuery& query) const {
    auto answer = first_->route(query);
    if (!unavailable(answer)) return answer;
    ++fell_back_;
    const auto why = answer.error().sentence;
    auto other = second_->route(query);
    if (other) other->answered_by = second_name_ + ": " + why;
    return other;
}

road::Answer<void> FallbackRouter::table(const road::TableQuery& query, const road::RowSink& sink, std::stop_token stop) const {
    std::vector<float> durations, distances;
    const auto keep = [&](std::size_t, std::span<const float> times, std::span<const float> metres) {
        durations.insert(durations.end(), times.begin(), times.end());
        distances.insert(distances.end(), metres.begin(), metres.end());
        return true;
    };
    const auto answer = first_->table(query, keep, stop);
    if (unavailable(answer)) {
        ++fell_back_;
        return second_->table(query, sink, stop);
    }
    if (!answer) return answer;
    const std::size_t columns = query.targets.size();
    for (std::size_t row = 0; row < query.sources.size(); ++row)
        if (!sink(row, std::span(durations).subspan(row * columns, columns), std::span(distances).subspan(row * columns, columns)))
            return std::unexpected(Refusal{Fault::cancelled, "The table was cancelled."});
    return {};
}

road::Answer<road::Match> FallbackRouter::match(const road::MatchQuery& query) const {
    auto answer = first_->match(query);
    return unavailable(answer) ? second_->match(query) : std::move(answer);
}

road::Answer<std::vector<road::Isochrone>> FallbackRouter::isochrone(const road::IsochroneQuery& query) const {
    auto answer = first_->isochrone(query);
    return unavailable(answer) ? second_->isochrone(query) : std::move(answer);
}

template <class Ask>
geocode::Answer<std::vector<geocode::Candidate>> FallbackGeocoder::ask(Ask question) const {
    auto answer = question(*first_);
    if (answer || answer.error().fault != geocode::Refusal::Fault::unavailable || !second_) return answer;
    ++fell_back_;
    return question(*second_);
}

geocode::Answer<std::vector<geocode::Candidate>> FallbackGeocoder::search(const geocode::Query& query) const {
    return ask([&](const geocode::Geocoder& geocoder) { return geocoder.search(query); });
}

geocode::Answer<std::vector<geocode::Candidate>> FallbackGeocoder::complete(const geocode::Query& query) const {
    return ask([&](const geocode::Geocoder& geocoder) { return geocoder.complete(query); });
}

geocode::Answer<std::vector<geocode::Candidate>> FallbackGeocoder::reverse(geo::Point point, std::size_t limit, double max_m) const {
    return ask([&](const geocode::Geocoder& geocoder) { return geocoder.reverse(point, limit, max_m); });
}

}  // namespace lastmile::remote
