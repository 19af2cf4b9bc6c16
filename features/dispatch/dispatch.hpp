#pragma once
// What commands over several aggregates need besides the store. The app makes one, puts it among the services and registers its timers.
#include <functional>
#include <memory>

#include "features/assignments/route.hpp"
#include "platform/api/call.hpp"
#include "platform/events/log.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {

struct Dispatch {
    const RoutePricer* roads = nullptr;  // nullptr: no map is loaded, times come from straight lines

    /// The roads as the partition of a transaction may drive them at a time: less what it has closed. Empty: as `roads` has them.
    std::function<std::shared_ptr<const RoutePricer>(store::Read&, Instant)> roads_now{};

    const RoutePricer& pricer() const { return roads ? *roads : static_cast<const RoutePricer&>(straight); }
    std::shared_ptr<const RoutePricer> pricer(store::Read& read, Instant now) const {
        return roads_now ? roads_now(read, now) : std::shared_ptr<const RoutePricer>(std::shared_ptr<void>(), &pricer());
    }
    /// It must outlive the services.
    void put_into(api::Services& services) { services.put(*this); }
    /// Offers that expire, plans that are released to their drivers. Before the timers start.
    void register_timers(work::Timers& timers);

    /// Follows changed deliveries: windows and places reach their planned stops.
    events::Reader reader() const;
    void register_fit_timer(work::Timers& timers) const;

    StraightLine straight{};
};

}  // namespace lastmile
