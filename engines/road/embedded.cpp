#include "engines/road/embedded.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engines/road/alternatives.hpp"
#include "engines/road/leg.hpp"
#include "engines/road/lessons.hpp"
#include "engines/road/reach.hpp"
#include "engines/road/table_sweep.hpp"
#include "engines/road/track_matcher.hpp"

namespace lastmile::road {
namespace {

/// A metric that is customised when it is first needed: most fleets use one or two profiles.
struct Slot {
    std::once_flag once;
    std::unique_ptr<Metric> metric;
    std::atomic<bool> ready = false;
};

constexpr float infinite = std::numeric_limits<float>::infinity();

std::string coordinates(geo::Point p) {
    const auto text = [](double v) {
        std::string s = std::to_string(v);
        return s.substr(0, s.size() - 1);
    };
    return text(p.lat) + "," + text(p.lon);
}

Refusal bad_question(std::string sentence) { return {Fault::bad_question, std::move(sentence)}; }

Refusal nothing_near(std::size_t index, geo::Point p, std::string_view profile, double max_m) {
    return {Fault::nothing_near,
            "No road for " + std::string(profile) + " within " + std::to_string(std::lround(max_m)) + " m of " + coordinates(p) + ".",
            index};
}

std::vector<Pace> paces_of(const Network& network, const Metric& metric, const Phantom& from, const Phantom& to, const Path& path) {
    const auto& graph = metric.graph();
    std::map<SpeedCell, double> cells;
    for (std::size_t i = 0; i < path.arcs.size(); ++i) {
        const std::uint32_t arc = path.arcs[i], road = graph.arcs[arc].edge2 / 2;
        const double start = i == 0 ? fraction_on(graph, from, arc) : 0, end = i + 1 == path.arcs.size() ? fraction_on(graph, to, arc) : 1;
        cells[{area_tile_of(network, road), network.edges()[road].road_class, 0}] += std::max(0.0, end - start) * time_of(metric.weights().arcs[arc]) / 100.0;
    }
    std::vector<Pace> paces;
    for (const auto& [cell, seconds] : cells) paces.push_back({cell, seconds});
    return paces;
}

}  // namespace

struct Snapshot {
    std::shared_ptr<const Network> network;
    Conditions conditions;
    mutable std::vector<Slot> slots;

    Snapshot(std::shared_ptr<const Network> n, Conditions c)
        : network(std::move(n)), conditions(std::move(c)), slots(network->profiles().size()) {}

    const Metric& metric(std::size_t index) const {
        Slot& slot = slots[index];
        std::call_once(slot.once, [&] {
            const ProfileGraph& graph = network->profiles()[index];
            slot.metric = std::make_unique<Metric>(graph, weigh(*network, graph, conditions));
            slot.ready = true;
        });
        return *slot.metric;
    }

