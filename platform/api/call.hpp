#pragma once
// What a handler knows of the request besides its own struct: who asks, in which partition, on whose behalf.
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/base/actor.hpp"
#include "platform/base/id.hpp"
#include "platform/base/partition.hpp"
#include "platform/base/result.hpp"
#include "platform/http/message.hpp"
#include "platform/schema/type.hpp"

namespace lastmile::api {

/// What the credentials say. Made by an Authenticator.
struct Caller {
    Partition partition{};
    std::string tenant;
    bool test = false;
    Actor actor{};
    std::string source = "api";          // api | driver | partner | system, as the log keeps it
    std::string credential;              // id of the key or token: rate limits and Idempotency-Keys belong to it
    std::vector<std::string> scopes{};   // "*": all
    schema::View view = schema::View::owner;  // which projection this caller is shown
    std::optional<IdBytes> driver{};     // whom `driver:self`, `partner:self` and `track:one` mean
    std::optional<IdBytes> partner{};
    std::optional<IdBytes> delivery{};
    int requests_per_min = 6000;         // policy limits.requests_per_min; 0: no limit
    bool needs_idempotency_key = false;  // policy idempotency.required
    bool needs_if_match = false;         // policy if_match.required

    bool has(std::string_view scope) const;
};

/// The objects that handlers may use (geocoder, connectors, blobs, the store for `prepares`), put in by the app, found by type.
class Services {
public:
    template <class T>
    void put(T& service) { entries_.emplace_back(key<T>(), const_cast<void*>(static_cast<const void*>(&service))); }
    template <class T>
    T& get() const {
        for (const auto& [type, service] : entries_)
            if (type == key<T>()) return *static_cast<T*>(service);
        throw std::logic_error("a service that a handler asks for was not put in");
    }

private:
    template <class T>
    static const void* key() {
        static const char here = 0;
        return &here;
    }
    std::vector<std::pair<const void*, void*>> entries_;
};

/// One request, as handlers see it. Cheap to copy where it outlives the handler (streams, ingests).
struct Call : Caller {
    std::string request_id;
    std::string traceparent;              // ours: same trace, own span
    std::string tracestate;
    bool respond_async = false;           // Prefer: respond-async
    std::optional<IdBytes> run_id{};      // `runs`: the same for every repetition of one Idempotency-Key
    std::shared_ptr<const http::Request> request{};  // raw, for signatures and uploads
    const Services* services = nullptr;

    template <class T>
    T& service() const { return services->get<T>(); }
    Origin origin() const { return {actor, request_id, traceparent, source}; }
};

/// Finds out who asks. Implemented by features/access. May answer at once or later, from any thread; must not block.
class Authenticator {
public:
    virtual ~Authenticator() = default;
    using Then = std::function<void(Result<Caller>)>;
    /// *Refuses* `unauthenticated` (the pipeline adds the challenge), `overloaded` when it cannot find out.
    virtual void authenticate(std::shared_ptr<const http::Request> request, Then then) = 0;
};

}  // namespace lastmile::api
