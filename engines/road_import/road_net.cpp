#include "engines/road_import/road_net.hpp"

#include <algorithm>
#include <numeric>

#include "engines/geo/segment.hpp"
#include "engines/road/network.hpp"

namespace lastmile::road_import {
namespace {

std::size_t index_of(const RawMap& map, std::int64_t id) {
    return static_cast<std::size_t>(std::ranges::lower_bound(map.node_ids, id) - map.node_ids.begin());
}

/// How often roads meet at each node: 2 and more is a junction. An end counts double.
std::vector<std::uint8_t> count_meetings(const RawMap& map) {
    std::vector<std::uint8_t> meetings(map.node_ids.size(), 0);
    const auto meet = [&](std::size_t node, int times) { meetings[node] = static_cast<std::uint8_t>(std::min(2, meetings[node] + times)); };
    for (const RawWay& way : map.ways)
        for (std::uint32_t i = 0; i < way.refs; ++i) {
            const std::size_t node = index_of(map, map.refs[way.first_ref + i]);
            const bool end = i == 0 || i + 1 == way.refs;
            const auto lacks = [&](std::uint32_t j) { return map.place(map.refs[way.first_ref + j]) == RawMap::missing; };
            meet(node, end || lacks(i - 1) || lacks(i + 1) ? 2 : 1);
        }
    for (const auto& [id, use] : map.nodes) meet(index_of(map, id), 2);
    return meetings;
}

class Cutter {
public:
    explicit Cutter(RawMap& map) : map_(map), meetings_(count_meetings(map)), junctions_(map.node_ids.size(), road::none) {}

    RoadNet run() {
        for (std::uint32_t i = 0; i < map_.ways.size(); ++i) {
            cut(i);
            net_.way_first.push_back(static_cast<std::uint32_t>(net_.edges.size()));
        }
        return std::move(net_);
    }

private:
    void cut(std::uint32_t way_index) {
        const RawWay& way = map_.ways[way_index];
        std::vector<road::Coordinate> line;
        std::size_t first = 0;
        for (std::uint32_t i = 0; i < way.refs; ++i) {
            const std::size_t node = index_of(map_, map_.refs[way.first_ref + i]);
            const road::Coordinate here = map_.coordinates[node];
            if (here == RawMap::missing) {
                line.clear();
                continue;
            }
            if (line.empty()) first = node;
            line.push_back(here);
            if (line.size() < 2 || meetings_[node] < 2) continue;
            add_edge(way_index, first, node, line);
            line = {here};
            first = node;
        }
    }

    void add_edge(std::uint32_t way_index, std::size_t from, std::size_t to, const std::vector<road::Coordinate>& line) {
        const RawWay& way = map_.ways[way_index];
        double metres = 0;
        for (std::size_t i = 0; i + 1 < line.size(); ++i) metres += geo::distance_m(line[i].point(), line[i + 1].point());
        net_.edges.push_back({junction(from), junction(to), way.name, way.ref, static_cast<std::uint32_t>(std::lround(metres * 10)),
                              way.road_class, way.flags, 0});
        net_.shapes.insert(net_.shapes.end(), line.begin(), line.end());
        net_.shape_first.push_back(static_cast<std::uint32_t>(net_.shapes.size()));
        net_.edge_way.push_back(way_index);
    }

    std::uint32_t junction(std::size_t node) {
        if (junctions_[node] == road::none) {
            junctions_[node] = static_cast<std::uint32_t>(net_.nodes.size());
            net_.nodes.push_back(map_.coordinates[node]);
            net_.node_ids.push_back(map_.node_ids[node]);
            const auto use = map_.nodes.find(map_.node_ids[node]);
            net_.node_uses.push_back(use == map_.nodes.end() ? RawNode{} : use->second);
        }
        return junctions_[node];
    }

    RawMap& map_;
    std::vector<std::uint8_t> meetings_;
    std::vector<std::uint32_t> junctions_;
    RoadNet net_;
};

/// The bits of two numbers by turns (Morton order).
std::uint64_t interleave(std::uint32_t x, std::uint32_t y) {
    const auto spread = [](std::uint64_t v) {
        v = (v | v << 16) & 0x0000FFFF0000FFFF;
        v = (v | v << 8) & 0x00FF00FF00FF00FF;
        v = (v | v << 4) & 0x0F0F0F0F0F0F0F0F;
        v = (v | v << 2) & 0x3333333333333333;
        return (v | v << 1) & 0x5555555555555555;
    };
    return spread(x) | spread(y) << 1;
}

}  // namespace

RoadNet build_road_net(RawMap& map) {
    std::ranges::sort(map.ways, {}, &RawWay::id);
    return Cutter(map).run();
}

BoxTree build_box_tree(const RoadNet& net) {
    BoxTree tree;
    std::vector<std::uint64_t> keys;
    std::vector<road::TreeBox> leaves;
    for (std::uint32_t e = 0; e < net.edges.size(); ++e) {
        road::TreeBox box{INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
        for (const road::Coordinate c : net.shape(e))
            box = {std::min(box.south, c.lat), std::min(box.west, c.lon), std::max(box.north, c.lat), std::max(box.east, c.lon)};
        leaves.push_back(box);
        const auto middle = [](std::int32_t a, std::int32_t b) {
            return static_cast<std::uint32_t>((std::int64_t{a} + b) / 2 + 2'000'000'000);
        };
        keys.push_back(interleave(middle(box.west, box.east), middle(box.south, box.north)));
    }
    tree.edges.resize(leaves.size());
    std::iota(tree.edges.begin(), tree.edges.end(), 0u);
    std::ranges::stable_sort(tree.edges, {}, [&](std::uint32_t e) { return keys[e]; });
    for (const std::uint32_t e : tree.edges) tree.boxes.push_back(leaves[e]);
    if (leaves.empty()) return tree;
    tree.levels.push_back(0);
    while (tree.boxes.size() - tree.levels.back() > road::tree_fanout) {
        const std::size_t first = tree.levels.back(), last = tree.boxes.size();
        tree.levels.push_back(static_cast<std::uint32_t>(last));
        for (std::size_t i = first; i < last; i += road::tree_fanout) {
            road::TreeBox box = tree.boxes[i];
            for (std::size_t j = i; j < std::min<std::size_t>(i + road::tree_fanout, last); ++j) {
                const road::TreeBox& b = tree.boxes[j];
                box = {std::min(box.south, b.south), std::min(box.west, b.west), std::max(box.north, b.north), std::max(box.east, b.east)};
            }
            tree.boxes.push_back(box);
        }
    }
    return tree;
}

}  // namespace lastmile::road_import
