#pragma once
// Expected arrivals that changed on this node, for event streams: told after the commit, never waited for.
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "features/assignments/assignment_store.hpp"

namespace lastmile {

/// What a stream shows of one stop.
struct LiveEta {
    Id<Assignment> assignment_id;
    Id<Stop> stop_id;
    std::optional<Id<Driver>> driver_id;
    std::vector<Id<Delivery>> delivery_ids;
    Expected expected;
};

class LiveEtas {
public:
    using Listener = std::function<void(const LiveEta&)>;
    /// Lives as long as the answer does. Called on the store's thread: must not block.
    std::shared_ptr<void> listen(Partition partition, Listener listener);
    void changed(Partition partition, const std::vector<LiveEta>& etas);

private:
    struct Ear {
        Partition partition;
        Listener listener;
    };
    std::mutex mutex_;
    std::vector<std::weak_ptr<Ear>> ears_;
};

}  // namespace lastmile
