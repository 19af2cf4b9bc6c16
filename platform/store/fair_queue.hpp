#pragma once
// What waits for the store: bounded, partitions taken in turns, interactive before bulk.
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "platform/base/partition.hpp"

namespace lastmile::store {

/// One partition's burst waits behind itself only: partitions are served round-robin. Bulk work is taken when no interactive work
/// waits, and once in sixteen turns otherwise, so that it is slow under load but never stands still. Bulk may fill half of the
/// room and one partition three quarters, so that some is always left for others.
template <class T>
class FairQueue {
public:
    explicit FairQueue(std::size_t limit) : limit_(limit) {}

    /// False when there is no room (`item` is left alone), or the queue is closed.
    bool push(Partition partition, bool bulk, T& item) {
        bool wake = false;
        {
            std::lock_guard lock(mutex_);
            auto& lane = lanes_[bulk];
            if (closed_ || size_ >= limit_ || (bulk && lane.size >= limit_ / 2)) return false;
            auto& waiting = lane.waiting[partition.number];
            if (waiting.size() >= limit_ - limit_ / 4) return false;
            if (waiting.empty()) lane.turns.push_back(partition.number);
            waiting.push_back(std::move(item));
            ++lane.size, ++size_;
            wake = calls();
        }
        if (wake) ready_.notify_one();
        return true;
    }

    /// Waits; nullopt once closed and empty.
    std::optional<T> pop() {
        std::unique_lock lock(mutex_);
        while (size_ == 0 && !closed_) {
            ++idle_;
            ready_.wait(lock);
            --idle_;
            called_ = false;
        }
        auto item = take();
        const bool wake = size_ > 0 && calls();
        lock.unlock();
        if (wake) ready_.notify_one();
        return item;
    }
    std::optional<T> try_pop() {
        std::lock_guard lock(mutex_);
        return take();
    }
    void close() {
        {
            std::lock_guard lock(mutex_);
            closed_ = true;
        }
        ready_.notify_all();
    }
    std::size_t size() const {
        std::lock_guard lock(mutex_);
        return size_;
    }

private:
    struct Lane {
        std::map<std::int64_t, std::deque<T>> waiting;
        std::deque<std::int64_t> turns;  // partitions that wait, next first
        std::size_t size = 0;
    };

    /// Whether to wake somebody: one at a time is on its way, and wakes the next when it finds more than it takes. Under load, when those
    /// who work come back for more anyway, nobody is woken at all.
    bool calls() { return idle_ > 0 && !std::exchange(called_, true); }

    std::optional<T> take() {
        if (size_ == 0) return std::nullopt;
        const bool bulks_turn = ++turn_ % 16 == 0;
        auto& lane = lanes_[lanes_[0].size == 0 || (bulks_turn && lanes_[1].size > 0)];
        const auto partition = lane.turns.front();
        lane.turns.pop_front();
        auto found = lane.waiting.find(partition);
        std::optional<T> item(std::move(found->second.front()));
        found->second.pop_front();
        if (found->second.empty())
            lane.waiting.erase(found);
        else
            lane.turns.push_back(partition);
        --lane.size, --size_;
        return item;
    }

    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    Lane lanes_[2];
    std::size_t size_ = 0;
    std::size_t idle_ = 0;
    unsigned turn_ = 0;
    bool called_ = false;
    bool closed_ = false;
};

}  // namespace lastmile::store
