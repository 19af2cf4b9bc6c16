#pragma once
// The live end of the log on this node: subscriptions and waiting for a position, served by one thread.
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <thread>

#include "platform/events/event.hpp"
#include "platform/store/store.hpp"

namespace lastmile::events {

/// Ends with its last copy. After the destructor no callback runs (unless destroyed inside that callback).
using Subscription = std::shared_ptr<void>;

class Tail {
public:
    /// All of a partition's events with a sequence above the one given, in order, each once; batches, never empty, on the tail's
    /// thread: must not block. Stored events first, then live ones, without a gap or a double between.
    using Callback = std::function<void(std::span<const Event>)>;
    using Position = std::function<void(std::int64_t sequence)>;

    explicit Tail(store::Store& store);
    ~Tail();
    Subscription subscribe(Partition partition, std::int64_t after, Callback callback);
    /// Calls once, when the position is reached (with its sequence) or the time is over (with the head). See Answer::log_position.
    void when(Partition partition, std::int64_t position, std::chrono::milliseconds patience, Position then);

private:
    struct Subscriber {
        Partition partition;
        std::int64_t next_after;
        Callback callback;
        std::recursive_mutex busy;
        bool ended = false;
    };
    struct Waiter {
        Partition partition;
        std::int64_t position;
        std::chrono::steady_clock::time_point until;
        Position then;
    };
    void work();
    bool serve(Partition partition);
    void serve_waiters();
    void wake();

    store::Store& store_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::weak_ptr<Subscriber>> subscribers_;
    std::deque<Waiter> waiters_;
    bool woken_ = false, closing_ = false;
    store::Store::Listener listener_;
    std::thread thread_;
};

}  // namespace lastmile::events
