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
    Leg next;            ///< to the following spot
    Distance along = 0;  ///< from the start to here
    Time driven = 0;     ///< likewise
    Time begin = 0;      ///< earliest
    Time depart = 0;     ///< earliest
    Time latest = 0;     ///< begin later, and something behind fails
    Time opens = 0;      ///< the node's window; where a trip begins, not before its goods are there
};

struct Tour {
    int car = 0;
    bool rich = false;   ///< the schedule decides
    bool timed = false;  ///< the duration matters: segments are kept
    bool feasible = true;
    std::uint64_t version = 0;  ///< equal versions, equal content
    double cost = 0;
    Time duration = 0;  ///< 0 if it does not matter
    Time driving = 0;
    Distance distance = 0;
    int reloads = 0;
    std::vector<int> nodes;
    std::vector<Spot> spots;             ///< nodes.size() + 2
    std::vector<Segment> before, after;  ///< by spot: start … here, here … end
    /// By spot × dimension: load when leaving; its peak in the trip up to, from here.
    std::vector<std::int64_t> level, peak_before, peak_after;
    std::vector<char> collected, delivers;  ///< by spot: a pickup before or here, a delivery here or later in the trip

    bool empty() const { return nodes.empty(); }
};

inline Leg leg_between(const Car& car, int from, int to) { return from == to || from < 0 || to < 0 ? Leg{} : car.roads.leg(from, to); }

/// Legs between one place and many others. Where there are tables, one row each way: insertion asks nothing else.
class Around {
public:
    Around(const Car& car, int place) : roads_(car.roads), place_(place) {
        if (place < 0 || !roads_.back || roads_.slowness != 1) return;
        const std::size_t row = static_cast<std::size_t>(place) * roads_.size;
        out_ = roads_.table + row;
        in_ = roads_.back + row;
    }
    Leg to(int other) const {
        if (out_) return other < 0 ? Leg{} : out_[other];
        return other == place_ || other < 0 || place_ < 0 ? Leg{} : roads_.leg(place_, other);
    }
    Leg from(int other) const {
        if (in_) return other < 0 ? Leg{} : in_[other];
        return other == place_ || other < 0 || place_ < 0 ? Leg{} : roads_.leg(other, place_);
    }

    bool rows() const { return out_ != nullptr; }
    const Leg* out() const { return out_; }  ///< by the other place; only if rows()
    const Leg* in() const { return in_; }

private:
    const Roads& roads_;
    int place_;
    const Leg* out_ = nullptr;
    const Leg* in_ = nullptr;
};

/// Recomputes everything from `nodes`. `version` is the caller's.
void refresh(Tour& tour, const Instance& in, Scheduler& scheduler);

}  // namespace lastmile::vrp
