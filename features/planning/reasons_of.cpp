#include "features/planning/reasons_of.hpp"

#include <algorithm>
#include <cmath>

namespace lastmile::planning {
namespace {

std::string unit_of(const vrp::Relaxation& relaxation) {
    switch (relaxation.constraint) {
        case vrp::Constraint::capacity:
        case vrp::Constraint::load_full: return relaxation.dimension == 0 ? "g" : relaxation.dimension == 1 ? "cm3" : "parcels";
        case vrp::Constraint::max_stops: return "stops";
        case vrp::Constraint::max_distance:
        case vrp::Constraint::range: return "m";
        default: return "s";
    }
}

PlanReason reason_of(const Snapshot& s, const vrp::Reason& from) {
    PlanReason reason{vrp::name(from.constraint), from.detail, {}, {}};
    for (int v : from.vehicles) reason.driver_ids.push_back(s.candidates[static_cast<std::size_t>(v)].crew.driver.id);
    if (from.relaxation) reason.relaxation = PlanRelaxation{vrp::name(from.relaxation->constraint), from.relaxation->amount, unit_of(*from.relaxation)};
    return reason;
}

void add(PlanDocument& plan, Id<Delivery> id, std::vector<PlanReason> reasons) {
    const auto known = std::ranges::find(plan.unassigned, id, &Unplanned::delivery_id);
    if (known == plan.unassigned.end()) plan.unassigned.push_back({id, std::move(reasons)});
    else known->reasons.insert(known->reasons.end(), reasons.begin(), reasons.end());
}

}  // namespace

PlanCost cost_of(const vrp::Cost& c, const Currency& currency) {
    PlanCost cost;
    cost.total = {0, currency};
    const auto part = [&](double amount) {
        const Money money{std::llround(amount), currency};
        cost.total.amount = cost.total.amount.value + money.amount.value;  // parts that add up, to the cent
        return money;
    };
    auto& by = cost.by_component;
    by.fixed = part(c.fixed), by.time = part(c.time), by.distance = part(c.distance), by.overtime = part(c.overtime);
    by.lateness = part(c.lateness), by.outside = part(c.outside), by.carbon = part(c.carbon), by.latency = part(c.latency);
    by.stability = part(c.stability), by.balance = part(c.balance);
    return cost;
}

void add_unassigned(const Snapshot& s, const PlanProblem& problem, const vrp::Solution& solution, const std::vector<int>& on,
                    const std::set<int>& frozen, PlanDocument& plan) {
    for (std::size_t t = 0; t < s.tasks.size(); ++t) {
        const auto& task = s.tasks[t];
        if (std::ranges::find(plan.outside, task.leg_id, &PartnerQuote::leg_id) != plan.outside.end()) continue;
        if (task.held_by >= 0 || (on[t] >= 0 && !frozen.contains(on[t]))) continue;
        std::vector<PlanReason> reasons;
        for (const auto& [number, reason] : problem.not_given)
            if (number == static_cast<int>(t)) reasons.push_back(reason);
        if (reasons.empty() && on[t] >= 0)
            reasons.push_back({"route_full", "the only route that it fits on cannot take more without giving up what it has", {},
                               {s.candidates[static_cast<std::size_t>(on[t])].crew.driver.id}});
        if (reasons.empty() && s.candidates.empty())
            reasons.push_back({"no_driver", s.skipped.empty() ? "no driver is on shift, available, or has a shift in the horizon"
                                                              : "no driver can be planned for: skipped_drivers says why", {}, {}});
        if (reasons.empty())
            for (const auto& left : solution.left_out)
                if (left.task == static_cast<int>(t))
                    for (const auto& reason : left.reasons) reasons.push_back(reason_of(s, reason));
        if (reasons.empty()) reasons.push_back({"route_full", "no route has room for it", {}, {}});
        add(plan, task.delivery_id, std::move(reasons));
    }
}

}  // namespace lastmile::planning
