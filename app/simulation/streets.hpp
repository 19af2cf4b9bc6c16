#pragma once
// Doors to deliver to: places on the named streets of the map that the server has loaded.
#include <random>
#include <string>
#include <vector>

#include "app/simulation/api_client.hpp"
#include "engines/geo/point.hpp"

namespace lastmile::simulation {

struct Door {
    std::string line1;
    geo::Point point;
};

class Streets {
public:
    /// Throws std::runtime_error (one sentence) when the server has no map.
    Streets(ApiClient& api, const std::string& key);
    Door any(std::mt19937_64& chance) const;
    geo::Point middle() const { return middle_; }

private:
    std::vector<Door> doors_;
    geo::Point middle_;
};

}  // namespace lastmile::simulation
