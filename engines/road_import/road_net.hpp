#pragma once
#include <span>
#include <vector>

#include "engines/road_import/raw_map.hpp"

namespace lastmile::road_import {

/// Ways cut at junctions: the part of a map that all profiles share.
struct RoadNet {
    std::vector<road::Coordinate> nodes;
    std::vector<RawNode> node_uses;  ///< parallel to nodes
    std::vector<std::int64_t> node_ids;
    std::vector<road::Edge> edges;
    std::vector<std::uint32_t> shape_first{0};
    std::vector<road::Coordinate> shapes;
    std::vector<std::uint32_t> edge_way;  ///< index into RawMap::ways
    /// Edges of a way: way_first[i] … way_first[i + 1], in the way's direction. Where a node is missing the way has a gap.
    std::vector<std::uint32_t> way_first{0};

    std::span<const road::Coordinate> shape(std::uint32_t edge) const {
        return std::span(shapes).subspan(shape_first[edge], shape_first[edge + 1] - shape_first[edge]);
    }
    /// Where a directed edge (2 × edge, + 1: backward) begins and ends.
    std::uint32_t tail(std::uint32_t edge2) const { return edge2 & 1 ? edges[edge2 / 2].to : edges[edge2 / 2].from; }
    std::uint32_t head(std::uint32_t edge2) const { return edge2 & 1 ? edges[edge2 / 2].from : edges[edge2 / 2].to; }
};

/// Cuts ways at ends, at nodes that ways share, and at nodes that matter to a profile. Sorts map.ways by id first, so that the order of
/// objects in the file
/// has no effect.
RoadNet build_road_net(RawMap& map);

/// A static tree of boxes over the edges, for "what is near": leaves first, level by level.
struct BoxTree {
    std::vector<road::TreeBox> boxes;
    std::vector<std::uint32_t> levels;
    std::vector<std::uint32_t> edges;
};
BoxTree build_box_tree(const RoadNet& net);

}  // namespace lastmile::road_import
