#include "features/webhooks/webhook_store.hpp"

#include "platform/store/list.hpp"

namespace lastmile {
namespace {

const store::Table<Webhook> webhooks("webhooks");
const store::Table<WebhookAttempt> attempts("webhook_attempts");

IdBytes last_id() {
    IdBytes last;
    last.fill(0xff);
    return last;
}

std::optional<Instant> instant_or_none(const store::Value& value) { return value.null() ? std::nullopt : std::optional(value.instant()); }

}  // namespace

std::optional<Webhook> find_webhook(store::Read& read, Id<Webhook> id) { return webhooks.one(read, "partition = $1 and id = $2", {id}); }
std::optional<Webhook> lock_webhook(store::Tx& tx, Id<Webhook> id) { return webhooks.lock_one(tx, "partition = $1 and id = $2", {id}); }
std::vector<Webhook> enabled_webhooks(store::Read& read) { return webhooks.all(read, "partition = $1 and enabled = 1 order by id"); }

std::vector<Webhook> webhooks_before(store::Read& read, const std::optional<Id<Webhook>>& before, std::int64_t limit) {
    return webhooks.all(read, "partition = $1 and id < $2 order by id desc limit $3", {before ? before->bytes : last_id(), limit + 1});
}

void save(store::Writer& writer, const Webhook& webhook) {
    if (webhook.version == 1)
        webhooks.insert(writer, webhook);
    else
        webhooks.update(writer, webhook, webhook.version - 1);
}

events::Refs event_refs(const Webhook& webhook) { return {.aggregate = "webhook", .aggregate_id = webhook.id.text(), .version = webhook.version}; }

void save(store::Writer& writer, const RemovedWebhook& removed) {
    const auto& id = removed.webhook.id;
    webhooks.remove(writer, 1, "partition = $1 and id = $2 and version = $3", {id, removed.webhook.version - 1});
    writer.write_any("delete from webhook_health where partition = $1 and webhook = $2", {id});
    writer.write_any("delete from webhook_attempts where partition = $1 and webhook = $2", {id});
}

events::Refs event_refs(const RemovedWebhook& removed) { return event_refs(removed.webhook); }

WebhookHealth health_of(store::Read& read, Id<Webhook> id) {
    const auto rows =
        read.query("select failing_since, last_success_at, throttled_until from webhook_health where partition = $1 and webhook = $2", {id});
    if (rows.empty()) return {};
    return {instant_or_none(rows[0][0]), instant_or_none(rows[0][1]), instant_or_none(rows[0][2])};
}

void set_health(store::Tx& tx, Id<Webhook> id, const WebhookHealth& health) {
    tx.bookkeeping().write_any(
        "insert into webhook_health (partition, webhook, failing_since, last_success_at, throttled_until) values ($1, $2, $3, $4, $5) "
        "on conflict (partition, webhook) do update set failing_since = excluded.failing_since, last_success_at = excluded.last_success_at, "
        "throttled_until = excluded.throttled_until",
        {id, health.failing_since, health.last_success_at, health.throttled_until});
}

std::int64_t pending_attempts(store::Read& read, Id<Webhook> id) {
    return read.query("select count(*) from webhook_attempts where partition = $1 and webhook = $2 and state = 'pending'", {id})[0][0].integer();
}

std::optional<WebhookAttempt> find_attempt(store::Read& read, Id<Webhook> webhook, Id<WebhookAttempt> id) {
    return attempts.one(read, "partition = $1 and webhook = $2 and id = $3", {webhook, id});
}
std::optional<WebhookAttempt> lock_attempt(store::Tx& tx, Id<WebhookAttempt> id) {
    return attempts.lock_one(tx, "partition = $1 and id = $2", {id});
}

std::vector<WebhookAttempt> attempts_of(store::Read& read, Id<Webhook> webhook, const AttemptFilter& filter, std::int64_t limit) {
    store::SqlBuilder list(
        "select id, webhook, event_id, event_type, sequence, lane, number, state, due_at, created_at, sent_at, http_status, error, took_ms, response, "
        "body, lease_until, holder from webhook_attempts where partition = $1 and webhook = $2 and id < $3",
        {webhook, filter.before ? filter.before->bytes : last_id()});
    if (filter.state) list.add(" and state = $?", {std::string(schema::wire_name(*filter.state))});
    list.where(" and event_id = $?", filter.event_id);
    list.add(" order by id desc limit $?", {limit + 1});
    return store::rows<WebhookAttempt>(list.query(read));
}

void plan_attempt(store::Tx& tx, const WebhookAttempt& attempt) {
    attempts.insert(tx.bookkeeping(), attempt);
    tx.wake_after_commit("webhooks");
}

void update_attempt(store::Tx& tx, const WebhookAttempt& attempt) { attempts.update(tx.bookkeeping(), attempt); }

std::int64_t make_attempts_due(store::Tx& tx, const std::optional<Id<Webhook>>& webhook) {
    store::SqlBuilder list("select id from webhook_attempts where partition = $1 and state = 'pending'");
    list.where(" and webhook = $?", webhook);
    const auto rows = list.lock(tx);
    for (const auto& row : rows)
        tx.bookkeeping().write_any("update webhook_attempts set due_at = $3 where partition = $1 and id = $2 and due_at > $3",
                                   {row[0], tx.now().machine});
    if (webhook)
        tx.bookkeeping().write_any("update webhook_health set throttled_until = null where partition = $1 and webhook = $2", {*webhook});
    else
        tx.bookkeeping().write_any("update webhook_health set throttled_until = null where partition = $1", {});
    tx.wake_after_commit("webhooks");
    return static_cast<std::int64_t>(rows.size());
}

void forget_attempts(store::Tx& tx, Id<Webhook> webhook, int keep) {
    tx.bookkeeping().write_any(
        "delete from webhook_attempts where partition = $1 and webhook = $2 and state <> 'pending' and id < (select id from webhook_attempts "
        "where partition = $1 and webhook = $2 and state <> 'pending' order by id desc limit 1 offset $3)",
        {webhook, keep});
}

std::vector<Partition> partitions_with_work(store::Read& read) {
    std::vector<Partition> found;
    for (const auto& row : read.query(store::SystemSql("select distinct partition from webhook_attempts where state = 'pending' and due_at <= $1 "
                                                       "and lease_until <= $1"),
                                      {read.now().machine}))
        found.push_back(Partition{row[0].integer()});
    return found;
}

std::optional<Instant> next_due(store::Read& read) {
    const auto rows = read.query(store::SystemSql("select min(due_at) from webhook_attempts where state = 'pending' and due_at > $1"),
                                 {read.now().machine});
    return rows.empty() ? std::nullopt : instant_or_none(rows[0][0]);
}

std::vector<Id<Webhook>> webhooks_with_work(store::Read& read) {
    std::vector<Id<Webhook>> found;
    for (const auto& row :
         read.query("select w.id from webhooks w left join webhook_health h on h.partition = w.partition and h.webhook = w.id where w.partition = $1 "
                    "and w.enabled = 1 and coalesce(h.throttled_until, 0) <= $2 and exists (select 1 from webhook_attempts a where a.partition = $1 and "
                    "a.webhook = w.id and a.state = 'pending' and a.due_at <= $2 and a.lease_until <= $2)",
                    {read.now().machine}))
        found.push_back(row[0].id<Webhook>());
    return found;
}

std::vector<WebhookAttempt> lock_sendable(store::Tx& tx, Id<Webhook> webhook, int limit) {
    return attempts.lock(
        tx,
        "partition = $1 and webhook = $2 and state = 'pending' and due_at <= $3 and lease_until <= $3 and not exists (select 1 from webhook_attempts e "
        "where e.partition = webhook_attempts.partition and e.webhook = webhook_attempts.webhook and e.lane = webhook_attempts.lane and "
        "e.state = 'pending' and e.sequence < webhook_attempts.sequence) order by due_at, sequence limit $4",
        {webhook, tx.now().machine, limit});
}

void hold_attempt(store::Tx& tx, const WebhookAttempt& attempt, std::string_view holder, Instant until) {
    tx.bookkeeping().write(1, "update webhook_attempts set holder = $3, lease_until = $4 where partition = $1 and id = $2",
                           {attempt.id, holder, until});
}

void free_all_attempts(store::Store& store) {
    store.run({}, {}, [](store::Tx& tx) {
        tx.bookkeeping().write_any(store::SystemSql("update webhook_attempts set lease_until = 0 where state = 'pending' and lease_until > 0"), {});
    });
}

}  // namespace lastmile
