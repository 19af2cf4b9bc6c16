#pragma once
// The roads as a partition may drive them: the loaded map, less what it has closed.
#include <map>
#include <mutex>

#include "engines/road/router_pool.hpp"
#include "features/closures/closure_rules.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

/// Made by the app where a map is loaded, and put among the services. Safe for any number of threads.
class ClosedRoads {
public:
    explicit ClosedRoads(std::shared_ptr<road::EmbeddedRouter> map) : pool_(std::move(map)) {}

    /// The router of a partition at a business time, under the closures that `read` sees: one query, and the hierarchy customised anew by the
    /// first that asks after a change. Whoever holds the answer keeps its state of the roads.
    std::shared_ptr<const road::EmbeddedRouter> router(store::Read& read, Instant now);

    /// What the map knows, for the rules.
    closures::OnMap on_map() const;

private:
    road::RouterPool pool_;
    std::mutex lock_;
    std::map<std::int64_t, std::vector<Id<Closure>>> known_;  // by partition: what the pool has
};

}  // namespace lastmile
