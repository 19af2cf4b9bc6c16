#pragma once
// docs/reference/lifecycle.md: the state machines and the table of a delivery's actions, drawn out of the tables that the rules themselves read.
#include <string>

namespace lastmile::app {

std::string lifecycle_markdown();

}  // namespace lastmile::app
