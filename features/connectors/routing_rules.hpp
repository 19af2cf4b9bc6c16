#pragma once
// Pure decisions about which partner: who may be asked for a delivery, and what an offer counts, by the policies of routing.
#include <span>

#include "connectors/port/report.hpp"
#include "features/deliveries/delivery_store.hpp"
#include "features/partners/partner.hpp"
#include "features/policies/policy.hpp"

namespace lastmile::routing {

/// Why there is no quote: a code and words.
struct Missing {
    std::string code;
    std::string detail;
};

/// Whether a partner may be asked for this delivery: allowed, enabled, and for its area, service level, vehicle and kind. `areas`: those
/// that the place outside of our hubs lies in (where it goes; of a return, where it is fetched).
/// Plans give a delivery that asks for skills only to a partner whose capabilities cover each of them (cold, cold_chain; returns).
std::optional<Missing> lacks_skill(const Partner& partner, const DeliveryRow& row);
std::optional<Missing> unsuitable(const Partner& partner, const DeliveryRow& row, const RoutingPolicy& policy, std::span<const Id<Area>> areas, Instant now);

/// How a partner has done lately. A new one is taken for a good one that has proven little.
struct History {
    std::int64_t asked = 0;      // and answered
    std::int64_t good = 0;       // delivered
    std::int64_t promised = 0;   // delivered, of those with a promised window
    std::int64_t on_time = 0;
    std::int64_t mean_delay_s = 0;  // of the late ones
    double success() const { return static_cast<double>(good + 9) / static_cast<double>(asked + 10); }
    double punctual() const { return static_cast<double>(on_time + 9) / static_cast<double>(promised + 10); }
};

/// The weights of the policy, brought to a mean of one.
RoutingWeights factors_of(const RoutingWeights& weights);

/// Minor units of the tenant's currency. nullopt: there is no rate.
std::optional<std::int64_t> in_currency(const connectors::Price& price, const Policies& policies);

/// What an offer counts, in minor units of the tenant's currency, weighted part by part.
struct Counted {
    double cost = 0, eta = 0, sla = 0, performance = 0, carbon = 0;
    double total() const { return cost + eta + sla + performance + carbon; }
    /// Without what an optimizer counts by itself from arrival and CO2.
    double for_plan() const { return cost + sla_history + performance; }
    double sla_history = 0;  // the part of sla that history foretells
};

/// When it arrives as the partner says, else as couriers usually do: an hour and a half after it is ready.
Instant arrival_of(const connectors::Quote& quote, Instant ready);

/// `promised`: the end of the promised window. `price` in minor units of the tenant's currency.
Counted counted(const connectors::Quote& quote, std::int64_t price, const History& history, const Policies& policies, Instant now, Instant ready,
                std::optional<Instant> promised);

}  // namespace lastmile::routing
