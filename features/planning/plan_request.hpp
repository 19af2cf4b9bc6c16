#pragma once
// What is asked of a planner: which deliveries over which drivers, within which limits, for what.
#include "features/ids/ids.hpp"
#include "features/policies/policy.hpp"
#include "features/shapes/shapes.hpp"

namespace lastmile {

struct PlanConstraints {
    std::optional<Whole<1, 500>> max_stops_per_route;
    std::optional<VehicleType> vehicle_type;
    std::optional<Whole<300, 172'800>> max_duration_s;
};
LASTMILE_VALUE(PlanConstraints, (max_stops_per_route, vehicle_type, max_duration_s))
LASTMILE_DOC(PlanConstraints, "Limits that hold for every route of the plan.",
             {"max_stops_per_route", "deliveries on a route at most; absent: by policy planning.max_stops_per_route", "40"},
             {"vehicle_type", "only vehicles of this type are planned", "van"},
             {"max_duration_s", "seconds from leaving to the end of a route at most", "28800"})

/// Each multiplies what the strategy says; 0 takes a part out of the objective.
struct PlanWeights {
    std::optional<double> fixed, time, distance, overtime, lateness, outside, carbon, latency, balance, stability;
};
LASTMILE_VALUE(PlanWeights, (fixed, time, distance, overtime, lateness, outside, carbon, latency, balance, stability))
LASTMILE_DOC(PlanWeights, "Factors on the parts of the objective, 0 to 1000, over those of the strategy.", {"fixed", "using a vehicle at all", "1"},
             {"time", "hours on the road", "1"}, {"distance", "kilometres", "1"}, {"overtime", "hours beyond the shift", "1"},
             {"lateness", "being late", "2"}, {"outside", "what partners charge", "1"}, {"carbon", "kilograms of CO2", "1"},
             {"latency", "each delivery's waiting", "1"}, {"balance", "long routes beside short ones", "1"},
             {"stability", "a delivery on another route than now", "1"})
inline void schema_check(const PlanWeights& w, const schema::Check& check) {
    const std::pair<std::string_view, std::optional<double>> all[] = {
        {"fixed", w.fixed}, {"time", w.time}, {"distance", w.distance}, {"overtime", w.overtime}, {"lateness", w.lateness},
        {"outside", w.outside}, {"carbon", w.carbon}, {"latency", w.latency}, {"balance", w.balance}, {"stability", w.stability}};
    for (const auto& [name, factor] : all)
        if (factor && !(*factor >= 0 && *factor <= 1000)) check.add(name, "out_of_range", "must be from 0 to 1000");
}

/// The body of auto, preview and options.
struct PlanRequest {
    std::optional<List<Id<Delivery>, 1, 5'000>> delivery_ids;
    std::optional<List<Id<Driver>, 1, 500>> driver_ids;
    std::optional<List<Id<Partner>, 1, 50>> partner_ids;
    PlanConstraints constraints;
    std::optional<Strategy> strategy;
    std::optional<PlanWeights> weights;
    std::optional<TimeWindowPolicy> time_window_policy;
    std::optional<Whole<1, 600>> budget_s;
    std::optional<Window> horizon;
};
LASTMILE_VALUE(PlanRequest, (delivery_ids, driver_ids, partner_ids, constraints, strategy, weights, time_window_policy, budget_s, horizon))
LASTMILE_DEFAULTS(PlanRequest, (constraints))
LASTMILE_DOC(PlanRequest, "What is to be planned.", {"delivery_ids", "these; absent: all that wait for a plan"},
             {"driver_ids", "over these drivers, whatever their status; absent: all who are on shift, available, or have a shift in the horizon"},
             {"partner_ids",
              "over the drivers of these own fleets, and with quotes of these partners. Only own fleets named: no quotes; only partners named: the drivers of all "
              "fleets; absent: all fleets, and quotes of all partners that routing allows, unless driver_ids says who is to drive"}, {"constraints", "limits of every route"},
             {"strategy", "what the plan minimises; absent: by policy planning.strategy", "balanced"},
             {"weights", "factors over the strategy's"},
             {"time_window_policy", "hard, soft or soft_with_penalty; absent: by policy planning.time_window_policy, also per service level"},
             {"budget_s", "seconds the search may take at most; absent: as the size needs, within policy planning.budget_s", "2"},
             {"horizon", "when routes may lie; absent: from now, for 24 hours"})

}  // namespace lastmile
