#include "features/webhooks/sender.hpp"

#include <algorithm>
#include <array>

#include "features/events_feed/public_event.hpp"
#include "features/policies/policy_store.hpp"
#include "features/webhooks/webhook_rules.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/crypto/webhook_signature.hpp"
#include "platform/observe/log.hpp"

namespace lastmile {
namespace {

constexpr auto answer_within = std::chrono::seconds(15);
constexpr auto lease = std::chrono::seconds(20);
constexpr auto look_again = std::chrono::seconds(5);  // signals of other nodes may be lost
constexpr int per_webhook = 16;
constexpr int kept_attempts = 10'000;
constexpr std::size_t shown_bytes = 500;

std::string random_hex(Random& random, std::size_t bytes) {
    std::string raw(bytes, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(raw.data()), raw.size()});
    return crypto::to_hex(raw);
}

/// What a stranger answered, fit for a column and a page.
std::string shown(std::string_view text) {
    std::string safe(text.substr(0, shown_bytes));
    std::ranges::replace_if(safe, [](unsigned char c) { return c < 0x20 || c > 0x7e; }, ' ');
    return safe;
}

Origin sender_origin() {
    Origin origin;
    origin.actor = {"system", "webhooks", {}};
    origin.source = "system";
    return origin;
}

}  // namespace

events::Reader webhook_reader() {
    return {.name = "webhooks", .handle = [](store::Tx& tx, std::span<const events::Event> batch) {
                const auto webhooks = enabled_webhooks(tx);
                for (const auto& event : batch) {
                    for (const auto& webhook : webhooks) {
                        if (event.sequence <= webhook.after_sequence || !webhooks::wants(webhook, event.type)) continue;
                        WebhookAttempt attempt;
                        attempt.id = tx.new_id<WebhookAttempt>();
                        attempt.webhook = webhook.id;
                        attempt.event_id = event.id.text();
                        attempt.event_type = event.type;
                        attempt.sequence = event.sequence;
                        attempt.lane = webhooks::lane_of(event.delivery_id, event.aggregate_id);
                        attempt.due_at = attempt.created_at = tx.now().machine;
                        plan_attempt(tx, attempt);
                    }
                }
            }};
}

WebhookSender::WebhookSender(store::Store& store, const WebhookSecrets& secrets, Random& random)
    : store_(store), secrets_(secrets), random_(random), holder_(random_hex(random, 8)) {
    // The embedded store has one process: whoever held a try is gone.
    if (store_.dialect() == "sqlite") free_all_attempts(store_);
    client_ = std::make_unique<http::Client>(http::ClientOptions{.user_agent = "lastmile-webhooks"});
    listener_ = store_.on_signal("webhooks", [this] { wake(); });
    thread_ = std::thread([this] { work(); });
}

WebhookSender::~WebhookSender() {
    listener_.reset();
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_one();
    thread_.join();
    client_.reset();  // its callbacks end before the members that they touch
}

SenderNumbers WebhookSender::numbers() const {
    const std::lock_guard lock(mutex_);
    auto numbers = numbers_;
    numbers.in_flight = static_cast<int>(sending_.size());
    return numbers;
}

void WebhookSender::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_one();
}

void WebhookSender::work() {
    auto until = std::chrono::steady_clock::now();
    for (;;) {
        std::deque<Sent> done;
        {
            std::unique_lock lock(mutex_);
            changed_.wait_until(lock, until, [&] { return woken_ || closing_ || !done_.empty(); });
            if (closing_) return;
            woken_ = false;
            done.swap(done_);
        }
        until = std::chrono::steady_clock::now() + look_again;
        try {
            for (const auto& sent : done) record(sent);
            send_due();
            std::optional<std::chrono::milliseconds> next;
            store_.look({}, [&](store::Read& read) {
                if (const auto due = next_due(read)) next = *due - read.now().machine;
            });
            if (next) until = std::min(until, std::chrono::steady_clock::now() + *next + std::chrono::milliseconds(1));
        } catch (const std::exception& error) {
            observe::warn("webhooks could not be sent", {{"why", error.what()}});
        }
    }
}

