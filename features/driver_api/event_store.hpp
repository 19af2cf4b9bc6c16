#pragma once
// All SQL on the devices' event ids.
#include "features/ids/ids.hpp"
#include "platform/events/apply.hpp"

namespace lastmile::driver_api {

/// What became of one report of a device.
struct DriverEvent {
    Id<Driver> driver_id;
    std::string event_id;
    std::string action;
    bool applied = true;
    int http_status = 200;
    std::string problem{};  // JSON; empty when applied
    std::optional<Instant> device_time{};
    Instant recorded_at{};
};

std::optional<DriverEvent> find_driver_event(store::Read& read, Id<Driver> driver, std::string_view event_id);
/// Beside what it did, in the same commit.
void remember(store::Tx& tx, const DriverEvent& event);
/// What was not applied is told by an event of its own: `driver.action_not_applied`.
void save(store::Writer& writer, const DriverEvent& event);
inline events::Refs event_refs(const DriverEvent& event) {
    return {.aggregate = "driver", .aggregate_id = event.driver_id.text(), .driver_id = event.driver_id.text()};
}

}  // namespace lastmile::driver_api
