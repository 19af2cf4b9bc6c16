#include "platform/api/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "platform/api/conditions.hpp"
#include "platform/api/problem.hpp"
#include "platform/api/trace.hpp"
#include "platform/base/reasons.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/http/spooled_body.hpp"
#include "platform/http/text.hpp"
#include "platform/observe/log.hpp"
#include "platform/store/snapshot.hpp"

namespace lastmile::api {

/// The pipeline. Each step goes on with next(), answers, or waits for something that calls next() later.
const Exchange::Step Exchange::steps[] = {
    &Exchange::identify,         // first, so that every answer and log line can be found again by its request id and trace
    &Exchange::shed,             // before any work: too much at once is refused at the cost of a header
    &Exchange::match,            // 404 and 405 need no credentials, and what follows needs to know the endpoint
    &Exchange::authenticate,     // before anything that tells what exists
    &Exchange::authorise,        // the scope stands in the endpoint's line, so that no handler can forget it
    &Exchange::agree_on_tenant,  // a client that believes itself in another tenant must not write into this one
    &Exchange::limit_rate,       // per credential, so after it is known; before the body costs anything
    &Exchange::negotiate,        // 406, 413: what we could not answer is not begun
    &Exchange::decode,           // every bad field at once; nothing has been remembered for the key yet, so a corrected repetition is free
    &Exchange::take_key,         // the fingerprint is over the raw request
    &Exchange::perform,          // one transaction: idempotency → lock and load → If-Match → decide → writes, events, remembered answer
};

Exchange::Exchange(std::shared_ptr<Pipeline::Inside> inside, http::Request request, std::shared_ptr<http::Responder> responder)
    : inside_(std::move(inside)),
      request_(std::make_shared<const http::Request>(std::move(request))),
      responder_(std::move(responder)),
      began_(inside_->now()) {
    ++inside_->in_flight;
}

Exchange::~Exchange() {
    if (!counted_) --inside_->in_flight;  // dropped unanswered: the responder says 500
}

void Exchange::guarded(const std::function<void()>& step) {
    try {
        step();
    } catch (const Refusal& refusal) {
        refuse(refusal.error());
    } catch (const std::exception& error) {
        fault(error.what());
    } catch (...) {
        fault("something that is no exception was thrown");
    }
}

void Exchange::begin_head(std::function<void()> admitted) {
    admitted_ = std::move(admitted);
    next();
}

void Exchange::next() {
    guarded([this] { (this->*steps[at_++])(); });
}

void Exchange::identify() {
    const auto given = request_->header("x-request-id");
    call_.request_id = fit_request_id(given) ? std::string(given) : print_id("req", inside_->new_id());
    {
        const std::lock_guard lock(inside_->random_mutex);
        auto trace = continue_trace(request_->headers, inside_->random);
        call_.traceparent = std::move(trace.parent), call_.tracestate = std::move(trace.state);
    }
    call_.request = request_;
    call_.services = &inside_->seams.services;
    next();
}

void Exchange::shed() {
    if (inside_->in_flight > inside_->settings.most_in_flight)
        return refuse({&reasons::overloaded, "More requests are being answered than the service can take.", {}, {}});
    next();
}

void Exchange::match() {
    path_ = request_->path;
    // /t/{tenant}/… is the same API with the tenant said aloud; agree_on_tenant compares.
    if (path_.starts_with("/t/")) {
        const auto end = path_.find('/', 3);
        const auto tenant = percent_decoded(std::string_view(path_).substr(3, end == path_.npos ? path_.npos : end - 3), false);
        if (!tenant || tenant->empty() || end == path_.npos) return refuse({&reasons::not_found, "There is nothing at this path.", {}, {}});
        claimed_tenant_ = *tenant;
        path_.erase(0, end);
    }
    auto found = inside_->router.find(request_->method, path_);
    if (found.allowed.empty()) return refuse({&reasons::not_found, "There is nothing at this path.", {}, {}});
    if (request_->method == "OPTIONS") return options();
    // A HEAD would open the stream.
    if (found.endpoint && found.endpoint->verb == Verb::streams && request_->method == "HEAD") found.endpoint = nullptr;
    if (!found.endpoint) {
        std::string allowed;
        for (const auto method : found.allowed) (allowed += allowed.empty() ? "" : ", ") += method;
        auto answer_given = problem({&reasons::method_not_allowed, fmt::format("This path knows {}.", allowed), {}, {}}, call_.request_id);
        answer_given.headers.emplace_back("Allow", allowed);
        return answer(std::move(answer_given));
    }
    if (found.malformed) return refuse({&reasons::malformed, "The path is not well-formed.", {}, {}});
    endpoint_ = found.endpoint;
    values_ = std::move(found.values);
    next();
}

void Exchange::authenticate() {
    if (endpoint_->scope.open()) {
        call_.view = schema::View::recipient;
        call_.actor = {"recipient", {}, {}};
        call_.tenant = claimed_tenant_;
        return next();
    }
    if (inside_->in_snapshots && reads_at_once()) {
        auto lookup = inside_->in_snapshots->presented(*request_);
        if (!lookup) return authenticated(std::unexpected(std::move(lookup.error())));
        return look_up(std::move(*lookup));
    }
    inside_->seams.authenticator.authenticate(
        request_, [self = shared_from_this()](Result<Caller> caller) { self->guarded([&] { self->authenticated(std::move(caller)); }); });
}

/// One visit to the store: a plain read goes on through its steps inside the snapshot that told who asks, and is answered from it.
void Exchange::look_up(SnapshotAuthenticator::Lookup lookup) {
    inside_->seams.store.read({.partition = lookup.turn,
                               .body =
                                   [self = shared_from_this(), tell = std::move(lookup.tell)](store::Read& read) {
                                       auto caller = tell(read);
                                       self->in_snapshot_ = true;
                                       self->guarded([&] { self->authenticated(std::move(caller)); });
                                       if (!self->reads_on_) return;  // refused
                                       dynamic_cast<store::Snapshot&>(read).enter(self->call_.partition);
                                       self->read_in(read, nullptr);
                                   },
                               .done =
                                   [self = shared_from_this()](std::exception_ptr error) {
                                       if (self->reads_on_) return self->read_done(error);
                                       if (error && !self->in_snapshot_)
                                           self->guarded([&] { self->refuse({&reasons::overloaded, "The credentials could not be looked up.", {}, {}}); });
                                   }});
}

void Exchange::authenticated(Result<Caller> caller) {
    if (caller) {
        static_cast<Caller&>(call_) = std::move(*caller);
        return next();
    }
    if (caller.error().reason != &reasons::unauthenticated) return refuse(caller.error());
    // Guessing credentials is bounded by address, in the bucket of strangers.
    allowance_ = inside_->rates.take("!" + client_address(), inside_->settings.stranger_per_minute, inside_->now());
    if (!allowance_->granted) return refuse({&reasons::rate_limited, "Too many requests without valid credentials.", {}, {}});
    auto given = problem(caller.error(), call_.request_id);
    const bool presented = request_->has("authorization") || request_->query.find("token=") != std::string::npos;
    // RFC 6750 section 3: no error code where no credentials were sent.
    given.headers.emplace_back("WWW-Authenticate",
                               fmt::format("Bearer realm=\"{}\"{}", inside_->settings.realm, presented ? ", error=\"invalid_token\"" : ""));
    answer(std::move(given));
}

void Exchange::authorise() {
    const auto wanted = endpoint_->scope.names();
    if (wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [this](auto name) { return call_.has(name); })) return next();
    boost::json::array names;
    std::string list;
    for (const auto name : wanted) {
        names.emplace_back(boost::json::string_view(name.data(), name.size()));
        (list += list.empty() ? "" : " ") += name;
    }
    auto given = problem({&reasons::forbidden,
                          fmt::format("This needs {}{}.", wanted.size() > 1 ? "one of the scopes " : "the scope ", list),
                          {},
                          {{"required_scopes", std::move(names)}}},
                         call_.request_id);
    given.headers.emplace_back("WWW-Authenticate",
                               fmt::format("Bearer realm=\"{}\", error=\"insufficient_scope\", scope=\"{}\"", inside_->settings.realm, list));
    answer(std::move(given));
}

