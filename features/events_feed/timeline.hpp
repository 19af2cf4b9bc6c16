#pragma once
// An event as a step of a delivery's story: what the timeline and the full record show.
#include "features/events_feed/public_event.hpp"

namespace lastmile {

struct TimelineEntry {
    std::int64_t sequence = 0;
    std::string type;
    Instant at;
    Instant recorded_at;
    EventActor actor;
    std::string source;
    Document detail;
    Nullable<Document> location;
};
LASTMILE_VALUE(TimelineEntry, (sequence, type, at, recorded_at, actor, source, detail, location))
LASTMILE_DOC(TimelineEntry, "A step of a delivery's story.", {"sequence", "its place in the log"}, {"type", "what happened", "delivery.created"},
             {"at", "when it happened: the device's time for what was synced later"}, {"recorded_at", "when we learned of it"}, {"actor", "who acted"},
             {"source", "api, driver, partner, system or policy"}, {"detail", "what the type says"}, {"location", "where, if it was told"})

TimelineEntry timeline_entry(const events::Event& event);

}  // namespace lastmile
