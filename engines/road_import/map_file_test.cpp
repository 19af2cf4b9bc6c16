#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <random>
#include <thread>

#include "engines/road/roads_geojson.hpp"
#include "engines/road_import/drawn_map.hpp"

namespace lastmile::road_import {
namespace {

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::filesystem::path write(const std::string& bytes) {
    const auto path = scratch() / "damaged.map";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

std::string refusal(const std::string& bytes) {
    try {
        road::EmbeddedRouter::open(write(bytes));
        return "";
    } catch (const road::MapError& error) { return error.what(); }
}

TEST(MapFile, RefusesWhatIsNoMapWithOneSentence) {
    const std::string good = content(city_map());
    EXPECT_EQ(refusal(good), "");
    EXPECT_NE(refusal("").find("not a map file"), std::string::npos);
    EXPECT_NE(refusal(content(city_file())).find("not a map file"), std::string::npos);
    std::string newer = good;
    newer[8] = 99;
    EXPECT_NE(refusal(newer).find("newer version"), std::string::npos);
    EXPECT_NE(refusal(good.substr(0, good.size() / 2)).find("truncated"), std::string::npos);
    EXPECT_NE(refusal(good.substr(0, 40)).find("truncated"), std::string::npos);
    EXPECT_NE(refusal(good + "x").find("longer"), std::string::npos);
    EXPECT_THROW(road::MapFile::open(scratch() / "nowhere.map"), road::MapError);
    EXPECT_THROW(road::MapFile::open(scratch()), road::MapError);
}

TEST(MapFile, NoticesEveryFlippedBit) {
    const std::string good = content(city_map());
    std::mt19937 random(5);
    for (int i = 0; i < 40; ++i) {
        std::string bad = good;
        bad[random() % bad.size()] ^= static_cast<char>(1 << random() % 8);
        EXPECT_NE(refusal(bad), "");
    }
}

TEST(MapFile, SectionsThatContradictEachOtherAreRefused) {
    // Written with a right checksum, so that only the checks between sections can notice.
    const auto original = road::MapFile::open(city_map());
    const auto rewritten = [&](road::Section spoiled, std::uint32_t value) {
        road::MapWriter out;
        for (std::uint32_t kind = 1; kind <= 80; ++kind)
            for (std::uint32_t index = 0; index < 6; ++index) {
                const auto section = static_cast<road::Section>(kind);
                auto bytes = original->section<char>(section, index);
                if (bytes.empty()) continue;
                std::vector<char> copy(bytes.begin(), bytes.end());
                if (section == spoiled) std::memcpy(copy.data(), &value, sizeof value);
                out.add(section, copy, index);
            }
        out.write(scratch() / "spoiled.map");
        return scratch() / "spoiled.map";
    };
    EXPECT_NO_THROW(road::EmbeddedRouter::open(rewritten(road::Section::source_name, 0)));
    for (const auto section : {road::Section::edges, road::Section::shape_first, road::Section::name_first, road::Section::tree_levels,
                               road::Section::tree_edges, road::Section::arc_of, road::Section::arcs, road::Section::turn_first,
                               road::Section::turns, road::Section::turn_slots, road::Section::up_first, road::Section::up_heads})
        EXPECT_THROW(road::EmbeddedRouter::open(rewritten(section, 0x7ffffffe)), road::MapError) << static_cast<std::uint32_t>(section);
}

TEST(MapFile, AnExtractIsImportedOnceAndACacheThatBrokeIsMadeAgain) {
    const auto osm = DrawnMap("A---B\n|   |\nC---D\n", {{"ABDCA", {}}}).write();
    const auto cache = scratch() / "cache";
    const auto made = open_map(osm, cache)->path();
    const auto time = std::filesystem::last_write_time(made);
    EXPECT_EQ(open_map(osm, cache)->path(), made);
    EXPECT_EQ(std::filesystem::last_write_time(made), time);
    std::ofstream(made) << "rubbish";
    EXPECT_EQ(open_map(osm, cache)->path(), made);
    EXPECT_EQ(open_map(made, cache)->path(), made);
    EXPECT_THROW(open_map(scratch() / "nowhere", cache), std::runtime_error);
}

TEST(MapFile, ImportReportsItsProgress) {
    std::set<std::string> stages;
    double least = 1, most = 0;
    import_map(city_file(), scratch() / "progress.map", {{"car"}, {}, false}, [&](std::string_view stage, double fraction) {
        stages.emplace(stage);
        least = std::min(least, fraction);
        most = std::max(most, fraction);
    });
    EXPECT_TRUE(stages.contains("reading nodes") && stages.contains("ordering car") && stages.contains("writing"));
    EXPECT_GE(least, 0);
    EXPECT_EQ(most, 1);
    EXPECT_TRUE(road::MapFile::open(scratch() / "progress.map")->section<char>(road::Section::places).empty());
}

TEST(LiveMap, ReadersKeepWhatTheyHoldWhileMapsAndConditionsAreSwapped) {
    const auto router = road::EmbeddedRouter::open(city_map());
    const road::RouteQuery query{"car", {{{53.5575, 13.2610}}, {{53.5410, 13.2800}}}, false, 2'000, {}};
    const double usual = router->route(query)->duration_s;
    road::Conditions slow;
    slow.factors.push_back({.factor = 0.5});
    ASSERT_TRUE(router->set_conditions(slow));
    const double slowed = router->route(query)->duration_s;
    EXPECT_GT(slowed, usual * 1.3);
    std::atomic<bool> stop = false;
    std::atomic<int> wrong = 0, asked = 0;
    {
        std::vector<std::jthread> readers;
        for (int i = 0; i < 3; ++i)
            readers.emplace_back([&] {
                while (!stop) {
                    const double now = router->route(query)->duration_s;
                    const auto table = router->table({"car", query.places, query.places});
                    if ((now != usual && now != slowed) || table->duration(0, 0) != 0) ++wrong;
                    ++asked;
                }
            });
        for (int i = 0; i < 20; ++i) {
            ASSERT_TRUE(router->set_conditions(i % 2 ? slow : road::Conditions{}));
            if (i % 5 == 0) router->replace_map(city_map());
        }
        while (asked < 20) std::this_thread::yield();
        stop = true;
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_THROW(router->replace_map(city_file()), road::MapError);
    EXPECT_TRUE(router->route(query));
}

TEST(LiveMap, ATableStopsWhenItIsToldTo) {
    const auto router = road::EmbeddedRouter::open(city_map());
    road::TableQuery query{"car", {}, {{{53.5575, 13.2610}}}};
    for (int i = 0; i < 100; ++i) query.sources.push_back({{53.55 + i * 1e-4, 13.26}});
    std::size_t rows = 0;
    std::stop_source source;
    const auto sink = [&](std::size_t row, std::span<const float>, std::span<const float>) {
        EXPECT_EQ(row, rows++);
        if (row == 10) source.request_stop();
        return true;
    };
    EXPECT_EQ(router->table(query, sink, source.get_token()).error().fault, road::Fault::cancelled);
    EXPECT_LT(rows, 30u);
    EXPECT_EQ(router->table(query, [](auto, auto, auto) { return false; }).error().fault, road::Fault::cancelled);
    query.targets.push_back({{10, 10}});
    const auto table = router->table(query);
    ASSERT_TRUE(table);
    EXPECT_TRUE(table->target_placed[0]);
    EXPECT_FALSE(table->target_placed[1]);
    EXPECT_TRUE(std::isinf(table->duration(5, 1)));
}

TEST(GeoJson, HoldsTheRoadsOfABox) {
    const road::Network network(road::MapFile::open(city_map()));
    const geo::Box centre = geo::box_around({53.5575, 13.2610}, 300);
    const std::string all = road::roads_geojson(network, centre);
    EXPECT_TRUE(all.starts_with(R"({"type":"FeatureCollection","truncated":false,"features":[{"type":"Feature","id":)"));
    EXPECT_NE(all.find(R"("name":"Friedrich-Engels-Ring")"), std::string::npos);
    EXPECT_NE(all.find(R"("class":"footway")"), std::string::npos);
    const std::string main = road::roads_geojson(network, centre, {5, road::RoadClass::tertiary, 10});
    EXPECT_EQ(main.find(R"("class":"footway")"), std::string::npos);
    EXPECT_LT(main.size(), all.size());
    EXPECT_NE(road::areas_geojson(network, centre, {road::AreaKind::building}).find(R"("kind":"building")"), std::string::npos);
    EXPECT_NE(road::areas_geojson(network, geo::box_around({53.53, 13.24}, 2'000), {road::AreaKind::water}).find(R"("kind":"water")"),
              std::string::npos);
    EXPECT_EQ(road::json_text("a\"b\\c\n"), "\"a\\\"b\\\\c\\u000a\"");
}

}  // namespace
}  // namespace lastmile::road_import
