#pragma once
// Questions to an engine that answers JSON over HTTP, with a deadline and a circuit breaker.
#include <boost/json/value.hpp>
#include <expected>
#include <string>

#include "connectors/roads/breaker.hpp"
#include "platform/http/client.hpp"

namespace lastmile::remote {

struct RemoteOptions {
    std::string url;                                   ///< http://router:5000, without a slash at its end
    std::chrono::milliseconds deadline{2'000};         ///< of one question
    std::vector<std::string> networks{"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"};  ///< private ones it may stand in
    std::size_t max_answer_bytes = 64 * 1024 * 1024;
    BreakerOptions breaker{};
};

/// An answer that is JSON, whatever its status: engines refuse with 400 and say why in the body.
struct RemoteAnswer {
    int status = 0;
    boost::json::value body;
};

/// Safe for any number of threads; a question waits for its answer, so never within a command.
class Remote {
public:
    explicit Remote(RemoteOptions options);

    /// *Refuses* with one sentence: no answer in time, no connection, a status of 500 and above (429 too), no JSON, or a breaker that is open.
    std::expected<RemoteAnswer, std::string> get(const std::string& path_and_query) const { return ask("GET", path_and_query, {}); }
    std::expected<RemoteAnswer, std::string> post(const std::string& path, const boost::json::value& body) const;

    bool open() const { return breaker_.open(); }
    const std::string& url() const { return options_.url; }

private:
    std::expected<RemoteAnswer, std::string> ask(const std::string& method, const std::string& path, std::string body) const;

    RemoteOptions options_;
    mutable http::Client client_;
    mutable Breaker breaker_;
};

/// Percent-encodes what is not unreserved (RFC 3986 section 2.3).
std::string encoded(std::string_view text);

/// Reading foreign JSON: a member that is missing or of another type reads as nothing.
double number_at(const boost::json::value& from, std::string_view name, double fallback = 0);
std::string text_at(const boost::json::value& from, std::string_view name);
const boost::json::value* member(const boost::json::value& from, std::string_view name);
const boost::json::array* array_at(const boost::json::value& from, std::string_view name);

}  // namespace lastmile::remote
