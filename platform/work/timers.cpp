#include "platform/work/timers.hpp"

#include <algorithm>

#include "platform/base/reasons.hpp"
#include "platform/store/partitions.hpp"

namespace lastmile::work {
namespace {

constexpr int step_limit = 100'000;  // timers that one advance may run: a timer that sets itself for now would never end
constexpr auto longest_sleep = std::chrono::milliseconds(30'000);  // signals may be lost with their connection

Timer timer_of(const store::Row& row) {
    return {row[0].text(), row[1].text(), row[2].instant(), row[3].text(), static_cast<int>(row[4].integer())};
}

std::optional<Instant> next_due(store::Read& read) {
    const auto rows = read.query("select due_at from timers where partition = $1 order by due_at limit 1");
    if (rows.empty()) return std::nullopt;
    return rows[0][0].instant();
}

struct Due {
    Partition partition;
    Instant at;  // machine time
};

/// When each partition's next timer is due by the machine's clock; those whose clock stands before it are left out.
std::vector<Due> all_due(store::Read& read) {
    std::vector<Due> all;
    const auto rows =
        read.query(store::SystemSql("select number, clock_offset_ms, clock_fixed_ms, (select min(due_at) from timers t where t.partition = "
                                    "number) "
                                    "from partitions"));
    for (const auto& row : rows) {
        if (row[3].null()) continue;
        if (row[2].null()) all.push_back({{row[0].integer()}, row[3].instant() - std::chrono::milliseconds(row[1].integer())});
        else if (row[3].integer() <= row[2].integer()) all.push_back({{row[0].integer()}, read.now().machine});
    }
    return all;
}

}  // namespace

void set_timer(store::Tx& tx, const Timer& timer) {
    tx.bookkeeping().write_any(
        "insert into timers (partition, kind, subject, due_at, wanted_at, payload) values ($1, $2, $3, $4, $4, $5) "
        "on conflict (partition, kind, subject) do update set due_at = excluded.due_at, wanted_at = excluded.wanted_at, "
        "payload = excluded.payload, failures = 0",
        {timer.kind, timer.subject, timer.due_at, timer.payload});
    tx.wake_after_commit("timers");
}

void cancel_timer(store::Tx& tx, std::string_view kind, std::string_view subject) {
    tx.bookkeeping().write_any("delete from timers where partition = $1 and kind = $2 and subject = $3", {kind, subject});
}

std::optional<Timer> find_timer(store::Read& read, std::string_view kind, std::string_view subject) {
    const auto rows =
        read.query("select kind, subject, wanted_at, payload, failures from timers where partition = $1 and kind = $2 and subject = $3",
                   {kind, subject});
    if (rows.empty()) return std::nullopt;
    return timer_of(rows[0]);
}

Timers::Timers(store::Store& store, events::Log& log) : store_(store), log_(log) {}

Timers::~Timers() {
    listener_.reset();
    if (!thread_.joinable()) return;
    {
        std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Timers::on(std::string kind, Handler handler) {
    if (!handlers_.emplace(kind, std::move(handler)).second) throw std::logic_error("two handlers for the timer " + kind);
}

void Timers::start() {
    listener_ = store_.on_signal("timers", [this] { wake(); });
    thread_ = std::thread([this] { work(); });
}

void Timers::wake() {
    {
        std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_one();
}

Timers::Step Timers::run_next(Partition partition) {
    std::optional<Timer> timer;
    Origin origin;
    origin.source = "system";
    try {
        store_.run(partition, origin, [&](store::Tx& tx) {
            timer.reset();
            // Found without a lock, deleted with a count: another node that was faster makes this one look again.
            const auto rows = tx.query(
                "select kind, subject, wanted_at, payload, failures from timers where partition = $1 and due_at <= $2 "
                "order by due_at, kind, subject limit 1",
                {tx.now().business});
            if (rows.empty()) return;
            timer = timer_of(rows[0]);
            const auto handler = handlers_.find(timer->kind);
            if (handler == handlers_.end()) throw std::logic_error("no handler for the timer " + timer->kind);
            tx.bookkeeping().write(1, "delete from timers where partition = $1 and kind = $2 and subject = $3 and wanted_at = $4",
                                   {timer->kind, timer->subject, timer->due_at});
            handler->second(tx, *timer);
        });
        return timer ? Step::ran : Step::none;
    } catch (const std::exception&) {
        if (!timer) throw;
    }
    postpone(partition, *timer);
    return Step::failed;
}

void Timers::postpone(Partition partition, const Timer& timer) {
    store_.run(partition, {}, [&](store::Tx& tx) {
        const auto pause =
            std::min(std::chrono::milliseconds(3'600'000), std::chrono::milliseconds(1000) * (1 << std::min(timer.failures, 12)));
        tx.bookkeeping().write_any(
            "update timers set due_at = $5, failures = failures + 1 where partition = $1 and kind = $2 and subject = $3 and wanted_at = $4",
            {timer.kind, timer.subject, timer.due_at, tx.now().business + pause});
    });
}

int Timers::run_due(Partition partition, int& failed) {
    for (int ran = 0;; ++ran) {
        const auto step = run_next(partition);
        if (step == Step::none || ran == step_limit) return ran;
        failed += step == Step::failed;
    }
}

Result<Advanced> Timers::advance(Partition partition, Instant to, const std::function<bool()>& also_quiet) {
    Advanced result;
    Instant now;
    std::optional<Instant> due;
    const auto look = [&] {
        store_.look(partition, [&](store::Read& read) {
            now = read.now().business;
            due = next_due(read);
        });
    };
    const auto rest = [&] {
        result.quiet = log_.drain(partition) && result.quiet;
        if (also_quiet) result.quiet = also_quiet() && result.quiet;
    };
    look();
    if (to < now) return refuse(reasons::conflict, "The clock stands at " + to_rfc3339(now) + " already, and it never goes back.");
    rest();
    for (int failed = 0;;) {
        look();
        if (!due || *due > to) {
            if (now >= to) break;
            store_.run(partition, {}, [&](store::Tx& tx) { store::move_clock(tx, to); });
            continue;  // somebody may have set a timer meanwhile
        }
        store_.run(partition, {}, [&](store::Tx& tx) { store::move_clock(tx, *due); });
        const auto step = run_next(partition);
        result.timers += step == Step::ran;
        failed += step == Step::failed;
        result.quiet = result.quiet && step != Step::failed;
        rest();
        if (result.timers + failed >= step_limit) {
            result.quiet = false;
            break;
        }
    }
    result.now = now;
    return result;
}

void Timers::work() {
    for (auto until = std::chrono::steady_clock::now();;) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait_until(lock, until, [&] { return woken_ || closing_; });
            if (closing_) return;
            woken_ = false;
        }
        until = std::chrono::steady_clock::now() + longest_sleep;
        try {
            std::vector<Due> due;
            Instant now;
            store_.look({}, [&](store::Read& read) {
                due = all_due(read);
                now = read.now().machine;
            });
            for (const auto& [partition, at] : due) {
                if (at > now) {
                    until = std::min(until, std::chrono::steady_clock::now() + (at - now));
                    continue;
                }
                int failed = 0;
                for (int i = 0; i < 100; ++i) {  // then the next partition's turn
                    const auto step = run_next(partition);
                    if (step == Step::none) break;
                    failed += step == Step::failed;
                }
                until = std::chrono::steady_clock::now();  // look again at once: what ran may have set more
            }
        } catch (const std::exception&) {
            until = std::chrono::steady_clock::now() + std::chrono::seconds(1);  // the store said why
        }
    }
}

}  // namespace lastmile::work