void WebhookSender::send_due() {
    std::vector<Partition> partitions;
    store_.look({}, [&](store::Read& read) { partitions = partitions_with_work(read); });
    for (const auto partition : partitions) {
        std::vector<Id<Webhook>> webhooks;
        store_.look(partition, [&](store::Read& read) { webhooks = webhooks_with_work(read); });
        for (const auto& webhook : webhooks) send_for(partition, webhook);
    }
}

void WebhookSender::send_for(Partition partition, Id<Webhook> webhook_id) {
    int room = per_webhook;
    std::set<Id<WebhookAttempt>> busy;
    {
        const std::lock_guard lock(mutex_);
        room -= in_flight_[webhook_id];
        busy = sending_;
    }
    if (room <= 0) return;
    std::vector<Work> all;
    Instant now;
    store_.run(partition, sender_origin(), [&](store::Tx& tx) {
        all.clear();
        now = tx.now().machine;
        const auto webhook = find_webhook(tx, webhook_id);
        if (!webhook || !webhook->enabled) return;
        const auto policy = policies_of(tx).webhooks;
        std::vector<std::string> networks(policy.allow_private_networks.begin(), policy.allow_private_networks.end());
        networks.insert(networks.end(), secrets_.allowed().begin(), secrets_.allowed().end());
        for (const auto& attempt : lock_sendable(tx, webhook_id, room)) {
            if (busy.contains(attempt.id)) continue;
            hold_attempt(tx, attempt, holder_, now + lease);
            all.push_back(prepared(tx, *webhook, attempt, networks));
        }
    });
    for (auto& work : all) {
        const auto id = work.attempt.id;
        {
            const std::lock_guard lock(mutex_);
            sending_.insert(id);
            ++in_flight_[webhook_id];
        }
        auto then = [this, partition, now, attempt = std::move(work.attempt)](http::ClientResult result) {
            {
                const std::lock_guard lock(mutex_);
                done_.push_back({partition, attempt, now, std::move(result)});
            }
            changed_.notify_one();
        };
        if (work.fault.empty())
            client_->send(std::move(work.request), std::move(then));
        else
            then({.fault = http::ClientFault::invalid_request, .detail = work.fault});
    }
}

WebhookSender::Work WebhookSender::prepared(store::Tx& tx, const Webhook& webhook, const WebhookAttempt& attempt,
                                            const std::vector<std::string>& networks) {
    Work work{attempt, {}, {}};
    std::string body, trace;
    if (attempt.body) {
        body = *attempt.body;
    } else {
        const auto events = events::read_log(tx, attempt.sequence - 1, {}, 1);
        if (events.empty() || events[0].id.text() != attempt.event_id) {
            work.fault = "the event is no longer in the log";
            return work;
        }
        body = event_json(events[0], tenant_of(tx));
        // The same trace, a span of our own (W3C trace context).
        if (events[0].traceparent.size() == 55) trace = events[0].traceparent.substr(0, 36) + random_hex(random_, 8) + events[0].traceparent.substr(52);
    }
    const auto secrets = secrets_.signing(webhook, tx.now().machine);
    if (secrets.empty()) {
        work.fault = "the secret cannot be read with the present master keys";
        return work;
    }
    const auto seconds = to_unix_ms(tx.now().machine) / 1000;
    auto& request = work.request;
    request.method = "POST";
    request.url = webhook.url;
    request.headers = {{"content-type", "application/json"},
                       {"webhook-id", attempt.event_id},
                       {"webhook-timestamp", std::to_string(seconds)},
                       {"webhook-signature", crypto::sign_webhook(secrets, attempt.event_id, seconds, body)}};
    if (!trace.empty()) request.headers.emplace_back("traceparent", trace);
    request.body = std::move(body);
    request.timeout = answer_within;
    request.connect_timeout = std::chrono::seconds(5);
    request.max_response_bytes = 64 * 1024;
    request.allow_private_networks = networks;
    return work;
}

