#pragma once
// What shall be simulated.
#include <cstdint>
#include <optional>
#include <string>

namespace lastmile::simulation {

struct Plan {
    std::string url, key;
    int drivers = 15, deliveries = 250;
    std::uint64_t seed = 1;
    bool forever = false;         // deliveries go on coming; else it ends when every delivery has
    bool real = true;             // the wall's clock; else the test partition's clock is moved
    std::optional<double> speed;  // simulated seconds a second; with `real` off, none: as fast as the server answers
    bool by_hand = false;         // a dispatcher's simple rule instead of the server's planning
    bool json = false;            // the summary on stdout, the story on stderr
};

}  // namespace lastmile::simulation
