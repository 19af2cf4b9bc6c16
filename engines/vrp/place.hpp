#pragma once
// The cheapest places for a task in one tour. Plain tours: O(1) a position (O(n²) positions for a pair). Rich ones: the same sums as a screen,
// then whole schedules in the order of the screen until nothing cheaper can follow.
#include <limits>
#include <vector>

#include "engines/vrp/tour.hpp"

namespace lastmile::vrp {

/// After spot `first` the task's first node, after spot `second` its second (single tasks: second = first).
struct Place {
    double delta = std::numeric_limits<double>::infinity();
    int first = -1;
    int second = -1;
    int reload = -1;             ///< a reload node that comes with it
    bool reload_behind = false;  ///< after the task instead of before it
    bool found() const { return first >= 0; }
};

/// The best two: a blink takes the second.
struct Places {
    Place best, next;
    void offer(const Place& place) {
        if (place.delta < best.delta)
            next = best, best = place;
        else if (place.delta < next.delta && (place.first != best.first || place.second != best.second))
            next = place;
    }
};

/// The route's nodes with the task put there.
void put(const Instance& in, const std::vector<int>& nodes, int task, const Place& place, std::vector<int>& out);

class Placer {
public:
    Placer(const Instance& in, Scheduler& scheduler) : in_(in), scheduler_(scheduler) {}
    /// Only what the tour and the task alone decide; relations to other tasks are the caller's, except order (`after`).
    /// Where schedules decide, places whose screen says `limit` or more are not looked at; cut() tells whether that is why nothing was found.
    Places find(const Tour& tour, int task, double limit = std::numeric_limits<double>::infinity());
    bool cut() const { return cut_; }

private:
    void single(const Tour& tour, int node);
    void plain(const Tour& tour, const Node& node, const Leg* reach, const Leg* leave, std::size_t first);
    bool full(const Tour& tour, const Node& node) const;
    void pair(const Tour& tour, int first, int second);
    void with_reload(const Tour& tour, int task);
    void with_plain_reload(const Tour& tour, int task);
    void look_ahead(const Tour& tour);
    bool room_beside(const Tour& tour, const Node& node, std::size_t after, bool behind) const;
    void exact(const Tour& tour, int task);
    void keep(double delta, int first, int second);
    bool room(const Tour& tour, const Node& node, std::size_t after) const;
    double extra_cost(const Car& car, const Tour& tour, Distance metres, Time driving, const Segment& whole, bool& feasible) const;

    const Instance& in_;
    Scheduler& scheduler_;
    Places places_;
    /// Forward through a tour whose trips wait for one more task's goods.
    struct Waiting {
        bool ok = false;
        Time depart = 0;
        Segment head;
        void step(const Tour& tour, const Instance& in, const Car& car, std::size_t i, Time release);
    };

    bool screen_ = false, cut_ = false;
    double constant_ = 0, limit_ = 0;
    std::vector<Place> candidates_;
    std::vector<int> trial_;
    std::vector<Time> release_ahead_;           ///< by spot: of the trip's deliveries behind it, the latest
    std::vector<std::int64_t> delivery_ahead_;  ///< by spot × dimension: what they load
    std::vector<Leg> reach_, leave_;            ///< by spot: from there to the dropoff, from the dropoff to there
};

}  // namespace lastmile::vrp
