#include "engines/road/track_matcher.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engines/road/leg.hpp"
#include "engines/road/table_sweep.hpp"

namespace lastmile::road {
namespace {

constexpr std::size_t roads_near = 8;
constexpr double least_radius_m = 50;
constexpr double fastest_mps = 50;
/// Scale of the difference between way and beeline: a base, and what every second of silence adds.
constexpr double slack_m = 5, slack_per_s = 0.6;
/// Of two ways that fit, drivers take the faster: by how much a second makes a way less likely.
constexpr double haste_per_s = 0.1;

constexpr double impossible = -std::numeric_limits<double>::infinity();

/// One direction of a road near a ping.
struct State {
    Phantom place;
    double fitting;           // log-likelihood of the ping here
    double best = impossible;  // of the best path up to here
    std::size_t from = 0;
};

struct Layer {
    std::size_t ping;
    double deviation_m;
    std::vector<State> states;
};

/// A phantom of one direction only, so that a track never turns round at a ping unless it does on the road.
std::vector<State> states_of(const Network& network, const Metric& metric, const Ping& ping, double deviation_m) {
    std::vector<State> states;
    const double radius = std::max(least_radius_m, 4 * deviation_m);
    for (const Phantom& both : find_phantoms(network, metric.graph(), metric.weights(), {ping.point}, roads_near, radius)) {
        const double off = both.snap.distance_m / deviation_m;
        for (const Seed& seed : both.sources) {
            State state{both, -0.5 * off * off};
            state.place.sources = {seed};
            std::erase_if(state.place.targets, [&](const Seed& t) { return metric.graph().arcs[t.arc].edge2 != metric.graph().arcs[seed.arc].edge2; });
            states.push_back(std::move(state));
        }
    }
    return states;
}

class Matcher {
public:
    Matcher(const Network& network, const Metric& metric, const MatchQuery& query) : network_(network), metric_(metric), query_(query) {}

    Match run() {
        match_.pings.resize(query_.pings.size());
        for (std::size_t i = 0; i < query_.pings.size(); ++i) {
            const Ping& ping = query_.pings[i];
            const double deviation = ping.accuracy_m > 0 ? std::clamp(ping.accuracy_m, 1.0, 100.0) : query_.accuracy_m;
            if (!layers_.empty()) {
                const Ping& last = query_.pings[layers_.back().ping];
                const bool is_last = i + 1 == query_.pings.size();
                if (!is_last && geo::distance_m(last.point, ping.point) < 2 * deviation && ping.time_s - last.time_s <= query_.max_gap_s) continue;
                if (ping.time_s - last.time_s > query_.max_gap_s) finish();
            }
            Layer layer{i, deviation, states_of(network_, metric_, ping, deviation)};
            if (layer.states.empty()) continue;
            if (!layers_.empty() && !step(layers_.back(), layer)) finish();
            if (layers_.empty())
                for (State& state : layer.states) state.best = state.fitting;
            layers_.push_back(std::move(layer));
        }
        finish();
        return std::move(match_);
    }

private:
    static std::uint32_t arc_of(const State& state) { return state.place.sources[0].arc; }
    double fraction(const State& state) const { return fraction_on(metric_.graph(), state.place, arc_of(state)); }

    /// The vehicle stands, and its pings jump back a little along the road.
    bool stands(const State& from, const State& to, double deviation_m) const {
        if (arc_of(from) != arc_of(to)) return false;
        const double back = (fraction(from) - fraction(to)) * network_.edges()[from.place.edge].length_dm / 10.0;
        return back >= 0 && back <= 4 * deviation_m;
    }

    /// Viterbi's step (1967). False where no way leads from one layer to the next.
    bool step(const Layer& from, Layer& to) {
        const Ping &a = query_.pings[from.ping], &b = query_.pings[to.ping];
        const double beeline = geo::distance_m(a.point, b.point), seconds = std::max(0.0, b.time_s - a.time_s);
        const double scale = slack_m + slack_per_s * seconds;
        // No vehicle is faster, and no driver goes round for long; a ping's error may add to either.
        const double longest = std::min(fastest_mps * std::max(1.0, seconds), 5 * beeline + 500) + 8 * to.deviation_m;
        std::vector<const Phantom*> sources, targets;
        for (const State& s : from.states) sources.push_back(&s.place);
        for (const State& s : to.states) targets.push_back(&s.place);
        TableSweep sweep(metric_, targets);
        std::vector<Cost> costs(TableSweep::lanes * targets.size());
        bool possible = false;
        for (std::size_t first = 0; first < sources.size(); first += TableSweep::lanes) {
            const auto count = std::min(TableSweep::lanes, sources.size() - first);
            sweep.run(std::span(sources).subspan(first, count), costs);
            for (std::size_t i = 0; i < count; ++i) {
                const State& s = from.states[first + i];
                if (s.best == impossible) continue;
                for (std::size_t t = 0; t < to.states.size(); ++t) {
                    const Cost cost = stands(s, to.states[t], to.deviation_m) ? 0 : costs[i * targets.size() + t];
                    if (cost >= unreachable || metres_of(cost) > longest) continue;
                    const double likely = s.best - std::abs(metres_of(cost) - beeline) / scale - haste_per_s * seconds_of(cost) + to.states[t].fitting;
                    if (likely <= to.states[t].best) continue;
                    to.states[t].best = likely;
                    to.states[t].from = first + i;
                    possible = true;
                }
            }
        }
        return possible;
    }

