#pragma once
// An endpoint: one line of a room's table. Made by the six verbs of endpoints.hpp; read by the pipeline, OpenAPI, the docs and `lastmile where`.
#include <functional>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "platform/api/call.hpp"
#include "platform/api/reply.hpp"
#include "platform/api/scope.hpp"
#include "platform/store/tx.hpp"

namespace lastmile::api {

enum class Verb : std::uint8_t { reads, writes, prepares, runs, streams, ingests };

using Reasons = std::vector<std::reference_wrapper<const Reason>>;

/// What the docs say, and the few settings that differ from endpoint to endpoint.
struct Words {
    std::string_view summary;                  // one line
    std::string_view tag;                      // the group in the docs
    std::string_view description{};
    Reasons refuses{};                         // business refusals; those of the pipeline come by themselves
    int status = 0;                            // of success; default 200 (204 for Nothing)
    std::vector<int> also{};                   // other statuses of success (201 and 202)
    std::vector<std::string_view> aliases{};   // further paths of the same endpoint
    std::size_t max_body = 1024 * 1024;        // bytes
    bool log_view = false;                     // reads: waits for the Log-Position that the client names
    bool keyless = false;                      // takes an Idempotency-Key and needs none (pings, previews, quotes)
    bool bulk = false;                         // yields to interactive commands in the store
    bool spooled = false;                      // the body goes to the disk as it comes (Request::spooled); it is Raw
};

/// A reply whose body is already text in the caller's projection.
struct Outcome : ReplyHead {
    std::string body{};
    std::string content_type{};
    std::string next_cursor{};
    bool empty = false;   // 204
};

/// What a stream's handler answers with: exactly one of the three, once.
class Opening {
public:
    explicit Opening(std::shared_ptr<http::Responder> responder, std::function<void(const Error&)> refuse, http::Headers headers)
        : responder_(std::move(responder)), refuse_(std::move(refuse)), headers_(std::move(headers)) {}
    bool wants_websocket(const Call& call) const;
    /// Server-sent events: 200, text/event-stream. `headers` come on top of the pipeline's.
    std::shared_ptr<http::Stream> events(http::Headers headers = {}) const;
    /// nullptr when it was no valid upgrade (already answered).
    std::shared_ptr<http::WebSocket> websocket(http::Headers headers = {}, std::size_t max_message_bytes = 256 * 1024) const;
    void refuse(const Error& error) const { refuse_(error); }

private:
    std::shared_ptr<http::Responder> responder_;
    std::function<void(const Error&)> refuse_;
    http::Headers headers_;
};

struct Endpoint {
    Verb verb{};
    std::string_view method;
    std::string_view path;        // template: /v1/lastmile/drivers/{driverId}
    Scope scope = Scope::any();
    Words words{};
    schema::TypeOf request = nullptr;
    schema::TypeOf response = nullptr;   // null: no body (Nothing), or a stream
    std::source_location where{};

    using Input = std::shared_ptr<const void>;
    std::function<std::shared_ptr<void>()> make{};
    std::function<Result<Outcome>(store::Read&, const Call&, const void* request)> read{};
    /// reads that prepare: instead of `read`.
    std::function<Result<Outcome>(store::Read&, const Call&, const void* request, const void* prepared)> read_prepared{};
    /// `prepared` is what prepare (or run) made.
    std::function<Result<Outcome>(store::Tx&, const Call&, const void* request, const void* prepared)> write{};
    std::function<Result<Input>(const Call&, const void* request)> prepare{};
    /// runs: the claim. Sets `claimed`, or answers at once.
    std::function<Result<std::optional<Outcome>>(store::Tx&, const Call&, const void* request, Input& claimed)> claim{};
    std::function<Result<Input>(const Call&, const void* request, const Input& claimed)> run{};
    std::function<void(const Call&, Input request, Opening)> stream{};
    std::function<void(const Call&, Input request, std::function<void(Result<Outcome>)>)> ingest{};
    /// The locked version of what a mutating call changes, for If-Match; nullopt when it is not there.
    std::function<std::optional<std::int64_t>(store::Tx&, const Call&, const void* request)> version{};
    /// Public endpoints: the partition that the request itself names (a tracking number, a callback's secret).
    std::function<Result<Partition>(const Call&, const void* request)> place{};

    std::string name() const;  // "GET /v1/lastmile/drivers/{driverId}"
};

using Endpoints = std::vector<Endpoint>;

}  // namespace lastmile::api
