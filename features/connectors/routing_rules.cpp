#include "features/connectors/routing_rules.hpp"

#include <algorithm>
#include <cmath>

#include "features/partners/partner_rules.hpp"

namespace lastmile::routing {
namespace {

constexpr double minor = 100;
/// What an hour and a kilogram of CO2 count where weights are equal: as in balanced plans.
constexpr double per_hour = 1.50 * minor, per_kg = 0.30 * minor;

template <class List, class T>
bool holds(const List& list, const T& value) {
    return std::ranges::find(list, value) != std::ranges::end(list);
}

/// Decimals of a currency (ISO 4217) that has not two.
int decimals(std::string_view currency) {
    static constexpr std::string_view none[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
    static constexpr std::string_view three[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
    if (holds(none, currency)) return 0;
    return holds(three, currency) ? 3 : 2;
}

}  // namespace

std::optional<Missing> lacks_skill(const Partner& partner, const DeliveryRow& row) {
    for (const auto& skill : row.record.skills) {
        const std::string_view name = skill;
        const bool covered = std::ranges::any_of(partner.capabilities, [&](PartnerCapability one) {
            return name == schema::wire_name(one) || (name == "cold" && one == PartnerCapability::cold_chain);
        });
        if (!covered) return Missing{"skills", "none of its capabilities covers the skill " + std::string(name) + ": book it by hand"};
    }
    return std::nullopt;
}

std::optional<Missing> unsuitable(const Partner& partner, const DeliveryRow& row, const RoutingPolicy& policy, std::span<const Id<Area>> areas, Instant now) {
    if (!partner.enabled) return Missing{"disabled", "the partner is disabled"};
    if (holds(policy.deny, partner.id)) return Missing{"denied", "routing.deny names it"};
    if (!policy.allow.empty() && !holds(policy.allow, partner.id)) return Missing{"denied", "routing.allow does not name it"};
    if (!partner.service_levels.empty() && !holds(partner.service_levels, row.service_level))
        return Missing{"service_level", "it does not take " + std::string(schema::wire_name(row.service_level))};
    if (!partners::takes(partner, row.service_level, areas)) return Missing{"area", "the place lies in none of its areas"};
    const auto& types = row.record.vehicle_types;
    if (!types.empty() && !partner.vehicle_types.empty() && std::ranges::none_of(types, [&](VehicleType type) { return holds(partner.vehicle_types, type); }))
        return Missing{"vehicle_type", "it has none of the vehicles that the delivery asks for"};
    if (partner.capabilities.empty()) return std::nullopt;  // it says nothing of them
    const auto lacks = [&](PartnerCapability needed) -> std::optional<Missing> {
        if (holds(partner.capabilities, needed)) return std::nullopt;
        return Missing{"capability", "it does not offer " + std::string(schema::wire_name(needed))};
    };
    if (std::ranges::any_of(row.record.packages, [](const PackageRecord& package) { return package.temperature && *package.temperature != Temperature::ambient; }))
        if (auto no = lacks(PartnerCapability::cold_chain)) return no;
    if (row.type == DeliveryType::return_) return lacks(PartnerCapability::returns);
    const bool later = row.pickup_from && *row.pickup_from > now + std::chrono::hours(1);
    return lacks(later ? PartnerCapability::scheduled : PartnerCapability::ondemand);
}

RoutingWeights factors_of(const RoutingWeights& w) {
    const double mean = (w.cost + w.eta + w.sla + w.performance + w.carbon) / 5;
    return {w.cost / mean, w.eta / mean, w.sla / mean, w.performance / mean, w.carbon / mean};
}

std::optional<std::int64_t> in_currency(const connectors::Price& price, const Policies& policies) {
    const std::string own(policies.currency);
    if (price.currency == own) return price.amount;
    const auto rate = policies.currency_rates.find(price.currency);
    if (rate == policies.currency_rates.end()) return std::nullopt;
    return std::llround(static_cast<double>(price.amount) * rate->second * std::pow(10, decimals(own) - decimals(price.currency)));
}

Instant arrival_of(const connectors::Quote& quote, Instant ready) {
    if (quote.dropoff_eta) return *quote.dropoff_eta;
    return std::max(ready, quote.pickup_eta.value_or(ready)) + std::chrono::minutes(90);
}

Counted counted(const connectors::Quote& quote, std::int64_t price, const History& history, const Policies& policies, Instant now, Instant ready,
                std::optional<Instant> promised) {
    const auto f = factors_of(policies.routing.weights);
    const auto arrival = arrival_of(quote, ready);
    const auto minutes = [](auto span) { return std::chrono::duration<double, std::ratio<60>>(span).count(); };
    const double late_per_min = policies.planning.lateness_cost_per_min * minor;
    Counted made;
    made.cost = f.cost * static_cast<double>(price);
    made.eta = f.eta * std::max(0.0, minutes(arrival - now) / 60) * per_hour;
    // What is likely to fail is paid for again elsewhere.
    made.performance = f.performance * (1 - history.success()) * static_cast<double>(price);
    const double usual_delay = history.mean_delay_s > 0 ? static_cast<double>(history.mean_delay_s) / 60 : 15;
    if (promised) {
        made.sla_history = f.sla * (1 - history.punctual()) * usual_delay * late_per_min;
        made.sla = made.sla_history + f.sla * std::max(0.0, minutes(arrival - *promised)) * late_per_min;
    }
    made.carbon = f.carbon * static_cast<double>(quote.co2_g.value_or(0)) / 1000 * per_kg;
    return made;
}

}  // namespace lastmile::routing
