#pragma once
// Doors to deliver to: places on the named streets of the map that the server has loaded.
#include <cstdint>
#include <string>
#include <string_view>
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
    Streets(ApiClient& api, const std::string& key, std::uint64_t seed);
    /// Where `about` lives: always the same place on the same map by the same seed.
    Door door(std::string_view about) const;
    geo::Point middle() const { return middle_; }

private:
    std::uint64_t seed_;
    std::vector<Door> doors_;
    geo::Point middle_;
};

}  // namespace lastmile::simulation
