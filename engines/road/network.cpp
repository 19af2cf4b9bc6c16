#include "engines/road/network.hpp"

#include <algorithm>
#include <cstring>
#include <map>

namespace lastmile::road {
namespace {

void demand(bool holds, const MapFile& file, const char* what) {
    if (!holds) throw MapError(file.path().string() + " is damaged: " + what + " do not fit together.");
}

/// Offsets that rise from 0 to `total`.
bool is_index(std::span<const std::uint32_t> first, std::size_t items, std::size_t total) {
    return first.size() == items + 1 && first.front() == 0 && first.back() == total && std::is_sorted(first.begin(), first.end());
}

}  // namespace

std::span<const ArcCopy> ProfileGraph::copies_of(std::uint32_t arc) const {
    const auto [first, last] = std::ranges::equal_range(copies, arc, {}, &ArcCopy::original);
    return {first, last};
}

Network::Network(std::shared_ptr<const MapFile> file) : file_(std::move(file)) {
    const auto meta = file_->section<MapMeta>(Section::meta);
    demand(meta.size() == 1, *file_, "its parts");
    meta_ = meta.data();
    nodes_ = file_->section<Coordinate>(Section::nodes);
    edges_ = file_->section<Edge>(Section::edges);
    shape_first_ = file_->section<std::uint32_t>(Section::shape_first);
    shapes_ = file_->section<Coordinate>(Section::shapes);
    name_first_ = file_->section<std::uint32_t>(Section::name_first);
    name_chars_ = file_->section<char>(Section::name_chars);
    ways_ = file_->section<std::int64_t>(Section::edge_ways);
    boxes_ = file_->section<TreeBox>(Section::tree_boxes);
    levels_ = file_->section<std::uint32_t>(Section::tree_levels);
    leaf_edges_ = file_->section<std::uint32_t>(Section::tree_edges);
    demand(is_index(shape_first_, edges_.size(), shapes_.size()), *file_, "roads and their shapes");
    demand(!name_first_.empty() && is_index(name_first_, name_first_.size() - 1, name_chars_.size()), *file_, "names");
    demand(ways_.size() == edges_.size() && leaf_edges_.size() == edges_.size(), *file_, "roads and their index");
    demand(boxes_.empty() || (!levels_.empty() && levels_[0] == 0 && levels_.back() < boxes_.size() && level_end(0) == leaf_edges_.size()),
           *file_, "roads and their index");
    for (const Edge& e : edges_) {
        demand(e.from < nodes_.size() && e.to < nodes_.size(), *file_, "roads and junctions");
        demand(e.name + 1 < name_first_.size() && e.ref + 1 < name_first_.size(), *file_, "roads and names");
    }
    for (const std::uint32_t e : leaf_edges_) demand(e < edges_.size(), *file_, "roads and their index");
    hour_sets_ = file_->section<HourSet>(Section::hour_sets);
    for (std::uint32_t i = 0; i < meta_->profiles; ++i) load_profile(i);
    number_hour_states();
}

void Network::load_profile(std::uint32_t index) {
    const auto record = file_->section<ProfileRecord>(Section::profile, index);
    demand(record.size() == 1, *file_, "profiles");
    ProfileGraph g;
    g.name.assign(record[0].name.data(), strnlen(record[0].name.data(), record[0].name.size()));
    g.arc_of = file_->section<std::uint32_t>(Section::arc_of, index);
    g.arcs = file_->section<Arc>(Section::arcs, index);
    g.copies = file_->section<ArcCopy>(Section::copies, index);
    g.turn_first = file_->section<std::uint32_t>(Section::turn_first, index);
    g.turns = file_->section<Turn>(Section::turns, index);
    g.turn_slots = file_->section<std::uint32_t>(Section::turn_slots, index);
    g.up_first = file_->section<std::uint32_t>(Section::up_first, index);
    g.up_heads = file_->section<std::uint32_t>(Section::up_heads, index);
    g.hourly_arcs = file_->section<HourlyArc>(Section::hourly_arcs, index);
    g.hourly_turns = file_->section<HourlyTurn>(Section::hourly_turns, index);
    const std::size_t n = g.arcs.size();
    for (const HourlyArc& rule : g.hourly_arcs) demand(rule.arc < n && rule.hours < hour_sets_.size(), *file_, "arcs and their hours");
    for (const HourlyTurn& rule : g.hourly_turns) demand(rule.turn < g.turns.size() && rule.hours < hour_sets_.size(), *file_, "turns and their hours");
    demand(g.arc_of.size() == 2 * edges_.size() && is_index(g.turn_first, n, g.turns.size()) && g.turn_slots.size() == g.turns.size() &&
               is_index(g.up_first, n, g.up_heads.size()),
           *file_, "the arrays of a profile");
    for (const std::uint32_t arc : g.arc_of) demand(arc == none || arc < n, *file_, "roads and arcs");
    for (const Arc& arc : g.arcs) demand(arc.edge2 / 2 < edges_.size() && arc.duration_cs > 0, *file_, "roads and arcs");
    for (const ArcCopy& c : g.copies) demand(c.original < n && c.copy < n, *file_, "arcs and their copies");
    for (const Turn& t : g.turns) demand(t.to < n, *file_, "turns");
    for (const std::uint32_t slot : g.turn_slots) demand(slot == none || slot / 2 < g.up_heads.size(), *file_, "turns and the hierarchy");
    for (std::uint32_t v = 0; v < n; ++v)
        for (std::uint32_t i = g.up_first[v]; i < g.up_first[v + 1]; ++i)
            demand(g.up_heads[i] < n && g.up_heads[i] > (i == g.up_first[v] ? v : g.up_heads[i - 1]), *file_, "the arcs of the hierarchy");
    profiles_.push_back(std::move(g));
}

void Network::number_hour_states() {
    std::map<std::vector<bool>, std::uint32_t> numbers{{std::vector<bool>(hour_sets_.size(), false), 0}};
    for (int hour = 0; hour < hours_of_week; ++hour) {
        std::vector<bool> holding;
        for (const HourSet& set : hour_sets_) holding.push_back(set.holds(hour));
        hour_states_[static_cast<std::size_t>(hour)] = numbers.try_emplace(std::move(holding), static_cast<std::uint32_t>(numbers.size())).first->second;
    }
}

const ProfileGraph* Network::profile(std::string_view name) const {
    for (const ProfileGraph& graph : profiles_)
        if (graph.name == name) return &graph;
    return nullptr;
}

geo::Box Network::box() const { return {meta_->south * 1e-7, meta_->west * 1e-7, meta_->north * 1e-7, meta_->east * 1e-7}; }

std::vector<geo::Point> Network::line(std::uint32_t edge) const {
    std::vector<geo::Point> points;
    for (const Coordinate c : shape(edge)) points.push_back(c.point());
    return points;
}

double Network::distance_to_box_m(const Plane& plane, const TreeBox& box) {
    const geo::Point p = plane.origin;
    const geo::Point near{std::clamp(p.lat, box.south * 1e-7, box.north * 1e-7), std::clamp(p.lon, box.west * 1e-7, box.east * 1e-7)};
    const geo::Offset o = plane.to_plane(near);
    return std::sqrt(o.east_m * o.east_m + o.north_m * o.north_m);
}

/// What geo::project finds, for a fraction of its price.
double Network::distance_to_edge_m(const Plane& plane, std::uint32_t edge) const {
    const auto points = shape(edge);
    if (points.empty()) return std::numeric_limits<double>::infinity();
    geo::Offset a = plane.to_plane(points[0].point());
    double least = a.east_m * a.east_m + a.north_m * a.north_m;
    for (const Coordinate next : points.subspan(1)) {
        const geo::Offset b = plane.to_plane(next.point());
        const double dx = b.east_m - a.east_m, dy = b.north_m - a.north_m, length2 = dx * dx + dy * dy;
        const double t = length2 > 0 ? std::clamp(-(a.east_m * dx + a.north_m * dy) / length2, 0.0, 1.0) : 0.0;
        const double x = a.east_m + t * dx, y = a.north_m + t * dy;
        least = std::min(least, x * x + y * y);
        a = b;
    }
    return std::sqrt(least);
}

std::vector<std::uint32_t> Network::edges_in(const geo::Box& box) const {
    std::vector<std::uint32_t> found;
    if (boxes_.empty()) return found;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> open;
    const auto top = static_cast<std::uint32_t>(levels_.size() - 1);
    for (std::uint32_t i = levels_[top]; i < level_end(top); ++i) open.emplace_back(top, i);
    while (!open.empty()) {
        const auto [level, index] = open.back();
        open.pop_back();
        const TreeBox& b = boxes_[index];
        if (!box.intersects({b.south * 1e-7, b.west * 1e-7, b.north * 1e-7, b.east * 1e-7})) continue;
        if (level == 0) {
            found.push_back(leaf_edges_[index]);
            continue;
        }
        const std::size_t first = levels_[level - 1] + std::size_t{index - levels_[level]} * tree_fanout;
        const std::size_t last = std::min<std::size_t>(first + tree_fanout, levels_[level]);
        for (std::size_t i = first; i < last; ++i) open.emplace_back(level - 1, static_cast<std::uint32_t>(i));
    }
    return found;
}

}  // namespace lastmile::road