void Exchange::agree_on_tenant() {
    const auto header = request_->header("x-tenant-id");
    const auto differs = [this](std::string_view claimed) { return !claimed.empty() && !call_.tenant.empty() && claimed != call_.tenant; };
    if (differs(claimed_tenant_) || differs(header))
        return refuse({&reasons::forbidden, "The credentials belong to another tenant than the one named.", {}, {}});
    next();
}

void Exchange::limit_rate() {
    if (request_->spooled && request_->spooled->admitted) return next();  // counted with its head
    const bool stranger = call_.credential.empty();
    if (!stranger && call_.requests_per_min == 0) return next();  // a key made with --unlimited
    allowance_ = stranger
                     ? inside_->rates.take("!" + client_address(), inside_->settings.stranger_per_minute, inside_->now())
                     : inside_->rates.take(fmt::format("{}:{}", call_.partition.number, call_.credential), call_.requests_per_min, inside_->now());
    if (!allowance_->granted) return refuse({&reasons::rate_limited, "The limit of requests a minute is used up.", {}, {}});
    next();
}

void Exchange::negotiate() {
    if (request_->body.size() > endpoint_->words.max_body)
        return refuse({&reasons::too_large, fmt::format("The body may have {} bytes here.", endpoint_->words.max_body), {}, {}});
    const auto accept = request_->header("accept");
    const bool json = endpoint_->response && endpoint_->response().kind != schema::Kind::raw;
    if (!accept.empty() && json) {
        bool acceptable = false;
        for (std::string_view rest = accept; !rest.empty();) {
            auto one = http::next_part(rest, ',');
            const auto media = http::next_part(one, ';');
            acceptable |= media == "*/*" || http::same_ignoring_case(media, "application/*") || http::same_ignoring_case(media, "application/json") ||
                          http::same_ignoring_case(media, "application/problem+json") || media.ends_with("+json");
        }
        if (!acceptable) return refuse({&reasons::not_acceptable, "The answer is application/json.", {}, {}});
    }
    next();
}

