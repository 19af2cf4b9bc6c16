#pragma once
// How the service is, part by part: what the app's probes reported last.
#include "platform/api/endpoints.hpp"
#include "platform/schema/schema.hpp"

namespace lastmile {

enum class PartState { ok, degraded, down };
LASTMILE_ENUM(PartState, ok, degraded, down)

struct HealthPart {
    std::string name;
    PartState state = PartState::ok;
    std::string detail;
    Nullable<std::int64_t> latency_ms;
    Nullable<Instant> last_success;
    bool vital = false;
};
LASTMILE_VALUE(HealthPart, (name, state, detail, latency_ms, last_success, vital))
LASTMILE_DOC(HealthPart, "A part of the service.", {"name", "store, log, webhooks, …"}, {"state", "ok, degraded or down"}, {"detail", "in words"},
             {"latency_ms", "how long the last look took"}, {"last_success", "when it was last well"}, {"vital", "not ready without it"})

struct HealthView {
    PartState status = PartState::ok;
    bool ready = true;
    std::vector<HealthPart> subsystems;
};
LASTMILE_VALUE(HealthView, (status, ready, subsystems))
LASTMILE_DOC(HealthView, "How the service is.", {"status", "the worst of the parts"}, {"ready", "whether it takes requests: /readyz"},
             {"subsystems", "the parts, by name"})

api::Endpoints health_endpoints();

}  // namespace lastmile
