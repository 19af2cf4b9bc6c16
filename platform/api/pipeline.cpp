#include "platform/api/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "platform/api/exchange.hpp"
#include "platform/api/problem.hpp"
#include "platform/api/trace.hpp"
#include "platform/base/reasons.hpp"
#include "platform/observe/metrics.hpp"

namespace lastmile::api {
namespace {

EndpointNumbers make_numbers(observe::Metrics& metrics, const std::string& name) {
    EndpointNumbers numbers;
    for (std::size_t i = 0; i < numbers.by_class.size(); ++i)
        numbers.by_class[i] = &metrics.counter("lastmile_http_requests_total", "Requests answered, by endpoint and class of status.",
                                               {{"endpoint", name}, {"status", fmt::format("{}xx", i + 1)}});
    numbers.seconds = &metrics.histogram("lastmile_http_request_seconds", "From the request's arrival to its answer.", observe::latency_bounds(), {{"endpoint", name}});
    return numbers;
}

Endpoints whole(Endpoints endpoints) {
    const auto wrong = faults(endpoints);
    if (!wrong.empty()) throw std::logic_error(fmt::format("{}", fmt::join(wrong, "\n")));
    return endpoints;
}

}  // namespace

Pipeline::Inside::Inside(Endpoints table, Seams wired, Settings chosen)
    : endpoints(whole(std::move(table))),
      router(endpoints),
      seams(wired),
      in_snapshots(dynamic_cast<SnapshotAuthenticator*>(&wired.authenticator)),
      settings(std::move(chosen)),
      random(seams.random),
      pool(settings.pool_threads, settings.pool_queue) {
    for (const auto& endpoint : endpoints) numbers.push_back(make_numbers(seams.metrics, endpoint.name()));
    numbers.push_back(make_numbers(seams.metrics, "none"));
}

IdBytes Pipeline::Inside::new_id() {
    const std::lock_guard lock(random_mutex);
    return new_id_bytes(machine_now(), random);
}

const EndpointNumbers& Pipeline::Inside::numbers_of(const Endpoint* endpoint) const {
    return endpoint ? numbers[static_cast<std::size_t>(endpoint - endpoints.data())] : numbers.back();
}

Pipeline::Pipeline(Endpoints endpoints, Seams seams, Settings settings)
    : inside_(std::make_shared<Inside>(std::move(endpoints), seams, std::move(settings))) {}

Pipeline::~Pipeline() { close(); }

void Pipeline::close() { inside_->pool.close(); }

const Endpoints& Pipeline::endpoints() const { return inside_->endpoints; }

void Pipeline::handle(http::Request request, std::shared_ptr<http::Responder> responder) {
    std::make_shared<Exchange>(inside_, std::move(request), std::move(responder))->begin();
}

namespace {

/// Passes a refusal on; a head that is let pass is answered later, by another exchange.
class HeadResponder final : public http::Responder {
public:
    explicit HeadResponder(std::function<void(std::optional<http::Response>)> then) : then_(std::move(then)) {}
    ~HeadResponder() override {
        if (then_) then_(http::Response{500, {}, {}});
    }
    void send(http::Response response) override { once(std::move(response)); }
    void pass() { once(std::nullopt); }
    std::shared_ptr<http::Stream> stream(http::Response) override { throw std::logic_error("a head opens no stream"); }

private:
    void once(std::optional<http::Response> refusal) {
        if (const auto then = std::exchange(then_, nullptr)) then(std::move(refusal));
    }
    std::function<void(std::optional<http::Response>)> then_;
};

}  // namespace

void Pipeline::admit(http::Request head, std::function<void(std::optional<http::Response>)> then) {
    auto responder = std::make_shared<HeadResponder>(std::move(then));
    std::make_shared<Exchange>(inside_, std::move(head), responder)->begin_head([responder] { responder->pass(); });
}

std::size_t Pipeline::body_limit(std::string_view method, std::string_view path) const {
    if (path.starts_with("/t/")) path.remove_prefix(std::min(path.size(), path.find('/', 3)));
    const auto match = inside_->router.find(method, path);
    return match.endpoint ? match.endpoint->words.max_body : 64 * 1024;
}

bool Pipeline::spools(std::string_view method, std::string_view path) const {
    if (path.starts_with("/t/")) path.remove_prefix(std::min(path.size(), path.find('/', 3)));
    const auto match = inside_->router.find(method, path);
    return match.endpoint && match.endpoint->words.spooled;
}

http::Response Pipeline::refusal(int status, std::string_view detail) {
    const Reason* reason = &reasons::malformed;
    for (const auto* known : {&reasons::too_large, &reasons::header_too_large, &reasons::overloaded, &reasons::internal, &reasons::unsupported_media})
        if (known->status == status) reason = known;
    // What the server refuses for other reasons (408, 426, 505) keeps its own status under the same code.
    const Reason shown{reason->slug, status, reason->title, reason->remedy};
    const auto id = print_id("req", inside_->new_id());
    auto given = problem({&shown, std::string(detail), {}, {}}, id);
    http::Response response{.status = status, .headers = {{"X-Request-ID", id}}, .body = std::move(given.body)};
    response.headers.insert(response.headers.end(), given.headers.begin(), given.headers.end());
    return response;
}

}  // namespace lastmile::api
