#pragma once
// Durable readers of the log: their writes and their cursor move in one commit, so every event has its effect exactly once.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <thread>

#include "platform/events/log_store.hpp"
#include "platform/store/store.hpp"

namespace lastmile::events {

struct Reader {
    std::string name;   // of its cursor; renaming it starts it anew
    /// A batch of one partition, in order. Runs as a command (it may run again); its writes and the cursor commit together.
    /// Throwing leaves the cursor; it is tried again, ever later, alone with the first event of the batch.
    std::function<void(store::Tx&, std::span<const Event>)> handle;
    int batch = 100;
    /// Only these reach `handle`; the cursor passes the others.
    Filter filter{};
    /// A new cursor starts at the end rather than at the first event.
    bool from_now = false;
};

/// How a reader stands in a partition.
struct Lag {
    std::string reader;
    Partition partition;
    std::int64_t behind = 0;      // events
    int failures = 0;             // in a row
    std::string last_error{};
};

/// Runs one reader on a thread of its own: a failing or slow one holds no other.
class ReaderRunner {
public:
    ReaderRunner(store::Store& store, Reader reader);
    ~ReaderRunner();
    const std::string& name() const { return reader_.name; }
    /// Reads a partition to its end on the caller's thread, also while the own thread does. False when the handler failed.
    bool drain(Partition partition);
    std::vector<Lag> lag();

private:
    struct Trouble {
        int failures = 0;
        std::string error{};
        std::chrono::steady_clock::time_point next_try{};
    };
    void work();
    void wake();
    /// Events passed; 0 at the end.
    std::int64_t batch(Partition partition);
    bool try_batch(Partition partition, std::int64_t& passed);

    store::Store& store_;
    const Reader reader_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Partition, Trouble> troubles_;
    bool woken_ = true, closing_ = false;
    store::Store::Listener listener_;
    std::thread thread_;
};

}  // namespace lastmile::events