void Exchange::decode() {
    if (admitted_) {  // the body is still to come
        counted_ = answered_ = true, --inside_->in_flight;
        return std::exchange(admitted_, nullptr)();
    }
    auto bound = bind_request(*endpoint_, values_, *request_);
    if (!bound) return refuse(bound.error());
    input_ = std::move(*bound);
    // Prefer: respond-async (RFC 7240).
    for (std::string_view rest = request_->header("prefer"); !rest.empty();)
        call_.respond_async |= http::same_ignoring_case(http::next_part(rest, ','), "respond-async");
    if (!endpoint_->place) return next();
    on_pool([this] {  // it looks into the store
        auto partition = endpoint_->place(call_, input_.get());
        if (!partition) return refuse(partition.error());
        call_.partition = *partition;
        next();
    });
}

void Exchange::take_key() {
    if (!mutates()) return next();
    if (!request_->has("idempotency-key")) {
        if (call_.needs_idempotency_key && !endpoint_->words.keyless)
            return refuse({&reasons::idempotency_key_missing, "This tenant's policy asks for the header Idempotency-Key.", {}, {}});
    } else {
        const auto key = parse_idempotency_key(request_->header("idempotency-key"));
        if (!key) return refuse({&reasons::malformed, "Idempotency-Key must have 1 to 255 printable ASCII characters.", {}, {}});
        if (endpoint_->words.keyless) return next();
        // A stranger's keys are told apart by address: a guessed key must not read another's answer.
        const auto who = call_.credential.empty() ? "!" + client_address() : call_.credential;
        const auto fingerprint = [this, who, key = *key](std::string_view body) {
            idempotency_ = idempotency(who, key, request_->method, request_->target, request_->header("content-type"), body);
        };
        if (request_->spooled)  // read back from the disk: not on an I/O thread
            return on_pool([this, fingerprint] {
                crypto::Sha256 hash;
                constexpr std::size_t at_a_time = 1024 * 1024;
                for (std::size_t at = 0; at < request_->spooled->size(); at += at_a_time) hash.update(request_->spooled->read(at, at_a_time));
                fingerprint("spooled " + crypto::to_hex(crypto::view(hash.finish())));
                key_taken();
            });
        fingerprint(request_->body);
    }
    key_taken();
}

void Exchange::key_taken() {
    if (endpoint_->verb == Verb::runs) {
        IdBytes id = inside_->new_id();
        if (idempotency_) {
            std::copy_n(idempotency_->key.begin(), id.size(), id.begin());
            id[6] = static_cast<std::uint8_t>(0x80 | (id[6] & 0x0f)), id[8] = static_cast<std::uint8_t>(0x80 | (id[8] & 0x3f));  // UUIDv8: by hash
        }
        call_.run_id = id;
    }
    next();
}

void Exchange::perform() {
    switch (endpoint_->verb) {
        case Verb::reads:
            return read();
        case Verb::writes:
            return write(nullptr);
        case Verb::prepares:
            return recall([this] { prepare(); });
        case Verb::runs:
            return recall([this] { run(); });
        case Verb::streams:
            return stream();
        case Verb::ingests:
            return ingest();
    }
}

std::string Exchange::client_address() const {
    const auto& trusted = inside_->settings.trusted_proxies;
    const auto known = [&](std::string_view address) { return std::find(trusted.begin(), trusted.end(), address) != trusted.end(); };
    std::string address = request_->peer;
    auto forwarded = request_->header("x-forwarded-for");
    // From the right: each proxy appends whom it spoke with; the first that is none of ours is the client.
    while (known(address) && !forwarded.empty()) {
        const auto comma = forwarded.rfind(',');
        address = http::trimmed(comma == forwarded.npos ? forwarded : forwarded.substr(comma + 1));
        forwarded = comma == forwarded.npos ? std::string_view{} : forwarded.substr(0, comma);
    }
    return address;
}

}  // namespace lastmile::api
