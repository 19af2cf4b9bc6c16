#pragma once
// Named places where a test stops time, fails or kills the process. Nothing is armed in production; an unarmed point costs one load.
#include <atomic>
#include <functional>
#include <string>
#include <string_view>

namespace lastmile::store {

namespace failpoints {
extern std::atomic<bool> armed;
void hit(std::string_view name);

/// Runs `then` at each hit (on the thread that hits); it may throw. Tests only. Lasts until the object is destroyed.
class Armed {
public:
    Armed(std::string name, std::function<void()> then);
    ~Armed();
    Armed(const Armed&) = delete;
    Armed& operator=(const Armed&) = delete;

private:
    std::string name_;
};

/// LASTMILE_FAILPOINTS="store.before_commit=kill:3,log.stamped=kill": the process ends by SIGKILL at the nth hit (default the first).
/// Read once by open(). Throws std::runtime_error on anything else.
void arm_from_environment();
}  // namespace failpoints

inline void failpoint(std::string_view name) {
    if (failpoints::armed.load(std::memory_order_relaxed)) failpoints::hit(name);
}

}  // namespace lastmile::store
