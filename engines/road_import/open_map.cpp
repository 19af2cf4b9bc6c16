#include <cstdio>
#include <fstream>

#include "engines/road_import/import.hpp"

namespace lastmile::road_import {
namespace {

/// FNV-1a over what tells one extract from another, the format of map files included: a newer program imports anew.
std::string mark_of(const std::filesystem::path& path) {
    std::uint64_t hash = 0xcbf29ce484222325 ^ road::map_version;
    const auto mix = [&hash](const char* data, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) hash = (hash ^ static_cast<unsigned char>(data[i])) * 0x100000001b3;
    };
    const auto size = std::filesystem::file_size(path);
    const auto time = std::filesystem::last_write_time(path).time_since_epoch().count();
    mix(reinterpret_cast<const char*>(&size), sizeof size);
    mix(reinterpret_cast<const char*>(&time), sizeof time);
    std::ifstream file(path, std::ios::binary);
    std::string block(std::min<std::uintmax_t>(size, 65'536), '\0');
    for (const auto offset : {std::uintmax_t{0}, size - block.size()}) {
        file.seekg(static_cast<std::streamoff>(offset));
        file.read(block.data(), static_cast<std::streamsize>(block.size()));
        mix(block.data(), block.size());
    }
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

}  // namespace

std::shared_ptr<const road::MapFile> open_map(const std::filesystem::path& map_or_osm, const std::filesystem::path& cache,
                                              const Progress& progress) {
    if (!std::filesystem::exists(map_or_osm)) throw road::MapError("There is no map " + map_or_osm.string() + ".");
    const std::string name = map_or_osm.filename().string();
    const bool osm = name.find(".osm") != name.npos || name.ends_with(".pbf");
    if (!osm || road::looks_like_map(map_or_osm)) return road::MapFile::open(map_or_osm);
    std::filesystem::create_directories(cache);
    const auto made = cache / (name.substr(0, name.find(".osm")) + "-" + mark_of(map_or_osm) + ".map");
    if (std::filesystem::exists(made)) {
        try {
            return road::MapFile::open(made);
        } catch (const road::MapError&) {
            // A cache that does not read is made again.
        }
    }
    import_map(map_or_osm, made, {}, progress);
    return road::MapFile::open(made);
}

}  // namespace lastmile::road_import
