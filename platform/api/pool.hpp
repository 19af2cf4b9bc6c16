#pragma once
// The bounded pool on which `prepares`, `runs` and the opening of streams may block.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace lastmile::api {

class Pool {
public:
    Pool(int threads, std::size_t queue_limit);
    ~Pool();
    /// False when too much waits already. `late` is told to a task that waited beyond the deadline: its client has given up.
    bool post(std::function<void(bool late)> task, std::chrono::milliseconds deadline);
    /// Finishes what is queued, joins. Later posts are refused.
    void close();

private:
    struct Task {
        std::function<void(bool)> run;
        std::chrono::steady_clock::time_point until;
    };
    void work();
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Task> queue_;
    std::size_t limit_;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace lastmile::api