void WebhookSender::record(const Sent& sent) {
    // A client that ends with the process has sent nothing that counts: the lease runs out and the try is made again.
    if (sent.result.fault != http::ClientFault::stopped) try {
            store_.run(sent.partition, sender_origin(), [&](store::Tx& tx) { write_down(tx, sent); });
        } catch (const std::exception& error) {
            observe::warn("what came of a webhook could not be written down; it is sent again", {{"why", error.what()}});
        }
    const bool good = sent.result.status >= 200 && sent.result.status < 300;
    const std::lock_guard lock(mutex_);
    sending_.erase(sent.attempt.id);
    if (--in_flight_[sent.attempt.webhook] <= 0) in_flight_.erase(sent.attempt.webhook);
    ++(good ? numbers_.sent : numbers_.failed);
    if (good)
        numbers_.last_success = sent.at;
    else
        numbers_.last_error = sent.result.fault == http::ClientFault::none ? "HTTP " + std::to_string(sent.result.status)
                                                                          : std::string(http::fault_name(sent.result.fault));
}

void WebhookSender::write_down(store::Tx& tx, const Sent& sent) {
    auto webhook = lock_webhook(tx, sent.attempt.webhook);
    auto attempt = lock_attempt(tx, sent.attempt.id);
    if (!webhook || !attempt || attempt->state != AttemptState::pending || attempt->holder != holder_) return;
    const auto now = tx.now().machine;
    const auto& result = sent.result;
    const webhooks::Outcome outcome{result.status, result.header("retry-after")};
    const bool answered = result.fault == http::ClientFault::none || result.status != 0;
    attempt->state = outcome.good() ? AttemptState::succeeded : AttemptState::failed;
    attempt->sent_at = sent.at;
    attempt->took_ms = result.took.count();
    if (answered) attempt->http_status = result.status;
    if (answered && !result.body.empty()) attempt->response = shown(result.body);
    if (result.fault != http::ClientFault::none) attempt->error = shown(std::string(http::fault_name(result.fault)) + ": " + result.detail);
    attempt->lease_until = from_unix_ms(0);
    update_attempt(tx, *attempt);

    auto health = health_of(tx, webhook->id);
    if (outcome.good()) {
        health.failing_since.reset(), health.throttled_until.reset();
        health.last_success_at = now;
    } else {
        if (!health.failing_since) health.failing_since = now;
        const auto rest = webhooks::throttle(outcome);
        if (rest) health.throttled_until = now + *rest;
        if (const auto pause = webhooks::pause_after(attempt->number, tx.random())) {
            WebhookAttempt next;
            next.id = tx.new_id<WebhookAttempt>();
            next.webhook = webhook->id;
            next.event_id = attempt->event_id, next.event_type = attempt->event_type;
            next.sequence = attempt->sequence, next.lane = attempt->lane, next.body = attempt->body;
            next.number = attempt->number + 1;
            next.created_at = now;
            next.due_at = now + std::max(*pause, rest.value_or(std::chrono::milliseconds(0)));
            plan_attempt(tx, next);
        }
        const std::chrono::hours patience(policies_of(tx).webhooks.disable_after_h.value);
        if (webhook->enabled && (outcome.gone() || now - *health.failing_since >= patience)) {
            webhook->enabled = false;
            webhook->disabled_reason = outcome.gone() ? "gone" : "failing";
            webhook->disabled_at = webhook->updated_at = now;
            webhook->version += 1;
            events::apply(tx, Changed<Webhook>{*webhook, {{"webhook.disabled", schema::to_object(*webhook)}}});
        }
    }
    set_health(tx, webhook->id, health);
    forget_attempts(tx, webhook->id, kept_attempts);
}

}  // namespace lastmile
