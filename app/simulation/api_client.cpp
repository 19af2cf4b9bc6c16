#include "app/simulation/api_client.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <future>
#include <random>
#include <thread>

namespace lastmile::simulation {
namespace json = boost::json;

namespace {

/// A server that starts again is there within this.
constexpr auto patience = std::chrono::seconds(60);

std::string fresh_name() {
    std::random_device chance;
    return fmt::format("sim-{:08x}{:08x}", chance(), chance());
}

std::string sentence_of(const Answer& answer, const std::string& path) {
    auto detail = text_of(answer.body, "detail");
    if (const auto& errors = list_of(answer.body, "errors"); !errors.empty()) detail += " " + json::serialize(errors.front());
    return path + " answered " + std::to_string(answer.status) + (detail.empty() ? "" : ": " + detail);
}

}  // namespace

ApiClient::ApiClient(std::string url, std::function<bool()> stopping)
    : url_(std::move(url)),
      run_(fresh_name()),
      stopping_(std::move(stopping)),
      client_({.max_running = 32, .max_running_per_host = 16, .max_waiting = 200, .user_agent = "lastmile-simulate"}) {
    while (url_.ends_with('/')) url_.pop_back();
}

http::ClientRequest ApiClient::request(const std::string& token, const char* method, const std::string& path, const json::value& body,
                                       const std::string& key) const {
    http::ClientRequest made{.method = method, .url = url_ + "/v1/lastmile" + path, .headers = {{"authorization", "Bearer " + token}}};
    if (!key.empty()) made.headers.emplace_back("idempotency-key", key);
    if (!body.is_null()) {
        made.headers.emplace_back("content-type", "application/json");
        made.body = json::serialize(body);
    }
    made.timeout = patience;
    made.max_response_bytes = 64 * 1024 * 1024;
    // Whoever starts the simulation names the server; it is mostly this machine's own.
    made.allow_private_networks = {"0.0.0.0/0", "::/0"};
    return made;
}

Answer ApiClient::call(const std::string& token, const char* method, const std::string& path, const json::value& body) {
    using Clock = std::chrono::steady_clock;
    const auto give_up = Clock::now() + patience;
    // What may have been done although no answer came is asked under the same key again: it is done once.
    const auto key = std::string_view(method) == "POST" || std::string_view(method) == "PATCH" ? run_ + "-" + std::to_string(++keys_) : std::string();
    for (auto pause = std::chrono::milliseconds(50);; pause = std::min(pause * 2, std::chrono::milliseconds(1000))) {
        auto answer = once(request(token, method, path, body, key), path);
        const bool again = answer.status == 0 || answer.code == "request_in_flight";
        if (!again || stopping_() || Clock::now() + pause > give_up) return answer;
        std::this_thread::sleep_for(pause);
    }
}

Answer ApiClient::once(http::ClientRequest request, const std::string& path) {
    auto promise = std::make_shared<std::promise<http::ClientResult>>();
    auto waiting = promise->get_future();
    client_.send(std::move(request), [promise](http::ClientResult result) { promise->set_value(std::move(result)); });
    while (waiting.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready)
        if (stopping_()) return {.fault = "the simulation ends"};
    const auto result = waiting.get();
    ++calls_;
    faults_ += result.status >= 500;
    Answer answer{.status = result.status};
    if (result.fault != http::ClientFault::none) {
        answer.status = 0;
        answer.fault = path + " got no answer: " + std::string(http::fault_name(result.fault)) + (result.detail.empty() ? "" : ", " + result.detail);
        return answer;
    }
    boost::system::error_code fault;
    answer.body = json::parse(result.body, fault);
    if (fault) answer.body = nullptr;
    if (!answer.ok()) answer.code = text_of(answer.body, "code"), answer.fault = sentence_of(answer, path);
    return answer;
}

void ApiClient::send(const std::string& token, const std::string& path, const json::value& body, std::function<void(int)> then) {
    ++calls_;
    client_.send(request(token, "POST", path, body, {}),
                 [then = std::move(then)](http::ClientResult result) { then(result.fault == http::ClientFault::none ? result.status : 0); });
}

const json::value& member(const json::value& object, std::string_view name) {
    static const json::value none;
    const auto* fields = object.if_object();
    const auto* found = fields ? fields->if_contains(name) : nullptr;
    return found ? *found : none;
}

std::string text_of(const json::value& object, std::string_view name) {
    const auto& value = member(object, name);
    return value.is_string() ? std::string(value.as_string()) : std::string();
}

const json::array& list_of(const json::value& object, std::string_view name) {
    static const json::array none;
    const auto& value = member(object, name);
    return value.is_array() ? value.as_array() : none;
}

}  // namespace lastmile::simulation
