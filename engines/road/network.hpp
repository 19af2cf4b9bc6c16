#pragma once
#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engines/geo/box.hpp"
#include "engines/geo/segment.hpp"
#include "engines/road/map_file.hpp"

namespace lastmile::road {

/// What one profile drives: arcs (directed pieces of road) and the turns between them, with the shape of their contraction hierarchy.
struct ProfileGraph {
    std::string name;
    std::span<const std::uint32_t> arc_of;
    std::span<const Arc> arcs;
    std::span<const ArcCopy> copies;
    std::span<const std::uint32_t> turn_first;
    std::span<const Turn> turns;
    std::span<const std::uint32_t> turn_slots;
    std::span<const std::uint32_t> up_first;
    std::span<const std::uint32_t> up_heads;
    std::span<const HourlyArc> hourly_arcs;
    std::span<const HourlyTurn> hourly_turns;

    std::span<const Turn> turns_of(std::uint32_t arc) const {
        return turns.subspan(turn_first[arc], turn_first[arc + 1] - turn_first[arc]);
    }
    std::span<const ArcCopy> copies_of(std::uint32_t arc) const;
};

inline constexpr int hours_of_week = 168;

/// A road near a place.
struct NearRoad {
    std::uint32_t edge = none;
    geo::OnLine hit;
};

/// The roads of a map file, as views into it.
class Network {
public:
    /// *Refuses* (MapError) a file whose sections contradict each other.
    explicit Network(std::shared_ptr<const MapFile> file);

    const MapFile& file() const { return *file_; }
    const MapMeta& meta() const { return *meta_; }
    geo::Box box() const;
    std::span<const Edge> edges() const { return edges_; }
    std::span<const Coordinate> nodes() const { return nodes_; }
    std::span<const std::int64_t> ways() const { return ways_; }
    std::span<const Coordinate> shape(std::uint32_t edge) const {
        return shapes_.subspan(shape_first_[edge], shape_first_[edge + 1] - shape_first_[edge]);
    }
    std::vector<geo::Point> line(std::uint32_t edge) const;
    std::string_view name(std::uint32_t id) const { return {name_chars_.data() + name_first_[id], name_first_[id + 1] - name_first_[id]}; }
    /// Street name, else reference, else nothing.
    std::string_view label(std::uint32_t edge) const { return name(edges_[edge].name ? edges_[edge].name : edges_[edge].ref); }

    std::span<const HourSet> hour_sets() const { return hour_sets_; }
    /// Which state the map's own rules by hour put it in: hours with the same rules have the same number, those without any have 0.
    std::uint32_t hour_state(int hour_of_week) const { return hour_states_[static_cast<std::size_t>(hour_of_week % hours_of_week)]; }

    const std::vector<ProfileGraph>& profiles() const { return profiles_; }
    const ProfileGraph* profile(std::string_view name) const;

    /// Edges that touch a box, in no order.
    std::vector<std::uint32_t> edges_in(const geo::Box& box) const;

    /// Up to `count` edges near `p` that `accept` lets pass, nearest first, none farther than `max_m`.
    template <class Accept>
    std::vector<NearRoad> nearest(geo::Point p, std::size_t count, double max_m, Accept accept) const;

private:
    struct Candidate {
        double distance;
        std::uint32_t level;  // of a box, or `road_found`
        std::uint32_t index;  // of a box, or an edge
        bool operator<(const Candidate& o) const { return distance > o.distance; }
    };
    static constexpr std::uint32_t road_found = none;
    /// The plane around a place, as geo::LocalPlane has it, without its care for sums beyond ±360°: this is done some hundred times a question.
    struct Plane {
        geo::Point origin;
        double per_lat, per_lon;
        explicit Plane(geo::Point p) : origin(p), per_lat(geo::radians(1) * geo::earth_radius_m), per_lon(per_lat * std::cos(geo::radians(p.lat))) {}
        geo::Offset to_plane(geo::Point p) const {
            const double lon = p.lon - origin.lon;
            return {(std::abs(lon) <= 180 ? lon : geo::lon_difference(p.lon, origin.lon)) * per_lon, (p.lat - origin.lat) * per_lat};
        }
    };
    static double distance_to_box_m(const Plane& plane, const TreeBox& box);
    double distance_to_edge_m(const Plane& plane, std::uint32_t edge) const;
    void load_profile(std::uint32_t index);
    void number_hour_states();
    std::size_t level_end(std::size_t level) const { return level + 1 < levels_.size() ? levels_[level + 1] : boxes_.size(); }

    std::shared_ptr<const MapFile> file_;
    const MapMeta* meta_ = nullptr;
    std::span<const Coordinate> nodes_;
    std::span<const Edge> edges_;
    std::span<const std::uint32_t> shape_first_;
    std::span<const Coordinate> shapes_;
    std::span<const std::uint32_t> name_first_;
    std::span<const char> name_chars_;
    std::span<const std::int64_t> ways_;
    std::span<const TreeBox> boxes_;
    std::span<const std::uint32_t> levels_;
    std::span<const std::uint32_t> leaf_edges_;
    std::span<const HourSet> hour_sets_;
    std::array<std::uint32_t, hours_of_week> hour_states_{};
    std::vector<ProfileGraph> profiles_;
};

/// Children a box of the tree has.
inline constexpr std::uint32_t tree_fanout = 8;

template <class Accept>
std::vector<NearRoad> Network::nearest(geo::Point p, std::size_t count, double max_m, Accept accept) const {
    std::vector<NearRoad> found;
    if (boxes_.empty() || count == 0) return found;
    const Plane plane(p);
    std::vector<Candidate> heap;
    heap.reserve(128);
    const auto push = [&](double distance, std::uint32_t level, std::uint32_t index) {
        if (distance > max_m) return;
        heap.push_back({distance, level, index});
        std::push_heap(heap.begin(), heap.end());
    };
    const auto top = static_cast<std::uint32_t>(levels_.size() - 1);
    for (std::uint32_t i = levels_[top]; i < level_end(top); ++i) push(distance_to_box_m(plane, boxes_[i]), top, i);
    while (!heap.empty()) {
        std::pop_heap(heap.begin(), heap.end());
        const Candidate best = heap.back();
        heap.pop_back();
        if (best.level == road_found) {
            found.push_back({best.index, geo::project(p, line(best.index))});
            if (found.size() == count) break;
        } else if (best.level == 0) {
            const std::uint32_t edge = leaf_edges_[best.index];
            if (!accept(edge)) continue;
            push(distance_to_edge_m(plane, edge), road_found, edge);
        } else {
            const std::size_t first = levels_[best.level - 1] + std::size_t{best.index - levels_[best.level]} * tree_fanout;
            const std::size_t last = std::min<std::size_t>(first + tree_fanout, levels_[best.level]);
            for (std::size_t i = first; i < last; ++i)
                push(distance_to_box_m(plane, boxes_[i]), best.level - 1, static_cast<std::uint32_t>(i));
        }
    }
    return found;
}

}  // namespace lastmile::road
