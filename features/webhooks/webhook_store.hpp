#pragma once
// All SQL on endpoints, their health and the tries.
#include "features/webhooks/webhook.hpp"
#include "platform/api/reply.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/rows.hpp"
#include "platform/store/store.hpp"

namespace lastmile {

std::optional<Webhook> find_webhook(store::Read& read, Id<Webhook> id);
std::optional<Webhook> lock_webhook(store::Tx& tx, Id<Webhook> id);
std::vector<Webhook> enabled_webhooks(store::Read& read);
/// `limit + 1` rows at most, newest first.
std::vector<Webhook> webhooks_before(store::Read& read, const std::optional<Id<Webhook>>& before, std::int64_t limit);
void save(store::Writer& writer, const Webhook& webhook);
events::Refs event_refs(const Webhook& webhook);

/// Its end: the row, its health and its tries go.
struct RemovedWebhook {
    Webhook webhook;
};
void save(store::Writer& writer, const RemovedWebhook& removed);
events::Refs event_refs(const RemovedWebhook& removed);

WebhookHealth health_of(store::Read& read, Id<Webhook> id);
void set_health(store::Tx& tx, Id<Webhook> id, const WebhookHealth& health);
std::int64_t pending_attempts(store::Read& read, Id<Webhook> id);

std::optional<WebhookAttempt> find_attempt(store::Read& read, Id<Webhook> webhook, Id<WebhookAttempt> id);
std::optional<WebhookAttempt> lock_attempt(store::Tx& tx, Id<WebhookAttempt> id);
struct AttemptFilter {
    std::optional<AttemptState> state{};
    std::optional<std::string> event_id{};
    std::optional<Id<WebhookAttempt>> before{};
};
/// `limit + 1` rows at most, newest first.
std::vector<WebhookAttempt> attempts_of(store::Read& read, Id<Webhook> webhook, const AttemptFilter& filter, std::int64_t limit);
/// Plans a try and wakes the senders of all nodes.
void plan_attempt(store::Tx& tx, const WebhookAttempt& attempt);
void update_attempt(store::Tx& tx, const WebhookAttempt& attempt);
/// All pending tries of the partition are due now. Answers how many.
std::int64_t make_attempts_due(store::Tx& tx, const std::optional<Id<Webhook>>& webhook);
/// Keeps the newest `keep` finished tries of an endpoint.
void forget_attempts(store::Tx& tx, Id<Webhook> webhook, int keep);

/// Partitions with tries that may be sent now.
std::vector<Partition> partitions_with_work(store::Read& read);
/// When the next pending try is due, over all partitions, of those after now.
std::optional<Instant> next_due(store::Read& read);
/// Endpoints of the partition with tries that may be sent now.
std::vector<Id<Webhook>> webhooks_with_work(store::Read& read);
/// Tries that may be sent now: due, held by nobody, and the first of their lane. Locked.
std::vector<WebhookAttempt> lock_sendable(store::Tx& tx, Id<Webhook> webhook, int limit);
void hold_attempt(store::Tx& tx, const WebhookAttempt& attempt, std::string_view holder, Instant until);
/// The tries of senders that are gone. Only where no other process can hold any (the embedded store).
void free_all_attempts(store::Store& store);

}  // namespace lastmile
