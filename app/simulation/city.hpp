#pragma once
// The simulated town: a hub, its couriers, parcels in waves, and a dispatcher who gives the nearest free courier what lies together.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "app/simulation/courier.hpp"
#include "app/simulation/streets.hpp"

namespace lastmile::simulation {

struct Plan {
    std::string url, key;
    int drivers = 15, deliveries = 250;
    double speed = 6;
    std::uint64_t seed = 1;
    bool forever = false;  // deliveries go on coming; else it ends when all are done
};

class City {
public:
    /// Sets the town up, or finds the one of an earlier run. Throws std::runtime_error, one sentence.
    City(const Plan& plan, const std::atomic<bool>& stop);
    /// Until all is done, or stopped.
    void run();

private:
    void set_up_hub();
    void set_up_couriers();
    std::string vehicle(int number);
    void new_wave(int count);
    void dispatch();
    void assign(Courier& courier, const std::vector<std::string>& deliveries);
    void mishap();

    Plan plan_;
    const std::atomic<bool>& stop_;
    ApiClient api_;
    std::mt19937_64 random_;
    Streets streets_;
    std::string hub_;
    geo::Point hub_at_;
    std::vector<std::unique_ptr<Courier>> couriers_;
    int made_ = 0;
    std::size_t waiting_ = 0;
    double until_wave_s_ = 0, until_dispatch_s_ = 0, until_mishap_s_ = 90, until_repair_s_ = 0;
    Courier* broken_ = nullptr;
};

}  // namespace lastmile::simulation
