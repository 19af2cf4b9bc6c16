#pragma once
// A route as the search sees it: at each spot what came before and what comes after as values, so that a change anywhere is priced
// from a few of them without walking the route. Exact for plain routes; for rich ones a screen before the schedule is asked.
#include <algorithm>
#include <vector>

#include "engines/vrp/instance.hpp"
#include "engines/vrp/schedule.hpp"

namespace lastmile::vrp {

/// A piece of a route in time: begun between `early` and `late` it takes `duration` (Vidal et al. 2013, section 4.4).
struct Segment {
    Time duration = 0;
    Time early = always_from;
    Time late = always_to;
};

/// Associative. Only for pieces that fit: a.early + a.duration + travel ≤ b.late.
inline Segment join(const Segment& a, Time travel, const Segment& b) {
    const Time reach = a.duration + travel;
    const Time wait = std::max<Time>(0, b.early - reach - a.late);
    return {reach + b.duration + wait, std::max(b.early - reach, a.early) - wait, std::min(b.late - reach, a.late)};
}

inline Segment segment_of(const Node& node) { return {node.service, node.from, node.to}; }

/// A position: the start, a node, or the end.
struct Spot {
    int node = -1;
    int place = -1;
    Time begin = 0;   ///< earliest
    Time depart = 0;  ///< earliest
    Time latest = 0;  ///< begin later, and something behind fails
    Leg next;         ///< to the following spot
    Segment before;   ///< start … here
    Segment after;    ///< here … end
};

struct Tour {
    int car = 0;
    bool rich = false;  ///< the schedule decides
    bool feasible = true;
    std::uint64_t version = 0;  ///< equal versions, equal content
    double cost = 0;
    Time duration = 0;
    Time driving = 0;
    Distance distance = 0;
    int reloads = 0;
    std::vector<int> nodes;
    std::vector<Spot> spots;                                   ///< nodes.size() + 2
    std::vector<std::int64_t> level, peak_before, peak_after;  ///< by spot × dimension: load when leaving; its peak in the trip up to, from here
    std::vector<char> collected, delivers;                     ///< by spot: a pickup before or here, a delivery here or later in the trip

    bool empty() const { return nodes.empty(); }
};

inline Leg leg_between(const Car& car, int from, int to) { return from == to || from < 0 || to < 0 ? Leg{} : car.roads.leg(from, to); }

/// Recomputes everything from `nodes`. `version` is the caller's.
void refresh(Tour& tour, const Instance& in, Scheduler& scheduler);

}  // namespace lastmile::vrp
