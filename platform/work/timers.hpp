#pragma once
// Durable timers in business time: set inside a command, run as a command of their own when their partition's clock gets there.
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "platform/events/log.hpp"
#include "platform/store/store.hpp"

namespace lastmile::work {

struct Timer {
    std::string kind;      // names the handler
    std::string subject;   // usually an id; (kind, subject) is unique in a partition
    Instant due_at{};
    std::string payload{};
    int failures = 0;      // of its handler so far
};

/// Sets, or replaces the one of the same kind and subject.
void set_timer(store::Tx& tx, const Timer& timer);
/// Nothing happens when there is none.
void cancel_timer(store::Tx& tx, std::string_view kind, std::string_view subject);
std::optional<Timer> find_timer(store::Read& read, std::string_view kind, std::string_view subject);

/// What an advance of a clock did.
struct Advanced {
    int timers = 0;
    bool quiet = true;   // false: a reader or a handler failed, or the limit of steps was reached
    Instant now{};
};

/// The handlers, and the thread that runs them in live time.
class Timers {
public:
    /// Runs as a command: the timer is gone in the same commit. Throwing keeps it; it is due again later (1 s, doubling, at most 1 h
    /// of business time), and `failures` counts.
    using Handler = std::function<void(store::Tx&, const Timer&)>;

    Timers(store::Store& store, events::Log& log);
    ~Timers();
    /// Before start().
    void on(std::string kind, Handler handler);
    /// Starts the thread. It sleeps until the next timer is due.
    void start();

    /// Sets a partition's business clock forward as discrete events: to the next due timer, run it, let the stamper and the readers come
    /// to rest, repeat; at last the clock is at `to` (a ticking one ticks on from there). `also_quiet` is asked as well (for jobs).
    /// *Refuses* `conflict` when `to` lies in the partition's past.
    Result<Advanced> advance(Partition partition, Instant to, const std::function<bool()>& also_quiet = {});

    /// Runs what is due now. Answers how many ran; handlers that fail are counted in `failed`.
    int run_due(Partition partition, int& failed);

private:
    enum class Step { none, ran, failed };
    Step run_next(Partition partition);
    void postpone(Partition partition, const Timer& timer);
    void work();
    void wake();

    store::Store& store_;
    events::Log& log_;
    std::map<std::string, Handler, std::less<>> handlers_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = true, closing_ = false;
    store::Store::Listener listener_;
    std::thread thread_;
};

}  // namespace lastmile::work
