#pragma once
// The exact meaning of one route: who is when where with what on board, at what cost. The search asks it wherever its O(1) sums
// do not tell everything (several windows, wishes, breaks, rides, reloads …); every answer's times come from it.
//
// Rules of timing. Service begins at the first moment that the windows allow; a wish for later is waited for when that is cheaper for the
// whole route. A break is due if the route begins before and goes on after its last window (or has no window); it is taken at a
// stop, where it costs least time, latest when it would be missed otherwise. The vehicle leaves as late as it can without ending later.
#include <span>
#include <vector>

#include "engines/vrp/instance.hpp"
#include "engines/vrp/solution.hpp"

namespace lastmile::vrp {

struct RouteValue {
    bool feasible = false;
    Constraint why = Constraint::time_window;  ///< the first that fails
    int at = -1;                               ///< index of the stop where it failed; the number of stops: at the end
    Cost cost;
    double total = 0;
    Time begin = 0;
    Time end = 0;
    Time duration = 0;  ///< without unpaid breaks
    Time waiting = 0;
    Time driving = 0;
    Distance distance = 0;
};

/// Not for several threads at once: it keeps its working memory.
class Scheduler {
public:
    explicit Scheduler(const Instance& instance);

    /// Of an empty route: feasible, free, unless the vehicle is under way and must come home.
    RouteValue value(int car, std::span<const int> nodes);
    /// With all steps. Only for feasible routes.
    SolutionRoute route(int car, std::span<const int> nodes);

private:
    struct Event {
        StepKind kind;
        int node;  ///< or index of the rest
        int place;
        Time arrival, begin, setup, service, departure;
        Time latest;  ///< begin may be moved up to here without changing window
        Time travel;
        Distance distance;
    };
    bool order_holds(RouteValue& value);
    bool loads_hold(RouteValue& value);
    bool distances_hold(RouteValue& value);
    bool simulate(Time start, bool wait_for_wishes, RouteValue& value);
    bool place_rests(Time& now, int& place, int target, Time& travel, Time minimum, std::size_t index, RouteValue& value);
    bool light_enough(const Rest& rest, std::size_t index) const;
    bool take(std::size_t rest, Time ready, int place, Time travel, Distance distance, Time& now);
    void leave_later(RouteValue& value);
    bool rides_hold(Time start, bool wait_for_wishes, RouteValue& value);
    bool time_it(bool wait_for_wishes, RouteValue& value);
    void price(RouteValue& value);
    Time first_start();
    Time before_all_windows() const;
    Time trip_release(std::size_t from) const;
    std::optional<Time> begin_of(const Node& node, Time ready, bool wait_for_wishes, bool locked) const;
    bool fail(RouteValue& value, Constraint why, std::size_t at) const;

    const Instance& in_;
    const Car* car_ = nullptr;
    std::span<const int> nodes_;
    bool has_reload_ = false, has_ride_ = false, has_wish_ = false;
    bool has_moments_ = false;  ///< when a visit begins costs something by itself
    std::vector<Event> events_, kept_;
    std::vector<int> event_of_;     ///< by index in the route
    std::vector<Time> not_before_;  ///< by index in the route
    std::vector<char> taken_;       ///< by rest
    std::vector<int> position_;     ///< by node: index in this route, valid where stamped
    std::vector<int> stamp_;
    int turn_ = 0;
    Time worked_since_ = 0;
    std::vector<std::int64_t> level_, levels_;  ///< now; when leaving the start and each stop (where a break has max_load)
};

}  // namespace lastmile::vrp
