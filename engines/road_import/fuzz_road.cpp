// Any bytes as an OSM extract, as a map file, as an encoded line: taken or refused with one sentence, never more.
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>

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
