#pragma once
#include <cstdint>

namespace lastmile::road {

/// Time and distance as one number: hundredths of a second in the upper half, decimetres in the lower. Adding adds both, and the smaller
/// one is the faster,
/// then the shorter, so that one comparison orders routes and both quantities come out of one search.
using Cost = std::uint64_t;

inline constexpr Cost make_cost(std::uint64_t time_cs, std::uint64_t length_dm) { return time_cs << 32 | length_dm; }
inline constexpr std::uint32_t time_of(Cost cost) { return static_cast<std::uint32_t>(cost >> 32); }
inline constexpr std::uint32_t length_of(Cost cost) { return static_cast<std::uint32_t>(cost); }

/// The sum of two of them is still a positive number where it is taken as signed.
inline constexpr Cost unreachable = Cost{0x3fffffff} << 32;

/// What entering roads for visitors costs (7.7 days): more than any route, so that a way with fewer entries always wins, and how many
/// there were can be
/// read off the sum. A route that ends behind one entry is legal ("last metres"); one with more leads through.
inline constexpr std::uint32_t restricted_entry_cs = 1u << 26;

inline constexpr std::uint32_t entries_of(Cost cost) { return time_of(cost) / restricted_entry_cs; }
inline constexpr double seconds_of(Cost cost) { return (time_of(cost) % restricted_entry_cs) / 100.0; }
inline constexpr double metres_of(Cost cost) { return length_of(cost) / 10.0; }

}  // namespace lastmile::road
