#pragma once
// A circuit breaker: who fails again and again is left alone for a while.
#include <chrono>
#include <functional>
#include <mutex>

namespace lastmile::remote {

using Clock = std::chrono::steady_clock;

struct BreakerOptions {
    int failures = 5;                           ///< in a row, after which it opens
    std::chrono::milliseconds open_for{30'000};  ///< then one call is let through to look
    std::function<Clock::time_point()> now = Clock::now;
};

/// Safe for any number of threads.
class Breaker {
public:
    explicit Breaker(BreakerOptions options = {}) : options_(std::move(options)) {}

    /// Whether a call may go out. Of those that wait while it is open, one goes out when the time is up.
    bool allows() {
        const std::scoped_lock lock(mutex_);
        if (failed_ < options_.failures) return true;
        const auto now = options_.now();
        if (now < next_look_) return false;
        next_look_ = now + options_.open_for;
        return true;
    }
    void succeeded() {
        const std::scoped_lock lock(mutex_);
        failed_ = 0;
    }
    void failed() {
        const std::scoped_lock lock(mutex_);
        if (++failed_ >= options_.failures) next_look_ = options_.now() + options_.open_for;
    }
    bool open() const {
        const std::scoped_lock lock(mutex_);
        return failed_ >= options_.failures;
    }

private:
    BreakerOptions options_;
    mutable std::mutex mutex_;
    int failed_ = 0;
    Clock::time_point next_look_{};
};

}  // namespace lastmile::remote
