#pragma once

namespace CLI {
class App;
}

namespace lastmile::app {

/// `map import`, `map info`, `tiles`, `route`, `table`, `match`, `isochrone`, `nearest`, `geocode`, `reverse`: the road engine without a server.
void add_road_verbs(CLI::App& app);

}  // namespace lastmile::app
