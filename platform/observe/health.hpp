#pragma once
// How each part of the service is: reported by the part itself, or asked by a probe. Feeds /health and /readyz.
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.hpp"

namespace lastmile::observe {

enum class Condition { ok, degraded, down };

std::string_view condition_name(Condition condition);

struct Subsystem {
    std::string name;
    Condition condition = Condition::ok;
    std::string detail{};                           // for a human; no secrets
    std::optional<std::chrono::milliseconds> latency{};
    std::optional<Instant> last_success{};
    std::optional<Instant> reported{};
    bool vital = false;                             // the service is not ready while this is down
};

class Health {
public:
    /// Makes the part known, down until it reports. `vital` ones decide whether the service is ready.
    void expect(std::string_view name, bool vital);
    void report(std::string_view name, Condition condition, Instant machine_now, std::string detail = {},
                std::optional<std::chrono::milliseconds> latency = {});
    std::vector<Subsystem> all() const;   // by name
    /// The worst of all; degraded at most for parts that are not vital.
    Condition overall() const;
    bool ready() const;                   // no vital part is down

private:
    mutable std::mutex mutex_;
    std::map<std::string, Subsystem, std::less<>> parts_;
};

}  // namespace lastmile::observe
