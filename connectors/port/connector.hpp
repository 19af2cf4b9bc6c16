#pragma once
// The port: what every connector can be asked. Answers are values; a connector keeps nothing between calls but tokens (TokenCache).
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "connectors/port/report.hpp"
#include "connectors/port/wire.hpp"
#include "platform/base/random.hpp"
#include "platform/base/result.hpp"

namespace lastmile::connectors {

/// Access tokens that partners gave us, by partner: fetched once, used until they are about to end. Thread-safe.
class TokenCache {
public:
    std::optional<std::string> find(const std::string& key, Instant now) const;
    void keep(const std::string& key, std::string token, Instant until);
    void drop(const std::string& key);

private:
    struct Held {
        std::string token;
        Instant until;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Held> held_;
};

/// Who is asked, with what, and until when. `wire`, `tokens` and `random` outlive the call.
struct Context {
    boost::json::object config{};        // the partner's, checked
    boost::json::object credentials{};   // opened for this call
    std::string partner_key{};           // names the partner among all (tokens are kept by it)
    std::string callback_url{};          // where this partner's callbacks reach us; empty: nowhere
    Now now{};
    std::chrono::milliseconds patience{10'000};  // for all exchanges of this call together
    Wire* wire = nullptr;
    TokenCache* tokens = nullptr;
    Random* random = nullptr;
    std::string forced{};  // of a simulated network: what a test makes of the job (JSON)
};

/// A booking, as far as it is known.
struct Handle {
    std::string reference;                     // ours
    std::optional<std::string> partner_ref{};  // theirs
    Instant asked_at{};                        // business time of the call that booked
    std::optional<Instant> cancel_asked_at{};
    Json more{};                               // the chosen quote's
};

/// What came to our callback address.
struct CallbackRequest {
    std::string method = "POST";
    std::string path;  // as the partner called it
    std::string query{};
    http::Headers headers{};
    std::string body{};
};

struct Callback {
    bool signed_by_partner = false;
    std::vector<Report> reports{};
};

/// What a network can do at all.
struct Traits {
    std::string name;
    std::string title;
    bool for_own_fleet = false;
    bool quotes = false;           // else the price is the tenant's own tariff, or unknown
    bool looks_up = false;         // by our reference: a lost answer can be found again
    bool cancels = true;
    bool signs_callbacks = false;
    bool takes_test_config = false;
    std::int64_t absent_after_s = 30;  // a booking that a look-up does not find is surely absent so long after the call
    std::vector<std::string> secrets{};  // names of its credentials
};

class Connector {
public:
    virtual ~Connector() = default;
    virtual Traits traits(const boost::json::object& config) const = 0;
    /// All that is wrong with a partner's configuration, or with its credentials; pointers below `#/config`, `#/credentials`.
    virtual std::vector<FieldError> check_config(const boost::json::object& config) const = 0;
    virtual std::vector<FieldError> check_credentials(const boost::json::object& config, const boost::json::object& credentials) const = 0;

    /// One partner may offer several (an orchestrator behind it).
    virtual Outcome<std::vector<Quote>> quote(const Context& context, const Job& job) const = 0;
    /// Books. A reference that is taken already is looked up, so that saying it twice books once.
    virtual Outcome<Report> create(const Context& context, const Job& job, const std::optional<Quote>& quote) const = 0;
    /// A report with `cancelled`, or what it goes on as; cancel_refused when it will not.
    virtual Outcome<Report> cancel(const Context& context, const Handle& handle, std::string_view reason) const = 0;
    virtual Outcome<Report> track(const Context& context, const Handle& handle) const = 0;
    /// By our reference. nullopt: it is not there. *Fails* unsupported where the network has no such question.
    virtual Outcome<std::optional<Report>> look_up(const Context& context, const Handle& handle) const = 0;
    /// A call that changes nothing and needs valid credentials.
    virtual Outcome<void> test(const Context& context) const = 0;

    /// Verifies first, in constant time. *Fails* unauthorized (forged, too old), invalid (cannot be read).
    virtual Outcome<Callback> callback(const Context& context, const CallbackRequest& request) const = 0;
    /// Some networks first ask whether we are there (`GET …?check=x`): what to answer, if it is that.
    virtual std::optional<std::string> handshake(const CallbackRequest&) const { return std::nullopt; }

    /// A network inside this process (sandbox couriers) has its own wire.
    virtual std::unique_ptr<Wire> own_wire(const Context&, const Handle*) const { return nullptr; }
};

}  // namespace lastmile::connectors
