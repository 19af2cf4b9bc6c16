// Any bytes as an OSM extract, as a map file, as an encoded line: taken or refused with one sentence, never more.
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>

#include "engines/geo/polyline.hpp"
#include "engines/road/embedded.hpp"
#include "engines/road_import/import.hpp"

namespace lastmile::fuzz {

const std::filesystem::path& folder() {
    static const std::filesystem::path path = [] {
        auto made = std::filesystem::temp_directory_path() / ("lastmile-fuzz-" + std::to_string(::getpid()));
        std::filesystem::create_directories(made);
        return made;
    }();
    return path;
}

std::filesystem::path write(const char* name, const std::string& bytes) {
    std::ofstream(folder() / name, std::ios::binary) << bytes;
    return folder() / name;
}

/// Asks a map what a stranger would: it may answer anything, but must answer.
void ask(const std::filesystem::path& path) {
    try {
        const auto router = road::EmbeddedRouter::open(path);
        const auto box = router->network()->box();
        const geo::Point a{box.south, box.west}, b{box.north, box.east};
        for (const auto& profile : router->profiles()) (void)router->route({profile, {{a}, {b}}, true, 1e6});
    } catch (const road::MapError&) {}
}

void extract(const std::string& bytes, const char* name) {
    try {
        road_import::import_map(write(name, bytes), folder() / "made.map", {{"car"}, {}, true});
        ask(folder() / "made.map");
    } catch (const std::runtime_error&) {}
}

void one(const std::string& bytes) {
    if (bytes.starts_with(std::string_view(road::map_magic.data(), road::map_magic.size()))) return ask(write("any.map", bytes));
    if (bytes.starts_with("<")) extract(bytes, "any.osm");
    else extract(bytes, "any.osm.pbf");
    for (const int precision : {5, 6})
        if (const auto line = geo::decode_polyline(bytes, precision); line && geo::decode_polyline(geo::encode_polyline(*line, precision), precision) != line) std::abort();
}

}  // namespace lastmile::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    lastmile::fuzz::one({reinterpret_cast<const char*>(data), size});
    return 0;
}

#ifndef LASTMILE_LIBFUZZER
/// `fuzz_road [rounds] files…`: the files, then that many damaged copies of them, reproducibly.
int main(int count, char** arguments) {
    std::vector<std::string> seeds;
    long rounds = 0;
    for (int i = 1; i < count; ++i) {
        if (i == 1 && (rounds = std::atol(arguments[1])) > 0) continue;
        std::ifstream in(arguments[i], std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        lastmile::fuzz::one(seeds.back());
    }
    std::mt19937_64 random(1);
    for (long round = 0; round < rounds && !seeds.empty(); ++round) {
        auto bytes = seeds[random() % seeds.size()];
        for (auto times = random() % 6 + 1; times > 0 && !bytes.empty(); --times) {
            const auto at = random() % bytes.size(), length = random() % 16;
            switch (random() % 4) {
                case 0: bytes[at] = static_cast<char>(random()); break;
                case 1: bytes.erase(at, length); break;
                case 2: bytes.insert(at, bytes.substr(random() % bytes.size(), length)); break;
                default: bytes.resize(at);
            }
        }
        lastmile::fuzz::one(bytes);
    }
    std::filesystem::remove_all(lastmile::fuzz::folder());
}
#endif
