#pragma once
// Chances that depend on the seed and on what they are about, not on the order of questions: whatever the server plans, the same seed meets
// the same people at the same doors.
#include <cstdint>
#include <string_view>

namespace lastmile::simulation {

/// From 0 (with) to 1 (without).
inline double chance(std::uint64_t seed, std::string_view about, std::string_view which) {
    std::uint64_t h = 14'695'981'039'346'656'037ULL ^ (seed * 0x9E3779B97F4A7C15ULL);
    for (const auto text : {about, std::string_view("/"), which})
        for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
    h ^= h >> 30, h *= 0xBF58476D1CE4E5B9ULL;
    h ^= h >> 27, h *= 0x94D049BB133111EBULL;
    h ^= h >> 31;
    return static_cast<double>(h >> 11) * 0x1.0p-53;
}
inline double between(double low, double high, double chance) { return low + (high - low) * chance; }

}  // namespace lastmile::simulation
