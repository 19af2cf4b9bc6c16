#include "features/webhooks/webhook_api.hpp"

#include "features/events_feed/public_event.hpp"
#include "features/policies/policy_store.hpp"
#include "features/reasons/reasons.hpp"
#include "features/webhooks/webhook_rules.hpp"
#include "features/webhooks/webhook_secrets.hpp"
#include "features/webhooks/webhook_store.hpp"
#include "platform/crypto/webhook_signature.hpp"
#include "platform/http/address_guard.hpp"

namespace lastmile {
namespace {

using namespace api;

const auto no_such = [] { return refuse(reasons::not_found, "There is no such webhook."); };

Result<Webhook> locked(store::Tx& tx, Id<Webhook> id) {
    auto webhook = lock_webhook(tx, id);
    if (!webhook) return no_such();
    return *webhook;
}

void check_types(const std::vector<Text<1, 100>>& types, std::vector<FieldError>& faults) {
    for (std::size_t i = 0; i < types.size(); ++i) {
        std::string_view type = types[i];
        if (type == "*") continue;
        if (type.ends_with(".*")) type.remove_suffix(2);
        if (type.empty() || type.starts_with('.') || type.ends_with('.') ||
            type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") != type.npos)
            faults.push_back({"#/events/" + std::to_string(i), "invalid_format", "a type such as delivery.failed, a family delivery.*, or *"});
    }
}

/// An address written out is judged at once; a name when it is resolved, at every call.
void check_target(store::Read& read, const Call& call, const Url& url, std::vector<FieldError>& faults) {
    const auto address = http::parse_address(webhooks::host_of(url));
    if (!address) return;
    std::vector<http::Network> networks;
    const auto add = [&](std::string_view text) {
        if (const auto network = http::parse_network(text)) networks.push_back(*network);
    };
    for (const auto& network : policies_of(read).webhooks.allow_private_networks) add(network);
    for (const auto& network : call.service<WebhookSecrets>().allowed()) add(network);
    if (!http::may_reach(*address, networks))
        faults.push_back({"#/url", "blocked_address", "not a public address; the policy webhooks.allow_private_networks opens others"});
}

Result<std::string> secret_from(const std::optional<Text<1, 200>>& given, Random& random) {
    if (!given) return crypto::make_webhook_secret(random);
    if (!crypto::webhook_secret_key(*given))
        return refuse(reasons::invalid, "The secret is none.", {{"#/secret", "invalid_format", "whsec_ and the base64 of 24 to 64 bytes"}});
    return *given;
}

WebhookView view_of(store::Read& read, const Webhook& webhook) {
    WebhookView view;
    static_cast<Webhook&>(view) = webhook;
    view.webhook_id = webhook.id;
    view.health = health_of(read, webhook.id);
    view.pending = pending_attempts(read, webhook.id);
    return view;
}

WebhookWithSecret with_secret(const Webhook& webhook, std::string secret) {
    return {webhook.id, webhook.id, webhook.version, webhook.url, {webhook.events.begin(), webhook.events.end()}, std::move(secret), webhook.previous_until};
}

Result<Reply<WebhookWithSecret>> create_webhook(store::Tx& tx, const Call& call, const CreateWebhook& r) {
    std::vector<FieldError> faults;
    check_types(r.events, faults);
    check_target(tx, call, r.url, faults);
    if (!faults.empty()) return refuse(reasons::invalid, "The webhook cannot be made like this.", std::move(faults));
    const auto secret = secret_from(r.secret, tx.random()).value();
    Webhook webhook;
    webhook.id = tx.new_id<Webhook>();
    webhook.created_at = webhook.updated_at = tx.now().machine;
    webhook.url = r.url;
    webhook.events = r.events;
    webhook.description = r.description;
    webhook.sealed_secret = call.service<WebhookSecrets>().seal(secret, webhook.id, tx.random());
    webhook.after_sequence = tx.log_position();
    events::apply(tx, Changed<Webhook>{webhook, {{"webhook.created", schema::to_object(webhook)}}});
    return Reply(with_secret(webhook, secret)).created("/v1/lastmile/webhooks/" + webhook.id.text()).at_version(1).shown_once();
}

Result<Reply<Page<WebhookView>>> list_webhooks(store::Read& read, const Call&, const ListWebhooks& r) {
    std::optional<Id<Webhook>> before;
    if (r.cursor) {
        before = Id<Webhook>::parse(r.cursor->key);
        if (!before) return refuse(reasons::bad_cursor, "The cursor is of another list.");
    }
    std::vector<WebhookView> views;
    for (const auto& webhook : webhooks_before(read, before, r.limit.value)) views.push_back(view_of(read, webhook));
    return page_of(std::move(views), r.limit, [](const WebhookView& view) { return view.id.text(); });
}

Result<Reply<WebhookView>> get_webhook(store::Read& read, const Call&, const OneWebhook& r) {
    const auto webhook = find_webhook(read, r.webhook_id);
    if (!webhook) return no_such();
    return view_of(read, *webhook);
}

Result<Reply<WebhookView>> change_webhook(store::Tx& tx, const Call& call, const ChangeWebhook& r) {
    auto webhook = locked(tx, r.webhook_id).value();
    std::vector<FieldError> faults;
    if (r.events) check_types(*r.events, faults);
    if (r.url) check_target(tx, call, *r.url, faults);
    if (!faults.empty()) return refuse(reasons::invalid, "The webhook cannot be changed like this.", std::move(faults));
    if (r.url) webhook.url = *r.url;
    if (r.events) webhook.events = *r.events;
    r.description.onto(webhook.description);
    if (r.enabled && *r.enabled && !webhook.enabled) {
        webhook.enabled = true;
        webhook.disabled_reason.reset(), webhook.disabled_at.reset();
        set_health(tx, webhook.id, {.failing_since = {}, .last_success_at = health_of(tx, webhook.id).last_success_at, .throttled_until = {}});
        make_attempts_due(tx, webhook.id);
    } else if (r.enabled && !*r.enabled && webhook.enabled) {
        webhook.enabled = false;
        webhook.disabled_reason = "by_hand", webhook.disabled_at = tx.now().machine;
    }
    webhook.updated_at = tx.now().machine;
    webhook.version += 1;
    events::apply(tx, Changed<Webhook>{webhook, {{"webhook.updated", schema::to_object(webhook)}}});
    return view_of(tx, webhook);
}

Result<Reply<Nothing>> delete_webhook(store::Tx& tx, const Call&, const OneWebhook& r) {
    auto webhook = locked(tx, r.webhook_id).value();
    webhook.version += 1;
    events::apply(tx, Changed<RemovedWebhook>{{webhook}, {{"webhook.deleted", schema::to_object(webhook)}}});
    return Reply<Nothing>{};
}

Result<Reply<WebhookWithSecret>> rotate_webhook(store::Tx& tx, const Call& call, const RotateWebhook& r) {
    auto webhook = locked(tx, r.webhook_id).value();
    const auto secret = secret_from(r.secret, tx.random()).value();
    webhook.previous_secret = webhook.sealed_secret;
    webhook.previous_until = tx.now().machine + std::chrono::seconds(r.grace_s.value);
    webhook.sealed_secret = call.service<WebhookSecrets>().seal(secret, webhook.id, tx.random());
    webhook.updated_at = tx.now().machine;
    webhook.version += 1;
    events::apply(tx, Changed<Webhook>{webhook, {{"webhook.secret_rotated", schema::to_object(webhook)}}});
    return Reply(with_secret(webhook, secret)).at_version(webhook.version).shown_once();
}

Result<Reply<Page<WebhookAttempt>>> list_attempts(store::Read& read, const Call&, const ListAttempts& r) {
    if (!find_webhook(read, r.webhook_id)) return no_such();
    AttemptFilter filter{.state = r.state};
    if (r.event_id) filter.event_id = *r.event_id;
    if (r.cursor) {
        filter.before = Id<WebhookAttempt>::parse(r.cursor->key);
        if (!filter.before) return refuse(reasons::bad_cursor, "The cursor is of another list.");
    }
    return page_of(attempts_of(read, r.webhook_id, filter, r.limit.value), r.limit, [](const WebhookAttempt& attempt) { return attempt.id.text(); });
}

Result<Reply<WebhookAttempt>> resend_attempt(store::Tx& tx, const Call&, const OneAttempt& r) {
    const auto webhook = locked(tx, r.webhook_id).value();
    const auto attempt = find_attempt(tx, r.webhook_id, r.attempt_id);
    if (!attempt) return refuse(reasons::not_found, "There is no such attempt.");
    if (!webhook.enabled) return refuse(reasons::conflict, "The webhook is disabled; enable it first.");
    WebhookAttempt next = *attempt;
    next.id = tx.new_id<WebhookAttempt>();
    next.lane = "resend:" + attempt->event_id;  // asked for by hand: waits for nothing and holds nothing
    next.number = 1;
    next.state = AttemptState::pending;
    next.due_at = next.created_at = tx.now().machine;
    next.sent_at.reset(), next.http_status.reset(), next.error.reset(), next.took_ms.reset(), next.response.reset();
    next.lease_until = from_unix_ms(0), next.holder.clear();
    plan_attempt(tx, next);
    return Reply(next).accepted("/v1/lastmile/webhooks/" + webhook.id.text() + "/attempts");
}

Result<Reply<WebhookAttempt>> test_webhook(store::Tx& tx, const Call& call, const TestWebhook& r) {
    const auto webhook = locked(tx, r.webhook_id).value();
    if (!webhook.enabled) return refuse(reasons::conflict, "The webhook is disabled; enable it first.");
    events::Event event;
    event.id = tx.new_id<events::Event>();
    event.type = "webhook.test";
    event.timestamp = tx.now().business;
    event.actor = call.actor;
    event.request_id = call.request_id;
    event.traceparent = call.traceparent;
    event.data = {{"webhook_id", webhook.id.text()}, {"test", true}};
    WebhookAttempt attempt;
    attempt.id = tx.new_id<WebhookAttempt>();
    attempt.webhook = webhook.id;
    attempt.event_id = event.id.text();
    attempt.event_type = event.type;
    attempt.lane = "test:" + attempt.event_id;
    attempt.body = event_json(event, call.tenant);
    attempt.due_at = attempt.created_at = tx.now().machine;
    plan_attempt(tx, attempt);
    return Reply(attempt).accepted("/v1/lastmile/webhooks/" + webhook.id.text() + "/attempts");
}

Result<Reply<Flushed>> flush_webhooks(store::Tx& tx, const Call& call, const FlushWebhooks& r) {
    if (!call.test) return refuse(reasons::forbidden, "Only a test partition's retries can be brought forward; use a key of kind test.");
    return Flushed{make_attempts_due(tx, r.webhook_id)};
}

template <class R>
std::optional<std::int64_t> webhook_version(store::Tx& tx, const Call&, const R& request) {
    const auto webhook = lock_webhook(tx, request.webhook_id);
    return webhook ? std::optional(webhook->version) : std::nullopt;
}

}  // namespace

Endpoints webhook_endpoints() {
    return {
        reads("GET /v1/lastmile/webhooks", "webhooks:read", list_webhooks, {.summary = "List webhooks", .tag = "Webhooks"}),
        writes("POST /v1/lastmile/webhooks", "webhooks:write", create_webhook,
               {.summary = "Create a webhook",
                .tag = "Webhooks",
                .description = "Events from now on are posted to it, signed as Standard Webhooks says. The secret is shown this once.",
                .status = 201}),
        writes("POST /v1/lastmile/webhooks/test", "webhooks:write", test_webhook,
               {.summary = "Send a test event",
                .tag = "Webhooks",
                .description = "A webhook.test is sent at once; its attempt says what came of it.",
                .refuses = {reasons::not_found, reasons::conflict},
                .status = 202}),
        reads("GET /v1/lastmile/webhooks/{webhookId}", "webhooks:read", get_webhook,
              {.summary = "Get a webhook", .tag = "Webhooks", .refuses = {reasons::not_found}}),
        guarded(webhook_version<ChangeWebhook>,
                writes("PATCH /v1/lastmile/webhooks/{webhookId}", "webhooks:write", change_webhook,
                       {.summary = "Change, disable or enable a webhook", .tag = "Webhooks", .refuses = {reasons::not_found}})),
        guarded(webhook_version<OneWebhook>,
                writes("DELETE /v1/lastmile/webhooks/{webhookId}", "webhooks:write", delete_webhook,
                       {.summary = "Delete a webhook", .tag = "Webhooks", .refuses = {reasons::not_found}})),
        guarded(webhook_version<RotateWebhook>,
                writes("POST /v1/lastmile/webhooks/{webhookId}/rotate-secret", "webhooks:write", rotate_webhook,
                       {.summary = "Rotate a webhook's secret",
                        .tag = "Webhooks",
                        .description = "Both secrets sign until previous_until.",
                        .refuses = {reasons::not_found}})),
        reads("GET /v1/lastmile/webhooks/{webhookId}/attempts", "webhooks:read", list_attempts,
              {.summary = "What was sent to a webhook", .tag = "Webhooks", .refuses = {reasons::not_found}}),
        writes("POST /v1/lastmile/webhooks/{webhookId}/attempts/{attemptId}/resend", "webhooks:write", resend_attempt,
               {.summary = "Send an event again", .tag = "Webhooks", .refuses = {reasons::not_found, reasons::conflict}, .status = 202}),
        writes("POST /v1/lastmile/sandbox/webhooks/flush", "webhooks:write", flush_webhooks,
               {.summary = "Send what waits for a retry now",
                .tag = "Sandbox",
                .description = "Test partitions only: retries are in machine time, which a test cannot wait for.",
                .refuses = {reasons::forbidden}}),
    };
}

}  // namespace lastmile
