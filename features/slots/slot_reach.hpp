#pragma once
// The port to whoever plans: can a route still be there in a slot, and what does one more stop cost? The app fills it.
#include <functional>
#include <map>

#include "engines/geo/point.hpp"
#include "features/slots/slot.hpp"
#include "platform/base/partition.hpp"

namespace lastmile {

struct ReachQuestion {
    Partition partition{};
    Id<Hub> hub;            // where the parcel comes from
    geo::Point dropoff;
    ServiceLevel service_level = ServiceLevel::standard;
    std::int64_t weight = 0, volume = 0;  // grams, cubic centimetres
    std::vector<Slot> slots{};            // in order of their start
};

struct Reach {
    bool reachable = false;
    std::optional<Money> cost{};
};

struct SlotReach {
    /// Blocks. Empty: nobody plans here.
    std::function<std::map<Id<Slot>, Reach>(const ReachQuestion&)> ask{};
};

}  // namespace lastmile
