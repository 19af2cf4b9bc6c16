#pragma once
// When a try is repeated, and when an endpoint is given up. Machine time; Standard Webhooks' schedule. Pure.
#include <chrono>
#include <optional>
#include <string_view>

#include "features/webhooks/webhook.hpp"
#include "platform/base/random.hpp"

namespace lastmile::webhooks {

inline constexpr int last_try = 10;
inline constexpr auto longest_throttle = std::chrono::hours(1);

/// What came of a try.
struct Outcome {
    int status = 0;                        // 0: no answer
    std::string_view retry_after{};        // the header, delta seconds (dates are passed over)
    bool good() const { return status >= 200 && status < 300; }
    bool gone() const { return status == 410; }
    /// 429, 502, 503 and 504: the endpoint wants fewer calls, whatever they are about.
    bool overloaded() const { return status == 429 || (status >= 502 && status <= 504); }
};

/// The pause after a failed try: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, each with up to a tenth more (so that what failed
/// together does not come back together); nullopt after the last.
std::optional<std::chrono::milliseconds> pause_after(std::int64_t number, Random& random);

/// How long the endpoint is to be left alone altogether, at most an hour.
std::optional<std::chrono::milliseconds> throttle(const Outcome& outcome);

/// Whether an endpoint wants this type: `*`, a family `delivery.*`, or the type.
bool wants(const Webhook& webhook, std::string_view type);

/// What must stay in order: all about one delivery, else about one aggregate.
std::string lane_of(const std::optional<std::string>& delivery_id, std::string_view aggregate_id);

/// Host of a URL, without brackets, user or port.
std::string_view host_of(std::string_view url);

}  // namespace lastmile::webhooks
