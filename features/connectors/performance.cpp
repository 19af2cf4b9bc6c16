#include "features/connectors/performance.hpp"

#include <algorithm>

#include "features/bookings/booking_rules.hpp"
#include "features/connectors/desk.hpp"

namespace lastmile {
namespace {

std::int64_t seconds(std::chrono::milliseconds span) { return span.count() / 1000; }

}  // namespace

void PerformanceCount::arrived(const DeliveryRow& row, const Booking& booking, const std::optional<connectors::Quote>& quote) {
    ++delivered;
    if (const auto* leg = row.lifecycle.leg(booking.leg_id)) attempts.add(leg->attempt);
    if (quote) cost[quote->price.currency].add(quote->price.amount), co2_g += quote->co2_g.value_or(0);
    if (!booking.state_at) return;
    if (row.dropoff_to) {
        ++promised;
        if (*booking.state_at <= *row.dropoff_to) ++on_time;
        else delay_s.add(seconds(*booking.state_at - *row.dropoff_to));
    }
    if (quote && quote->dropoff_eta) eta_error_s.add(seconds(std::chrono::abs(*booking.state_at - *quote->dropoff_eta)));
}

void PerformanceCount::add(const DeliveryRow& row, const Booking& booking, const std::optional<connectors::Quote>& quote) {
    using enum BookingState;
    ++asked;
    const bool refused = booking.state == rejected || booking.state == absent || booking.state == dropped;
    const bool unanswered = booking.state == intent || booking.state == calling || booking.state == unknown;
    answered += !unanswered, accepted += !refused && !unanswered;
    switch (booking.state) {
        case BookingState::delivered: return arrived(row, booking, quote);
        case failed_before_pickup:
        case expired:
        case lost: ++missed_pickups; return;
        case failed_with_parcel:
        case returning:
        case returned: ++failed; return;
        case BookingState::cancelled: ++this->cancelled; return;
        default: open += !refused;
    }
}

PerformanceCount count_bookings(store::Read& read, Id<Partner> partner, Instant from, Instant to, std::size_t most) {
    PerformanceCount counting;
    const auto found = read.query("select booking_id, delivery_id, quote from partner_bookings where partition = $1 and partner_id = $2 and asked_at >= $3 and asked_at < $4 "
                                  "order by booking_id desc limit $5",
                                  {partner, from, to, static_cast<std::int64_t>(most + 1)});
    counting.complete = found.size() <= most;
    const auto all = std::min(found.size(), most);
    for (std::size_t begin = 0; begin < all; begin += 200) {
        const auto end = std::min(all, begin + 200);
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
    return counting;
}

routing::History recent_history(store::Read& read, Id<Partner> partner) {
    const auto now = read.now().business;
    const auto count = count_bookings(read, partner, now - std::chrono::hours(24 * 30), now + std::chrono::milliseconds(1), 100);
    return {count.answered - count.open - count.cancelled, count.delivered, count.promised, count.on_time, count.delay_s.value().value_or(0)};
}

}  // namespace lastmile
