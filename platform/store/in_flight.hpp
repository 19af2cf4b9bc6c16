#pragma once
// The keys of this process whose first request has not been answered.
#include <mutex>
#include <set>

#include "platform/store/value.hpp"

namespace lastmile::store {

class InFlight {
public:
    /// False when the key is taken. Whoever took it calls `leave` once, before answering.
    bool enter(std::int64_t partition, const Bytes& key) {
        std::lock_guard lock(mutex_);
        return keys_.emplace(partition, key).second;
    }
    void leave(std::int64_t partition, const Bytes& key) {
        std::lock_guard lock(mutex_);
        keys_.erase({partition, key});
    }

private:
    std::mutex mutex_;
    std::set<std::pair<std::int64_t, Bytes>> keys_;
};

}  // namespace lastmile::store
