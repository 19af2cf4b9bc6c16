#pragma once
// The dispatcher's desk: plans what is open, decides about what has failed.
#include <string>
#include <vector>

#include "app/simulation/courier.hpp"

namespace lastmile::simulation {

class Desk {
public:
    Desk(Town& town, std::vector<Courier*> couriers) : town_(town), couriers_(std::move(couriers)) {}
    /// One look at the partition. `made`: the simulation's own deliveries; `last`: no more will come. Answers how many wait for a courier.
    std::size_t look(const std::vector<std::string>& made, bool last);
    /// Whether all of `made` had ended at the last look.
    bool all_ended() const { return all_ended_; }

private:
    struct Open {
        std::string id, about;
        geo::Point at;
    };
    std::vector<boost::json::value> list(const std::string& filter);
    std::vector<Open> open_ones();
    void plan(std::vector<Open> open);
    bool plan_on_server(const std::vector<Open>& open, const std::vector<Courier*>& free);
    void plan_by_hand(std::vector<Open> open, std::vector<Courier*> free);
    void order(const boost::json::value& assignment);
    void assign(Courier& courier, const std::vector<std::string>& deliveries);
    void decide(const boost::json::value& failed, bool last);
    bool ask(const std::string& delivery, const char* what, boost::json::object body);

    Town& town_;
    std::vector<Courier*> couriers_;
    bool all_ended_ = false, planned_ = false;
};

/// Every package of it has come to its end.
bool has_ended(const boost::json::value& delivery);

}  // namespace lastmile::simulation
