#include "features/hubs/hub_rules.hpp"

#include <algorithm>

#include "features/administered/changes.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile::hubs {
namespace {

Result<void> placed(const Address& address) {
    if (address.location) return {};
    return refuse(reasons::invalid, "The hub's place is not known.",
                  {{"#/address/location", "not_found", "the address could not be placed on the map: give its location"}});
}

}  // namespace

Result<Changed<Hub>> create(Id<Hub> id, const CreateHub& request, const Now& now) {
    if (auto ok = placed(request.address); !ok) return std::unexpected(std::move(ok.error()));
    Hub hub;
    hub.id = hub.hub_id = id;
    hub.name = request.name;
    hub.address = request.address;
    hub.hours = request.hours;
    hub.area_id = request.area_id;
    hub.planning_area = request.planning_area;
    hub.dock = request.dock;
    hub.metadata = request.metadata;
    return administered::created(std::move(hub), "hub", now);
}

Result<Changed<Hub>> change(const Hub& before, const ChangeHub& request, const Now& now) {
    auto after = before;
    if (request.name) after.name = *request.name;
    if (request.address) after.address = *request.address;
    request.hours.onto(after.hours);
    request.area_id.onto(after.area_id);
    if (request.planning_area) after.planning_area = *request.planning_area;
    request.dock.onto(after.dock);
    if (request.metadata) after.metadata = *request.metadata;
    if (auto ok = placed(after.address); !ok) return std::unexpected(std::move(ok.error()));
    return administered::updated(before, std::move(after), "hub", now);
}

Changed<Hub> remove(Hub hub, const Now& now) { return administered::deleted(std::move(hub), "hub", now); }

bool is_open(const Hub& hub, std::string_view zone, Instant at) {
    if (!hub.hours) return true;
    const auto clock = wall_clock(zone, at);
    return std::ranges::any_of(hub.hours->day(clock.weekday()), [&](const Opening& o) { return o.from <= clock.time && clock.time < o.to; });
}

std::vector<Window> open_windows(const Hub& hub, std::string_view zone, const Window& span) {
    if (!hub.hours) return {span};
    std::vector<Window> windows;
    const auto last = wall_clock(zone, span.to).date;
    for (auto day = std::chrono::sys_days{wall_clock(zone, span.from).date}; day <= std::chrono::sys_days{last}; day += std::chrono::days{1}) {
        const int weekday = static_cast<int>(std::chrono::weekday{day}.iso_encoding()) - 1;
        for (const auto& opening : hub.hours->day(weekday)) {
            const Window window{std::max(span.from, instant_of(zone, Date{day}, opening.from)), std::min(span.to, instant_of(zone, Date{day},
                opening.to))};
            if (window.from >= window.to) continue;
            if (!windows.empty() && windows.back().to == window.from) windows.back().to = window.to;  // over midnight
            else windows.push_back(window);
        }
    }
    return windows;
}

}  // namespace lastmile::hubs
