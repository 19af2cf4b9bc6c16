#pragma once
// What commands over several aggregates need besides the store. The app makes one, puts it among the services and registers its timers.
#include "features/assignments/route.hpp"
#include "platform/api/call.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {

struct Dispatch {
    const RoutePricer* roads = nullptr;  // nullptr: no map is loaded, times come from straight lines

    const RoutePricer& pricer() const { return roads ? *roads : static_cast<const RoutePricer&>(straight); }
    /// It must outlive the services.
    void put_into(api::Services& services) { services.put(*this); }
    /// Offers that expire, plans that are released to their drivers. Before the timers start.
    void register_timers(work::Timers& timers);

    StraightLine straight{};
};

}  // namespace lastmile
