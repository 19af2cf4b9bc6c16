#pragma once
// One simulated courier: drives its route over the road's geometry and says what a driver's app would say.
#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "app/simulation/api_client.hpp"
#include "engines/geo/point.hpp"

namespace lastmile::simulation {

/// Chances per offer or stop, and the pace.
struct Habits {
    double speed = 6;  // seconds simulated a real second
    double declines = 0.05;
    double nobody_home = 0.07;
    double loses_signal = 0;  // per departure from a stop
};

class Courier {
public:
    Courier(ApiClient& api, std::string key, std::string driver_id, std::string name, geo::Point at, Habits habits, std::uint64_t seed);
    /// `dt` real seconds have passed.
    void tick(double dt);
    /// Nothing to do and reachable: a dispatcher may give it work.
    bool idle() const { return assignment_.empty() && !offline_ && !broken_; }
    bool driving() const { return !assignment_.empty() && !offline_ && !broken_ && !path_.empty(); }
    geo::Point at() const { return at_; }
    const std::string& driver_id() const { return driver_id_; }
    const std::string& name() const { return name_; }
    /// The ids of the packages on board, as the server has it.
    std::vector<std::string> on_board();
    /// The car stops for good, its driver goes off duty.
    void break_down();
    bool broken() const { return broken_; }
    /// Drives to a broken-down colleague and takes over what it carries.
    void rescue(geo::Point where, std::vector<std::string> packages);
    bool rescuing() const { return !rescued_.empty(); }
    void repaired();

private:
    struct Stop {
        std::string id, type;
        geo::Point point;
    };
    bool authenticate();
    Answer app(const char* method, const std::string& path, const boost::json::value& body = nullptr);
    void look_for_work();
    void take(const boost::json::value& assignment);
    void read_route(const boost::json::value& assignment);
    void go_on();
    void drive(double dt);
    void reached();
    void leave();
    void take_over();
    void report(const Stop& stop, const char* action, boost::json::object body);
    void sync();
    void ping();
    bool chance(double p) { return std::bernoulli_distribution(p)(random_); }

    ApiClient& api_;
    std::string key_, driver_id_, name_, token_;
    geo::Point at_;
    Habits habits_;
    std::mt19937_64 random_;
    std::string assignment_;
    std::vector<Stop> stops_;             // still to do, in order
    std::vector<geo::Point> way_, path_;  // of the route; of this drive, next point first
    bool at_stop_ = false, offline_ = false, broken_ = false;
    double service_s_ = 0, offline_s_ = 0, until_look_s_ = 0, until_ping_s_ = 0, heading_ = 0;
    std::vector<std::string> rescued_;
    boost::json::array kept_;  // said without a signal
    std::size_t said_ = 0;
    std::shared_ptr<std::atomic<bool>> pinging_ = std::make_shared<std::atomic<bool>>(false);
};

/// Tells what happens, a line each, on stdout.
void tell(const std::string& line);
/// The time as the API writes it.
std::string now_text();

}  // namespace lastmile::simulation
