// How a partner has done, from what really happened to its bookings.
#include <algorithm>
#include <map>

#include "features/bookings/booking_rules.hpp"
#include "features/connectors/connector_api.hpp"
#include "features/connectors/desk.hpp"
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
    std::vector<Money> cost;
    std::int64_t co2_g = 0;
    bool complete = true;
};
LASTMILE_VALUE(PartnerPerformance, (partner_id, from, to, asked, accepted, delivered, missed_pickups, failed, cancelled, open, acceptance_pct, on_time_pct,
                                    mean_delay_s, mean_eta_error_s, cost, co2_g, complete))
LASTMILE_DOC(PartnerPerformance, "How a partner has done.", {"partner_id", "which"}, {"from", "of the period"}, {"to", "of the period"}, {"asked", "calls that would book"},
             {"accepted", "bookings it took"}, {"delivered", "at the end of their leg"}, {"missed_pickups", "taken, and given back, expired or lost before the pickup"},
             {"failed", "fetched and not delivered"}, {"cancelled", "by us"}, {"open", "under way"}, {"acceptance_pct", "accepted of asked and answered"},
             {"on_time_pct", "delivered before the promised window's end, of those with one"}, {"mean_delay_s", "seconds after that end, of the late ones"},
             {"mean_eta_error_s", "seconds between the quote's arrival and the real one, either way"}, {"cost", "quoted price of what was delivered, by currency"},
             {"co2_g", "quoted grams of what was delivered"}, {"complete", "false: more than 10,000 bookings, the newest were counted"})

namespace {

using namespace api;

struct Mean {
    std::int64_t sum = 0, count = 0;
    void add(std::chrono::milliseconds span) { sum += span.count() / 1000, ++count; }
    std::optional<std::int64_t> value() const { return count ? std::optional(sum / count) : std::nullopt; }
};

struct Counting {
    PartnerPerformance result;
    std::int64_t answered = 0, promised = 0, on_time = 0;
    Mean delay, eta_error;
    std::map<std::string, std::int64_t> cost;

    void arrived(const DeliveryRow& row, const Booking& booking, const std::optional<connectors::Quote>& quote) {
        ++result.delivered;
        if (quote) cost[quote->price.currency] += quote->price.amount, result.co2_g += quote->co2_g.value_or(0);
        if (!booking.state_at) return;
        if (row.dropoff_to) {
            ++promised;
            if (*booking.state_at <= *row.dropoff_to) ++on_time;
            else delay.add(*booking.state_at - *row.dropoff_to);
        }
        if (quote && quote->dropoff_eta) eta_error.add(std::chrono::abs(*booking.state_at - *quote->dropoff_eta));
    }

    void add(const DeliveryRow& row, const Booking& booking, const std::optional<connectors::Quote>& quote) {
        using enum BookingState;
        ++result.asked;
        const bool refused = booking.state == rejected || booking.state == absent || booking.state == dropped;
        const bool unanswered = booking.state == intent || booking.state == calling || booking.state == unknown;
        answered += !unanswered, result.accepted += !refused && !unanswered;
        switch (booking.state) {
            case delivered: return arrived(row, booking, quote);
            case failed_before_pickup:
            case expired:
            case lost: ++result.missed_pickups; return;
            case failed_with_parcel:
            case returning:
            case returned: ++result.failed; return;
            case cancelled: ++result.cancelled; return;
            default: result.open += !refused;
        }
    }
};

Result<Reply<PartnerPerformance>> get_performance(store::Read& read, const Call& call, const PerformanceQuery& request) {
    const bool own = call.partner == request.partner_id.bytes;
    if ((!own && !call.has("partners:read")) || !find_partner(read, request.partner_id)) return refuse(reasons::not_found, "There is no such partner.");
    Counting counting;
    counting.result.partner_id = request.partner_id;
    counting.result.to = request.to.value_or(read.now().business + std::chrono::milliseconds(1));
    counting.result.from = request.from.value_or(counting.result.to - std::chrono::hours(24 * 30));
    const auto found = read.query("select booking_id, delivery_id, quote from partner_bookings where partition = $1 and partner_id = $2 and asked_at >= $3 and asked_at < $4 "
                                  "order by booking_id desc limit 10001",
                                  {request.partner_id, counting.result.from, counting.result.to});
    counting.result.complete = found.size() <= 10'000;
    for (std::size_t begin = 0; begin < std::min<std::size_t>(found.size(), 10'000); begin += 200) {
        const auto end = std::min<std::size_t>({found.size(), begin + 200, 10'000});
        std::vector<Id<Delivery>> ids;
        for (auto i = begin; i < end; ++i) ids.push_back(found[i][1].id<Delivery>());
        std::map<Id<Delivery>, DeliveryRow> rows;
        for (auto& row : find_deliveries(read, ids)) rows.emplace(row.id, std::move(row));
        for (auto i = begin; i < end; ++i) {
            const auto row = rows.find(found[i][1].id<Delivery>());
            const auto* booking = row == rows.end() ? nullptr : row->second.lifecycle.booking(found[i][0].id<Booking>());
            if (!booking) continue;
            const auto& quote = found[i][2];
            counting.add(row->second, *booking, quote.null() ? std::nullopt : std::optional(schema::from_stored<connectors::Quote>(quote.text())));
        }
    }
    auto& result = counting.result;
    if (counting.answered) result.acceptance_pct = 100.0 * static_cast<double>(result.accepted) / static_cast<double>(counting.answered);
    if (counting.promised) result.on_time_pct = 100.0 * static_cast<double>(counting.on_time) / static_cast<double>(counting.promised);
    result.mean_delay_s = counting.delay.value(), result.mean_eta_error_s = counting.eta_error.value();
    for (const auto& [currency, amount] : counting.cost)
        if (currency.size() == 3) result.cost.push_back({amount, currency});
    return std::move(result);
}

}  // namespace

Endpoints performance_endpoints() {
    return {reads("GET /v1/lastmile/partners/{partnerId}/performance", Scope("partners:read") | "partner:self", get_performance,
                  {.summary = "How a partner has done",
                   .tag = "Partners",
                   .description = "From its bookings that were asked for in the period.", .refuses = {reasons::not_found}})};
}

}  // namespace lastmile
