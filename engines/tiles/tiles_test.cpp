#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <protozero/pbf_reader.hpp>
#include <set>

#include "engines/road_import/drawn_map.hpp"
#include "engines/tiles/clip.hpp"
#include "engines/tiles/tile_maker.hpp"

namespace lastmile::tiles {
namespace {

/// A tile as a client reads it.
struct ReadFeature {
    std::map<std::string, std::string> properties;
    int type = 0;
    std::vector<std::vector<Spot>> parts;
};
using ReadTile = std::map<std::string, std::vector<ReadFeature>>;

std::vector<std::vector<Spot>> read_geometry(protozero::iterator_range<protozero::pbf_reader::const_uint32_iterator> numbers) {
    std::vector<std::vector<Spot>> parts;
    int x = 0, y = 0;
    auto at = numbers.begin();
    while (at != numbers.end()) {
        const std::uint32_t command = *at++;
        for (std::uint32_t i = 0; i < (command >> 3); ++i) {
            if ((command & 7) == 7) continue;
            x += protozero::decode_zigzag32(*at++);
            y += protozero::decode_zigzag32(*at++);
            if ((command & 7) == 1) parts.emplace_back();
            parts.back().push_back({double(x), double(y)});
        }
    }
    return parts;
}

ReadTile read(const std::string& bytes) {
    ReadTile tile;
    protozero::pbf_reader message(bytes);
    while (message.next(3)) {
        auto layer = message.get_message();
        std::string name;
        std::vector<std::string> keys, values;
        std::vector<std::pair<ReadFeature, std::vector<std::uint32_t>>> features;
        while (layer.next()) {
            if (layer.tag() == 1) name = layer.get_string();
            else if (layer.tag() == 3) keys.push_back(layer.get_string());
            else if (layer.tag() == 4) {
                auto value = layer.get_message();
                while (value.next()) values.push_back(value.tag() == 1 ? value.get_string() : value.get_bool() ? "true" : "false");
            } else if (layer.tag() == 2) {
                auto item = layer.get_message();
                auto& [feature, tags] = features.emplace_back();
                while (item.next()) {
                    if (item.tag() == 2) {
                        const auto range = item.get_packed_uint32();
                        tags.assign(range.begin(), range.end());
                    } else if (item.tag() == 3) feature.type = item.get_enum();
                    else if (item.tag() == 4) feature.parts = read_geometry(item.get_packed_uint32());
                    else item.skip();
                }
            } else if (layer.tag() == 15) EXPECT_EQ(layer.get_uint32(), 2u);
            else if (layer.tag() == 5) EXPECT_EQ(layer.get_uint32(), 4096u);
            else layer.skip();
        }
        for (auto& [feature, tags] : features) {
            for (std::size_t i = 0; i + 1 < tags.size(); i += 2) feature.properties[keys.at(tags[i])] = values.at(tags[i + 1]);
            tile[name].push_back(std::move(feature));
        }
    }
    return tile;
}

TileId tile_at(geo::Point p, int z) {
    const auto m = geo::to_mercator(p);
    return {z, static_cast<int>(m.x * (1 << z)), static_cast<int>(m.y * (1 << z))};
}

TEST(Clip, LinesStayWithinAndLoseNothingThatIsWithin) {
    EXPECT_TRUE(rc::check([] {
        std::vector<Spot> line;
        for (int i = *rc::gen::inRange(2, 8); i > 0; --i)
            line.push_back({double(*rc::gen::inRange(-9000, 13000)), double(*rc::gen::inRange(-9000, 13000))});
        double inside = 0, kept = 0;
        for (std::size_t i = 0; i + 1 < line.size(); ++i)
            for (int k = 0; k < 400; ++k) {
                const double t = (k + 0.5) / 400;
                const Spot s{line[i].x + t * (line[i + 1].x - line[i].x), line[i].y + t * (line[i + 1].y - line[i].y)};
                if (s.x >= -64 && s.x <= 4160 && s.y >= -64 && s.y <= 4160)
                    inside += std::hypot(line[i + 1].x - line[i].x, line[i + 1].y - line[i].y) / 400;
            }
        for (const auto& piece : clip_line(line))
            for (std::size_t i = 0; i + 1 < piece.size(); ++i) {
                kept += std::hypot(piece[i + 1].x - piece[i].x, piece[i + 1].y - piece[i].y);
                RC_ASSERT(piece[i].x > -64.001 && piece[i].x < 4160.001 && piece[i].y > -64.001 && piece[i].y < 4160.001);
            }
        RC_ASSERT(std::abs(kept - inside) < 150.0 * static_cast<double>(line.size()));
    }));
}

TEST(Clip, RingsAreCutAtTheFrame) {
    const std::vector<Spot> all{{-9000, -9000}, {9000, -9000}, {9000, 9000}, {-9000, 9000}};
    EXPECT_DOUBLE_EQ(area2(clip_ring(all)), 2.0 * 4224 * 4224);
    EXPECT_TRUE(clip_ring({{5000, 0}, {6000, 0}, {6000, 10}}).empty());
    const std::vector<Spot> within{{10, 10}, {20, 10}, {20, 20}};
    EXPECT_DOUBLE_EQ(area2(clip_ring(within)), area2(within));
}

TEST(Tiles, HoldWhatADrawnMapHolds) {
    road_import::DrawnMap drawn("A---B\n|   |\nC---D\n", {{"AB", {{"name", "Main"}, {"oneway", "yes"}, {"highway", "primary"}}},
                                                          {"BD", {}},
                                                          {"DC", {}},
                                                          {"CA", {}},
                                                          {"ABDCA", {{"natural", "water"}, {"highway", ""}}}});
    const auto network = drawn.router().network();
    const TileMaker maker(network, {{"Town", "town", drawn.between("AD")}});
    const auto tile = read(*maker.make(tile_at(drawn.between("AD"), 15)));
    ASSERT_EQ(tile.at("roads").size(), 4u);
    EXPECT_EQ(tile.at("roads").back().properties,
              (std::map<std::string, std::string>{{"class", "primary"}, {"name", "Main"}, {"oneway", "true"}}));
    EXPECT_EQ(tile.at("roads").back().type, 2);
    EXPECT_EQ(tile.at("water").at(0).properties.at("kind"), "water");
    EXPECT_GT(area2(tile.at("water").at(0).parts.at(0)), 0);
    EXPECT_EQ(tile.at("places").at(0).properties.at("name"), "Town");
    // Back from the tile to the globe.
    const TileId id = tile_at(drawn.between("AD"), 15);
    const Spot s = tile.at("places").at(0).parts.at(0).at(0);
    EXPECT_LT(geo::distance_m(geo::from_mercator({(id.x + s.x / 4096) / 32768, (id.y + s.y / 4096) / 32768}), drawn.between("AD")), 1);
    EXPECT_EQ(maker.make({15, 0, 0}), "");
    EXPECT_FALSE(maker.make({3, 9, 0}));
    EXPECT_FALSE(maker.make({-1, 0, 0}));
}

TEST(Tiles, OfTheCityFitAndThinOutWithZoom) {
    const auto network = std::make_shared<const road::Network>(road::MapFile::open(road_import::city_map()));
    const TileMaker maker(network);
    std::set<std::string> layers;
    for (int z = 9; z <= 16; ++z) {
        const auto bytes = maker.make(tile_at({53.5575, 13.2610}, z)).value();
        EXPECT_LT(bytes.size(), 400'000u) << z;
        const auto tile = read(bytes);
        for (const auto& [name, features] : tile) {
            layers.insert(name);
            for (const auto& f : features)
                for (const auto& part : f.parts)
                    for (const Spot s : part) ASSERT_TRUE(s.x >= -65 && s.x <= 4161 && s.y >= -65 && s.y <= 4161);
        }
    }
    EXPECT_EQ(layers, (std::set<std::string>{"buildings", "landuse", "roads", "water"}));
    const auto coarse = read(*maker.make(tile_at({53.5575, 13.2610}, 10)));
    for (const auto& f : coarse.at("roads")) EXPECT_EQ(f.properties.at("class"), "primary");
}

}  // namespace
}  // namespace lastmile::tiles
