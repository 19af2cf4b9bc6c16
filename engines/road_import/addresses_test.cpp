#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "engines/geocode/geocoder.hpp"
#include "engines/road_import/city_map.hpp"

namespace lastmile::road_import {
namespace {

geocode::EmbeddedGeocoder& city() {
    static const auto map = road::MapFile::open(city_map());
    static geocode::EmbeddedGeocoder geocoder(map->section<std::byte>(road::Section::places), map);
    return geocoder;
}

/// The share of a file's addresses (of every `stride`th) that come back within 30 m when they are searched for as free text.
double self_share(const geocode::Geocoder& geocoder, const std::filesystem::path& osm, std::size_t stride) {
    const RawMap raw = read_osm(osm.string(), {}, {});
    std::size_t asked = 0, first = 0, any = 0, index = 0;
    int shown = 0;
    for (const auto& r : raw.records) {
        if (r.kind != geocode::Kind::address || r.street.empty() || r.number.empty() || index++ % stride) continue;
        ++asked;
        geocode::Query query;
        query.text = r.street + " " + r.number + ", " + r.postcode + " " + r.city;
        const auto answer = geocoder.search(query);
        const auto near = [&](const geocode::Candidate& c) { return geo::distance_m(c.point, r.point) <= 30; };
        const bool found = answer && !answer->empty();
        if (found && near(answer->front())) ++first;
        if (found && std::ranges::any_of(*answer, near)) ++any;
        else if (shown++ < 5) std::cout << "  not found: " << query.text << (found ? " -> " + answer->front().label : "") << '\n';
    }
    std::cout << osm.filename().string() << ": " << asked << " addresses; first answer within 30 m "
              << 100.0 * static_cast<double>(first) / static_cast<double>(asked) << " %, any of five "
              << 100.0 * static_cast<double>(any) / static_cast<double>(asked) << " %\n";
    return static_cast<double>(any) / static_cast<double>(asked);
}

TEST(Addresses, OfTheCityComeBack) { EXPECT_GE(self_share(city(), city_file(), 1), 0.99); }

TEST(Addresses, OfOtherMapsComeBack) {
    for (const auto* name : {"prague.osm.pbf", "lauf.osm.pbf"}) {
        const auto osm = other_file(name);
        if (osm.empty()) GTEST_SKIP() << name << " is not there";
        const auto out = scratch() / "addresses.map";
        import_map(osm, out, {{"foot"}, {}, true});
        const auto map = road::MapFile::open(out);
        EXPECT_GE(self_share(geocode::EmbeddedGeocoder(map->section<std::byte>(road::Section::places), map), osm, 3), 0.98);
    }
}

}  // namespace
}  // namespace lastmile::road_import
