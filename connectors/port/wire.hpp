#pragma once
// One HTTP exchange with a partner, injected: tests answer it without sockets, the house keeps every byte of it.
#include <chrono>
#include <string>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/http/client.hpp"
#include "platform/http/message.hpp"

namespace lastmile::connectors {

struct WireRequest {
    std::string method = "GET";
    std::string url;
    http::Headers headers{};
    std::string body{};
    std::chrono::milliseconds timeout{10'000};
    bool repeatable = false;  // it may reach the partner twice: it books nothing
};

/// `fault` none: there is a status. `may_have_arrived` tells whether the partner can have acted on a request without an answer.
struct WireAnswer {
    http::ClientFault fault = http::ClientFault::none;
    std::string detail{};
    int status = 0;
    http::Headers headers{};
    std::string body{};
    bool may_have_arrived() const;
    std::string_view header(std::string_view name) const;
};

class Wire {
public:
    virtual ~Wire() = default;
    /// Blocks until the answer is there, or the timeout.
    virtual WireAnswer send(const WireRequest& request) = 0;
};

/// The real one. `allowed`: private networks (CIDR) that partners may lie in.
class HttpWire final : public Wire {
public:
    HttpWire(http::Client& client, std::vector<std::string> allowed) : client_(client), allowed_(std::move(allowed)) {}
    WireAnswer send(const WireRequest& request) override;

private:
    http::Client& client_;
    std::vector<std::string> allowed_;
};

/// Replaces every secret (of four bytes and more, also in its base64 form) by `***`.
std::string masked(std::string text, const std::vector<std::string>& secrets);

/// What was exchanged, with secrets masked: the values given, and whatever an authorization header or a token answer holds.
struct Exchange {
    std::string operation;
    WireRequest request;
    WireAnswer answer;
    std::chrono::milliseconds took{0};
};

class RecordingWire final : public Wire {
public:
    RecordingWire(Wire& inner, std::vector<std::string> secrets) : inner_(inner), secrets_(std::move(secrets)) {}
    WireAnswer send(const WireRequest& request) override;
    std::string operation;  // beside what follows
    const std::vector<Exchange>& exchanges() const { return exchanges_; }
    std::vector<Exchange> take() { return std::move(exchanges_); }

private:
    Wire& inner_;
    std::vector<std::string> secrets_;
    std::vector<Exchange> exchanges_;
};

}  // namespace lastmile::connectors
