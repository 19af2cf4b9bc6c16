#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engines/road/network.hpp"

namespace lastmile::tiles {

/// A tile of the usual scheme (Web Mercator, y to the south).
struct TileId {
    int z = 0, x = 0, y = 0;
    bool valid() const { return z >= 0 && z <= 22 && x >= 0 && y >= 0 && x < (1 << z) && y < (1 << z); }
    geo::Box box() const;
};

/// A name to write on the map.
struct Label {
    std::string name;
    std::string kind;  ///< city, town, village, suburb, …
    geo::Point point;
};

/// Makes Mapbox Vector Tiles (version 2.1, extent 4096) of an imported map, so that pages have a map without the internet.
/// Layers: `water` and `landuse` (polygons; `kind`: water, wood, park, residential, industrial), `buildings` (from zoom 14 on), `roads`
/// (lines;
/// `class`, `name`, `ref`, `oneway`, `tunnel`, `bridge`; the small ones from zoom 14 on), `places` (points; `name`, `kind`).
/// Safe for any number of threads. © OpenStreetMap contributors, ODbL 1.0: that line belongs on every map that is drawn from them.
class TileMaker {
public:
    explicit TileMaker(std::shared_ptr<const road::Network> network, std::vector<Label> labels = {});

    /// The tile, not compressed; empty where nothing is. No value for a tile that does not exist.
    std::optional<std::string> make(TileId tile) const;

private:
    struct Area {
        std::uint32_t first, rings;  // of the map's AreaRecords
        road::AreaKind kind;
        geo::Box box;
    };

    std::shared_ptr<const road::Network> network_;
    std::vector<Label> labels_;
    std::vector<Area> areas_;
};

}  // namespace lastmile::tiles
