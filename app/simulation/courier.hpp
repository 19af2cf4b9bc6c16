#pragma once
// One simulated courier: what a driver's app would say, when it would say it.
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/simulation/chance.hpp"
#include "app/simulation/drive.hpp"
#include "app/simulation/tally.hpp"

namespace lastmile::simulation {

/// Chances per offer, departure and report.
struct Habits {
    double declines = 0.05, loses_signal = 0.02, says_twice = 0.03;
    double clock_wrong_s = 0;  // what its device's clock shows too much
};

class Courier {
public:
    Courier(Town& town, std::string driver_id, std::string name, int number, geo::Point at, Habits habits);
    /// Signs in, begins work, sends pings and looks for work from now on.
    void begin();
    /// Looks for work now.
    void look();
    void end_work();

    /// Nothing to do and reachable.
    bool idle() const { return assignment_.empty() && !offline_ && !broken_; }
    bool driving() const { return !assignment_.empty() && !offline_ && !broken_ && under_way_; }
    bool can_help() const { return driving() && rescued_.empty() && stops_.size() >= 2; }
    geo::Point at() const { return under_way_ ? drive_.at(town_.agenda.now()) : at_; }
    const std::string& driver_id() const { return driver_id_; }
    const std::string& name() const { return name_; }
    /// The packages on board, as the server has it.
    std::vector<std::string> on_board();

    void break_down();
    void repaired();
    /// Before the next stop it drives to a broken-down colleague and takes over what he carries.
    void rescue(geo::Point where, std::vector<std::string> packages);

private:
    struct Stop {
        std::string id, type;
        geo::Point point;
        bool arrived = false;
        std::vector<std::pair<std::string, std::string>> packages;  // delivery, package
    };
    struct Parcel {
        std::string about, custody;  // about: what chances are drawn for
    };

    bool signed_in();
    Answer app(const char* method, const std::string& path, const boost::json::value& body = nullptr);
    double draw(const char* what) { return chance(town_.plan.seed, driver_id_ref_ + std::to_string(drawn_++), what); }
    /// In `seconds`, unless something has come between.
    void then(double seconds, void (Courier::*step)());

    void take(const boost::json::value& assignment);
    bool read_route();
    void read_stops(const boost::json::value& assignment);
    void load(const Stop& stop);
    void go_on();
    void reached();
    void finish();
    void finish_pickup(const Stop& stop);
    void finish_dropoff(const Stop& stop);
    void left();
    void take_over();
    void idle_again();
    bool absent(const Parcel& parcel) const;
    const Parcel& parcel(const std::string& delivery) { return parcels_[delivery]; }

    /// Says it online, or keeps it for the sync. False: the route is another one now.
    bool report(const Stop& stop, const char* action, boost::json::object body = {});
    void keep(boost::json::object event) { kept_.emplace_back(std::move(event)); }
    void lose_signal(double for_s);
    bool sync();
    std::string device_time() const;
    boost::json::object place() const;
    void ping();
    void pings_of_drive();

    Town& town_;
    std::string driver_id_, name_, driver_id_ref_, token_;
    geo::Point at_;
    Habits habits_;
    std::int64_t drawn_ = 0, said_ = 0, steps_ = 0;  // steps_: a step planned before it changed is not taken
    std::string assignment_;
    std::vector<Stop> stops_;  // still to do, in order
    std::map<std::string, Parcel> parcels_;
    std::vector<geo::Point> way_;
    Drive drive_;
    bool under_way_ = false, offline_ = false, broken_ = false, to_rescue_ = false;
    Time back_online_{};
    std::optional<Time> left_at_{};  // on a route since
    geo::Point rescue_at_;
    std::vector<std::string> rescued_;
    boost::json::array kept_;  // said without a signal
    std::shared_ptr<std::atomic<bool>> pinging_ = std::make_shared<std::atomic<bool>>(false);
};

/// The point of `{lat, lon}`, or `otherwise`.
geo::Point point_of(const boost::json::value& location, geo::Point otherwise = {});

}  // namespace lastmile::simulation
