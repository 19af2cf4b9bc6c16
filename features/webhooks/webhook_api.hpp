#pragma once
// Requests and answers of the webhook endpoints, and their table.
#include "features/webhooks/webhook.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct CreateWebhook {
    Url url;
    List<Text<1, 100>, 1, 100> events;
    std::optional<Text<1, 200>> description;
    std::optional<Text<1, 200>> secret;
};
LASTMILE_VALUE(CreateWebhook, (url, events, description, secret))
LASTMILE_DOC(CreateWebhook, "A new endpoint.", {"url", "where events are posted to", "https://example.org/hook"},
             {"events", "types (delivery.failed), families (delivery.*) or all (*)", "[\"delivery.*\"]"}, {"description", "what it is for"},
             {"secret", "whsec_ and the base64 of 24 to 64 bytes; one is made when absent"})

struct ChangeWebhook {
    Id<Webhook> webhook_id;
    std::optional<Url> url;
    std::optional<List<Text<1, 100>, 1, 100>> events;
    Patch<Text<1, 200>> description;
    std::optional<bool> enabled;
};
LASTMILE_VALUE(ChangeWebhook, (webhook_id, url, events, description, enabled))
LASTMILE_DOC(ChangeWebhook, "What to change.", {"webhook_id", "ours"}, {"url", "where events are posted to"}, {"events", "which events"},
             {"description", "what it is for"}, {"enabled", "false: nothing is sent; true: what waits is sent, and new events are"})

struct OneWebhook {
    Id<Webhook> webhook_id;
};
LASTMILE_VALUE(OneWebhook, (webhook_id))
LASTMILE_DOC(OneWebhook, "Which endpoint.", {"webhook_id", "ours"})

struct ListWebhooks {
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListWebhooks, (limit, cursor))
LASTMILE_DEFAULTS(ListWebhooks, (limit))
LASTMILE_DOC(ListWebhooks, "Which endpoints; newest first.", {"limit", "how many"}, {"cursor", "where to go on"})

struct RotateWebhook {
    Id<Webhook> webhook_id;
    std::optional<Text<1, 200>> secret;
    Whole<0, 604'800> grace_s = 86'400;
};
LASTMILE_VALUE(RotateWebhook, (webhook_id, secret, grace_s))
LASTMILE_DEFAULTS(RotateWebhook, (grace_s))
LASTMILE_DOC(RotateWebhook, "A new secret.", {"webhook_id", "ours"}, {"secret", "the new one; made when absent"},
             {"grace_s", "seconds in which the old one signs as well"})

struct WebhookWithSecret {
    Id<Webhook> webhook_id;
    Id<Webhook> id;
    std::int64_t version = 1;
    Url url;
    std::vector<std::string> events;
    std::string secret;
    std::optional<Instant> previous_until;
};
LASTMILE_VALUE(WebhookWithSecret, (webhook_id, id, version, url, events, secret, previous_until))
LASTMILE_DOC(WebhookWithSecret, "An endpoint with its secret, shown this once.", {"webhook_id", "ours"}, {"id", "the same"},
             {"version", "counts up at each change"}, {"url", "where events are posted to"}, {"events", "which"},
             {"secret", "the key of the signatures (Standard Webhooks)"}, {"previous_until", "until when the secret before signs as well"})

struct ListAttempts {
    Id<Webhook> webhook_id;
    std::optional<AttemptState> state;
    std::optional<Text<1, 40>> event_id;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListAttempts, (webhook_id, state, event_id, limit, cursor))
LASTMILE_DEFAULTS(ListAttempts, (limit))
LASTMILE_DOC(ListAttempts, "Which tries; newest first.", {"webhook_id", "of this endpoint"}, {"state", "only these"},
             {"event_id", "only of this event"}, {"limit", "how many"}, {"cursor", "where to go on"})

struct OneAttempt {
    Id<Webhook> webhook_id;
    Id<WebhookAttempt> attempt_id;
};
LASTMILE_VALUE(OneAttempt, (webhook_id, attempt_id))
LASTMILE_DOC(OneAttempt, "Which try.", {"webhook_id", "of this endpoint"}, {"attempt_id", "ours"})

struct TestWebhook {
    Id<Webhook> webhook_id;
};
LASTMILE_VALUE(TestWebhook, (webhook_id))
LASTMILE_DOC(TestWebhook, "Which endpoint to try.", {"webhook_id", "ours"})

struct FlushWebhooks {
    std::optional<Id<Webhook>> webhook_id;
};
LASTMILE_VALUE(FlushWebhooks, (webhook_id))
LASTMILE_DOC(FlushWebhooks, "Whose tries.", {"webhook_id", "of this endpoint only"})

struct Flushed {
    std::int64_t attempts = 0;
};
LASTMILE_VALUE(Flushed, (attempts))
LASTMILE_DOC(Flushed, "What is due now.", {"attempts", "pending tries"})

api::Endpoints webhook_endpoints();

}  // namespace lastmile
