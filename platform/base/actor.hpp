#pragma once
// Who acts: written beside every event and every audit line.
#include <string>

namespace lastmile {

/// `kind` is key, user, driver, partner, recipient, system or policy; `id` is theirs at the edge (`key_…`, `drv_…`).
/// `on_behalf` names the admin behind an impersonation, or the person behind a key's call; empty otherwise.
struct Actor {
    std::string kind = "system";
    std::string id;
    std::string on_behalf;
};

/// Where a request came from, as the log keeps it.
struct Origin {
    Actor actor;
    std::string request_id;   // X-Request-ID
    std::string traceparent;  // W3C trace context
    std::string source = "api";  // api | driver | partner | system | policy
};

}  // namespace lastmile
