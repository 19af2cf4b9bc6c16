#include <fmt/format.h>

#include <filesystem>
#include <thread>

#include "platform/base/reasons.hpp"
#include "platform/store/failpoint.hpp"
#include "platform/store/fair_queue.hpp"
#include "platform/store/in_flight.hpp"
#include "platform/store/migrations.hpp"
#include "platform/store/signals.hpp"
#include "platform/store/sqlite_read.hpp"
#include "platform/store/sqlite_session.hpp"
#include "platform/store/store_numbers.hpp"
#include "platform/store/unready.hpp"

namespace lastmile::store {
namespace {

constexpr std::size_t group_limit = 256;                        // commands in one COMMIT
constexpr auto group_time = std::chrono::milliseconds(20);      // and how long a group may take to gather
constexpr auto snapshot_time = std::chrono::milliseconds(5);    // reads share one so long: while it is open no checkpoint passes it


/// A read, and how many came before it.
struct Reading {
    Query query;
    std::uint64_t number;
};

/// A command, and how often it was prepared.
struct Waiting {
    Command command;
    int prepared = 0;
};

class SqliteStore final : public Store {
public:
    explicit SqliteStore(const Options& options) : options_(options), commands_(options.queue_limit), reads_(options.queue_limit) {
        if (!options_.random) options_.random = std::make_shared<SystemRandom>();
        std::filesystem::create_directories(options.data_folder);
        const auto path = (std::filesystem::path(options.data_folder) / "lastmile.db").string();
        writer_ = std::make_unique<SqliteConnection>(path, true, options.sqlite_vfs, options.sqlite_cache_kib);
        bring_up_to_date();
        for (int i = 0; i < std::max(1, options.readers); ++i) readers_.push_back(std::make_unique<SqliteReader>(path, options_));
        threads_.emplace_back([this] { write(); });
        for (auto& reader : readers_) threads_.emplace_back([this, one = reader.get()] { read_all(*one); });
        announcer_ = std::thread([this] { announce(); });
        preparer_ = std::thread([this] { prepare(); });
    }
    ~SqliteStore() override { close(); }

    void command(Command command) override {
        if (command.idempotency) {
            if (!in_flight_.enter(command.partition.number, command.idempotency->key))
                return command.done(render(command, reasons::in_flight, "The first request with this key has not been answered yet."));
            command.done = [this, partition = command.partition.number, key = command.idempotency->key,
                            done = std::move(command.done)](Answer answer) {
                in_flight_.leave(partition, key);
                done(std::move(answer));
            };
        }
        numbers_.waiting_commands.add(1);
        enqueue({std::move(command)});
    }

    void read(Query query) override {
        numbers_.waiting_reads.add(1);
        Reading reading{std::move(query), come_.fetch_add(1)};
        if (reads_.push(reading.query.partition, false, reading)) return;
        numbers_.waiting_reads.add(-1);
        reading.query.done(std::make_exception_ptr(Refusal(Error{&reasons::overloaded, "Too many requests are waiting.", {}, {}})));
    }

    void attach(std::shared_ptr<CommitHook> hook) override { hook_.store(std::move(hook)); }
    void signal(std::string_view channel) override { signals_.wake(channel); }
    Listener on_signal(std::string_view channel, std::function<void()> wake) override { return signals_.listen(channel, std::move(wake)); }
    std::string_view dialect() const override { return "sqlite"; }

    void close() override {
        if (std::exchange(closed_, true)) return;
        commands_.close();
        reads_.close();
        for (auto& thread : threads_) thread.join();
        preparations_.close();
        preparer_.join();
        announcements_.close();
        announcer_.join();
        readers_.clear();
        writer_.reset();
    }

private:
    struct Done {
        Command command;
        int prepared = 0;
        Settled settled;
        std::vector<Appended> appended;
        std::vector<std::function<void()>> then;
    };

    void bring_up_to_date() {
        writer_->script("begin immediate");  // another process may be doing the same
        writer_->script("create table if not exists schema_migrations (module text not null, number bigint not null, name text not null, "
                        "checksum text not null, applied_at bigint not null, primary key (module, number))");
        const auto applied = [this] {
            std::vector<std::string> lines;
            for (const auto& row : writer_->query("select module || ' ' || number || ' ' || checksum from schema_migrations"))
                lines.push_back(row[0].text());
            return lines;
        };
        const auto apply = [this](const Migration& m) {
            writer_->script(std::string(m.sql));
            writer_->query("insert into schema_migrations values ($1, $2, $3, $4, $5)",
                           {m.module, m.number, m.name, m.checksum, machine_now()});
        };
        migrate({"sqlite", applied, apply}, embedded_migrations());
        writer_->script("commit");
    }

    void write() {
        on_store_thread = true;
        while (auto first = commands_.pop()) {
            std::vector<Done> group;
            try {
                run_group(std::move(*first), group);
            } catch (const std::exception& fault) {
                lose(group, fault.what());
            }
            for (auto& done : group) {
                if (done.settled.prepare && done.prepared < most_preparations) {
                    preparations_.push({}, false, done);
                    continue;
                }
                if (done.settled.prepare) done.settled = {never_ready(done.command)};
                numbers_.waiting_commands.add(-1);
                numbers_.count(done.settled);
                announcements_.push({}, false, done);
            }
        }
    }