    /// *Refuses* unknown_profile.
    Answer<const Metric*> metric(std::string_view profile) const {
        for (std::size_t i = 0; i < network->profiles().size(); ++i)
            if (network->profiles()[i].name == profile) return &metric(i);
        std::string names;
        for (const ProfileGraph& graph : network->profiles()) names += (names.empty() ? "" : ", ") + graph.name;
        return std::unexpected(Refusal{Fault::unknown_profile, "The map has no profile \"" + std::string(profile) + "\"; it has " + names + "."});
    }
};

EmbeddedRouter::EmbeddedRouter(std::shared_ptr<const Network> network, Conditions conditions)
    : snapshot_(std::make_shared<const Snapshot>(std::move(network), std::move(conditions))) {}

EmbeddedRouter::~EmbeddedRouter() = default;

std::shared_ptr<EmbeddedRouter> EmbeddedRouter::open(const std::filesystem::path& path) {
    return std::make_shared<EmbeddedRouter>(std::make_shared<const Network>(MapFile::open(path)));
}

std::shared_ptr<const Network> EmbeddedRouter::network() const { return snapshot_.load()->network; }

Conditions EmbeddedRouter::conditions() const { return snapshot_.load()->conditions; }

std::vector<std::string> EmbeddedRouter::profiles() const {
    std::vector<std::string> names;
    for (const ProfileGraph& graph : snapshot_.load()->network->profiles()) names.push_back(graph.name);
    return names;
}

Answer<std::vector<Snap>> EmbeddedRouter::nearest(std::string_view profile, geo::Point point, std::size_t count, double max_snap_m) const {
    const auto now = snapshot_.load();
    const auto metric = now->metric(profile);
    if (!metric) return std::unexpected(metric.error());
    std::vector<Snap> snaps;
    for (auto& phantom : find_phantoms(*now->network, (*metric)->graph(), (*metric)->weights(), {point}, count, max_snap_m))
        snaps.push_back(std::move(phantom.snap));
    if (snaps.empty()) return std::unexpected(nothing_near(0, point, profile, max_snap_m));
    return snaps;
}

Answer<Route> EmbeddedRouter::route(const RouteQuery& query) const {
    const auto now = snapshot_.load();
    const Network& network = *now->network;
    const auto found = now->metric(query.profile);
    if (!found) return std::unexpected(found.error());
    const Metric& metric = **found;
    if (query.places.size() < 2) return std::unexpected(bad_question("A route needs at least two places."));
    if (query.alternatives > 5) return std::unexpected(bad_question("At most five alternatives are looked for."));
    if (query.alternatives > 0 && query.places.size() != 2) return std::unexpected(bad_question("Alternatives need a route of exactly two places."));

    std::vector<bool> blocked;
    if (!query.avoid.empty()) {
        blocked.assign(network.edges().size(), false);
        for (const geo::Polygon& area : query.avoid)
            for (const std::uint32_t e : network.edges_in(geo::box_of(area)))
                if (geo::touches(area, network.line(e))) blocked[e] = true;
    }
    std::vector<Phantom> phantoms;
    for (std::size_t i = 0; i < query.places.size(); ++i) {
        auto phantom = find_phantom(network, metric.graph(), metric.weights(), query.places[i], query.max_snap_m);
        if (!phantom) return std::unexpected(nothing_near(i, query.places[i].point, query.profile, query.max_snap_m));
        phantoms.push_back(std::move(*phantom));
    }
    const Blocked is_blocked = blocked.empty() ? Blocked{} : Blocked([&](std::uint32_t e) { return bool{blocked[e]}; });
    Route route;
    for (std::size_t i = 0; i + 1 < phantoms.size(); ++i) {
        const Phantom &from = phantoms[i], &to = phantoms[i + 1];
        const Path path = is_blocked ? search_plainly(metric.graph(), metric.weights(), from, to, is_blocked) : metric.path(from, to);
        if (path.arcs.empty())
            return std::unexpected(Refusal{Fault::no_route,
                                           "No way for " + query.profile + " leads from " + coordinates(query.places[i].point) + " to " +
                                               coordinates(query.places[i + 1].point) + ".",
                                           i + 1});
        const auto drive = [&](Route& by, const Path& way) {
            const bool to_visitors = metric.graph().arcs[way.arcs.back()].flags & arc_restricted;
            by.through_restricted = by.through_restricted || entries_of(way.cost) > (to_visitors ? 1u : 0u);
            by.legs.push_back(draw_leg(network, metric.graph(), from, to, way, query.steps));
            if (query.paces) by.legs.back().paces = paces_of(network, metric, from, to, way);
            by.distance_m += by.legs.back().distance_m;
            by.duration_s += by.legs.back().duration_s;
        };
        drive(route, path);
        for (const Path& other :
             find_alternatives(network, metric.graph(), metric.weights(), from, to, path, query.alternatives, is_blocked)) {
            drive(route.alternatives.emplace_back(), other);
            route.alternatives.back().snaps = {from.snap, to.snap};
        }
    }
    for (Phantom& phantom : phantoms) route.snaps.push_back(std::move(phantom.snap));
    return route;
}

Answer<Match> EmbeddedRouter::match(const MatchQuery& query) const {
    const auto now = snapshot_.load();
    const auto metric = now->metric(query.profile);
    if (!metric) return std::unexpected(metric.error());
    if (query.pings.size() < 2) return std::unexpected(bad_question("A track needs at least two pings."));
    if (!(query.accuracy_m >= 1 && query.accuracy_m <= 100)) return std::unexpected(bad_question("The accuracy of pings must be within 1 and 100 m."));
    for (std::size_t i = 0; i < query.pings.size(); ++i) {
        if (!geo::is_valid(query.pings[i].point)) return std::unexpected(Refusal{Fault::bad_question, "A ping is at no place.", i});
        if (i > 0 && !(query.pings[i].time_s >= query.pings[i - 1].time_s))
            return std::unexpected(Refusal{Fault::bad_question, "Pings must be in the order of their times.", i});
    }
    return match_track(*now->network, **metric, query);
}

Answer<std::vector<Isochrone>> EmbeddedRouter::isochrone(const IsochroneQuery& query) const {
    const auto now = snapshot_.load();
    const auto metric = now->metric(query.profile);
    if (!metric) return std::unexpected(metric.error());
    if (query.limits_s.empty() || query.limits_s.size() > 10) return std::unexpected(bad_question("An isochrone takes one to ten limits."));
    for (const double limit : query.limits_s)
        if (!(limit >= 1 && limit <= 86'400)) return std::unexpected(bad_question("A limit must be within 1 s and a day."));
    const auto& graph = (*metric)->graph();
    const auto phantom = find_phantom(*now->network, graph, (*metric)->weights(), {query.from}, query.max_snap_m);
    if (!phantom) return std::unexpected(nothing_near(0, query.from, query.profile, query.max_snap_m));
    const double farthest = std::ranges::max(query.limits_s);
    return outline(arrivals(*now->network, graph, (*metric)->weights(), *phantom, farthest, std::clamp(farthest / 60, 15.0, 100.0)), query.limits_s);
}

Answer<void> EmbeddedRouter::table(const TableQuery& query, const RowSink& sink, std::stop_token stop) const {
    const auto now = snapshot_.load();
    const auto found = now->metric(query.profile);
    if (!found) return std::unexpected(found.error());
    const Metric& metric = **found;
    const auto place = [&](const std::vector<Place>& places) {
        std::vector<std::optional<Phantom>> phantoms;
        for (const Place& p : places)
            phantoms.push_back(find_phantom(*now->network, metric.graph(), metric.weights(), p, query.max_snap_m));
        return phantoms;
    };
    const auto pointers = [](const std::vector<std::optional<Phantom>>& phantoms) {
        std::vector<const Phantom*> list;
        for (const auto& phantom : phantoms) list.push_back(phantom ? &*phantom : nullptr);
        return list;
    };
    const auto source_phantoms = place(query.sources);
    const auto same = [](const Place& a, const Place& b) { return a.point == b.point && a.approach == b.approach; };
    const bool square = std::ranges::equal(query.sources, query.targets, same);  // the usual case, where placing twice would be a good part of the work
    const auto target_phantoms = square ? std::vector<std::optional<Phantom>>() : place(query.targets);
    const auto sources = pointers(source_phantoms), targets = square ? sources : pointers(target_phantoms);
    const Refusal cancelled{Fault::cancelled, "The table was cancelled."};
    TableSweep sweep(metric, targets);
    std::vector<Cost> costs(TableSweep::lanes * targets.size());
    std::vector<float> durations(targets.size()), distances(targets.size());
    for (std::size_t row = 0; row < sources.size(); row += TableSweep::lanes) {
        if (stop.stop_requested()) return std::unexpected(cancelled);
        const std::size_t count = std::min(TableSweep::lanes, sources.size() - row);
        sweep.run(std::span(sources).subspan(row, count), costs);
        for (std::size_t lane = 0; lane < count; ++lane) {
            for (std::size_t t = 0; t < targets.size(); ++t) {
                const Cost cost = costs[lane * targets.size() + t];
                durations[t] = cost < unreachable ? static_cast<float>(seconds_of(cost)) : infinite;
                distances[t] = cost < unreachable ? static_cast<float>(metres_of(cost)) : infinite;
            }
            if (!sink(row + lane, durations, distances)) return std::unexpected(cancelled);
        }
    }
    return {};
}

Answer<void> EmbeddedRouter::set_conditions(Conditions conditions) {
    if (const auto fault = fault_in(conditions, profiles())) return std::unexpected(bad_question(*fault));
    if (!conditions.timeless()) return std::unexpected(bad_question("A router has no clock: conditions with times belong to a RouterPool."));
    const std::scoped_lock lock(writing_);
    swap_in(snapshot_.load()->network, std::move(conditions));
    return {};
}

void EmbeddedRouter::warm(const std::vector<std::string>& profiles) const {
    const auto now = snapshot_.load();
    for (const std::string& profile : profiles) (void)now->metric(profile);
}

bool EmbeddedRouter::ready(std::string_view profile) const {
    const auto now = snapshot_.load();
    for (std::size_t i = 0; i < now->slots.size(); ++i)
        if (now->network->profiles()[i].name == profile) return now->slots[i].ready;
    return true;
}

std::vector<std::string> EmbeddedRouter::warmed() const {
    const auto now = snapshot_.load();
    std::vector<std::string> names;
    for (std::size_t i = 0; i < now->slots.size(); ++i)
        if (now->slots[i].ready) names.push_back(now->network->profiles()[i].name);
    return names;
}

void EmbeddedRouter::replace_map(const std::filesystem::path& path) {
    auto network = std::make_shared<const Network>(MapFile::open(path));
    const std::scoped_lock lock(writing_);
    swap_in(std::move(network), snapshot_.load()->conditions);
}

/// Profiles in use are customised before the swap, so that no question pays for it.
void EmbeddedRouter::swap_in(std::shared_ptr<const Network> network, Conditions conditions) {
    const auto old = snapshot_.load();
    auto fresh = std::make_shared<const Snapshot>(std::move(network), std::move(conditions));
    for (std::size_t i = 0; i < old->slots.size(); ++i)
        if (old->slots[i].ready) (void)fresh->metric(old->network->profiles()[i].name);
    snapshot_.store(std::move(fresh));
}

}  // namespace lastmile::road
