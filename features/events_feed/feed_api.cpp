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
    still_there(read, after).value();
    events::Filter filter;
    filter.types = log_types({r.type.begin(), r.type.end()}, "#/query/type").value();
    if (r.delivery_id) filter.delivery_id = r.delivery_id->text();
    if (r.assignment_id) filter.assignment_id = r.assignment_id->text();
    if (r.driver_id) filter.driver_id = r.driver_id->text();
    std::vector<PublicEvent> found;
    for (const auto& event : events::read_log(read, after, filter, static_cast<int>(r.limit.value) + 1)) found.push_back(public_event(event, call.tenant));
    return page_of(std::move(found), r.limit, [](const PublicEvent& event) { return std::to_string(event.sequence); });
}

Result<Reply<Page<TimelineEntry>>> get_timeline(store::Read& read, const Call&, const GetTimeline& r) {
    std::int64_t after = 0;
    if (r.cursor) after = sequence_in(*r.cursor).value();
    events::Filter filter;
    filter.delivery_id = r.delivery_id.text();
    const auto events = events::read_log(read, after, filter, static_cast<int>(r.limit.value) + 1);
    if (events.empty() && !r.cursor) return refuse(reasons::not_found, "There is no such delivery.");
    std::vector<TimelineEntry> entries;
    for (const auto& event : events) entries.push_back(timeline_entry(event));
    return page_of(std::move(entries), r.limit, [](const TimelineEntry& entry) { return std::to_string(entry.sequence); });
}

}  // namespace

Endpoints feed_endpoints() {
    return {
        reads("GET /v1/lastmile/events", Scope("webhooks:read") | "streams:read", list_events,
              {.summary = "Read the event log",
               .tag = "Events",
               .description = "In the order of its sequence, each event once: for those who cannot receive webhooks. Go on after the last "
                              "sequence you have, or with next_cursor; 0 is where the log begins. A sequence from "
                              "before a cut by retention is refused (410). Log-Position says how far the log reaches.",
               .refuses = {reasons::log_was_cut},
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
