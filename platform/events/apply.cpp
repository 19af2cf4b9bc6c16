#include "platform/events/apply.hpp"

#include <boost/json/serialize.hpp>

#include "platform/events/chain.hpp"

namespace lastmile::events::apply_details {

void no_event(const Refs& refs) { throw std::logic_error("a change of " + refs.aggregate + " " + refs.aggregate_id + " without an event"); }
void no_change(const Refs& refs) {
    throw std::logic_error("an event of " + refs.aggregate + " " + refs.aggregate_id + " without a change");
}

namespace {

/// Of an event about something else that names a delivery in its data: the delivery's own readers must find it.
std::optional<std::string> named_delivery(const EventDraft& draft) {
    const auto* named = draft.data.if_contains("delivery_id");
    return named && named->is_string() ? std::optional(std::string(named->get_string())) : std::nullopt;
}

}  // namespace

void append(store::Tx& tx, const std::vector<EventDraft>& drafts, const Refs& refs) {
    const auto& origin = tx.origin();
    for (const auto& draft : drafts) {
        Event event{.id = tx.new_id<Event>(),
                    .partition = tx.partition(),
                    .type = draft.type,
                    .timestamp = tx.now().business,
                    .recorded_at = tx.now().machine,
                    .aggregate = refs.aggregate,
                    .aggregate_id = refs.aggregate_id,
                    .version = refs.version,
                    .delivery_id = refs.delivery_id ? refs.delivery_id : named_delivery(draft),
                    .assignment_id = refs.assignment_id,
                    .driver_id = refs.driver_id,
                    .actor = origin.actor,
                    .source = origin.source,
                    .request_id = origin.request_id,
                    .traceparent = origin.traceparent};
        const auto data = boost::json::serialize(draft.data);
        const auto hash = content_hash(event, data);
        tx.append(
            "insert into events (partition, id, type, aggregate, aggregate_id, version, delivery_id, assignment_id, driver_id, actor_kind, "
            "actor_id, on_behalf, source, request_id, traceparent, timestamp, recorded_at, data) "
            "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) returning serial",
            {event.id, event.type, event.aggregate, event.aggregate_id, event.version, event.delivery_id, event.assignment_id,
             event.driver_id, event.actor.kind, event.actor.id, event.actor.on_behalf, event.source, event.request_id, event.traceparent,
             event.timestamp, event.recorded_at, data},
            store::Bytes(hash.begin(), hash.end()));
    }
}

}  // namespace lastmile::events::apply_details
