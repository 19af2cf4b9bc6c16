#pragma once
// The places that move, for event streams: told after the commit, never waited for.
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "features/positions/position.hpp"

namespace lastmile {

class LivePlaces {
public:
    using Listener = std::function<void(const DriverPlace&)>;
    /// Lives as long as the answer does. Called on the store's thread: must not block.
    std::shared_ptr<void> listen(Partition partition, Listener listener);
    /// Of every partition, what this node took in.
    using Everywhere = std::function<void(Partition, const DriverPlace&)>;
    std::shared_ptr<void> listen(Everywhere listener);
    /// A ping that this node took in.
    void moved(Partition partition, const DriverPlace& place);
    /// Perhaps of another node: told to those who listen to the partition, if it is newer than what they were told.
    void moved_elsewhere(Partition partition, const DriverPlace& place);
    /// Partitions that somebody listens to.
    std::vector<Partition> heard();

private:
    struct Ear {
        std::optional<Partition> partition;
        Everywhere listener;
    };
    std::shared_ptr<void> keep(std::shared_ptr<Ear> ear);
    bool newer(Partition partition, const DriverPlace& place);
    void tell(Partition partition, const DriverPlace& place, bool own);
    std::mutex mutex_;
    std::vector<std::weak_ptr<Ear>> ears_;
    std::map<std::int64_t, std::map<Id<Driver>, Instant>> told_;  // the newest, of partitions that are heard
};

}  // namespace lastmile
