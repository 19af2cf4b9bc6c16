#pragma once
// What a recipient scrawls on a courier's phone.
#include <cstdint>
#include <string>

namespace lastmile::simulation {

/// A small SVG, base64; the same for the same seed and parcel.
std::string signature(std::uint64_t seed, const std::string& about);

}  // namespace lastmile::simulation
