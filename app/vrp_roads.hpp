#pragma once
// Roads for the optimizer's command: tables and lines on a map file or an OSM extract.
#include <memory>
#include <string>
#include <vector>

#include "engines/road/embedded.hpp"
#include "engines/vrp_formats/vroom.hpp"

namespace lastmile::app {

class VrpRoads {
public:
    /// *Refuses* (std::runtime_error, one sentence) what is no map.
    explicit VrpRoads(const std::string& map);

    /// Seconds and metres between all places (x: longitude, y: latitude). *Refuses* (std::runtime_error) an unknown profile and a place with
    /// no road near.
    vrp::VroomTables tables(const std::string& profile, const std::vector<vrp::Point>& points) const;
    /// Encoded polyline through the points; empty where there is no way.
    std::string line(const std::string& profile, const std::vector<vrp::Point>& points) const;

private:
    road::EmbeddedRouter router_;
};

}  // namespace lastmile::app
