#pragma once
// Log lines on their way out: collected for a few milliseconds, written together by a thread of its own. Internal.
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace lastmile::observe {

/// Under load a write for hundreds of lines instead of a write and a wake-up for each. Bounded: when the other end takes nothing, lines
/// are lost (and counted, in a line of their own, once it does), so that a stuck pipe does not stop the service.
class LogBatch {
public:
    /// `tell_lost` makes the line that says how many were lost.
    LogBatch(int descriptor, std::function<std::string(std::uint64_t)> tell_lost);
    /// Writes what waits.
    ~LogBatch();
    LogBatch(const LogBatch&) = delete;
    LogBatch& operator=(const LogBatch&) = delete;
    /// From any thread, without waiting. `urgent` is written at once.
    void add(std::string_view line, bool urgent);
    /// Waits until what was added before has been written, two seconds at most.
    void flush();

private:
    void work();
    const int descriptor_;
    const std::function<std::string(std::uint64_t)> tell_lost_;
    std::mutex mutex_;
    std::condition_variable come_, gone_;
    std::string waiting_;
    std::uint64_t added_ = 0, written_ = 0;   // bytes
    std::uint64_t lost_ = 0;                  // lines
    bool urgent_ = false, idle_ = false, closing_ = false;
    std::thread thread_;                      // last: it uses the rest
};

}  // namespace lastmile::observe
