#include "engines/road/reach.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

namespace lastmile::road {
namespace {

struct Entry {
    Cost cost;
    std::uint32_t arc;
    bool operator<(const Entry& o) const { return cost > o.cost; }
};

/// Dijkstra on the *beginnings* of arcs, so that the last, half driven ones are seen too.
class Reach {
public:
    Reach(const Network& network, const ProfileGraph& graph, const Weights& weights, double limit_s, double spacing_m)
        : network_(network), graph_(graph), weights_(weights), limit_s_(limit_s), spacing_m_(spacing_m), begun_(graph.arcs.size(), unreachable) {}

    std::vector<Arrival> run(const Phantom& from) {
        for (const Seed& seed : from.sources) {
            const double at = fraction_on(graph_, from, seed.arc);
            drive(seed.arc, at, 0, seconds_of(seed.rest));
            if (seconds_of(seed.rest) <= limit_s_) turn(seed.arc, seed.rest);
        }
        while (!queue_.empty()) {
            const auto [cost, arc] = queue_.top();
            queue_.pop();
            if (cost != begun_[arc]) continue;
            const Cost end = cost + weights_.arcs[arc];
            drive(arc, 0, seconds_of(cost), seconds_of(end));
            if (seconds_of(end) <= limit_s_) turn(arc, end);
        }
        return std::move(arrivals_);
    }

private:
    void turn(std::uint32_t arc, Cost at_end) {
        for (const Turn& turn : graph_.turns_of(arc)) {
            if (!weights_.open(turn.to) || weights_.is_forbidden(turn)) continue;
            const Cost cost = at_end + weights_.step(turn) - weights_.arcs[turn.to];
            const bool for_visitors = graph_.arcs[turn.to].flags & arc_restricted;
            if (seconds_of(cost) > limit_s_ || entries_of(cost) > (for_visitors ? 1u : 0u) || cost >= begun_[turn.to]) continue;
            begun_[turn.to] = cost;
            queue_.push({cost, turn.to});
        }
    }

    /// Adds what is driven of an arc from `start` (0…1) to its end, or as far as the time suffices.
    void drive(std::uint32_t arc, double start, double begins_s, double ends_s) {
        std::vector<geo::Point> line = network_.line(graph_.arcs[arc].edge2 / 2);
        if (graph_.arcs[arc].edge2 & 1) std::ranges::reverse(line);
        const double whole = geo::length_m(line), first = start * whole;
        const double driven = ends_s > limit_s_ ? (limit_s_ - begins_s) / (ends_s - begins_s) : 1;
        const double last = first + (whole - first) * driven;
        const auto count = static_cast<std::size_t>(std::ceil(std::max(0.0, last - first) / spacing_m_)) + 1;
        double travelled = 0;
        std::size_t segment = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const double at = count == 1 ? first : first + (last - first) * static_cast<double>(i) / static_cast<double>(count - 1);
            while (segment + 2 < line.size() && travelled + geo::distance_m(line[segment], line[segment + 1]) < at)
                travelled += geo::distance_m(line[segment], line[segment + 1]), ++segment;
            const geo::Point a = line[segment], b = line[segment + 1];
            const double length = geo::distance_m(a, b), t = length > 0 ? std::clamp((at - travelled) / length, 0.0, 1.0) : 0;
            const double share = whole > first ? (at - first) / (whole - first) : 0;
            arrivals_.push_back({{a.lat + t * (b.lat - a.lat), a.lon + t * (b.lon - a.lon)}, begins_s + share * (ends_s - begins_s)});
        }
    }

    const Network& network_;
    const ProfileGraph& graph_;
    const Weights& weights_;
    double limit_s_, spacing_m_;
    std::vector<Cost> begun_;
    std::priority_queue<Entry> queue_;
    std::vector<Arrival> arrivals_;
};

}  // namespace

std::vector<Arrival> arrivals(const Network& network, const ProfileGraph& graph, const Weights& weights, const Phantom& from, double limit_s,
                              double spacing_m) {
    return Reach(network, graph, weights, limit_s, spacing_m).run(from);
}

}  // namespace lastmile::road
