#include "platform/events/reader.hpp"

#include <algorithm>

namespace lastmile::events {
namespace {

constexpr auto look_again = std::chrono::milliseconds(1000);
constexpr auto longest_pause = std::chrono::milliseconds(60'000);

struct Behind {
    Partition partition;
    std::int64_t events;
};

std::vector<Behind> all_behind(store::Read& read, const std::string& reader) {
    std::vector<Behind> all;
    const auto rows = read.query(store::SystemSql("select h.partition, h.sequence - coalesce(c.sequence, 0) from log_heads h left join "
                                                  "log_cursors c "
                                                  "on c.partition = h.partition and c.reader = $1 where h.sequence > coalesce(c.sequence, "
                                                  "0) order by 1"),
                                 {reader});
    for (const auto& row : rows) all.push_back({Partition{row[0].integer()}, row[1].integer()});
    return all;
}

}  // namespace

ReaderRunner::ReaderRunner(store::Store& store, Reader reader) : store_(store), reader_(std::move(reader)) {
    if (reader_.from_now)
        store_.run({}, {}, [&](store::Tx& tx) {
            const auto known = tx.query(store::SystemSql("select 1 from log_cursors where reader = $1 limit 1"), {reader_.name});
            if (!known.empty()) return;
            tx.bookkeeping().write_any(store::SystemSql("insert into log_cursors (reader, partition, sequence) select $1, partition, "
                                                        "sequence "
                                                        "from log_heads where true on conflict do nothing"),
                                       {reader_.name});
        });
    listener_ = store_.on_signal("log", [this] { wake(); });
    thread_ = std::thread([this] { work(); });
}

ReaderRunner::~ReaderRunner() {
    listener_.reset();
    {
        std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void ReaderRunner::wake() {
    {
        std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_one();
}

std::int64_t ReaderRunner::batch(Partition partition) {
    int limit = reader_.batch;
    {
        std::lock_guard lock(mutex_);
        if (auto found = troubles_.find(partition); found != troubles_.end()) limit = 1;
    }
    std::int64_t passed = 0;
    Origin origin;
    origin.actor.id = reader_.name;
    origin.source = "system";
    store_.run(partition, origin, [&](store::Tx& tx) {
        passed = 0;
        // The row is made first and locked: another node with the same reader waits here, then finds the cursor moved on.
        auto& writer = tx.bookkeeping();
        writer.write_any("insert into log_cursors (reader, partition, sequence) values ($2, $1, 0) on conflict do nothing", {reader_.name});
        const auto cursor =
            tx.lock("select sequence from log_cursors where partition = $1 and reader = $2", {reader_.name})[0][0].integer();
        auto events = read_log(tx, cursor, {}, limit);
        if (events.empty()) return;
        passed = static_cast<std::int64_t>(events.size());
        const auto last = events.back().sequence;
        std::erase_if(events, [&](const Event& event) { return !reader_.filter.matches(event); });
        if (!events.empty()) reader_.handle(tx, events);
        writer.write(1, "update log_cursors set sequence = $3 where partition = $1 and reader = $2 and sequence = $4",
                     {reader_.name, last, cursor});
    });
    return passed;
}

/// False when the handler failed; the pause until the next try is noted.
bool ReaderRunner::try_batch(Partition partition, std::int64_t& passed) {
    std::string why;
    try {
        passed = batch(partition);
        std::lock_guard lock(mutex_);
        troubles_.erase(partition);
        return true;
    } catch (const Refusal& refusal) {
        why = std::string(refusal.error().reason->slug) + ": " + refusal.error().detail;
    } catch (const std::exception& error) {
        why = error.what();
    }
    std::lock_guard lock(mutex_);
    auto& trouble = troubles_[partition];
    trouble.error = std::move(why);
    const auto pause = std::min(longest_pause, std::chrono::milliseconds(100) * (1 << std::min(trouble.failures, 12)));
    trouble.next_try = std::chrono::steady_clock::now() + pause;
    ++trouble.failures;
    return false;
}

bool ReaderRunner::drain(Partition partition) {
    for (;;) {
        std::int64_t passed = 0;
        if (!try_batch(partition, passed)) return false;
        if (passed == 0) return true;
    }
}

std::vector<Lag> ReaderRunner::lag() {
    std::vector<Lag> all;
    store_.look({}, [&](store::Read& read) {
        for (const auto& behind : all_behind(read, reader_.name)) all.push_back({reader_.name, behind.partition, behind.events});
    });
    std::lock_guard lock(mutex_);
    for (auto& lag : all) {
        const auto found = troubles_.find(lag.partition);
        if (found == troubles_.end()) continue;
        lag.failures = found->second.failures;
        lag.last_error = found->second.error;
    }
    return all;
}

void ReaderRunner::work() {
    bool more = false;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            auto until = std::chrono::steady_clock::now() + look_again;
            for (const auto& [_, trouble] : troubles_) until = std::min(until, trouble.next_try);
            if (!more) changed_.wait_until(lock, until, [&] { return woken_ || closing_; });
            if (closing_) return;
            woken_ = false;
        }
        more = false;
        try {
            std::vector<Behind> partitions;
            store_.look({}, [&](store::Read& read) { partitions = all_behind(read, reader_.name); });
            for (const auto& behind : partitions) {
                {
                    std::lock_guard lock(mutex_);
                    if (closing_) return;
                    const auto found = troubles_.find(behind.partition);
                    if (found != troubles_.end() && std::chrono::steady_clock::now() < found->second.next_try) continue;
                }
                // One batch each, so that a partition far behind does not hold the others.
                std::int64_t passed = 0;
                if (try_batch(behind.partition, passed) && passed > 0 && passed < behind.events) more = true;
            }
        } catch (const std::exception&) {
            // The store said why; again in a second.
        }
    }
}

}  // namespace lastmile::events
