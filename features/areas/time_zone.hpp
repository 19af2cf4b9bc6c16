#pragma once
// Wall clocks of IANA time zones, from the system's time zone data (package tzdata) at run time.
#include <optional>
#include <string_view>

#include "platform/base/clock.hpp"
#include "platform/schema/number.hpp"

namespace lastmile {

/// True for a name that the system's time zone data knows ("Europe/Berlin", "UTC"). Case matters.
bool is_time_zone(std::string_view name);

/// What a clock on the wall shows. `time.minutes` is 0…1439; `seconds` the rest of the minute.
struct WallClock {
    Date date;
    TimeOfDay time;
    int seconds = 0;
    /// 0 is Monday (ISO 8601).
    int weekday() const { return static_cast<int>(std::chrono::weekday{std::chrono::sys_days{date}}.iso_encoding()) - 1; }
};

/// Throws std::invalid_argument for a zone that is none: names are checked when they come in.
WallClock wall_clock(std::string_view zone, Instant at);

/// When that clock shows this. A time that the clock skips (spring) is the first instant after the gap; one that it shows twice (autumn)
/// is the earlier. `24:00` is the next day's 00:00.
Instant instant_of(std::string_view zone, Date date, TimeOfDay time);

}  // namespace lastmile
