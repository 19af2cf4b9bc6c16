#include "features/health/health_api.hpp"

#include "platform/observe/health.hpp"

namespace lastmile {
namespace {

using namespace api;

PartState state_of(observe::Condition condition) {
    switch (condition) {
        case observe::Condition::ok: return PartState::ok;
        case observe::Condition::degraded: return PartState::degraded;
        case observe::Condition::down: break;
    }
    return PartState::down;
}

Result<Reply<HealthView>> get_health(store::Read&, const Call& call, const NoInput&) {
    const auto& health = call.service<observe::Health>();
    HealthView view{state_of(health.overall()), health.ready(), {}};
    for (const auto& part : health.all()) {
        HealthPart shown{part.name, state_of(part.condition), part.detail, {}, {}, part.vital};
        if (part.latency) shown.latency_ms = part.latency->count();
        shown.last_success = part.last_success;
        view.subsystems.push_back(std::move(shown));
    }
    return view;
}

}  // namespace

Endpoints health_endpoints() {
    return {
        reads("GET /v1/lastmile/health", "metrics:read", get_health,
              {.summary = "How the service is",
               .tag = "Health",
               .description = "Each part with state, latency and last success, as of the last look (every two seconds)."}),
    };
}

}  // namespace lastmile
