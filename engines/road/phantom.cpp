#include "engines/road/phantom.hpp"

namespace lastmile::road {
namespace {

/// Nearer to the middle of a road than this, a place lies on neither side.
constexpr double side_threshold_m = 0.5;

bool usable(const ProfileGraph& graph, const Weights& weights, std::uint32_t edge2) {
    const std::uint32_t arc = graph.arc_of[edge2];
    return arc != none && (graph.arcs[arc].flags & arc_snaps) && weights.open(arc);
}

Phantom make_phantom(const Network& network, const ProfileGraph& graph, const Weights& weights, const Place& place, const NearRoad& near) {
    Phantom phantom;
    phantom.edge = near.edge;
    phantom.fraction = near.hit.length_m > 0 ? near.hit.along_m / near.hit.length_m : 0;
    const Side side = near.hit.distance_m < side_threshold_m || near.hit.side == 0 ? Side::on
                      : near.hit.side > 0                                          ? Side::left
                                                                                   : Side::right;
    phantom.snap = {near.hit.point,           near.hit.distance_m, near.edge, phantom.fraction, side, std::string(network.label(near.edge)),
                    network.ways()[near.edge]};
    bool forward = usable(graph, weights, 2 * near.edge), backward = usable(graph, weights, 2 * near.edge + 1);
    if (place.approach == Approach::curb && forward && backward && side != Side::on) {
        const bool own_side_is_right = network.meta().drives_on_left == 0;
        forward = (side == Side::right) == own_side_is_right;
        backward = !forward;
    }
    for (const bool back : {false, true}) {
        if (!(back ? backward : forward)) continue;
        const std::uint32_t arc = graph.arc_of[2 * near.edge + back];
        const Cost rest = weights.rest(arc, back ? 1 - phantom.fraction : phantom.fraction);
        phantom.sources.push_back({arc, rest});
        phantom.targets.push_back({arc, rest});
        for (const ArcCopy& copy : graph.copies_of(arc)) phantom.targets.push_back({copy.copy, rest});
    }
    return phantom;
}

}  // namespace

std::vector<Phantom> find_phantoms(const Network& network, const ProfileGraph& graph, const Weights& weights, const Place& place,
                                   std::size_t count, double max_m) {
    std::vector<Phantom> phantoms;
    if (!geo::is_valid(place.point)) return phantoms;
    const auto accept = [&](std::uint32_t edge) { return usable(graph, weights, 2 * edge) || usable(graph, weights, 2 * edge + 1); };
    for (const NearRoad& near : network.nearest(place.point, count, max_m, accept))
        phantoms.push_back(make_phantom(network, graph, weights, place, near));
    return phantoms;
}

std::optional<Phantom> find_phantom(const Network& network, const ProfileGraph& graph, const Weights& weights, const Place& place,
                                    double max_m) {
    auto found = find_phantoms(network, graph, weights, place, 1, max_m);
    return found.empty() ? std::nullopt : std::optional(std::move(found[0]));
}

double fraction_on(const ProfileGraph& graph, const Phantom& phantom, std::uint32_t arc) {
    return graph.arcs[arc].edge2 & 1 ? 1 - phantom.fraction : phantom.fraction;
}

}  // namespace lastmile::road
