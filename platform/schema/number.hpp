#pragma once
// Numbers with range and unit in the type. They convert to and from their plain number without ceremony.
#include <chrono>
#include <cstdint>
#include <string_view>

namespace lastmile {

/// A whole number in [Min, Max].
template <std::int64_t Min, std::int64_t Max>
struct Whole {
    std::int64_t value = Min > 0 ? Min : (Max < 0 ? Max : 0);
    constexpr Whole() = default;
    constexpr Whole(std::int64_t v) : value(v) {}
    constexpr operator std::int64_t() const { return value; }
};

/// A whole number of something. `Unit` has `name`, `description`, `example`, `min`, `max`.
template <class Unit>
struct Count {
    std::int64_t value = 0;
    constexpr Count() = default;
    constexpr Count(std::int64_t v) : value(v) {}
    constexpr operator std::int64_t() const { return value; }
};

/// A measured number of something.
template <class Unit>
struct Measure {
    double value = 0;
    constexpr Measure() = default;
    constexpr Measure(double v) : value(v) {}
    constexpr operator double() const { return value; }
};

namespace units {
struct Grams {
    static constexpr std::string_view name = "g", description = "grams", example = "1200";
    static constexpr std::int64_t min = 0, max = 100'000'000;
};
struct CubicCentimetres {
    static constexpr std::string_view name = "cm3", description = "cubic centimetres", example = "8000";
    static constexpr std::int64_t min = 0, max = 1'000'000'000;
};
struct Millimetres {
    static constexpr std::string_view name = "mm", description = "millimetres", example = "300";
    static constexpr std::int64_t min = 0, max = 100'000;
};
struct MinorUnits {
    static constexpr std::string_view name = "minor units", description = "amount in the currency's minor units (cents)", example = "450";
    static constexpr std::int64_t min = -9'007'199'254'740'991, max = 9'007'199'254'740'991;
};
struct Metres {
    static constexpr std::string_view name = "m", description = "metres", example = "12.5";
    static constexpr double min = 0, max = 100'000'000;
};
struct Percent {
    static constexpr std::string_view name = "%", description = "percent, 0 to 100", example = "87.5";
    static constexpr double min = 0, max = 100;
};
struct Latitude {
    static constexpr std::string_view name = "degrees", description = "degrees north, WGS 84", example = "53.5572";
    static constexpr double min = -90, max = 90;
};
struct Longitude {
    static constexpr std::string_view name = "degrees", description = "degrees east, WGS 84", example = "13.2611";
    static constexpr double min = -180, max = 180;
};
struct Ratio {
    static constexpr std::string_view name = "ratio", description = "share, 0 to 1", example = "0.3";
    static constexpr double min = 0, max = 1;
};
/// Durations on the wire are whole seconds; `base::Seconds` (std::chrono) is described too, for answers that may be negative.
struct Span {
    static constexpr std::string_view name = "s", description = "seconds", example = "180";
    static constexpr std::int64_t min = 0, max = 31'622'400;
};
}  // namespace units

using Grams = Count<units::Grams>;
using CubicCentimetres = Count<units::CubicCentimetres>;
using Millimetres = Count<units::Millimetres>;
using MinorUnits = Count<units::MinorUnits>;
using Metres = Measure<units::Metres>;
using Percent = Measure<units::Percent>;
using Latitude = Measure<units::Latitude>;
using Longitude = Measure<units::Longitude>;
using Ratio = Measure<units::Ratio>;

/// A length of time in a request: whole seconds, 0 to 366 days.
struct Span : Count<units::Span> {
    using Count::Count;
    constexpr Span(std::chrono::seconds s) : Count(s.count()) {}
    constexpr operator std::chrono::seconds() const { return std::chrono::seconds{value}; }
};

/// A time of day on the wall clock of an area, `08:30`; `24:00` is the day's end.
struct TimeOfDay {
    std::int32_t minutes = 0;  // since midnight, 0 to 1440
    friend constexpr auto operator<=>(const TimeOfDay&, const TimeOfDay&) = default;
};

using Date = std::chrono::year_month_day;  // `2025-09-01`

}  // namespace lastmile
