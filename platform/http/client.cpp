#include "platform/http/client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "platform/http/transfer.hpp"

namespace lastmile::http {
namespace {

struct Library {
    Library() {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl does not start");
    }
};

}  // namespace

std::string_view fault_name(ClientFault fault) {
    switch (fault) {
        case ClientFault::none: return "none";
        case ClientFault::invalid_request: return "invalid_request";
        case ClientFault::dns: return "dns";
        case ClientFault::blocked_address: return "blocked_address";
        case ClientFault::refused: return "refused";
        case ClientFault::tls: return "tls";
        case ClientFault::timeout: return "timeout";
        case ClientFault::too_large: return "too_large";
        case ClientFault::broken: return "broken";
        case ClientFault::overloaded: return "overloaded";
        case ClientFault::stopped: break;
    }
    return "stopped";
}

std::string_view ClientResult::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

/// Everything but `arrived` and `stopping` belongs to the thread.
struct Client::Impl {
    using Call = std::unique_ptr<Transfer>;
    ClientOptions options;
    CURLM* multi = nullptr;
    std::mutex mutex;
    std::deque<Call> arrived;
    std::size_t waiting_count = 0;      // arrived and waiting
    bool stopping = false;
    std::map<std::string, std::deque<Call>> waiting;   // by host
    std::deque<std::string> turn;       // hosts that wait, served in turn: one slow host does not hold the others up
    std::map<std::string, int> running_by_host;
    std::map<CURL*, Call> running;
    std::thread thread;

    void run();
    void take_arrived();
    void start(Call call);
    void start_waiting();
    void reap();
    void finish_all();
    void left_queue() {
        const std::lock_guard lock(mutex);
        --waiting_count;
    }
};

void Client::Impl::take_arrived() {
    std::deque<Call> fresh;
    {
        const std::lock_guard lock(mutex);
        fresh.swap(arrived);
    }
    for (auto& call : fresh) {
        if (!call->prepare(options.user_agent)) {
            left_queue();
            call->deliver();
            continue;
        }
        auto& queue = waiting[call->host()];
        if (queue.empty()) turn.push_back(call->host());
        queue.push_back(std::move(call));
    }
}

void Client::Impl::start_waiting() {
    for (std::size_t passed = 0; passed < turn.size() && static_cast<int>(running.size()) < options.max_running;) {
        auto host = std::move(turn.front());
        turn.pop_front();
        auto& queue = waiting[host];
        if (running_by_host[host] < options.max_running_per_host) {
            left_queue();
            auto call = std::move(queue.front());
            queue.pop_front();
            start(std::move(call));
            passed = 0;
        } else {
            ++passed;
        }
        if (queue.empty())
            waiting.erase(host);
        else
            turn.push_back(std::move(host));
    }
}

void Client::Impl::start(Call call) {
    auto* handle = call->handle();
    ++running_by_host[call->host()];
    curl_multi_add_handle(multi, handle);
    running.emplace(handle, std::move(call));
}

void Client::Impl::reap() {
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        auto* handle = message->easy_handle;
        const auto outcome = message->data.result;
        auto node = running.extract(handle);
        auto& call = *node.mapped();
        call.finish(outcome);
        curl_multi_remove_handle(multi, handle);
        if (--running_by_host[call.host()] == 0) running_by_host.erase(call.host());
        call.deliver();
    }
}

void Client::Impl::finish_all() {
    for (auto& [handle, call] : running) {
        curl_multi_remove_handle(multi, handle);
        call->end(ClientFault::stopped, "the client is ending");
        call->deliver();
    }
    running.clear();
    std::deque<Call> rest;
    {
        const std::lock_guard lock(mutex);
        rest.swap(arrived);
    }
    for (auto& [host, queue] : waiting)
        for (auto& call : queue) rest.push_back(std::move(call));
    waiting.clear();
    for (auto& call : rest) {
        call->end(ClientFault::stopped, "the client is ending");
        call->deliver();
    }
}

void Client::Impl::run() {
    for (;;) {
        {
            const std::lock_guard lock(mutex);
            if (stopping) break;
        }
        take_arrived();
        start_waiting();
        int active = 0;
        curl_multi_perform(multi, &active);
        reap();
        bool again = false;
        {
            const std::lock_guard lock(mutex);
            again = !arrived.empty() || stopping;
        }
        // A finished call may have made room for one that waits.
        again = again || (!turn.empty() && static_cast<int>(running.size()) < options.max_running &&
                          std::ranges::any_of(turn, [&](const auto& host) {
                              const auto at = running_by_host.find(host);
                              return at == running_by_host.end() || at->second < options.max_running_per_host;
                          }));
        if (!again) curl_multi_poll(multi, nullptr, 0, 10'000, nullptr);
    }
    finish_all();
}

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>()) {
    static const Library library;
    impl_->options = std::move(options);
    impl_->multi = curl_multi_init();
    if (!impl_->multi) throw std::bad_alloc();
    curl_multi_setopt(impl_->multi, CURLMOPT_MAXCONNECTS, static_cast<long>(impl_->options.max_running));
    impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

Client::~Client() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
    }
    curl_multi_wakeup(impl_->multi);
    impl_->thread.join();
    curl_multi_cleanup(impl_->multi);
}

void Client::send(ClientRequest request, std::function<void(ClientResult)> then) {
    auto call = std::make_unique<Transfer>(std::move(request), std::move(then));
    bool stopping = false, full = false;
    {
        const std::lock_guard lock(impl_->mutex);
        stopping = impl_->stopping;
        full = impl_->waiting_count >= impl_->options.max_waiting;
        if (!stopping && !full) {
            ++impl_->waiting_count;
            impl_->arrived.push_back(std::move(call));
        }
    }
    if (!call) {
        curl_multi_wakeup(impl_->multi);
        return;
    }
    call->end(stopping ? ClientFault::stopped : ClientFault::overloaded, stopping ? "the client is ending" : "too many calls wait already");
    call->deliver();
}

}  // namespace lastmile::http
