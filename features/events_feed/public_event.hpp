#pragma once
// The one public form of an event: what GET /events, webhook bodies, event streams and WebSocket frames carry.
#include "features/ids/ids.hpp"
#include "platform/events/event.hpp"
#include "platform/schema/schema.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

struct EventActor {
    std::string kind;
    std::string id;
    std::optional<std::string> on_behalf;
};
LASTMILE_VALUE(EventActor, (kind, id, on_behalf))
LASTMILE_DOC(EventActor, "Who acted.", {"kind", "key, user, driver, partner, recipient, system or policy"}, {"id", "theirs"},
             {"on_behalf", "the person behind it, where another acted for him"})

struct PublicEvent {
    Id<events::Event> id;
    std::string type;
    std::int64_t sequence = 0;
    Instant timestamp;
    std::string tenant;
    Nullable<std::string> delivery_id;
    Nullable<std::string> assignment_id;
    Nullable<std::string> driver_id;
    std::string correlation_id;
    EventActor actor;
    Document data;
};
LASTMILE_VALUE(PublicEvent, (id, type, sequence, timestamp, tenant, delivery_id, assignment_id, driver_id, correlation_id, actor, data))
LASTMILE_DOC(PublicEvent, "Something that happened.", {"id", "the same wherever the event is told"}, {"type", "what happened", "delivery.created"},
             {"sequence", "its place in the log: dense, from 1"}, {"timestamp", "when, in the partition's business time"}, {"tenant", "whose it is"},
             {"delivery_id", "the delivery it is about"}, {"assignment_id", "the assignment it is about"}, {"driver_id", "the driver it is about"},
             {"correlation_id", "the same for all that one request caused"}, {"actor", "who acted"}, {"data", "what the type says"})

EventActor public_actor(const Actor& actor);
PublicEvent public_event(const events::Event& event, std::string_view tenant);
/// Compact JSON on one line: a webhook's body, the `data:` of a stream.
std::string event_json(const events::Event& event, std::string_view tenant);
/// The tenant of the snapshot's partition, for readers of the log that have no request.
std::string tenant_of(store::Read& read);

}  // namespace lastmile
