#pragma once
// Maps for tests: the demo city, and the others where they are.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>

#include "engines/road/embedded.hpp"
#include "engines/road_import/import.hpp"

namespace lastmile::road_import {

/// A folder that is gone when the test program ends.
inline const std::filesystem::path& scratch() {
    struct Folder {
        std::filesystem::path path = std::filesystem::temp_directory_path() / ("lastmile-road-" + std::to_string(::getpid()));
        Folder() { std::filesystem::create_directories(path); }
        ~Folder() { std::filesystem::remove_all(path); }
    };
    static const Folder folder;
    return folder.path;
}

inline std::filesystem::path city_file() { return std::filesystem::path(LASTMILE_SOURCE_DIR) / "examples/maps/neubrandenburg.osm.pbf"; }

/// Another map of the test data; empty where it is not there.
inline std::filesystem::path other_file(const std::string& name) {
    const char* data = std::getenv("LASTMILE_DATA");
    const std::filesystem::path folder = data ? std::filesystem::path(data) : std::filesystem::path(LASTMILE_SOURCE_DIR) / "../shared/data";
    const auto path = folder / "maps" / name;
    return std::filesystem::exists(path) ? path : std::filesystem::path();
}

/// The demo city, imported once a program.
inline const std::filesystem::path& city_map() {
    static const std::filesystem::path path = [] {
        const auto out = scratch() / "city.map";
        import_map(city_file(), out);
        return out;
    }();
    return path;
}

/// Its router, opened once a program.
inline const std::shared_ptr<road::EmbeddedRouter>& city() {
    static const auto router = road::EmbeddedRouter::open(city_map());
    return router;
}

}  // namespace lastmile::road_import
