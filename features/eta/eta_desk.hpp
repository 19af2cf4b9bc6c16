#pragma once
// Keeps expected arrivals true: after pings (debounced by route, on a thread of its own), after changes of routes, on a timer where nobody
// says anything, and when streets close. Finds silence and fences on the way.
#include <condition_variable>
#include <map>
#include <thread>

#include "features/dispatch/dispatch.hpp"
#include "features/eta/predict.hpp"
#include "features/positions/live_places.hpp"
#include "platform/events/log.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {

class EtaDesk {
public:
    EtaDesk(store::Store& store, const Dispatch& dispatch, LivePlaces& places);
    ~EtaDesk();
    /// Before the timers start.
    void register_timers(work::Timers& timers);
    events::Reader reader();
    /// Hears pings from now on.
    void start();

    LiveEtas live;

private:
    using Clock = std::chrono::steady_clock;
    struct Waiting {
        DriverPlace place;
        Clock::time_point due;
    };
    struct Last {
        Clock::time_point done;
        Instant at;
    };
    using Who = std::pair<Partition, Id<Driver>>;

    struct Running {
        Id<Assignment> id;
        bool paused = false;
        std::optional<eta::Sighting> seen;
    };

    void moved(Partition partition, const DriverPlace& place);
    void work();
    void look_at(Partition partition, const DriverPlace& place);
    void hear_again(store::Tx& tx, Id<Assignment> id);
    void follow(store::Tx& tx, const events::Event& event);
    void check(store::Tx& tx, const work::Timer& timer);
    void reprice(store::Tx& tx, const work::Timer& timer);
    std::optional<eta::Sighting> sighting(store::Read& read, const AssignmentRow& row, const DriverPlace& place, const RoutePricer& pricer) const;
    void heed_fence(store::Tx& tx, AssignmentRow& row, const DriverPlace& place);

    store::Store& store_;
    const Dispatch& dispatch_;
    LivePlaces& places_;
    std::shared_ptr<void> ear_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Who, Waiting> waiting_;
    std::map<Who, Last> last_;
    bool closing_ = false;
    std::thread thread_;
};

}  // namespace lastmile
