#pragma once
// Gives committed events their sequence and link. SQLite: in the commit itself. PostgreSQL: a worker that holds a lease.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "platform/store/store.hpp"

namespace lastmile::events {

/// Stamps what a group of SQLite commands appended, inside the group's transaction.
std::vector<std::int64_t> stamp_group(store::Tx& group, const std::vector<store::Appended>& events);

/// Moves a batch from log_work to `stamped` (PostgreSQL), one transaction. Answers how many. Safe against a second stamper: the head
/// moves by compare-and-set, (partition, sequence) is unique, and each work row must still be there.
std::int64_t stamp_batch(store::Store& store, int limit);

/// A worker lease in machine time: one holder over all nodes, its fence rising with each new holder.
struct Lease {
    std::string name;
    std::string holder;
    std::int64_t fence = 0;
    bool held = false;
};
/// Takes or prolongs it, when it is ours, free or expired.
void take_lease(store::Store& store, Lease& lease, std::chrono::milliseconds time);
void drop_lease(store::Store& store, Lease& lease);

/// The worker. Woken by appends of this node and by signals of others; looks by itself when its lease is to be renewed.
class Stamper {
public:
    Stamper(store::Store& store, std::string node);
    ~Stamper();
    /// After a commit of this node that appended.
    void appended();
    /// Stamps all there is, on the caller's thread.
    void drain();
    bool leads() const { return leads_; }

private:
    void work();
    void wake();

    store::Store& store_;
    Lease lease_;
    std::atomic<bool> leads_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = true, closing_ = false;
    std::optional<std::chrono::steady_clock::time_point> waits_since_;  // the oldest append that is not stamped, as far as this node knows
    store::Store::Listener listener_;
    std::thread thread_;
};

}  // namespace lastmile::events
