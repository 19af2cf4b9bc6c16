#include "features/events_feed/feed_api.hpp"

#include "features/events_feed/log_questions.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/events/log_store.hpp"

namespace lastmile {
namespace {

using namespace api;

Result<Reply<Page<PublicEvent>>> list_events(store::Read& read, const Call& call, const ListEvents& r) {
    auto after = r.after.value;
    if (r.cursor) after = sequence_in(*r.cursor).value();
    events::Filter filter;
    filter.types = log_types({r.type.begin(), r.type.end()}, "#/query/type").value();
    if (r.delivery_id) filter.delivery_id = r.delivery_id->text();
    if (r.assignment_id) filter.assignment_id = r.assignment_id->text();
    if (r.driver_id) filter.driver_id = r.driver_id->text();
    std::vector<PublicEvent> found;
    for (const auto& event : events::read_log(read, after, filter, static_cast<int>(r.limit.value) + 1)) found.push_back(public_event(event, call.tenant));
    return page_of(std::move(found), r.limit, [](const PublicEvent& event) { return std::to_string(event.sequence); });
}

/// What is written beside the fact by who was there: an Instant of the device, a place.
Instant happened_at(const events::Event& event) {
    for (const auto* name : {"device_time", "happened_at", "at"}) {
        const auto* value = event.data.if_contains(name);
        if (!value || !value->is_string()) continue;
        if (const auto instant = parse_rfc3339(value->get_string())) return *instant;
    }
    return event.timestamp;
}

TimelineEntry entry_of(const events::Event& event) {
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

Result<Reply<Page<TimelineEntry>>> get_timeline(store::Read& read, const Call&, const GetTimeline& r) {
    std::int64_t after = 0;
    if (r.cursor) after = sequence_in(*r.cursor).value();
    events::Filter filter;
    filter.delivery_id = r.delivery_id.text();
    const auto events = events::read_log(read, after, filter, static_cast<int>(r.limit.value) + 1);
    if (events.empty() && !r.cursor) return refuse(reasons::not_found, "There is no such delivery.");
    std::vector<TimelineEntry> entries;
    for (const auto& event : events) entries.push_back(entry_of(event));
    return page_of(std::move(entries), r.limit, [](const TimelineEntry& entry) { return std::to_string(entry.sequence); });
}

}  // namespace

Endpoints feed_endpoints() {
    return {
        reads("GET /v1/lastmile/events", Scope("webhooks:read") | "streams:read", list_events,
              {.summary = "Read the event log",
               .tag = "Events",
               .description = "In the order of its sequence, each event once: for those who cannot receive webhooks. Go on after the last "
                              "sequence you have, or with next_cursor; Log-Position says how far the log reaches.",
               .log_view = true}),
        reads("GET /v1/lastmile/deliveries/{deliveryId}/timeline", "deliveries:read", get_timeline,
              {.summary = "What happened to a delivery",
               .tag = "Tracking",
               .description = "Oldest first, a view of the event log.",
               .refuses = {reasons::not_found},
               .log_view = true}),
    };
}

}  // namespace lastmile