    /// Reads the most likely path off the layers, and begins anew.
    void finish() {
        if (layers_.size() > 1) {
            std::vector<std::size_t> chosen(layers_.size());
            const auto best = std::ranges::max_element(layers_.back().states, {}, &State::best);
            chosen.back() = static_cast<std::size_t>(best - layers_.back().states.begin());
            for (std::size_t i = layers_.size() - 1; i > 0; --i) chosen[i - 1] = layers_[i].states[chosen[i]].from;
            add_stretch(chosen);
        }
        layers_.clear();
    }

    void add_stretch(const std::vector<std::size_t>& chosen) {
        Stretch stretch{layers_.front().ping, layers_.back().ping};
        stretch.observed_s = query_.pings[stretch.last_ping].time_s - query_.pings[stretch.first_ping].time_s;
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            const Snap& snap = layers_[i].states[chosen[i]].place.snap;
            match_.pings[layers_[i].ping] = {true, snap.point, snap.road, snap.distance_m};
        }
        // Where a vehicle stood, later pings may lie a little behind: the way goes on from the farthest place reached.
        const State* at = &layers_[0].states[chosen[0]];
        double stood = 0;  // since the last way
        for (std::size_t i = 1; i < layers_.size(); ++i) {
            const State& next = layers_[i].states[chosen[i]];
            const double begins = query_.pings[layers_[i - 1].ping].time_s, seconds = query_.pings[layers_[i].ping].time_s - begins;
            if (stands(*at, next, layers_[i].deviation_m + layers_[i - 1].deviation_m)) {
                stood += seconds;
                continue;
            }
            // Pings between two layers said nothing new: until the last of them the vehicle stood.
            const double standing = stood + query_.pings[layers_[i].ping - 1].time_s - begins;
            add_way(stretch, *at, next, standing > longest_wait_s ? stood + seconds - standing : stood + seconds);
            at = &next;
            stood = 0;
        }
        match_.distance_m += stretch.distance_m;
        match_.stretches.push_back(std::move(stretch));
    }

    void add_way(Stretch& stretch, const State& from, const State& to, double observed_s) const {
        const Path path = metric_.path(from.place, to.place);
        if (path.arcs.empty()) return;
        const auto& graph = metric_.graph();
        const double expected = seconds_of(path.cost);
        stretch.distance_m += metres_of(path.cost);
        stretch.expected_s += expected;
        for (std::size_t i = 0; i < path.arcs.size(); ++i) {
            const std::uint32_t arc = path.arcs[i], edge2 = graph.arcs[arc].edge2;
            const double start = i == 0 ? fraction(from) : 0, end = i + 1 == path.arcs.size() ? fraction(to) : 1;
            const double share = std::max(0.0, end - start);
            double seconds = time_of(metric_.weights().arcs[arc]) / 100.0 * share;
            double turns = 0;
            if (i > 0)
                for (const Turn& turn : graph.turns_of(path.arcs[i - 1]))
                    if (turn.to == arc) turns += turn.cost_cs / 100.0;
            seconds += turns;
            add_road(stretch, {edge2 / 2, (edge2 & 1) == 0, network_.edges()[edge2 / 2].length_dm / 10.0 * share, seconds, turns,
                               expected > 0 ? observed_s * seconds / expected : 0});
        }
        if (!query_.geometry) return;
        for (const geo::Point p : draw_leg(network_, graph, from.place, to.place, path, false).geometry)
            if (stretch.geometry.empty() || !(stretch.geometry.back() == p)) stretch.geometry.push_back(p);
    }

    static void add_road(Stretch& stretch, const DrivenRoad& road) {
        if (!stretch.roads.empty() && stretch.roads.back().road == road.road && stretch.roads.back().forward == road.forward) {
            stretch.roads.back().distance_m += road.distance_m;
            stretch.roads.back().expected_s += road.expected_s;
            stretch.roads.back().turns_s += road.turns_s;
            stretch.roads.back().observed_s += road.observed_s;
        } else {
            stretch.roads.push_back(road);
        }
    }

    const Network& network_;
    const Metric& metric_;
    const MatchQuery& query_;
    std::vector<Layer> layers_;
    Match match_;
};

}  // namespace

Match match_track(const Network& network, const Metric& metric, const MatchQuery& query) { return Matcher(network, metric, query).run(); }

}  // namespace lastmile::road
