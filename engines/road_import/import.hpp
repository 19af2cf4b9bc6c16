#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engines/road/map_file.hpp"
#include "engines/road_import/raw_map.hpp"

namespace lastmile::road_import {

struct ImportOptions {
    std::vector<std::string> profiles{};        ///< names of the built-in ones (or of `more`); empty: all
    std::vector<std::filesystem::path> more{};  ///< further profile files (TOML), which may replace built-in ones
    bool addresses = true;                      ///< whether places can be searched in the map
};

struct ImportedProfile {
    std::string name;
    std::size_t arcs = 0, turns = 0, hierarchy_arcs = 0;
};

struct ImportReport {
    std::uint64_t osm_nodes = 0, osm_ways = 0, osm_relations = 0;
    std::uint64_t missing_nodes = 0;  ///< nodes that kept ways refer to and the file lacks
    std::uint64_t roads = 0, junctions = 0;
    std::uint64_t restrictions = 0, skipped_restrictions = 0;
    std::uint64_t hourly_rules = 0, skipped_conditions = 0;  ///< ways and restrictions with rules by hour; ways and barriers with conditions not understood
    std::uint64_t records = 0;  ///< addresses, streets, places, postcodes, POIs
    std::uint64_t bytes = 0;    ///< of the map file
    std::vector<ImportedProfile> profiles;
};

/// Makes a map file of an OSM extract. *Refuses* (std::runtime_error, one sentence): no OSM data, no road in it, an unknown profile, a
/// disk that is full.
ImportReport import_map(const std::filesystem::path& osm, const std::filesystem::path& out, const ImportOptions& options = {},
                        const Progress& progress = {});

/// Opens what a user names as the map: a map file, or an OSM extract, which is imported into `cache` unless the same extract (by size,
/// time and ends of its
/// content) was before. *Refuses* (std::runtime_error) what is neither.
std::shared_ptr<const road::MapFile> open_map(const std::filesystem::path& map_or_osm, const std::filesystem::path& cache,
                                              const Progress& progress = {});

}  // namespace lastmile::road_import
