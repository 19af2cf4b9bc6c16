#pragma once
// The log of a store: stamping, readers, subscriptions, waiting. One per process and store.
#include "platform/events/chain.hpp"
#include "platform/events/log_store.hpp"
#include "platform/events/reader.hpp"
#include "platform/events/stamper.hpp"
#include "platform/events/tail.hpp"

namespace lastmile::events {

class Log {
public:
    /// Attaches to the store, which must outlive it. Until then appending events is a fault.
    explicit Log(store::Store& store);
    ~Log();

    /// Starts a durable reader. Its name must not be registered yet.
    void add(Reader reader);
    std::vector<Lag> lag();

    Subscription subscribe(Partition partition, std::int64_t after, Tail::Callback callback) {
        return tail_.subscribe(partition, after, std::move(callback));
    }
    void when(Partition partition, std::int64_t position, std::chrono::milliseconds patience, Tail::Position then) {
        tail_.when(partition, position, patience, std::move(then));
    }
    /// The same, waiting: the sequence of the position, or after `patience` the head. Never on a store thread.
    std::int64_t wait_for(Partition partition, std::int64_t position, std::chrono::milliseconds patience = std::chrono::milliseconds(250));

    /// Until everything committed in the partition is stamped and every reader has read it, also what they caused meanwhile. False
    /// when a reader's handler failed (see lag()).
    bool drain(Partition partition);

private:
    struct Hook;
    store::Store& store_;
    std::shared_ptr<Hook> hook_;
    std::unique_ptr<Stamper> stamper_;  // PostgreSQL
    Tail tail_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<ReaderRunner>> readers_;
};

}  // namespace lastmile::events
