#include "features/events_feed/timeline.hpp"

namespace lastmile {
namespace {

/// What is written beside the fact by who was there: an Instant of the device.
Instant happened_at(const events::Event& event) {
    for (const auto* name : {"at", "happened_at", "device_time"}) {
        const auto* value = event.data.if_contains(name);
        if (!value || !value->is_string()) continue;
        if (const auto instant = parse_rfc3339(value->get_string())) return *instant;
    }
    return event.timestamp;
}

}  // namespace

TimelineEntry timeline_entry(const events::Event& event) {
    TimelineEntry entry;
    entry.sequence = event.sequence;
    entry.type = event.type;
    entry.at = happened_at(event);
    entry.recorded_at = event.recorded_at;
    entry.actor = public_actor(event.actor);
    entry.source = event.source;
    entry.detail.value = event.data;
    if (const auto* place = event.data.if_contains("location"); place && place->is_object()) entry.location = Document{*place};
    return entry;
}

}  // namespace lastmile
