#pragma once
// One request on its way through the pipeline. Internal.
#include <optional>

#include "platform/api/bind.hpp"
#include "platform/api/drawn_random.hpp"
#include "platform/api/pipeline.hpp"
#include "platform/api/pool.hpp"
#include "platform/api/rate.hpp"
#include "platform/api/snapshot_authenticator.hpp"

namespace lastmile::api {

/// Counters of one endpoint, found once.
struct EndpointNumbers {
    std::array<observe::Counter*, 5> by_class{};  // 1xx … 5xx
    observe::Histogram* seconds = nullptr;
};

struct Pipeline::Inside {
    Inside(Endpoints table, Seams wired, Settings chosen);
    Endpoints endpoints;
    Router router;
    Seams seams;
    SnapshotAuthenticator* in_snapshots;   // the same authenticator, if it can
    Settings settings;
    RateLimiter rates;
    std::atomic<std::size_t> in_flight{0};
    std::mutex random_mutex;
    DrawnRandom random;                    // under the mutex
    std::vector<EndpointNumbers> numbers;  // one an endpoint, one more for what matched none
    Pool pool;                             // last: its tasks use the rest

    std::chrono::steady_clock::time_point now() const { return settings.clock ? settings.clock() : std::chrono::steady_clock::now(); }
    IdBytes new_id();
    const EndpointNumbers& numbers_of(const Endpoint* endpoint) const;
};

class Exchange : public std::enable_shared_from_this<Exchange> {
public:
    Exchange(std::shared_ptr<Pipeline::Inside> inside, http::Request request, std::shared_ptr<http::Responder> responder);
    ~Exchange();
    void begin() { next(); }
    /// Of a request whose body waits: the steps up to the body. Answers through the responder, or calls `admitted`.
    void begin_head(std::function<void()> admitted);

private:
    using Step = void (Exchange::*)();
    static const Step steps[];
    void next();

    void identify();
    void shed();
    void match();
    void authenticate();
    void authorise();
    void agree_on_tenant();
    void limit_rate();
    void negotiate();
    void decode();
    void take_key();
    void perform();
    void key_taken();

    void look_up(SnapshotAuthenticator::Lookup lookup);
    void authenticated(Result<Caller> caller);
    bool reads_at_once() const;
    void read();
    void read_now(std::shared_ptr<const void> prepared);
    void read_in(store::Read& read, const void* prepared);
    void read_done(std::exception_ptr error);
    void recall(std::function<void()> then);
    void write(std::shared_ptr<const void> prepared);
    void on_pool(std::function<void()> task);
    void prepare();
    void run();
    void work(Endpoint::Input claimed);
    void stream();
    void ingest();
    store::Answer render(Outcome outcome) const;
    store::Answer decide(store::Tx& tx, const void* prepared) const;
    void check_version(store::Tx& tx) const;
    void settled(store::Answer answer);
    void show_present(store::Answer answer);

    void refuse(const Error& error);
    void fault(std::string_view what);
    void answer(store::Answer answer, std::optional<std::int64_t> log_position = {});
    http::Headers own_headers() const;
    void options();
    void count(int status, std::size_t bytes);
    void guarded(const std::function<void()>& step);
    std::string client_address() const;
    bool mutates() const { return endpoint_->verb == Verb::writes || endpoint_->verb == Verb::prepares || endpoint_->verb == Verb::runs; }

    std::shared_ptr<Pipeline::Inside> inside_;
    std::shared_ptr<const http::Request> request_;
    std::shared_ptr<http::Responder> responder_;
    std::chrono::steady_clock::time_point began_;
    std::size_t at_ = 0;
    bool counted_ = false;            // and no longer in flight: a stream that was opened is none
    bool answered_ = false;
    bool personal_ = false;           // the answer may hold personal data
    std::string claimed_tenant_;      // of the path prefix or X-Tenant-ID
    std::string path_;                // without the prefix
    const Endpoint* endpoint_ = nullptr;
    PathValues values_;
    Call call_;
    std::optional<Allowance> allowance_;
    std::shared_ptr<void> input_;
    std::optional<store::Idempotency> idempotency_;
    std::function<void()> admitted_{};  // only the head is looked at
    bool in_snapshot_ = false;        // the steps run inside the snapshot that told who asks
    bool reads_on_ = false;           // and came to the read itself, which that snapshot answers
    store::Answer read_answer_;
    std::int64_t read_position_ = 0;
};

}  // namespace lastmile::api
