#include "engines/tiles/layer.hpp"

#include <algorithm>
#include <cmath>
#include <protozero/pbf_writer.hpp>

namespace lastmile::tiles {

class Layer::Pen {
public:
    explicit Pen(std::vector<std::uint32_t>& out) : out_(out) {}

    /// A line or (closed) a ring; false where too little is left of it after rounding.
    bool draw(const std::vector<Spot>& spots, bool closed) {
        std::vector<std::pair<int, int>> points;
        for (const Spot s : spots) {
            const std::pair point(static_cast<int>(std::lround(s.x)), static_cast<int>(std::lround(s.y)));
            if (points.empty() || points.back() != point) points.push_back(point);
        }
        if (closed && points.size() > 1 && points.front() == points.back()) points.pop_back();
        if (points.size() < (closed ? 3u : 2u)) return false;
        command(1, 1);
        move(points[0]);
        command(2, static_cast<std::uint32_t>(points.size() - 1));
        for (std::size_t i = 1; i < points.size(); ++i) move(points[i]);
        if (closed) command(7, 1);
        return true;
    }
    void dot(Spot s) {
        command(1, 1);
        move({static_cast<int>(std::lround(s.x)), static_cast<int>(std::lround(s.y))});
    }

private:
    void command(std::uint32_t id, std::uint32_t count) { out_.push_back(id | count << 3); }
    void move(std::pair<int, int> to) {
        out_.push_back(protozero::encode_zigzag32(to.first - x_));
        out_.push_back(protozero::encode_zigzag32(to.second - y_));
        x_ = to.first;
        y_ = to.second;
    }

    std::vector<std::uint32_t>& out_;
    int x_ = 0, y_ = 0;
};

std::vector<std::uint32_t> Layer::tags_of(const Properties& properties) {
    std::vector<std::uint32_t> tags;
    for (const auto& [key, value] : properties) {
        const auto [k, fresh_key] = key_ids_.try_emplace(key, static_cast<std::uint32_t>(keys_.size()));
        if (fresh_key) keys_.push_back(key);
        const auto [v, fresh_value] = value_ids_.try_emplace(value, static_cast<std::uint32_t>(values_.size()));
        if (fresh_value) values_.push_back(value);
        tags.push_back(k->second);
        tags.push_back(v->second);
    }
    return tags;
}

void Layer::add_point(Spot spot, const Properties& properties) {
    Feature feature{Type::point, tags_of(properties), {}};
    Pen(feature.geometry).dot(spot);
    features_.push_back(std::move(feature));
}

void Layer::add_lines(const std::vector<std::vector<Spot>>& lines, const Properties& properties) {
    Feature feature{Type::line, {}, {}};
    Pen pen(feature.geometry);
    bool any = false;
    for (const auto& line : lines) any |= pen.draw(line, false);
    if (!any) return;
    feature.tags = tags_of(properties);
    features_.push_back(std::move(feature));
}

void Layer::add_polygon(const std::vector<std::vector<Spot>>& rings, const Properties& properties) {
    // An outer ring runs clockwise (positive area), and its holes follow it the other way round.
    std::vector<std::vector<Spot>> outer;
    std::vector<std::vector<std::vector<Spot>>> holes;
    for (auto ring : rings) {
        if (ring.size() < 3 || area2(ring) == 0) continue;
        const auto around = std::ranges::find_if(outer, [&](const auto& o) { return is_within(o, ring[0]); });
        const bool hole = around != outer.end();
        if ((area2(ring) > 0) == hole) std::ranges::reverse(ring);
        if (hole) holes[static_cast<std::size_t>(around - outer.begin())].push_back(std::move(ring));
        else {
            outer.push_back(std::move(ring));
            holes.emplace_back();
        }
    }
    Feature feature{Type::polygon, {}, {}};
    Pen pen(feature.geometry);
    bool any = false;
    for (std::size_t i = 0; i < outer.size(); ++i) {
        if (!pen.draw(outer[i], true)) continue;
        any = true;
        for (const auto& hole : holes[i]) (void)pen.draw(hole, true);
    }
    if (!any) return;
    feature.tags = tags_of(properties);
    features_.push_back(std::move(feature));
}

void Layer::write(std::string& tile) const {
    protozero::pbf_writer out(tile);
    protozero::pbf_writer layer(out, 3);
    layer.add_uint32(15, 2);  // version
    layer.add_string(1, name_);
    for (const Feature& feature : features_) {
        protozero::pbf_writer item(layer, 2);
        item.add_packed_uint32(2, feature.tags.begin(), feature.tags.end());
        item.add_enum(3, static_cast<int>(feature.type));
        item.add_packed_uint32(4, feature.geometry.begin(), feature.geometry.end());
    }
    for (const auto& key : keys_) layer.add_string(3, key);
    for (const Value& value : values_) {
        protozero::pbf_writer item(layer, 4);
        if (const auto* text = std::get_if<std::string>(&value)) item.add_string(1, *text);
        else item.add_bool(7, std::get<bool>(value));
    }
    layer.add_uint32(5, 4096);  // extent
}

}  // namespace lastmile::tiles
