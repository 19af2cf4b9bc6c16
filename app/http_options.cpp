#include "app/http_options.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace lastmile::app {

http::Options http_options(const Config& config) {
    http::Options options;
    const auto& listen = config.text("listen");
    const auto colon = listen.rfind(':');
    if (colon == listen.npos) throw std::runtime_error("setting \"listen\" must be ADDRESS:PORT, for example 127.0.0.1:8080");
    options.address = listen.substr(0, colon);
    const auto port = std::strtoul(listen.c_str() + colon + 1, nullptr, 10);
    if (port > 65535 || listen.find_first_not_of("0123456789", colon + 1) != listen.npos || colon + 1 == listen.size())
        throw std::runtime_error("setting \"listen\" must end in a port from 0 to 65535");
    options.port = static_cast<std::uint16_t>(port);
    options.threads = static_cast<int>(std::max<std::int64_t>(1, config.whole("http.threads")));
    options.max_header_bytes = static_cast<std::size_t>(config.whole("http.max_header_bytes"));
    options.max_body_bytes = static_cast<std::size_t>(config.whole("http.max_body_bytes"));
    options.max_connections = static_cast<std::size_t>(config.whole("http.max_connections"));
    const auto seconds = [&](std::string_view name) { return std::chrono::seconds(std::max<std::int64_t>(1, config.whole(name))); };
    options.header_timeout = seconds("http.header_timeout_s");
    options.body_timeout = seconds("http.body_timeout_s");
    options.idle_timeout = seconds("http.idle_timeout_s");
    options.tls_certificate = config.text("tls.certificate");
    options.tls_key = config.text("tls.key");
    return options;
}

}  // namespace lastmile::app
