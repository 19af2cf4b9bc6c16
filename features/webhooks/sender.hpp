#pragma once
// Tells endpoints of events: plans a try with the log's cursor in one commit, sends what is due, writes down what came of it.
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "features/webhooks/webhook_secrets.hpp"
#include "features/webhooks/webhook_store.hpp"
#include "platform/events/reader.hpp"
#include "platform/http/client.hpp"
#include "platform/store/store.hpp"

namespace lastmile {

/// The reader of the log that plans tries. Added to the log once per process.
events::Reader webhook_reader();

/// How the sender of this process is.
struct SenderNumbers {
    std::int64_t sent = 0, failed = 0;
    int in_flight = 0;
    std::optional<Instant> last_success{};
    std::string last_error{};
};

/// One thread, and the HTTP client's. A try is held by a lease while it is sent: what a dead process held is sent again.
class WebhookSender {
public:
    WebhookSender(store::Store& store, const WebhookSecrets& secrets, Random& random);
    ~WebhookSender();
    SenderNumbers numbers() const;

private:
    struct Sent {
        Partition partition;
        WebhookAttempt attempt;
        Instant at;
        http::ClientResult result;
    };
    struct Work {
        WebhookAttempt attempt;
        http::ClientRequest request;
        std::string fault;   // why it cannot be sent at all
    };
    void work();
    void wake();
    void send_due();
    void send_for(Partition partition, Id<Webhook> webhook);
    Work prepared(store::Tx& tx, const Webhook& webhook, const WebhookAttempt& attempt, const std::vector<std::string>& networks);
    void record(const Sent& sent);
    void write_down(store::Tx& tx, const Sent& sent);

    store::Store& store_;
    const WebhookSecrets& secrets_;
    Random& random_;
    std::string holder_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = true, closing_ = false;
    std::deque<Sent> done_;
    std::map<Id<Webhook>, int> in_flight_;
    std::set<Id<WebhookAttempt>> sending_;
    SenderNumbers numbers_;
    store::Store::Listener listener_;
    std::unique_ptr<http::Client> client_;
    std::thread thread_;
};

}  // namespace lastmile
