#pragma once
// The vocabulary of every room's table, which closes its *_api.cpp:
//
//   Endpoints driver_endpoints() {
//       return {
//           reads("GET /v1/lastmile/drivers/{driverId}", Scope("drivers:read") | "driver:self", get_driver,
//                 {.summary = "Get a driver", .tag = "Drivers", .refuses = {reasons::not_found}}),
//           guarded(driver_version, writes("PATCH /v1/lastmile/drivers/{driverId}", "drivers:write", change_driver, {…})),
//       };
//   }
#include <utility>

#include "platform/api/endpoint.hpp"

namespace lastmile::api {

/// `"GET /v1/lastmile/drivers/{driverId}"`.
class Line {
public:
    consteval Line(const char* text) : text_(text) {
        const auto space = text_.find(' ');
        if (space == text_.npos || text_.size() < space + 2 || text_[space + 1] != '/') throw "a line is METHOD /path";
        const auto m = method();
        if (m != "GET" && m != "POST" && m != "PATCH" && m != "PUT" && m != "DELETE") throw "an unknown method";
    }
    constexpr std::string_view method() const { return text_.substr(0, text_.find(' ')); }
    constexpr std::string_view path() const { return text_.substr(text_.find(' ') + 1); }

private:
    std::string_view text_;
};

namespace detail {
template <class T> constexpr schema::TypeOf type_or_none() {
    if constexpr (std::is_same_v<T, Nothing>) return nullptr;
    else return &schema::type_of<T>;
}
/// Not a template: encodes in the caller's projection and finds version and cursor in the body.
Outcome outcome(schema::TypeOf type, const void* body, ReplyHead head, schema::View view);
template <class T> Result<Outcome> answer(Result<Reply<T>>&& reply, const Call& call) {
    if (!reply) return std::unexpected(std::move(reply.error()));
    return outcome(type_or_none<T>(), &reply->body, static_cast<ReplyHead&>(*reply), call.view);
}
template <class T, class R> Endpoint line(Verb verb, Line line, Scope scope, Words words, std::source_location where) {
    Endpoint e{.verb = verb, .method = line.method(), .path = line.path(), .scope = scope, .words = std::move(words),
               .request = &schema::type_of<R>, .response = type_or_none<T>(), .where = where};
    e.make = []() -> std::shared_ptr<void> { return std::make_shared<R>(); };
    return e;
}
}  // namespace detail

/// A plain read of one partition's snapshot.
template <class T, class R>
Endpoint reads(Line line, Scope scope, Result<Reply<T>> (*handler)(store::Read&, const Call&, const R&), Words words,
               std::source_location where = std::source_location::current()) {
    auto e = detail::line<T, R>(Verb::reads, line, scope, std::move(words), where);
    e.read = [handler](store::Read& read, const Call& call, const void* request) {
        return detail::answer(handler(read, call, *static_cast<const R*>(request)), call);
    };
    return e;
}

/// A read that must ask somebody else first (the optimizer, another's service): `prepare` runs on the bounded pool, may block and may read
/// the store by itself.
template <class T, class R, class P>
Endpoint reads(Line line, Scope scope, Result<P> (*prepare)(const Call&, const R&),
               Result<Reply<T>> (*handler)(store::Read&, const Call&, const R&, const P&), Words words,
               std::source_location where = std::source_location::current()) {
    auto e = detail::line<T, R>(Verb::reads, line, scope, std::move(words), where);
    e.prepare = [prepare](const Call& call, const void* request) -> Result<Endpoint::Input> {
        auto made = prepare(call, *static_cast<const R*>(request));
        if (!made) return std::unexpected(std::move(made.error()));
        return std::make_shared<const P>(std::move(*made));
    };
    e.read_prepared = [handler](store::Read& read, const Call& call, const void* request, const void* prepared) {
        return detail::answer(handler(read, call, *static_cast<const R*>(request), *static_cast<const P*>(prepared)), call);
    };
    return e;
}

/// A command: one transaction. The handler may run several times and has no effect outside it.
template <class T, class R>
Endpoint writes(Line line, Scope scope, Result<Reply<T>> (*handler)(store::Tx&, const Call&, const R&), Words words,
                std::source_location where = std::source_location::current()) {
    auto e = detail::line<T, R>(Verb::writes, line, scope, std::move(words), where);
    e.write = [handler](store::Tx& tx, const Call& call, const void* request, const void*) {
        return detail::answer(handler(tx, call, *static_cast<const R*>(request)), call);
    };
    return e;
}

/// I/O first, on a bounded pool (blocking is allowed there), then a command that checks again.
template <class T, class R, class P>
Endpoint prepares(Line line, Scope scope, Result<P> (*prepare)(const Call&, const R&),
                  Result<Reply<T>> (*handler)(store::Tx&, const Call&, const R&, const P&), Words words,
                  std::source_location where = std::source_location::current()) {
    auto e = detail::line<T, R>(Verb::prepares, line, scope, std::move(words), where);
    e.prepare = [prepare](const Call& call, const void* request) -> Result<Endpoint::Input> {
        auto made = prepare(call, *static_cast<const R*>(request));
        if (!made) return std::unexpected(std::move(made.error()));
        return std::make_shared<const P>(std::move(*made));
    };
    e.write = [handler](store::Tx& tx, const Call& call, const void* request, const void* prepared) {
        return detail::answer(handler(tx, call, *static_cast<const R*>(request), *static_cast<const P*>(prepared)), call);
    };
    return e;
}

/// What a claim makes: work to be done now, or an answer (done already, made a job).
template <class T, class C>
struct Claimed {
    std::optional<C> work{};
    std::optional<Reply<T>> reply{};
};

/// Long work: a durable claim (its own commit), the work on the pool, then a command that finishes it. `call.run_id` is derived from the
/// Idempotency-Key, so that a repetition finds the same claim; the claim's lease and fencing number are the handler's rows.
template <class T, class R, class C, class P>
Endpoint runs(Line line, Scope scope, Result<Claimed<T, C>> (*claim)(store::Tx&, const Call&, const R&),
              Result<P> (*work)(const Call&, const R&, const C&),
              Result<Reply<T>> (*finish)(store::Tx&, const Call&, const R&, const C&, const P&), Words words,
              std::source_location where = std::source_location::current()) {
    auto e = detail::line<T, R>(Verb::runs, line, scope, std::move(words), where);
    e.claim = [claim](store::Tx& tx, const Call& call, const void* request, Endpoint::Input& claimed) -> Result<std::optional<Outcome>> {
        auto made = claim(tx, call, *static_cast<const R*>(request));
        if (!made) return std::unexpected(std::move(made.error()));
        if (made->reply) {
            auto answered = detail::answer(Result<Reply<T>>(std::move(*made->reply)), call);
            if (!answered) return std::unexpected(std::move(answered.error()));
            return std::optional<Outcome>(std::move(*answered));
        }
        claimed = std::make_shared<const C>(std::move(made->work.value()));
        return std::optional<Outcome>{};
    };
    e.run = [work](const Call& call, const void* request, const Endpoint::Input& claimed) -> Result<Endpoint::Input> {
        auto claim_made = std::static_pointer_cast<const C>(claimed);
        auto made = work(call, *static_cast<const R*>(request), *claim_made);
        if (!made) return std::unexpected(std::move(made.error()));
        return std::make_shared<const std::pair<std::shared_ptr<const C>, P>>(std::move(claim_made), std::move(*made));
    };
    e.write = [finish](store::Tx& tx, const Call& call, const void* request, const void* prepared) {
        const auto& [made, done] = *static_cast<const std::pair<std::shared_ptr<const C>, P>*>(prepared);
        return detail::answer(finish(tx, call, *static_cast<const R*>(request), *made, done), call);
    };
    return e;
}

/// Server-sent events or a WebSocket. The handler opens it (on a pool thread) and returns; readers feed it from then on.
template <class R>
Endpoint streams(Line line, Scope scope, void (*handler)(const Call&, const R&, Opening), Words words,
                 std::source_location where = std::source_location::current()) {
    auto e = detail::line<Nothing, R>(Verb::streams, line, scope, std::move(words), where);
    e.stream = [handler](const Call& call, Endpoint::Input request, Opening opening) {
        handler(call, *static_cast<const R*>(request.get()), std::move(opening));
    };
    return e;
}

template <class T>
using Answered = std::function<void(Result<Reply<T>>)>;

/// Telemetry: decoded, handed to a sink, answered (once, from any thread) when durable. Must not block: it runs on an I/O thread.
template <class T, class R>
Endpoint ingests(Line line, Scope scope, void (*handler)(const Call&, std::shared_ptr<const R>, Answered<T>), Words words,
                 std::source_location where = std::source_location::current()) {
    auto e = detail::line<T, R>(Verb::ingests, line, scope, std::move(words), where);
    e.ingest = [handler](const Call& call, Endpoint::Input request, std::function<void(Result<Outcome>)> then) {
        handler(call, std::static_pointer_cast<const R>(request),
                [call, then = std::move(then)](Result<Reply<T>> reply) { then(detail::answer(std::move(reply), call)); });
    };
    return e;
}

/// The version that If-Match is compared with: locks the row (tx.lock) and tells its version; nullopt when it is not there.
template <class R>
Endpoint guarded(std::optional<std::int64_t> (*version)(store::Tx&, const Call&, const R&), Endpoint e) {
    e.version = [version](store::Tx& tx, const Call& call, const void* request) { return version(tx, call, *static_cast<const R*>(request)); };
    return e;
}

/// A public endpoint's partition, out of the request itself.
template <class R>
Endpoint placed(Result<Partition> (*place)(const Call&, const R&), Endpoint e) {
    e.place = [place](const Call& call, const void* request) { return place(call, *static_cast<const R*>(request)); };
    return e;
}

}  // namespace lastmile::api
