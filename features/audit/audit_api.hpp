#pragma once
// Who did what: a view of the event log, newest first.
#include "features/events_feed/public_event.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct ListAudit {
    std::optional<Text<1, 100>> actor;
    std::optional<Text<1, 100>> action;
    std::optional<Instant> from;
    std::optional<Instant> to;
    std::optional<Id<Delivery>> delivery_id;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListAudit, (actor, action, from, to, delivery_id, limit, cursor))
LASTMILE_DEFAULTS(ListAudit, (limit))
LASTMILE_DOC(ListAudit, "Which part of the trail; newest first.", {"actor", "only what this one did: the id of a key, driver, …"},
             {"action", "only this: a type (delivery.cancelled) or a family (delivery.*)"}, {"from", "recorded then or later"},
             {"to", "recorded before"}, {"delivery_id", "only about this delivery"}, {"limit", "how many"}, {"cursor", "where to go on"})

struct AuditObject {
    std::string type;
    std::string id;
    std::int64_t version = 0;
};
LASTMILE_VALUE(AuditObject, (type, id, version))
LASTMILE_DOC(AuditObject, "What was changed.", {"type", "delivery, driver, key, …"}, {"id", "its id"}, {"version", "its version after the change"})

struct AuditEntry {
    std::int64_t sequence = 0;
    Id<events::Event> event_id;
    Instant at;
    Instant recorded_at;
    EventActor actor;
    std::string source;
    std::string action;
    AuditObject object;
    Nullable<std::string> delivery_id;
    std::string request_id;
    Document data;
};
LASTMILE_VALUE(AuditEntry, (sequence, event_id, at, recorded_at, actor, source, action, object, delivery_id, request_id, data))
LASTMILE_DOC(AuditEntry, "Something that somebody did.", {"sequence", "its place in the log"}, {"event_id", "the event"},
             {"at", "when, in business time"}, {"recorded_at", "when, in machine time"}, {"actor", "who, and for whom"},
             {"source", "api, driver, partner, system or policy"}, {"action", "what, as the event's type"}, {"object", "to what"},
             {"delivery_id", "the delivery it is about"}, {"request_id", "the request's X-Request-ID"}, {"data", "what the type says"})

api::Endpoints audit_endpoints();

}  // namespace lastmile
