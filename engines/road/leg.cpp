#include "engines/road/leg.hpp"

#include <algorithm>
#include <cmath>

namespace lastmile::road {
namespace {

/// The points of a line between two places on it, given in metres from its start.
std::vector<geo::Point> stretch(const std::vector<geo::Point>& line, double from_m, double to_m) {
    std::vector<geo::Point> out;
    double at = 0;
    const auto between = [](geo::Point a, geo::Point b, double t) {
        return geo::Point{a.lat + t * (b.lat - a.lat), a.lon + t * (b.lon - a.lon)};
    };
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        const double length = geo::distance_m(line[i], line[i + 1]);
        const double next = at + length;
        if (out.empty() && (from_m <= next || i + 2 == line.size()))
            out.push_back(length > 0 ? between(line[i], line[i + 1], std::clamp((from_m - at) / length, 0.0, 1.0)) : line[i]);
        if (!out.empty() && (to_m <= next || i + 2 == line.size())) {
            out.push_back(length > 0 ? between(line[i], line[i + 1], std::clamp((to_m - at) / length, 0.0, 1.0)) : line[i + 1]);
            break;
        }
        if (!out.empty()) out.push_back(line[i + 1]);
        at = next;
    }
    return out;
}

std::vector<geo::Point> points_of(const Network& network, std::uint32_t edge2, double from, double to) {
    std::vector<geo::Point> line = network.line(edge2 / 2);
    if (edge2 & 1) std::ranges::reverse(line);
    if (from <= 0 && to >= 1) return line;
    const double length = geo::length_m(line);
    return stretch(line, from * length, to * length);
}

double end_course(const std::vector<geo::Point>& line) {
    for (std::size_t i = line.size(); i-- > 1;)
        if (!(line[i - 1] == line[i])) return geo::bearing_deg(line[i - 1], line[i]);
    return 0;
}

double start_course(const std::vector<geo::Point>& line) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i)
        if (!(line[i] == line[i + 1])) return geo::bearing_deg(line[i], line[i + 1]);
    return 0;
}

/// What is driven from one arc of a path to its next.
struct Piece {
    std::uint32_t edge2;
    double distance_m, duration_s;
};

Maneuver maneuver_between(const Network& network, std::uint32_t before, std::uint32_t now) {
    if (now == (before ^ 1)) return Maneuver::u_turn;
    const Edge& a = network.edges()[before / 2];
    const Edge& b = network.edges()[now / 2];
    if ((b.flags & edge_roundabout) && !(a.flags & edge_roundabout)) return Maneuver::roundabout;
    if (b.road_class == RoadClass::ferry && a.road_class != RoadClass::ferry) return Maneuver::ferry;
    return network.label(before / 2) == network.label(now / 2) ? Maneuver::continue_ : Maneuver::turn;
}

/// A sharp bend under the same name is no news where no other road is; but at a junction it is.
bool is_news(Maneuver maneuver, double turn_deg, bool in_roundabout) {
    if (maneuver == Maneuver::continue_) return !in_roundabout && std::abs(turn_deg) > 50;
    return true;
}

}  // namespace

Leg draw_leg(const Network& network, const ProfileGraph& graph, const Phantom& from, const Phantom& to, const Path& path, bool steps) {
    Leg leg;
    leg.duration_s = seconds_of(path.cost);
    leg.distance_m = metres_of(path.cost);
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < path.arcs.size(); ++i) {
        const std::uint32_t arc = path.arcs[i], edge2 = graph.arcs[arc].edge2;
        const double start = i == 0 ? fraction_on(graph, from, arc) : 0;
        const double end = i + 1 == path.arcs.size() ? fraction_on(graph, to, arc) : 1;
        const auto line = points_of(network, edge2, start, end);
        const double share = std::max(0.0, end - start);
        const Piece piece{edge2, network.edges()[edge2 / 2].length_dm / 10.0 * share, graph.arcs[arc].duration_cs / 100.0 * share};
        if (steps) {
            const std::uint32_t before = pieces.empty() ? edge2 : pieces.back().edge2;
            const Maneuver maneuver = pieces.empty() ? Maneuver::depart : maneuver_between(network, before, edge2);
            const double turn = pieces.empty() ? 0 : std::remainder(start_course(line) - end_course(leg.geometry), 360);
            const bool round = network.edges()[edge2 / 2].flags & edge_roundabout;
            if (is_news(maneuver, turn, round))
                leg.steps.push_back(
                    {maneuver, std::string(network.label(edge2 / 2)), 0, 0, turn, leg.geometry.empty() ? 0 : leg.geometry.size() - 1});
            leg.steps.back().distance_m += piece.distance_m;
            leg.steps.back().duration_s += piece.duration_s;
        }
        pieces.push_back(piece);
        for (const geo::Point p : line)
            if (leg.geometry.empty() || !(leg.geometry.back() == p)) leg.geometry.push_back(p);
    }
    if (leg.geometry.size() == 1) leg.geometry.push_back(leg.geometry[0]);
    if (!steps || leg.steps.empty()) return leg;
    // What the pieces lack of the whole is waiting at junctions and (under live conditions) slower roads: shared by time, so that steps
    // add up to their leg.
    double sum = 0;
    for (const Step& step : leg.steps) sum += step.duration_s;
    for (Step& step : leg.steps) step.duration_s = sum > 0 ? step.duration_s * leg.duration_s / sum : 0;
    leg.steps.push_back({Maneuver::arrive, std::string(network.label(to.edge)), 0, 0, 0, leg.geometry.size() - 1});
    return leg;
}

}  // namespace lastmile::road
