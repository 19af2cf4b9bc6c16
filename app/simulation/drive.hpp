#pragma once
// One drive along a line of the road, at a steady pace.
#include <vector>

#include "app/simulation/agenda.hpp"
#include "engines/geo/point.hpp"

namespace lastmile::simulation {

inline constexpr double drive_mps = 8.3;  // 30 km/h, lights and corners included

class Drive {
public:
    Drive() = default;
    Drive(Time begun, std::vector<geo::Point> line);
    double duration_s() const { return length_m_ / drive_mps; }
    geo::Point at(Time time) const;
    double heading(Time time) const;
    /// A line's part from near `from` to near `to`, then straight to it; straight at all where the line does not lead there.
    static std::vector<geo::Point> part(const std::vector<geo::Point>& way, geo::Point from, geo::Point to);

private:
    std::size_t segment(double& left) const;
    Time begun_{};
    std::vector<geo::Point> line_;
    double length_m_ = 0;
};

}  // namespace lastmile::simulation
