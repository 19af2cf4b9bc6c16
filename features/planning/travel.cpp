#include "features/planning/travel.hpp"

#include <array>
#include <cmath>

namespace lastmile::planning {

std::shared_ptr<const vrp::Matrix> matrix_of(const TravelTable* roads, std::string_view profile, const std::vector<geo::Point>& places) {
    const auto size = static_cast<int>(places.size());
    auto matrix = std::make_shared<vrp::DenseMatrix>(size);
    std::vector<vrp::Leg> legs;
    if (roads) legs = roads->table(profile, places, places);
    if (!legs.empty()) {
        for (int from = 0; from < size; ++from)
            for (int to = 0; to < size; ++to) matrix->set(from, to, legs[static_cast<std::size_t>(from) * places.size() + static_cast<std::size_t>(to)]);
        return matrix;
    }
    // One kilometre tells the speed of the profile; the rest is a product.
    const std::array<geo::Point, 2> kilometre{geo::Point{0, 0}, geo::Point{0, 0.009}};
    const auto unit = StraightLine().legs(kilometre, profile).front();
    const double metres = geo::distance_m(kilometre[0], kilometre[1]);
    for (int from = 0; from < size; ++from)
        for (int to = 0; to < size; ++to) {
            const double share = geo::distance_m(places[static_cast<std::size_t>(from)], places[static_cast<std::size_t>(to)]) / metres;
            matrix->set(from, to, {static_cast<std::int32_t>(std::lround(unit.seconds * share)), static_cast<std::int32_t>(std::lround(unit.metres * share))});
        }
    return matrix;
}

}  // namespace lastmile::planning
