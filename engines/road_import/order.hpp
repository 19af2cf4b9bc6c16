#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engines/road/map_format.hpp"

namespace lastmile::road_import {

/// An undirected edge between two junctions.
struct Link {
    std::uint32_t a, b;
};

/// A nested-dissection order of the *edges* of a road graph: what is contracted first comes first. Cutting edges before turns are
/// expanded keeps the cut
/// small: all arcs of a cut road separate the arcs on its both sides (Buchhold, Wagner, Zeitz, Zündorf 2020). Cuts are minimum cuts
/// between the outer
/// quarters of the nodes along four directions (inertial flow: Schild and Sommer 2015).
std::vector<std::uint32_t> dissect(std::span<const road::Coordinate> nodes, std::span<const Link> edges);

}  // namespace lastmile::road_import