    /// What commands need made first, on a thread of its own, so that the writer goes on meanwhile.
    void prepare() {
        on_store_thread = true;
        while (auto done = preparations_.pop()) {
            try {
                done->settled.prepare();
            } catch (const std::exception& fault) {
                report(options_, done->command, fault.what());
                numbers_.waiting_commands.add(-1);
                done->settled = {render(done->command, reasons::internal, "A fault on our side.")};
                announcements_.push({}, false, *done);
                continue;
            }
            enqueue({std::move(done->command), done->prepared + 1});
        }
    }

    void enqueue(Waiting waiting) {
        const auto partition = waiting.command.partition;
        const bool bulk = waiting.command.lane == Lane::bulk;
        if (commands_.push(partition, bulk, waiting)) return;
        numbers_.waiting_commands.add(-1);
        waiting.command.done(render(waiting.command, reasons::overloaded, "Too many requests are waiting."));
    }

    /// Several commands, one COMMIT. Throws when the group is lost: none of it has happened.
    void run_group(Waiting first, std::vector<Done>& group) {
        group.push_back({std::move(first.command), first.prepared, {}, {}, {}});
        const auto began = StoreNumbers::Clock::now();
        writer_->script("begin immediate");
        const auto hook = hook_.load();
        SqliteSession session(*this, *writer_, options_, hook != nullptr);
        const auto until = std::chrono::steady_clock::now() + group_time;
        for (;;) {
            auto& done = group.back();
            done.settled = settle(session, done.command, options_);
            if (done.settled.committed) {
                done.appended = session.appended();
                done.then = session.take_after_commit();
            }
            if (group.size() == group_limit || std::chrono::steady_clock::now() > until) break;
            auto next = commands_.try_pop();
            if (!next) break;
            group.push_back({std::move(next->command), next->prepared, {}, {}, {}});
        }
        stamp(session, hook.get(), group);
        failpoint("store.before_commit");
        writer_->script("commit");
        failpoint("store.after_commit");
        numbers_.transaction.observe(StoreNumbers::since(began));
        numbers_.group.observe(static_cast<double>(group.size()));
    }

    void stamp(SqliteSession& session, CommitHook* hook, std::vector<Done>& group) {
        std::vector<Appended> all;
        for (const auto& done : group) all.insert(all.end(), done.appended.begin(), done.appended.end());
        if (all.empty()) return;
        session.enter_group();
        const auto sequences = hook->stamp(session, all);
        std::size_t at = 0;
        for (auto& done : group) {
            at += done.appended.size();
            if (!done.appended.empty()) done.settled.answer.log_position = sequences.at(at - 1);
        }
    }

    void lose(std::vector<Done>& group, std::string_view why) {
        if (writer_->in_transaction()) {
            try {
                writer_->script("rollback");
            } catch (const std::exception&) {
                // The transaction is over either way; the next group finds out.
            }
        }
        report(options_, group.front().command, fmt::format("{} commands lost: {}", group.size(), why));
        for (auto& done : group) {
            done.settled = {render(done.command, reasons::overloaded, "The store cannot take this now.")};  // nor is anything prepared
            done.appended.clear();
            done.then.clear();
        }
    }

    void announce() {
        on_store_thread = true;
        while (auto done = announcements_.pop()) {
            if (!done->appended.empty())
                if (auto hook = hook_.load()) hook->appended();
            for (auto& then : done->then) then();
            done->command.done(std::move(done->settled.answer));
        }
    }

    /// What came before a snapshot was taken may be read in it as well: reads that wait together share one, like commands their commit.
    void read_all(SqliteReader& reader) {
        on_store_thread = true;
        std::uint64_t covered = 0;  // reads that came before the snapshot
        StoreNumbers::Clock::time_point until;
        while (auto reading = next_read(reader)) {
            numbers_.waiting_reads.add(-1);
            const auto began = StoreNumbers::Clock::now();
            if (reader.open() && (reading->number >= covered || began > until)) reader.end();
            std::exception_ptr fault;
            try {
                if (!reader.open()) {
                    covered = come_.load(), until = began + snapshot_time;
                    reader.begin();
                }
                reader.run(reading->query);
            } catch (...) {
                fault = std::current_exception();
            }
            numbers_.read.observe(StoreNumbers::since(began));
            reading->query.done(fault);
        }
    }

    /// Waits without holding a snapshot.
    std::optional<Reading> next_read(SqliteReader& reader) {
        if (reader.open()) {
            if (auto next = reads_.try_pop()) return next;
            reader.end();
        }
        return reads_.pop();
    }

    Options options_;
    StoreNumbers numbers_;
    std::unique_ptr<SqliteConnection> writer_;
    std::vector<std::unique_ptr<SqliteReader>> readers_;
    FairQueue<Waiting> commands_;
    FairQueue<Done> preparations_{SIZE_MAX};
    FairQueue<Reading> reads_;
    std::atomic<std::uint64_t> come_{0};  // reads so far
    FairQueue<Done> announcements_{SIZE_MAX};
    InFlight in_flight_;
    Signals signals_;
    std::atomic<std::shared_ptr<CommitHook>> hook_;
    std::vector<std::thread> threads_;
    std::thread announcer_, preparer_;
    bool closed_ = false;
};

}  // namespace

std::unique_ptr<Store> open_sqlite(const Options& options) { return std::make_unique<SqliteStore>(options); }

}  // namespace lastmile::store
