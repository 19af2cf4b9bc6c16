#pragma once
// Calls to others (webhooks, partners, geocoders): asynchronous, bounded, and never to where a stranger's URL must not lead.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/message.hpp"

namespace lastmile::http {

struct ClientRequest {
    std::string method = "GET";
    std::string url;                                     // http or https, without user and password
    Headers headers{};
    std::string body{};
    std::chrono::milliseconds timeout{30'000};           // of the whole exchange, from when it starts
    std::chrono::milliseconds connect_timeout{10'000};
    std::size_t max_response_bytes = 1024 * 1024;        // unpacked
    std::vector<std::string> allow_private_networks{};   // CIDR; empty: the public internet only
    bool follow_redirects = false;                       // at most five, each hop checked alike
    std::string ca_file{};                               // PEM, instead of the system's authorities
    bool once = false;                                   // on a fresh connection: what a reused one loses, libcurl says again
    /// Where a 2xx answer's bytes go as they come, instead of ClientResult::body; max_response_bytes holds all the same. On the client's
    /// thread: must not block for long. False ends the call (`broken`).
    std::function<bool(std::string_view)> sink{};
};

enum class ClientFault {
    none,
    invalid_request,    // URL, method, header or network not well-formed, or another scheme
    dns,                // the name does not resolve
    blocked_address,    // it resolves to where this call may not go
    refused,            // no connection
    tls,                // handshake or certificate
    timeout,
    too_large,          // the answer exceeds max_response_bytes
    broken,             // the connection broke, or the answer is not HTTP
    overloaded,         // too many calls wait already
    stopped,            // the client is ending
};

std::string_view fault_name(ClientFault fault);

struct ClientResult {
    ClientFault fault = ClientFault::none;   // none: there is a status, whichever
    std::string detail{};                    // for a human; no secrets
    int status = 0;
    Headers headers{};                       // names in lower case
    std::string body{};
    std::chrono::milliseconds took{0};
    std::string address{};                   // that was connected to
    std::string_view header(std::string_view name) const;
};

struct ClientOptions {
    int max_running = 256;
    int max_running_per_host = 16;           // scheme, host and port
    std::size_t max_waiting = 10'000;
    std::string user_agent = "lastmile";
};

/// One thread (libcurl's multi interface). Resolving, connecting, TLS and transfer are asynchronous.
class Client {
public:
    explicit Client(ClientOptions options = {});
    /// Ends running and waiting calls with `stopped`.
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    /// Thread-safe. `then` is called once, on the client's thread (on this one for `overloaded`, `stopped`), must not block, may send
    /// again.
    void send(ClientRequest request, std::function<void(ClientResult)> then);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace lastmile::http
