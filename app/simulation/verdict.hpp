#pragma once
// What must hold when the day is over, asked of the public API, and the summary.
#include <set>
#include <string>
#include <vector>

#include "app/simulation/tally.hpp"

namespace lastmile::simulation {

class Verdict {
public:
    explicit Verdict(Town& town) : town_(town) {}
    /// Every delivery final, no parcel with two couriers, a log without gaps that tells of each delivery's creation exactly once.
    void judge(const std::vector<std::string>& made, Time opened);
    /// How promises were kept, by the log's account of when each delivery came to its end.
    void judge_promises(const std::set<std::string>& urgent);
    /// The summary: JSON, or lines.
    void tell(Time opened) const;

private:
    void judge_delivery(const boost::json::value& delivery);
    void judge_log(const std::set<std::string>& ours);
    void hear_slot(const std::string& type, const boost::json::value& event);
    void judge_partners(Time opened);
    void hear(const boost::json::value& event);
    void broken(std::string what) { town_.tally.broken.push_back(std::move(what)); }

    Town& town_;
    std::int64_t deliveries_ = 0, events_ = 0;
    std::map<std::string, std::int64_t> ends_;
    std::map<std::string, std::string> promised_until_, delivered_at_;         // by delivery
    std::set<std::string> ended_by_log_;                                       // deliveries
    std::map<std::string, std::vector<std::string>> locked_order_, order_;     // stops, by assignment
    std::map<std::string, std::string> slot_of_;                               // by reservation that takes room
    std::map<std::string, std::int64_t> taken_;                                // by slot
    std::int64_t partner_delivered_ = 0, partner_minor_ = 0, most_taken_ = 0;
    std::int64_t promised_ = 0, on_time_ = 0, urgent_ = 0, urgent_on_time_ = 0;
};

}  // namespace lastmile::simulation
