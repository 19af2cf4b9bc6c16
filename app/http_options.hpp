#pragma once
#include "app/config.hpp"
#include "platform/http/server.hpp"

namespace lastmile::app {

/// The HTTP server's part of the settings. Throws with one sentence.
http::Options http_options(const Config& config);

}  // namespace lastmile::app
