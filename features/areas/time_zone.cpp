#include "features/areas/time_zone.hpp"

#include <date/tz.h>

#include <stdexcept>
#include <string>

namespace lastmile {
namespace {

const date::time_zone* find_zone(std::string_view name) {
    // The library opens a file of this name below the system's folder: only names of zones may reach it.
    if (name.empty() || name.size() > 64 || name.front() == '/' || name.find("..") != name.npos) return nullptr;
    for (const char c : name)
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '/' && c != '_' && c != '-' &&
            c != '+') return nullptr;
    try {
        return date::locate_zone(std::string(name));
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

const date::time_zone& zone_of(std::string_view name) {
    if (const auto* zone = find_zone(name)) return *zone;
    throw std::invalid_argument("no time zone: " + std::string(name));
}

}  // namespace

bool is_time_zone(std::string_view name) { return find_zone(name) != nullptr; }

WallClock wall_clock(std::string_view zone, Instant at) {
    const auto local = zone_of(zone).to_local(at);
    const auto day = date::floor<date::days>(local);
    const date::year_month_day ymd{day};
    const auto seconds = date::floor<std::chrono::seconds>(local - day).count();
    return {Date{std::chrono::year{int{ymd.year()}}, std::chrono::month{unsigned{ymd.month()}}, std::chrono::day{unsigned{ymd.day()}}},
            TimeOfDay{static_cast<std::int32_t>(seconds / 60)}, static_cast<int>(seconds % 60)};
}

Instant instant_of(std::string_view zone, Date date, TimeOfDay time) {
    const auto days = std::chrono::sys_days{date}.time_since_epoch();
    const date::local_time<std::chrono::milliseconds> local{days + std::chrono::minutes{time.minutes}};
    const auto info = zone_of(zone).get_info(local);
    if (info.result == date::local_info::nonexistent) return Instant{info.first.end.time_since_epoch()};
    return Instant{local.time_since_epoch() - info.first.offset};
}

}  // namespace lastmile
