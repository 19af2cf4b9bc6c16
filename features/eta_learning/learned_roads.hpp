#pragma once
// The speeds of partitions as routers use them: made from the store, kept until a pass has learned more.
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "engines/road/learned_speeds.hpp"
#include "platform/store/store.hpp"

namespace lastmile {

struct PartitionSpeeds {
    std::shared_ptr<const road::LearnedSpeeds> speeds;  // null: nothing is known
    std::string time_zone = "UTC";
};

/// Safe for any number of threads.
class LearnedRoads {
public:
    explicit LearnedRoads(store::Store& store);
    ~LearnedRoads();

    /// A read brings it up to date itself. A command never waits for that: it gets what there is, and what is newer comes in the background
    /// (milliseconds later); speeds are estimates, closures are not.
    PartitionSpeeds known(store::Read& read);
    /// The same for routes, plans and ETAs: nothing where it is not to be applied.
    PartitionSpeeds now(store::Read& read) { return applied ? known(read) : PartitionSpeeds{}; }
    /// Set before the first question.
    bool applied = true;

private:
    struct Kept {
        std::int64_t revision = -1;
        PartitionSpeeds speeds;
    };
    void work();

    store::Store& store_;
    std::mutex mutex_;
    std::map<Partition, Kept> kept_;
    std::set<Partition> stale_;
    std::condition_variable changed_;
    bool closing_ = false;
    std::thread thread_;
};

/// Hour of the week (0 is Monday, 0:00) in a zone's wall clock.
int hour_of_week(const std::string& zone, Instant at);

}  // namespace lastmile
