#pragma once

namespace CLI {
class App;
}

namespace lastmile::app {

/// `solve`: the optimizer without a server. Bad input: line or pointer on stderr (or VROOM's error object), exit code 2.
void add_vrp_verbs(CLI::App& app);

}  // namespace lastmile::app
