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
    bool morning = false;         // one plan of the server in the morning; what comes later goes by hand, nothing is replanned
    int urgent = 0;               // orders of the day that are promised within ninety minutes
    int breakdowns = -1;          // how many vans break down; -1: one every few hours
    double no_shows = 0.07;       // nobody home
    bool closure = false;         // streets round the middle close at eleven
    int partners = 0;             // sandbox partners that carry a part; of three, one goes dark at noon
    bool promises = false;        // every delivery has a window
    bool json = false;            // the summary on stdout, the story on stderr
};

}  // namespace lastmile::simulation
