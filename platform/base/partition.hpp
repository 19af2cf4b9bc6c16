#pragma once
// Partition = tenant × live | test. The key of every row, sequence, cursor, stream and file.
#include <compare>
#include <cstdint>
#include <string>

namespace lastmile {

/// The number a partition has in the store. 0 is no partition.
struct Partition {
    std::int64_t number = 0;
    friend auto operator<=>(const Partition&, const Partition&) = default;
};

struct PartitionName {
    std::string tenant;
    bool test = false;
};

}  // namespace lastmile

template <>
struct std::hash<lastmile::Partition> {
    std::size_t operator()(lastmile::Partition p) const noexcept { return static_cast<std::size_t>(p.number); }
};
