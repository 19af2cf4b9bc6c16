#include "connectors/port/wire.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>

#include "platform/crypto/text_coding.hpp"
#include "platform/http/text.hpp"

namespace lastmile::connectors {
namespace {

constexpr std::string_view mask = "***";

bool holds_a_secret(std::string_view header) {
    for (const std::string_view name : {"authorization", "api-key", "x-api-key", "token", "cookie", "set-cookie", "proxy-authorization"})
        if (http::same_ignoring_case(header, name)) return true;
    return false;
}

void replace_all(std::string& text, std::string_view from) {
    for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += mask.size()) text.replace(at, from.size(), mask);
}

/// `"access_token":"…"` and kin: what a token endpoint answers is a secret that nobody knew before.
void mask_member(std::string& text, std::string_view name) {
    const auto quoted = '"' + std::string(name) + '"';
    for (std::size_t at = 0; (at = text.find(quoted, at)) != text.npos;) {
        at = text.find('"', at + quoted.size());
        if (at == text.npos) return;
        const auto end = text.find('"', at + 1);
        if (end == text.npos) return;
        text.replace(at + 1, end - at - 1, mask);
        at += mask.size() + 2;
    }
}

}  // namespace

bool WireAnswer::may_have_arrived() const {
    return fault == http::ClientFault::timeout || fault == http::ClientFault::broken || fault == http::ClientFault::too_large;
}

std::string_view WireAnswer::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (http::same_ignoring_case(key, name)) return value;
    return {};
}

WireAnswer HttpWire::send(const WireRequest& request) {
    struct Waiting {
        std::mutex mutex;
        std::condition_variable changed;
        bool done = false;
        WireAnswer answer;
    };
    const auto waiting = std::make_shared<Waiting>();
    http::ClientRequest call;
    call.method = request.method, call.url = request.url, call.headers = request.headers, call.body = request.body;
    call.once = !request.repeatable && request.method != "GET";
    call.timeout = request.timeout, call.connect_timeout = std::min(request.timeout, std::chrono::milliseconds(5'000));
    call.max_response_bytes = 1024 * 1024;
    call.allow_private_networks = allowed_;
    client_.send(std::move(call), [waiting](http::ClientResult result) {
        const std::lock_guard lock(waiting->mutex);
        waiting->answer = {result.fault, std::move(result.detail), result.status, std::move(result.headers), std::move(result.body)};
        waiting->done = true;
        waiting->changed.notify_one();
    });
    std::unique_lock lock(waiting->mutex);
    waiting->changed.wait(lock, [&] { return waiting->done; });
    return std::move(waiting->answer);
}

std::string masked(std::string text, const std::vector<std::string>& secrets) {
    for (const auto& secret : secrets) {
        if (secret.size() < 4) continue;
        replace_all(text, secret);
        replace_all(text, crypto::to_base64(secret));
    }
    for (const std::string_view member : {"access_token", "refresh_token", "accessToken", "refreshToken", "client_secret", "clientSecret"}) mask_member(text, member);
    return text;
}

WireAnswer RecordingWire::send(const WireRequest& request) {
    const auto begin = std::chrono::steady_clock::now();
    auto answer = inner_.send(request);
    Exchange kept{operation, request, answer, std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin)};
    kept.request.url = masked(kept.request.url, secrets_), kept.request.body = masked(kept.request.body, secrets_);
    kept.answer.body = masked(kept.answer.body, secrets_), kept.answer.detail = masked(kept.answer.detail, secrets_);
    for (auto* headers : {&kept.request.headers, &kept.answer.headers})
        for (auto& [name, value] : *headers) value = holds_a_secret(name) ? std::string(mask) : masked(value, secrets_);
    exchanges_.push_back(std::move(kept));
    return answer;
}

}  // namespace lastmile::connectors
