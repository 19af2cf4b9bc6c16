#pragma once
// Moves that other nodes took in, for this node's streams: looked up in the shared store once a second, where somebody listens.
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "features/positions/live_places.hpp"
#include "platform/store/store.hpp"

namespace lastmile {

class NeighbourPlaces {
public:
    NeighbourPlaces(store::Store& store, LivePlaces& places) : store_(store), places_(places) {}
    ~NeighbourPlaces();
    /// Only where nodes can share a store (PostgreSQL).
    void start();
    /// Looks once; a store that does not answer is asked again the next time.
    void look();

private:
    void work();
    store::Store& store_;
    LivePlaces& places_;
    std::map<std::int64_t, Instant> since_;  // by partition: when it was looked at last, by the store's clock
    std::mutex mutex_;
    std::condition_variable closing_soon_;
    bool closing_ = false;
    std::thread thread_;
};

}  // namespace lastmile
