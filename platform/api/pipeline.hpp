#pragma once
// The one pipeline: socket → request id, trace → load → match → authenticate → scope → tenant → rate → decode → one transaction → encode → log.
// exchange.cpp holds it, a reason beside each step. Handlers mention none of it.
#include <atomic>
#include <chrono>
#include <memory>

#include "platform/api/endpoint.hpp"
#include "platform/http/message.hpp"
#include "platform/observe/metrics.hpp"
#include "platform/store/store.hpp"

namespace lastmile::api {

struct Settings {
    int pool_threads = 8;                        // on which prepare, work and openings of streams may block
    std::size_t pool_queue = 256;                // beyond: 503
    std::size_t most_in_flight = 2000;           // requests being answered; beyond: 503
    int stranger_per_minute = 600;               // requests without credentials and refused ones, per address
    std::chrono::milliseconds deadline{10'000};  // a request that waited longer for the pool is not begun
    std::vector<std::string> cors_origins{};     // browser origins that may call; `*` any
    std::vector<std::string> trusted_proxies{};  // addresses whose X-Forwarded-For is believed
    std::string realm = "lastmile";
    std::function<std::chrono::steady_clock::time_point()> clock{};  // tests
};

/// What the pipeline is wired to. References outlive it.
struct Seams {
    store::Store& store;
    Authenticator& authenticator;
    const Services& services;
    Random& random;              // used under a lock
    observe::Metrics& metrics;
    /// events::Log::wait_for: returns when the log's readers have reached the position, or after `at_most`. Called on the pool.
    std::function<std::int64_t(Partition, std::int64_t position, std::chrono::milliseconds at_most)> wait_for_log{};
    /// Answers that hold personal data are remembered in this form (store::Command); without it they are rendered anew at a replay.
    decltype(store::Command::seal) seal_answer{};
    decltype(store::Command::unseal) open_answer{};
};

class Pipeline {
public:
    /// Throws std::logic_error naming every endpoint that cannot be: two of one path, a path parameter without member, a reply that has no
    /// view for whom its scope lets in.
    Pipeline(Endpoints endpoints, Seams seams, Settings settings = {});
    ~Pipeline();
    /// Never blocks; answers through the responder, once, from any thread.
    void handle(http::Request request, std::shared_ptr<http::Responder> responder);
    /// For http::Options::admit: authentication, scope and rate of a request whose body has not been read. The whole request, when it has
    /// come, is authenticated again (its key may have ended meanwhile) and not counted twice.
    void admit(http::Request head, std::function<void(std::optional<http::Response>)> then);
    /// For http::Options::body_limit.
    std::size_t body_limit(std::string_view method, std::string_view path) const;
    /// For http::Options::spool: whether the endpoint's body goes to the disk as it comes.
    bool spools(std::string_view method, std::string_view path) const;
    /// For http::Options::refusal: what the server refuses before a request exists, in our shape.
    http::Response refusal(int status, std::string_view detail);
    const Endpoints& endpoints() const;
    /// Refuses new pool work, finishes what is queued. Call after the server has drained, before the store closes.
    void close();

    struct Inside;

private:
    std::shared_ptr<Inside> inside_;
};

/// What is wrong with a table: the same as the constructor, as lines. Tests also want no `undocumented` type.
std::vector<std::string> faults(const Endpoints& endpoints);
std::vector<std::string> undocumented(const Endpoints& endpoints);
/// PATCH, PUT and DELETE of one resource that compare no version: If-Match is refused there. Tests of rooms expect none.
std::vector<std::string> unguarded(const Endpoints& endpoints);

}  // namespace lastmile::api
