#pragma once
// How long it takes from each place to each: the port that the app fills with the road map, and straight lines where there is none.
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engines/vrp/matrix.hpp"
#include "features/assignments/route.hpp"

namespace lastmile::planning {

class TravelTable {
public:
    virtual ~TravelTable() = default;
    /// Row-major, from × to; a negative duration where there is no way. Empty: the profile is not known here.
    virtual std::vector<vrp::Leg> table(std::string_view profile, std::span<const geo::Point> from, std::span<const geo::Point> to) const = 0;
};

/// By the map if there is one and it knows the profile; else as the crow flies, by the same rule as route times (`StraightLine`).
std::shared_ptr<const vrp::Matrix> matrix_of(const TravelTable* roads, std::string_view profile, const std::vector<geo::Point>& places);

}  // namespace lastmile::planning
