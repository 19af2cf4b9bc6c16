#pragma once
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "engines/tiles/clip.hpp"

namespace lastmile::tiles {

/// One layer of a vector tile (Mapbox Vector Tile Specification 2.1, section 4): features with their geometry as commands, keys and
/// values stored once.
class Layer {
public:
    using Value = std::variant<std::string, bool>;
    using Properties = std::vector<std::pair<std::string, Value>>;

    explicit Layer(std::string name) : name_(std::move(name)) {}

    void add_point(Spot spot, const Properties& properties);
    /// Lines shorter than two different spots are left out.
    void add_lines(const std::vector<std::vector<Spot>>& lines, const Properties& properties);
    /// Rings in any winding, outer ones before their holes; what is a hole is told by where it lies.
    void add_polygon(const std::vector<std::vector<Spot>>& rings, const Properties& properties);

    bool empty() const { return features_.empty(); }
    /// As a `layers` field of a tile.
    void write(std::string& tile) const;

private:
    enum class Type { point = 1, line = 2, polygon = 3 };
    struct Feature {
        Type type;
        std::vector<std::uint32_t> tags, geometry;
    };
    /// Writes moves of a pen from where it stands.
    class Pen;

    std::vector<std::uint32_t> tags_of(const Properties& properties);

    std::string name_;
    std::vector<Feature> features_;
    std::vector<std::string> keys_;
    std::vector<Value> values_;
    std::map<std::string, std::uint32_t> key_ids_;
    std::map<Value, std::uint32_t> value_ids_;
};

}  // namespace lastmile::tiles
