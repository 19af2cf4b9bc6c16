#include "engines/tiles/tile_maker.hpp"

#include <algorithm>

#include "engines/geo/plane.hpp"
#include "engines/geo/polyline.hpp"
#include "engines/road/roads_geojson.hpp"
#include "engines/tiles/layer.hpp"

namespace lastmile::tiles {
namespace {

using road::RoadClass;

/// The least important class that is drawn at a zoom level.
RoadClass least_class(int z) {
    if (z <= 8) return RoadClass::trunk;
    if (z <= 10) return RoadClass::primary;
    if (z == 11) return RoadClass::secondary;
    if (z == 12) return RoadClass::tertiary;
    return z == 13 ? RoadClass::living_street : RoadClass::ferry;
}

bool is_drawn(road::AreaKind kind, int z) {
    if (kind == road::AreaKind::building) return z >= 14;
    return z >= (kind == road::AreaKind::water ? 6 : 9);
}

bool is_drawn(const Label& label, int z) {
    if (label.kind == "city") return z >= 5;
    if (label.kind == "town") return z >= 8;
    if (label.kind == "village" || label.kind == "suburb") return z >= 11;
    return z >= 13;
}

class Projection {
public:
    explicit Projection(TileId tile) : size_(static_cast<double>(1u << tile.z)), tile_(tile) {}
    Spot operator()(geo::Point p) const {
        const geo::Mercator m = geo::to_mercator(p);
        return {(m.x * size_ - tile_.x) * 4096, (m.y * size_ - tile_.y) * 4096};
    }

private:
    double size_;
    TileId tile_;
};

std::vector<Spot> project(const Projection& projection, std::span<const geo::Point> points) {
    std::vector<Spot> spots;
    for (const geo::Point p : points) spots.push_back(projection(p));
    return spots;
}

Layer::Properties properties_of(const road::Network& network, std::uint32_t e) {
    const road::Edge& edge = network.edges()[e];
    Layer::Properties properties{{"class", std::string(road::road_class_names[static_cast<std::size_t>(edge.road_class)])}};
    if (edge.name) properties.emplace_back("name", std::string(network.name(edge.name)));
    if (edge.ref) properties.emplace_back("ref", std::string(network.name(edge.ref)));
    if (edge.flags & road::edge_oneway) properties.emplace_back("oneway", true);
    if (edge.flags & road::edge_tunnel) properties.emplace_back("tunnel", true);
    if (edge.flags & road::edge_bridge) properties.emplace_back("bridge", true);
    return properties;
}

}  // namespace

geo::Box TileId::box() const {
    const double size = static_cast<double>(1u << z);
    const geo::Point north_west = geo::from_mercator({x / size, y / size}),
                     south_east = geo::from_mercator({(x + 1) / size, (y + 1) / size});
    return {south_east.lat, north_west.lon, north_west.lat, south_east.lon};
}

TileMaker::TileMaker(std::shared_ptr<const road::Network> network, std::vector<Label> labels)
    : network_(std::move(network)), labels_(std::move(labels)) {
    const auto records = network_->file().section<road::AreaRecord>(road::Section::areas);
    const auto points = network_->file().section<road::Coordinate>(road::Section::area_points);
    for (std::uint32_t i = 0; i < records.size();) {
        Area area{i, 0, static_cast<road::AreaKind>(records[i].kind), {}};
        for (; i < records.size() && records[i].group == records[area.first].group; ++i, ++area.rings) {
            if (records[i].first > points.size() || records[i].count > points.size() - records[i].first ||
                records[i].kind >= road::area_kind_names.size())
                throw road::MapError(network_->file().path().string() + " is damaged: areas and their points do not fit together.");
            for (const road::Coordinate c : points.subspan(records[i].first, records[i].count)) area.box.add(c.point());
        }
        areas_.push_back(area);
    }
}

std::optional<std::string> TileMaker::make(TileId tile) const {
    if (!tile.valid()) return std::nullopt;
    const Projection projection(tile);
    const geo::Box inner = tile.box();
    const double margin_lat = (inner.north - inner.south) / 64, margin_lon = (inner.east - inner.west) / 64;
    const geo::Box box{inner.south - margin_lat, inner.west - margin_lon, inner.north + margin_lat, inner.east + margin_lon};
    // One unit of the tile, in metres: what is smaller cannot be seen.
    const double unit_m = geo::distance_m({inner.center().lat, inner.west}, {inner.center().lat, inner.east}) / 4096;

    Layer water("water"), landuse("landuse"), buildings("buildings"), roads("roads"), places("places");
    const auto records = network_->file().section<road::AreaRecord>(road::Section::areas);
    const auto points = network_->file().section<road::Coordinate>(road::Section::area_points);
    for (const Area& area : areas_) {
        if (!is_drawn(area.kind, tile.z) || !area.box.intersects(box)) continue;
        if (geo::distance_m({area.box.south, area.box.west}, {area.box.north, area.box.east}) < 4 * unit_m) continue;
        std::vector<std::vector<Spot>> rings;
        for (std::uint32_t i = area.first; i < area.first + area.rings; ++i) {
            std::vector<geo::Point> ring;
            for (const road::Coordinate c : points.subspan(records[i].first, records[i].count)) ring.push_back(c.point());
            if (auto clipped = clip_ring(project(projection, geo::simplify(ring, unit_m * 2))); !clipped.empty())
                rings.push_back(std::move(clipped));
        }
        Layer& layer = area.kind == road::AreaKind::water ? water : area.kind == road::AreaKind::building ? buildings : landuse;
        Layer::Properties properties;
        if (area.kind != road::AreaKind::building)
            properties.emplace_back("kind", std::string(road::area_kind_names[static_cast<std::size_t>(area.kind)]));
        layer.add_polygon(rings, properties);
    }
    auto edges = network_->edges_in(box);
    std::erase_if(edges, [&](std::uint32_t e) { return network_->edges()[e].road_class > least_class(tile.z); });
    // Unimportant roads are drawn first, so that main roads lie on top of them.
    std::ranges::sort(edges, [&](std::uint32_t a, std::uint32_t b) {
        return std::pair(network_->edges()[b].road_class, a) < std::pair(network_->edges()[a].road_class, b);
    });
    for (const std::uint32_t e : edges)
        roads.add_lines(clip_line(project(projection, geo::simplify(network_->line(e), unit_m * 2))), properties_of(*network_, e));
    for (const Label& label : labels_)
        if (is_drawn(label, tile.z) && box.contains(label.point))
            places.add_point(projection(label.point), {{"name", label.name}, {"kind", label.kind}});

    std::string out;
    for (const Layer* layer : {&landuse, &water, &buildings, &roads, &places})
        if (!layer->empty()) layer->write(out);
    return out;
}

}  // namespace lastmile::tiles
