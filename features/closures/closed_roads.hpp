#pragma once
// The roads as a partition may drive them: the loaded map, less what it has closed, at the speeds that its own tracks taught.
#include <functional>
#include <map>
#include <mutex>

#include "engines/road/router_pool.hpp"
#include "features/closures/closure_rules.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

/// What a partition's tracks taught of speeds (null: nothing), and the hour of the week in its wall clock.
struct KnownSpeeds {
    std::shared_ptr<const road::LearnedSpeeds> speeds;
    std::function<int(Instant)> hour_of_week{};
};

/// The roads of a partition at a business time.
struct OwnRoads {
    std::shared_ptr<const road::EmbeddedRouter> router;
    KnownSpeeds known;
    bool closures = false;  ///< whether any street is closed or will be
};

/// Made by the app where a map is loaded, and put among the services. Safe for any number of threads.
class ClosedRoads {
public:
    explicit ClosedRoads(std::shared_ptr<road::EmbeddedRouter> map) : pool_(std::move(map)) {}

    /// Looks up what is known of speeds. Set before the first question; empty: the map's times alone.
    std::function<KnownSpeeds(store::Read&)> speeds{};

    /// Under the closures that `read` sees: one query. The router of a new state of the roads is customised when it is first asked (a command
    /// must not: see RoadPricer). Whoever holds the answer keeps its state of the roads.
    OwnRoads roads(store::Read& read, Instant now);

    /// What the map knows, for the rules.
    closures::OnMap on_map() const;

private:
    road::RouterPool pool_;
    std::mutex lock_;
    struct Had {
        std::vector<Id<Closure>> closures;
        std::shared_ptr<const road::LearnedSpeeds> speeds;
    };
    std::map<std::int64_t, Had> known_;  // by partition: what the pool has
};

}  // namespace lastmile
