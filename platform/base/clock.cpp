#include "platform/base/clock.hpp"

#include <fmt/format.h>

namespace lastmile {
namespace {

using namespace std::chrono;

/// Reads exactly `count` digits at `at`; -1 if there are not as many.
int digits(std::string_view text, std::size_t& at, int count) {
    int value = 0;
    for (int i = 0; i < count; ++i, ++at) {
        if (at >= text.size() || text[at] < '0' || text[at] > '9') return -1;
        value = value * 10 + (text[at] - '0');
    }
    return value;
}

bool take(std::string_view text, std::size_t& at, char a, char b) {
    if (at >= text.size() || (text[at] != a && text[at] != b)) return false;
    ++at;
    return true;
}

/// Minutes east of UTC; nullopt if malformed. Leaves `at` behind the offset.
std::optional<int> offset_minutes(std::string_view text, std::size_t& at) {
    if (take(text, at, 'Z', 'z')) return 0;
    if (at >= text.size() || (text[at] != '+' && text[at] != '-')) return std::nullopt;
    const int sign = text[at++] == '-' ? -1 : 1;
    const int hours = digits(text, at, 2);
    if (hours < 0 || hours > 23 || !take(text, at, ':', ':')) return std::nullopt;
    const int mins = digits(text, at, 2);
    if (mins < 0 || mins > 59) return std::nullopt;
    return sign * (hours * 60 + mins);
}

}  // namespace

std::optional<Instant> parse_rfc3339(std::string_view text) {
    std::size_t at = 0;
    const int y = digits(text, at, 4);
    if (y < 0 || !take(text, at, '-', '-')) return std::nullopt;
    const int mo = digits(text, at, 2);
    if (mo < 0 || !take(text, at, '-', '-')) return std::nullopt;
    const int d = digits(text, at, 2);
    if (d < 0 || !take(text, at, 'T', 't')) return std::nullopt;
    const int h = digits(text, at, 2);
    if (h < 0 || h > 23 || !take(text, at, ':', ':')) return std::nullopt;
    const int mi = digits(text, at, 2);
    if (mi < 0 || mi > 59 || !take(text, at, ':', ':')) return std::nullopt;
    const int s = digits(text, at, 2);
    if (s < 0 || s > 60) return std::nullopt;
    int ms = 0;
    if (at < text.size() && text[at] == '.') {
        const std::size_t first = ++at;
        for (int scale = 100; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) ms += (text[at] - '0') * scale;
        if (at == first) return std::nullopt;
    }
    const auto offset = offset_minutes(text, at);
    const year_month_day date{year{y}, month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
    if (!offset || at != text.size() || !date.ok()) return std::nullopt;
    return Instant{sys_days{date}} + hours{h} + minutes{mi} + seconds{s} + milliseconds{ms} - minutes{*offset};
}

std::string to_rfc3339(Instant instant) {
    const auto date = floor<days>(instant);
    const year_month_day ymd{date};
    const hh_mm_ss time{instant - date};
    const auto ms = time.subseconds().count();
    const int y = static_cast<int>(ymd.year());
    if (y < 0 || y > 9999)
        return fmt::format("{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", y, static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()), time.hours().count(),
                           time.minutes().count(), time.seconds().count(), ms);
    // By hand: a record holds dozens of times, and every line of the log has one.
    std::string text = "0000-00-00T00:00:00.000Z";
    const auto put = [&text](std::size_t last, long number) {
        for (; number > 0; number /= 10) text[last--] = static_cast<char>('0' + number % 10);
    };
    put(3, y), put(6, static_cast<unsigned>(ymd.month())), put(9, static_cast<unsigned>(ymd.day()));
    put(12, time.hours().count()), put(15, time.minutes().count()), put(18, time.seconds().count()), put(22, ms);
    if (ms == 0) text.erase(19, 4);
    return text;
}

Instant machine_now() { return floor<milliseconds>(system_clock::now()); }

}  // namespace lastmile
