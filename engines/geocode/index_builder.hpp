#pragma once
#include <cstddef>
#include <vector>

#include "engines/geocode/record.hpp"

namespace lastmile::geocode {

/// Makes the index that EmbeddedGeocoder reads: an SQLite database (FTS5 words, R-tree, houses by street) as bytes. Addresses without a
/// city get that of their
/// nearest neighbour in the same street, else the nearest place; streets are the union of what roads and addresses name.
/// *Refuses* (std::runtime_error) when SQLite does (memory).
std::vector<std::byte> build_index(std::vector<Record> records);

}  // namespace lastmile::geocode
