#pragma once

namespace CLI {
class App;
}

namespace lastmile::app {

/// `map import`, `map info`, `route`, `table`, `nearest`, `geocode`, `reverse`: the road engine without a server.
void add_road_verbs(CLI::App& app);

}  // namespace lastmile::app
