#pragma once
// The two clocks. *Business now* belongs to a partition (windows, shifts, offers, an event's timestamp; a test partition can
// set it forward). *Machine now* belongs to the wire and to machines (tokens, leases, rate limits, recorded_at).
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lastmile {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Seconds = std::chrono::seconds;

/// Both clocks, read once per transaction and passed to rules as an argument.
struct Now {
    Instant business;
    Instant machine;
};

/// RFC 3339 with any offset, fractions of any length (cut to milliseconds), `:60` read as the next second; nullopt if it is not one.
std::optional<Instant> parse_rfc3339(std::string_view text);

/// UTC with `Z`; milliseconds only when they are not zero.
std::string to_rfc3339(Instant instant);

/// The machine's clock. Rules and tests never call this: it is for app/ and for the store's own `now`.
Instant machine_now();

constexpr std::int64_t to_unix_ms(Instant instant) { return instant.time_since_epoch().count(); }
constexpr Instant from_unix_ms(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

}  // namespace lastmile
