#pragma once
// The places that moved on this node, for event streams: told after the commit, never waited for.
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
    /// Of every partition.
    using Everywhere = std::function<void(Partition, const DriverPlace&)>;
    std::shared_ptr<void> listen(Everywhere listener);
    void moved(Partition partition, const DriverPlace& place);

private:
    struct Ear {
        std::optional<Partition> partition;
        Everywhere listener;
    };
    std::shared_ptr<void> keep(std::shared_ptr<Ear> ear);
    std::mutex mutex_;
    std::vector<std::weak_ptr<Ear>> ears_;
};

}  // namespace lastmile
