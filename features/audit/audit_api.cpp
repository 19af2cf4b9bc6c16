#include "features/audit/audit_api.hpp"

#include "features/events_feed/log_questions.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/events/log_store.hpp"

namespace lastmile {
namespace {

using namespace api;

AuditEntry entry_of(const events::Event& event) {
    AuditEntry entry;
    entry.sequence = event.sequence;
    entry.event_id = event.id;
    entry.at = event.timestamp;
    entry.recorded_at = event.recorded_at;
    entry.actor = public_actor(event.actor);
    entry.source = event.source;
    entry.action = event.type;
    entry.object = {event.aggregate, event.aggregate_id, event.version};
    entry.delivery_id = event.delivery_id;
    entry.request_id = event.request_id;
    entry.data.value = event.data;
    return entry;
}

Result<Reply<Page<AuditEntry>>> list_audit(store::Read& read, const Call&, const ListAudit& r) {
    const auto before = r.cursor ? sequence_in(*r.cursor).value() : INT64_MAX;
    events::Filter filter;
    if (r.action) filter.types = log_types({*r.action}, "#/query/action").value();
    if (r.actor) filter.actor_id = *r.actor;
    filter.recorded_from = r.from;
    filter.recorded_to = r.to;
    if (r.delivery_id) filter.delivery_id = r.delivery_id->text();
    std::vector<AuditEntry> entries;
    for (const auto& event : events::read_log_back(read, before, filter, static_cast<int>(r.limit.value) + 1)) entries.push_back(entry_of(event));
    return page_of(std::move(entries), r.limit, [](const AuditEntry& entry) { return std::to_string(entry.sequence); });
}

}  // namespace

Endpoints audit_endpoints() {
    return {
        reads("GET /v1/lastmile/audit", "audit:read", list_audit,
              {.summary = "Who did what",
               .tag = "Audit",
               .description = "A view of the event log, newest first. `lastmile audit verify` proves that nothing in it was changed.",
               .log_view = true}),
    };
}

}  // namespace lastmile
