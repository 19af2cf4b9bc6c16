// How an exchange ends: headers that every answer has, 304, replays, the log line, the numbers.
#include <fmt/format.h>

#include <algorithm>

#include "platform/api/conditions.hpp"
#include "platform/api/exchange.hpp"
#include "platform/api/problem.hpp"
#include "platform/base/reasons.hpp"
#include "platform/http/text.hpp"
#include "platform/observe/log.hpp"

namespace lastmile::api {
namespace {

std::string_view header_of(const store::Answer& answer, std::string_view name) {
    for (const auto& [known, value] : answer.headers)
        if (http::same_ignoring_case(known, name)) return value;
    return {};
}

void drop(store::Answer& answer, std::string_view name) {
    std::erase_if(answer.headers, [&](const auto& header) { return http::same_ignoring_case(header.first, name); });
}

}  // namespace

http::Headers Exchange::own_headers() const {
    http::Headers headers{{"X-Request-ID", call_.request_id}, {"Vary", "Authorization"}, {"X-Content-Type-Options", "nosniff"}};
    const auto& origins = inside_->settings.cors_origins;
    if (!origins.empty()) {
        const auto origin = request_->header("origin");
        const bool any = std::find(origins.begin(), origins.end(), "*") != origins.end();
        headers[1].second = "Authorization, Origin";
        if (any || std::find(origins.begin(), origins.end(), origin) != origins.end()) {
            headers.emplace_back("Access-Control-Allow-Origin", any ? "*" : std::string(origin));
            headers.emplace_back("Access-Control-Expose-Headers",
                                 "ETag, Location, Link, Log-Position, X-Request-ID, Idempotent-Replayed, Retry-After, RateLimit, RateLimit-Policy, "
                                 "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset");
        }
    }
    if (allowance_) add_rate_headers(*allowance_, headers);
    return headers;
}

void Exchange::options() {
    const auto found = inside_->router.find("OPTIONS", path_);
    std::string allowed;
    for (const auto method : found.allowed) (allowed += allowed.empty() ? "" : ", ") += method;
    store::Answer given{.status = 204};
    given.headers.emplace_back("Allow", allowed);
    if (!inside_->settings.cors_origins.empty() && request_->has("access-control-request-method")) {
        given.headers.emplace_back("Access-Control-Allow-Methods", allowed);
        given.headers.emplace_back("Access-Control-Allow-Headers",
                                   "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Log-Position, Prefer, X-Request-ID, X-Tenant-ID, "
                                   "traceparent, tracestate, Last-Event-ID");
        given.headers.emplace_back("Access-Control-Max-Age", "600");
    }
    answer(std::move(given));
}

void Exchange::refuse(const Error& error) {
    auto given = problem(error, call_.request_id);
    // add_rate_headers says when to come back.
    if (allowance_ && !allowance_->granted) drop(given, "Retry-After");
    answer(std::move(given));
}

void Exchange::fault(std::string_view what) {
    observe::error("a request failed", {{"request_id", call_.request_id}, {"endpoint", endpoint_ ? endpoint_->name() : "none"}, {"what", what}});
    refuse({&reasons::internal, "The request could not be finished; nothing of it was kept.", {}, {}});
}

void Exchange::settled(store::Answer given) {
    if (given.current && given.status < 300) return show_present(std::move(given));
    if (given.secret && given.replayed) {
        drop(given, "Content-Type");
        given.headers.emplace_back("Content-Type", "application/json");
        given.body = R"({"replayed":true,"detail":"The first answer held a secret, which is shown once and was not kept."})";
    }
    const auto position = given.log_position;
    answer(std::move(given), position);
}

/// A replay whose body was not kept (personal data, or too long): the present state of what was answered, read as the same caller.
void Exchange::show_present(store::Answer given) {
    std::string_view place = header_of(given, "Location");
    auto found = inside_->router.find("GET", place.substr(0, place.find('?')));
    // Without Location: the path itself, or what encloses it (…/deliveries/{id}/cancel), when it is read in the same shape.
    for (std::string_view rest = path_; place.empty() && rest.size() > 1; rest = rest.substr(0, rest.rfind('/'))) {
        found = inside_->router.find("GET", rest);
        if (found.endpoint && found.endpoint->response == endpoint_->response) place = rest;
        else found.endpoint = nullptr;
    }
    auto request = std::make_shared<http::Request>();
    request->method = "GET", request->path = place;
    const auto position = given.log_position;
    const auto without = [this, position](store::Answer bare) {
        bare.body = R"({"replayed":true,"detail":"The first answer was not kept; read the resource again."})";
        drop(bare, "ETag");
        answer(std::move(bare), position);
    };
    if (!found.endpoint || found.endpoint->verb != Verb::reads) return without(std::move(given));
    auto bound = bind_request(*found.endpoint, found.values, *request);
    if (!bound) return without(std::move(given));
    auto shown = std::make_shared<std::optional<Outcome>>();
    inside_->seams.store.read({.partition = call_.partition,
                               .body =
                                   [self = shared_from_this(), shown, endpoint = found.endpoint, input = *bound](store::Read& read) {
                                       if (auto outcome = endpoint->read(read, self->call_, input.get())) *shown = std::move(*outcome);
                                   },
                               .done =
                                   [self = shared_from_this(), shown, without, given = std::move(given), position](std::exception_ptr error) mutable {
                                       self->guarded([&] {
                                           if (error) std::rethrow_exception(error);
                                           if (!*shown) return without(std::move(given));
                                           given.body = std::move((*shown)->body);
                                           drop(given, "ETag");
                                           if ((*shown)->version) given.headers.emplace_back("ETag", print_etag(*(*shown)->version, (*shown)->live));
                                           self->answer(std::move(given), position);
                                       });
                                   }});
}

void Exchange::answer(store::Answer given, std::optional<std::int64_t> log_position) {
    if (answered_) return;
    answered_ = true;
    const bool reading = request_->method == "GET" || request_->method == "HEAD";
    const auto tag = header_of(given, "ETag");
    if (reading && given.status == 200 && !tag.empty() && request_->has("if-none-match") && if_none_match_hits(request_->header("if-none-match"), tag)) {
        given.status = 304;
        given.body.clear();
        drop(given, "Content-Type");
    }
    http::Response response{.status = given.status, .headers = own_headers(), .body = std::move(given.body)};
    if (given.replayed) response.headers.emplace_back("Idempotent-Replayed", given.current ? "current" : given.secret ? "secret" : "true");
    if (log_position && *log_position != 0) response.headers.emplace_back("Log-Position", std::to_string(*log_position));
    for (auto& header : given.headers) response.headers.push_back(std::move(header));
    count(response.status, response.body.size());
    responder_->send(std::move(response));
}

void Exchange::count(int status, std::size_t bytes) {
    if (std::exchange(counted_, true)) return;
    --inside_->in_flight;
    const auto seconds = std::chrono::duration<double>(inside_->now() - began_).count();
    const auto& numbers = inside_->numbers_of(endpoint_);
    numbers.by_class[static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1)]->add();
    numbers.seconds->observe(seconds);
    // The template, never the path or query: they hold ids, tracking numbers, tokens. The trace id ties this line to other services' lines.
    observe::log(status >= 500 ? observe::Level::warn : observe::Level::info, "request",
                 {{"request_id", call_.request_id}, {"trace_id", std::string_view(call_.traceparent).substr(3, 32)}, {"method", request_->method},
                  {"endpoint", endpoint_ ? endpoint_->path : std::string_view("none")}, {"status", status}, {"ms", seconds * 1000}, {"bytes_in", request_->body.size()},
                  {"bytes_out", bytes}, {"tenant", call_.tenant}, {"partition", call_.partition.number}, {"actor_kind", call_.actor.kind},
                  {"actor", call_.actor.id}, {"peer", observe::Pii{request_->peer}}});
}

}  // namespace lastmile::api
