// How a partner has done, from what really happened to its bookings.
#include "features/connectors/connector_api.hpp"
#include "features/connectors/performance.hpp"
#include "features/partners/partner_store.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct PerformanceQuery {
    Id<Partner> partner_id;
    std::optional<Instant> from;
    std::optional<Instant> to;
};
LASTMILE_VALUE(PerformanceQuery, (partner_id, from, to))
LASTMILE_DOC(PerformanceQuery, "Which partner, and when it was asked.", {"partner_id", "which"}, {"from", "inclusive; 30 days before `to` when absent"},
             {"to", "exclusive; now when absent"})
inline void schema_check(const PerformanceQuery& q, const schema::Check& check) {
    if (q.from && q.to && *q.from >= *q.to) check.add("to", "not_after_from", "must be later than from");
}

struct PartnerPerformance {
    Id<Partner> partner_id;
    Instant from;
    Instant to;
    std::int64_t asked = 0;
    std::int64_t accepted = 0;
    std::int64_t delivered = 0;
    std::int64_t missed_pickups = 0;
    std::int64_t failed = 0;
    std::int64_t cancelled = 0;
    std::int64_t open = 0;
    std::optional<double> acceptance_pct;
    std::optional<double> on_time_pct;
    std::optional<std::int64_t> mean_delay_s;
    std::optional<std::int64_t> mean_eta_error_s;
    std::optional<double> mean_attempts;
    std::vector<Money> cost;
    std::vector<Money> cost_per_delivery;
    std::int64_t co2_g = 0;
    std::optional<std::int64_t> co2_g_per_delivery;
    bool complete = true;
};
LASTMILE_VALUE(PartnerPerformance, (partner_id, from, to, asked, accepted, delivered, missed_pickups, failed, cancelled, open, acceptance_pct, on_time_pct,
                                    mean_delay_s, mean_eta_error_s, mean_attempts, cost, cost_per_delivery, co2_g, co2_g_per_delivery, complete))
LASTMILE_DOC(PartnerPerformance, "How a partner has done.", {"partner_id", "which"}, {"from", "of the period"}, {"to", "of the period"}, {"asked", "calls that would book"},
             {"accepted", "bookings it took"}, {"delivered", "at the end of their leg"}, {"missed_pickups", "taken, and given back, expired or lost before the pickup"},
             {"failed", "fetched and not delivered"}, {"cancelled", "by us"}, {"open", "under way"}, {"acceptance_pct", "accepted of asked and answered"},
             {"on_time_pct", "delivered before the promised window's end, of those with one"}, {"mean_delay_s", "seconds after that end, of the late ones"},
             {"mean_eta_error_s", "seconds between the quote's arrival and the real one, either way"}, {"mean_attempts", "the attempt in which it was delivered: 1 at the first"},
             {"cost", "quoted price of what was delivered, by currency"}, {"cost_per_delivery", "its mean, by currency"},
             {"co2_g", "quoted grams of what was delivered"}, {"co2_g_per_delivery", "its mean"}, {"complete", "false: more than 10,000 bookings, the newest were counted"})

namespace {

using namespace api;

Result<Reply<PartnerPerformance>> get_performance(store::Read& read, const Call& call, const PerformanceQuery& request) {
    const bool own = call.partner == request.partner_id.bytes;
    if ((!own && !call.has("partners:read")) || !find_partner(read, request.partner_id)) return refuse(reasons::not_found, "There is no such partner.");
    PartnerPerformance result;
    result.partner_id = request.partner_id;
    result.to = request.to.value_or(read.now().business + std::chrono::milliseconds(1));
    result.from = request.from.value_or(result.to - std::chrono::hours(24 * 30));
    const auto count = count_bookings(read, request.partner_id, result.from, result.to, 10'000);
    result.asked = count.asked, result.accepted = count.accepted, result.delivered = count.delivered, result.missed_pickups = count.missed_pickups;
    result.failed = count.failed, result.cancelled = count.cancelled, result.open = count.open, result.complete = count.complete;
    const auto percent = [](std::int64_t of, std::int64_t all) { return all ? std::optional(100.0 * static_cast<double>(of) / static_cast<double>(all)) : std::nullopt; };
    result.acceptance_pct = percent(count.accepted, count.answered), result.on_time_pct = percent(count.on_time, count.promised);
    result.mean_delay_s = count.delay_s.value(), result.mean_eta_error_s = count.eta_error_s.value(), result.mean_attempts = count.attempts.exact();
    for (const auto& [currency, cost] : count.cost) {
        if (currency.size() != 3) continue;
        result.cost.push_back({cost.sum, currency}), result.cost_per_delivery.push_back({*cost.value(), currency});
    }
    result.co2_g = count.co2_g;
    if (count.delivered) result.co2_g_per_delivery = count.co2_g / count.delivered;
    return result;
}

}  // namespace

Endpoints performance_endpoints() {
    return {reads("GET /v1/lastmile/partners/{partnerId}/performance", Scope("partners:read") | "partner:self", get_performance,
                  {.summary = "How a partner has done",
                   .tag = "Partners",
                   .description = "From its bookings that were asked for in the period.", .refuses = {reasons::not_found}})};
}

}  // namespace lastmile
