#pragma once
#include <optional>
#include <vector>

#include "engines/road/router.hpp"
#include "engines/road/weights.hpp"

namespace lastmile::road {

/// An arc on which a route begins or ends, and what is left of it behind the place.
struct Seed {
    std::uint32_t arc;
    Cost rest;
};

/// A place put on a road of one profile: what searches begin and end with.
struct Phantom {
    std::uint32_t edge = none;
    double fraction = 0;  ///< along the edge's own direction
    Snap snap;
    std::vector<Seed> sources;  ///< at most two
    std::vector<Seed> targets;  ///< the same arcs and their copies
};

/// Puts a place on the nearest road of the profile that is open. No value where there is none within `max_m`.
std::optional<Phantom> find_phantom(const Network& network, const ProfileGraph& graph, const Weights& weights, const Place& place,
                                    double max_m);

/// The nearest different roads.
std::vector<Phantom> find_phantoms(const Network& network, const ProfileGraph& graph, const Weights& weights, const Place& place,
                                   std::size_t count, double max_m);

/// The fraction of `arc` at which a phantom lies.
double fraction_on(const ProfileGraph& graph, const Phantom& phantom, std::uint32_t arc);

}  // namespace lastmile::road
