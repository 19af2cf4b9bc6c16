#include "engines/road/roads_geojson.hpp"

#include <algorithm>
#include <cstdio>

#include "engines/geo/polyline.hpp"

namespace lastmile::road {
namespace {

/// Degrees × 1e7 with six decimals (0.1 m), without zeros at the end.
void add_number(std::string& out, std::int32_t e7) {
    char text[32];
    int length = std::snprintf(text, sizeof text, "%.6f", e7 * 1e-7);
    while (length > 0 && text[length - 1] == '0') --length;
    if (length > 0 && text[length - 1] == '.') --length;
    out.append(text, static_cast<std::size_t>(length));
}

void add_point(std::string& out, Coordinate c) {
    out += '[';
    add_number(out, c.lon);
    out += ',';
    add_number(out, c.lat);
    out += ']';
}

template <class Points>
void add_line(std::string& out, const Points& points) {
    out += '[';
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i > 0) out += ',';
        add_point(out, points[i]);
    }
    out += ']';
}

std::vector<Coordinate> simplified(std::span<const Coordinate> shape, double tolerance_m) {
    if (tolerance_m <= 0 || shape.size() < 3) return {shape.begin(), shape.end()};
    std::vector<geo::Point> line;
    for (const Coordinate c : shape) line.push_back(c.point());
    std::vector<Coordinate> thin;
    for (const geo::Point p : geo::simplify(line, tolerance_m)) thin.push_back(to_coordinate(p));
    return thin;
}

std::string collection(const std::vector<std::string>& features, bool truncated) {
    std::string out = R"({"type":"FeatureCollection","truncated":)";
    out += truncated ? "true" : "false";
    out += R"(,"features":[)";
    for (std::size_t i = 0; i < features.size(); ++i) out += (i ? "," : "") + features[i];
    return out + "]}";
}

}  // namespace

std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\', out += c;
        else if (static_cast<unsigned char>(c) < 0x20) {
            char escaped[8];
            std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
            out += escaped;
        } else out += c;
    }
    return out + '"';
}

std::string roads_geojson(const Network& network, const geo::Box& box, const DrawOptions& options) {
    std::vector<std::uint32_t> edges = network.edges_in(box);
    std::erase_if(edges, [&](std::uint32_t e) { return network.edges()[e].road_class > options.least; });
    std::ranges::sort(edges, [&](std::uint32_t a, std::uint32_t b) {
        return std::pair(network.edges()[a].road_class, a) < std::pair(network.edges()[b].road_class, b);
    });
    const bool truncated = edges.size() > options.limit;
    if (truncated) edges.resize(options.limit);
    std::vector<std::string> features;
    for (const std::uint32_t e : edges) {
        const Edge& edge = network.edges()[e];
        std::string& out =
            features.emplace_back(R"({"type":"Feature","id":)" + std::to_string(e) + R"(,"geometry":{"type":"LineString","coordinates":)");
        add_line(out, simplified(network.shape(e), options.tolerance_m));
        out += R"(},"properties":{"class":")" + std::string(road_class_names[static_cast<std::size_t>(edge.road_class)]) + '"';
        if (edge.name) out += R"(,"name":)" + json_text(network.name(edge.name));
        if (edge.ref) out += R"(,"ref":)" + json_text(network.name(edge.ref));
        if (edge.flags & edge_oneway) out += R"(,"oneway":true)";
        if (edge.flags & edge_tunnel) out += R"(,"tunnel":true)";
        if (edge.flags & edge_bridge) out += R"(,"bridge":true)";
        out += "}}";
    }
    return collection(features, truncated);
}

std::string areas_geojson(const Network& network, const geo::Box& box, const std::vector<AreaKind>& kinds, std::size_t limit) {
    const auto areas = network.file().section<AreaRecord>(Section::areas);
    const auto points = network.file().section<Coordinate>(Section::area_points);
    std::vector<std::string> features;
    bool truncated = false;
    for (std::size_t i = 0; i < areas.size();) {
        std::size_t end = i + 1;
        while (end < areas.size() && areas[end].group == areas[i].group) ++end;
        const auto kind = static_cast<AreaKind>(areas[i].kind);
        geo::Box extent;
        for (std::size_t ring = i; ring < end; ++ring)
            for (const Coordinate c : points.subspan(areas[ring].first, areas[ring].count)) extent.add(c.point());
        if (std::ranges::find(kinds, kind) != kinds.end() && extent.intersects(box)) {
            if (features.size() == limit) {
                truncated = true;
                break;
            }
            std::string& out = features.emplace_back(R"({"type":"Feature","geometry":{"type":"Polygon","coordinates":[)");
            for (std::size_t ring = i; ring < end; ++ring) {
                if (ring > i) out += ',';
                add_line(out, points.subspan(areas[ring].first, areas[ring].count));
            }
            out += R"(]},"properties":{"kind":")" + std::string(area_kind_names[static_cast<std::size_t>(kind)]) + "\"}}";
        }
        i = end;
    }
    return collection(features, truncated);
}

}  // namespace lastmile::road
