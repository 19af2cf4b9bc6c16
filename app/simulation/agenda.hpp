#pragma once
// Discrete events in the simulated time: what happens when, and the clock that goes there.
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "app/simulation/api_client.hpp"
#include "app/simulation/plan.hpp"

namespace lastmile::simulation {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// As the API writes it.
std::string text_of(Time time);

class Agenda {
public:
    using Deed = std::function<void()>;
    /// Begins at the partition's business time. Throws std::runtime_error when the server does not tell it.
    Agenda(ApiClient& api, const Plan& plan, const std::atomic<bool>& stop);
    Time now() const;
    /// Deeds of one moment are done in the order in which they were written down.
    void at(Time when, Deed deed) { deeds_.emplace(when, std::move(deed)); }
    void in(double seconds, Deed deed) { at(now() + std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)), std::move(deed)); }
    /// Does them one after the other until `done`, nothing is left, or it is stopped.
    void run(const std::function<bool()>& done);
    /// Sets the clock forward at once (not with the wall's).
    void skip_to(Time to);

private:
    bool go_to(Time when);
    void move_clock();

    ApiClient& api_;
    const Plan& plan_;
    const std::atomic<bool>& stop_;
    std::multimap<Time, Deed> deeds_;
    std::chrono::milliseconds ahead_{};  // of the wall: a partition whose clock was moved earlier ticks on from there
    Time time_{}, told_{}, began_{};     // simulated; as the server was told; when it began
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace lastmile::simulation
