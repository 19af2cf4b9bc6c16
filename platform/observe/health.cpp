#include "platform/observe/health.hpp"

#include <algorithm>

namespace lastmile::observe {

std::string_view condition_name(Condition condition) {
    switch (condition) {
        case Condition::ok: return "ok";
        case Condition::degraded: return "degraded";
        case Condition::down: break;
    }
    return "down";
}

void Health::expect(std::string_view name, bool vital) {
    const std::lock_guard lock(mutex_);
    auto [at, fresh] = parts_.try_emplace(std::string(name), Subsystem{std::string(name), Condition::down, "has not reported yet"});
    at->second.vital = vital;
}

void Health::report(std::string_view name, Condition condition, Instant machine_now, std::string detail,
                    std::optional<std::chrono::milliseconds> latency) {
    const std::lock_guard lock(mutex_);
    auto& part = parts_.try_emplace(std::string(name), Subsystem{std::string(name)}).first->second;
    part.condition = condition;
    part.detail = std::move(detail);
    part.latency = latency;
    part.reported = machine_now;
    if (condition == Condition::ok) part.last_success = machine_now;
}

std::vector<Subsystem> Health::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<Subsystem> list;
    for (const auto& [name, part] : parts_) list.push_back(part);
    return list;
}

Condition Health::overall() const {
    auto worst = Condition::ok;
    for (const auto& part : all()) worst = std::max(worst, part.vital ? part.condition : std::min(part.condition, Condition::degraded));
    return worst;
}

bool Health::ready() const { return overall() != Condition::down; }

}  // namespace lastmile::observe
