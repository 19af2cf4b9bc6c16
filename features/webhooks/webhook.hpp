#pragma once
// Endpoints that are told of events, and the tries to tell them.
#include "features/ids/ids.hpp"
#include "platform/schema/schema.hpp"

namespace lastmile {

struct Webhook {
    static constexpr std::string_view id_prefix = "whk";
    Id<Webhook> id;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    Url url;
    List<Text<1, 100>, 1, 100> events;
    std::optional<Text<1, 200>> description;
    bool enabled = true;
    std::optional<std::string> disabled_reason;
    std::optional<Instant> disabled_at;
    std::string sealed_secret;
    std::optional<std::string> previous_secret;
    std::optional<Instant> previous_until;
    std::int64_t after_sequence = 0;
};
LASTMILE_RESOURCE(Webhook, (id, version, created_at, updated_at, url, events, description, enabled, disabled_reason, disabled_at, sealed_secret,
                            previous_secret, previous_until, after_sequence))
LASTMILE_VIEW(Webhook, owner, (id, version, created_at, updated_at, url, events, description, enabled, disabled_reason, disabled_at, previous_until))
LASTMILE_VIEW(Webhook, admin, (id, version, created_at, updated_at, url, events, description, enabled, disabled_reason, disabled_at, previous_until))
LASTMILE_VIEW(Webhook, event, (id, url, events, enabled, disabled_reason, disabled_at, previous_until))
LASTMILE_DOC(Webhook, "An endpoint that is told of events.", {"id", "ours"}, {"version", "counts up at each change"}, {"created_at", "when it was made"},
             {"updated_at", "when it was last changed"}, {"url", "where events are posted to"},
             {"events", "which: types (delivery.failed), families (delivery.*) or all (*)", "[\"delivery.*\"]"}, {"description", "what it is for"},
             {"enabled", "whether events are sent"}, {"disabled_reason", "gone (it answered 410), failing (for too long) or by_hand"},
             {"disabled_at", "since when it is disabled"}, {"sealed_secret", "sealed"}, {"previous_secret", "sealed"},
             {"previous_until", "until when the secret before the last rotation signs as well"}, {"after_sequence", "events up to here are not sent"})

/// How sending to an endpoint goes.
struct WebhookHealth {
    std::optional<Instant> failing_since;
    std::optional<Instant> last_success_at;
    std::optional<Instant> throttled_until;
};
LASTMILE_VALUE(WebhookHealth, (failing_since, last_success_at, throttled_until))
LASTMILE_DOC(WebhookHealth, "How sending goes.", {"failing_since", "no success since then"}, {"last_success_at", "the last answer with 2xx"},
             {"throttled_until", "it asked to be left alone until then"})

struct WebhookView : Webhook {
    std::optional<Id<Webhook>> webhook_id;
    WebhookHealth health;
    std::int64_t pending = 0;
};
LASTMILE_RESOURCE(WebhookView, (webhook_id, health, pending))
LASTMILE_EXTENDS(WebhookView, Webhook)
LASTMILE_VIEW(WebhookView, owner,
              (id, version, created_at, updated_at, url, events, description, enabled, disabled_reason, disabled_at, previous_until,
               webhook_id, health, pending))
LASTMILE_VIEW(WebhookView, admin,
              (id, version, created_at, updated_at, url, events, description, enabled, disabled_reason, disabled_at, previous_until,
               webhook_id, health, pending))
LASTMILE_DOC(WebhookView, "An endpoint that is told of events, and how it goes.", {"webhook_id", "the id again"}, {"health", "how sending goes"},
             {"pending", "tries that are still to come"})

enum class AttemptState { pending, succeeded, failed };
LASTMILE_ENUM(AttemptState, pending, succeeded, failed)

struct WebhookAttempt {
    static constexpr std::string_view id_prefix = "att";
    Id<WebhookAttempt> id;
    Id<Webhook> webhook;
    std::string event_id;
    std::string event_type;
    std::int64_t sequence = 0;
    std::string lane;
    std::int64_t number = 1;
    AttemptState state = AttemptState::pending;
    Instant due_at;
    Instant created_at;
    std::optional<Instant> sent_at;
    std::optional<std::int64_t> http_status;
    std::optional<std::string> error;
    std::optional<std::int64_t> took_ms;
    std::optional<std::string> response;
    std::optional<std::string> body;
    Instant lease_until;
    std::string holder;
};
LASTMILE_RESOURCE(WebhookAttempt, (id, webhook, event_id, event_type, sequence, lane, number, state, due_at, created_at, sent_at, http_status, error,
                                   took_ms, response, body, lease_until, holder))
LASTMILE_VIEW(WebhookAttempt, owner,
              (id, webhook, event_id, event_type, sequence, number, state, due_at, created_at, sent_at, http_status, error, took_ms, response))
LASTMILE_VIEW(WebhookAttempt, admin,
              (id, webhook, event_id, event_type, sequence, number, state, due_at, created_at, sent_at, http_status, error, took_ms, response))
LASTMILE_DOC(WebhookAttempt, "A try to tell an endpoint of an event.", {"id", "ours"}, {"webhook", "the endpoint"},
             {"event_id", "the event: the header webhook-id"}, {"event_type", "its type"}, {"sequence", "its place in the log; 0 for a test"},
             {"lane", "what is kept in order"}, {"number", "which try it is, from 1"}, {"state", "pending, succeeded or failed"},
             {"due_at", "when it is (or was) to be sent"}, {"created_at", "when it was planned"}, {"sent_at", "when it was sent"},
             {"http_status", "what the endpoint answered"}, {"error", "why there was no good answer"}, {"took_ms", "milliseconds to the answer"},
             {"response", "the first bytes of the answer"}, {"body", "of a test"}, {"lease_until", "held by a sender until then"},
             {"holder", "the sender"})

}  // namespace lastmile
