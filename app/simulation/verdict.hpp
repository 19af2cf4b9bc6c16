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
    void judge(const std::vector<std::string>& made);
    /// The summary: JSON, or lines.
    void tell(Time opened) const;

private:
    void judge_delivery(const boost::json::value& delivery);
    void judge_log(const std::set<std::string>& ours);
    void broken(std::string what) { town_.tally.broken.push_back(std::move(what)); }

    Town& town_;
    std::int64_t deliveries_ = 0, events_ = 0;
    std::map<std::string, std::int64_t> ends_;
    std::chrono::steady_clock::time_point judged_{};
};

}  // namespace lastmile::simulation
