#pragma once
// The simulated town: a depot, its couriers, parcels in waves, customers who change their minds.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "app/simulation/courier.hpp"
#include "app/simulation/desk.hpp"
#include "app/simulation/streets.hpp"

namespace lastmile::simulation {

class City {
public:
    /// Sets the town up, or finds the one of an earlier run. Throws std::runtime_error, one sentence.
    City(const Plan& plan, const std::atomic<bool>& stop);
    /// Until all deliveries have ended, or stopped. Answers whether every invariant held.
    bool run();

private:
    void set_up_hub();
    void set_up_couriers();
    std::string vehicle(int number);
    bool shift_planned(const std::string& driver);
    void plan_waves();
    void new_wave(int count);
    boost::json::object parcel(int number);
    void change_of_mind(const std::string& delivery, const std::string& about);
    void desk_hour();
    void mishap();
    void set_up_partners();
    void set_up_slots();
    int slot_orders() const;
    std::string reserve(double which);
    void slot_order(int number);
    void urgent_order(int number);
    void close_streets();
    void plan_big_day();
    void partner_order(int number);
    std::string order(boost::json::object wanted);

    Plan plan_;
    const std::atomic<bool>& stop_;
    ApiClient api_;
    Agenda agenda_;
    Tally tally_;
    Teller tell_;
    Town town_;
    Streets streets_;
    std::vector<std::unique_ptr<Courier>> couriers_;
    std::unique_ptr<Desk> desk_;
    std::vector<std::string> made_;
    std::set<std::string> urgent_;
    int waves_left_ = 0, orders_left_ = 0;
    bool big() const { return plan_.urgent > 0 || plan_.partners > 0 || plan_.closure; }
    Time opened_{};
    bool over_ = false;
    Courier* broken_ = nullptr;
};

}  // namespace lastmile::simulation
