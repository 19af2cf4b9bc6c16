#pragma once
// How a partner has done, counted from what really happened to its bookings.
#include <map>

#include "connectors/port/report.hpp"
#include "features/deliveries/delivery_store.hpp"
#include "features/partners/partner.hpp"

namespace lastmile {

struct Mean {
    std::int64_t sum = 0, count = 0;
    void add(std::int64_t value) { sum += value, ++count; }
    std::optional<std::int64_t> value() const { return count ? std::optional(sum / count) : std::nullopt; }
    std::optional<double> exact() const { return count ? std::optional(static_cast<double>(sum) / static_cast<double>(count)) : std::nullopt; }
};

struct PerformanceCount {
    std::int64_t asked = 0, answered = 0, accepted = 0, delivered = 0, missed_pickups = 0, failed = 0, cancelled = 0, open = 0;
    std::int64_t promised = 0, on_time = 0, co2_g = 0;
    Mean delay_s, eta_error_s, attempts;
    std::map<std::string, Mean> cost;  // by currency
    bool complete = true;

    void add(const DeliveryRow& row, const Booking& booking, const std::optional<connectors::Quote>& quote);

private:
    void arrived(const DeliveryRow& row, const Booking& booking, const std::optional<connectors::Quote>& quote);
};

/// Bookings that were asked for in the period, the newest `most`.
PerformanceCount count_bookings(store::Read& read, Id<Partner> partner, Instant from, Instant to, std::size_t most);

}  // namespace lastmile
