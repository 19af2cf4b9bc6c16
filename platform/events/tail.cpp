#include "platform/events/tail.hpp"

#include <algorithm>
#include <set>

#include "platform/events/log_store.hpp"

namespace lastmile::events {
namespace {

constexpr int batch_limit = 500;
constexpr auto look_again = std::chrono::milliseconds(1000);  // for signals lost with their connection

/// The sequence that a position stands for, if the log has come that far; else nullopt and the head.
std::pair<std::optional<std::int64_t>, std::int64_t> reached(store::Read& read, std::int64_t position) {
    const auto head = read.log_position();
    if (position >= 0) return {head >= position ? std::optional(position) : std::nullopt, head};
    return {sequence_of(read, -position), head};
}

}  // namespace

Tail::Tail(store::Store& store) : store_(store) {
    listener_ = store_.on_signal("log", [this] { wake(); });
    thread_ = std::thread([this] { work(); });
}

Tail::~Tail() {
    listener_.reset();
    {
        std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_one();
    thread_.join();
    for (auto& waiter : waiters_) waiter.then(0);
}

void Tail::wake() {
    {
        std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_one();
}

Subscription Tail::subscribe(Partition partition, std::int64_t after, Callback callback) {
    auto subscriber = std::make_shared<Subscriber>();
    subscriber->partition = partition;
    subscriber->next_after = after;
    subscriber->callback = std::move(callback);
    {
        std::lock_guard lock(mutex_);
        subscribers_.push_back(subscriber);
    }
    wake();
    return Subscription(subscriber.get(), [subscriber](void*) {
        std::lock_guard lock(subscriber->busy);
        subscriber->ended = true;
    });
}

void Tail::when(Partition partition, std::int64_t position, std::chrono::milliseconds patience, Position then) {
    {
        std::lock_guard lock(mutex_);
        waiters_.push_back({partition, position, std::chrono::steady_clock::now() + patience, std::move(then)});
    }
    wake();
}

void Tail::work() {
    for (;;) {
        std::set<Partition> partitions;
        {
            std::unique_lock lock(mutex_);
            auto until = std::chrono::steady_clock::now() + look_again;
            for (const auto& waiter : waiters_) until = std::min(until, waiter.until);
            changed_.wait_until(lock, until, [&] { return woken_ || closing_; });
            if (closing_) return;
            woken_ = false;
            std::erase_if(subscribers_, [](const auto& weak) { return weak.expired(); });
            for (const auto& weak : subscribers_)
                if (auto subscriber = weak.lock(); subscriber && !subscriber->ended) partitions.insert(subscriber->partition);
        }
        try {
            for (const auto partition : partitions)
                while (serve(partition)) {
                }
            serve_waiters();
        } catch (const std::exception&) {
            // The store said why; the next signal or second tries again. Nobody's place was lost.
        }
    }
}

/// One batch to whoever stands furthest behind, and to all who stand at the same place. True when somebody may want more.
bool Tail::serve(Partition partition) {
    std::vector<std::shared_ptr<Subscriber>> all;
    {
        std::lock_guard lock(mutex_);
        for (const auto& weak : subscribers_)
            if (auto subscriber = weak.lock(); subscriber && !subscriber->ended && subscriber->partition == partition)
                all.push_back(std::move(subscriber));
    }
    if (all.empty()) return false;
    const auto after = (*std::ranges::min_element(all, {}, &Subscriber::next_after))->next_after;
    std::vector<Event> events;
    store_.look(partition, [&](store::Read& read) { events = read_log(read, after, {}, batch_limit); });
    if (events.empty()) return false;
    for (const auto& subscriber : all) {
        std::lock_guard lock(subscriber->busy);
        if (subscriber->ended) continue;
        const auto first = std::ranges::upper_bound(events, subscriber->next_after, {}, &Event::sequence);
        if (first == events.end()) continue;
        subscriber->next_after = events.back().sequence;
        subscriber->callback({first, events.end()});
    }
    return events.size() == batch_limit;
}

void Tail::serve_waiters() {
    std::deque<Waiter> open;
    {
        std::lock_guard lock(mutex_);
        open.swap(waiters_);
    }
    std::deque<Waiter> still;
    for (auto& waiter : open) {
        std::optional<std::int64_t> sequence;
        std::int64_t head = 0;
        try {
            store_.look(waiter.partition, [&](store::Read& read) { std::tie(sequence, head) = reached(read, waiter.position); });
        } catch (const std::exception&) {
            // as if not reached
        }
        if (sequence) waiter.then(*sequence);
        else if (std::chrono::steady_clock::now() >= waiter.until) waiter.then(head);
        else still.push_back(std::move(waiter));
    }
    std::lock_guard lock(mutex_);
    std::ranges::move(still, std::back_inserter(waiters_));
}

}  // namespace lastmile::events
