#include <fmt/format.h>

#include <thread>
#include <variant>

#include "platform/base/reasons.hpp"
#include "platform/store/failpoint.hpp"
#include "platform/store/fair_queue.hpp"
#include "platform/store/in_flight.hpp"
#include "platform/store/migrations.hpp"
#include "platform/store/postgres_read.hpp"
#include "platform/store/postgres_session.hpp"
#include "platform/store/postgres_signals.hpp"
#include "platform/store/store_numbers.hpp"
#include "platform/store/unready.hpp"

namespace lastmile::store {
namespace {

class PostgresStore final : public Store {
public:
    explicit PostgresStore(const Options& options) : options_(options), queue_(options.queue_limit) {
        if (!options_.random) options_.random = std::make_shared<SystemRandom>();
        try {
            PostgresConnection db(options.url);
            bring_up_to_date(db);
        } catch (const PostgresError& error) {
            std::string why = error.what();
            while (!why.empty() && why.back() == '\n') why.pop_back();
            throw std::runtime_error(fmt::format("PostgreSQL cannot be used: {}.", why));
        }
        signals_between_nodes_ = std::make_unique<PostgresSignals>(options.url, signals_);
        for (int i = 0; i < std::max(1, options.connections); ++i) threads_.emplace_back([this] { work(); });
    }
    ~PostgresStore() override { close(); }

    void command(Command command) override {
        if (command.idempotency) {
            // Cheaper than asking the database, which knows of the other nodes' keys.
            if (!in_flight_.enter(command.partition.number, command.idempotency->key))
                return command.done(render(command, reasons::in_flight, "The first request with this key has not been answered yet."));
            command.done = [this, partition = command.partition.number, key = command.idempotency->key,
                            done = std::move(command.done)](Answer answer) {
                in_flight_.leave(partition, key);
                done(std::move(answer));
            };
        }
        const bool bulk = command.lane == Lane::bulk;
        const auto partition = command.partition;
        Work work(std::move(command));
        numbers_.waiting_commands.add(1);
        if (!queue_.push(partition, bulk, work)) {
            numbers_.waiting_commands.add(-1);
            auto& refused = std::get<Command>(work);
            refused.done(render(refused, reasons::overloaded, "Too many requests are waiting."));
        }
    }

    void read(Query query) override {
        const auto partition = query.partition;
        Work work(std::move(query));
        numbers_.waiting_reads.add(1);
        if (queue_.push(partition, false, work)) return;
        numbers_.waiting_reads.add(-1);
        std::get<Query>(work).done(overload());
    }

    void attach(std::shared_ptr<CommitHook> hook) override { hook_.store(std::move(hook)); }
    void signal(std::string_view channel) override { signals_between_nodes_->signal(channel); }
    Listener on_signal(std::string_view channel, std::function<void()> wake) override { return signals_.listen(channel, std::move(wake)); }
    std::string_view dialect() const override { return "postgresql"; }

    void close() override {
        if (std::exchange(closed_, true)) return;
        queue_.close();
        for (auto& thread : threads_) thread.join();
        signals_between_nodes_.reset();
    }

private:
    using Work = std::variant<Command, Query>;
    using Connection = std::unique_ptr<PostgresConnection>;

    static std::exception_ptr overload() {
        return std::make_exception_ptr(Refusal(Error{&reasons::overloaded, "The store cannot take this now.", {}, {}}));
    }

    static void bring_up_to_date(PostgresConnection& db) {
        db.script("select pg_advisory_lock(7274527381)");  // nodes that start together do this one after the other
        db.script("create table if not exists schema_migrations (module text not null, number bigint not null, name text not null, "
                  "checksum text not null, applied_at bigint not null, primary key (module, number))");
        const auto applied = [&] {
            std::vector<std::string> lines;
            for (const auto& row : db.script("select module || ' ' || number || ' ' || checksum from schema_migrations"))
                lines.push_back(row[0].text());
            return lines;
        };
        const auto apply = [&](const Migration& m) {
            db.script("begin");
            try {
                db.script(std::string(m.sql));
                db.queue("insert into schema_migrations values ($1, $2, $3, $4, $5)",
                         {m.module, m.number, m.name, m.checksum, machine_now()});
                db.flush();
            } catch (const PostgresError&) {
                db.script("rollback");
                throw;
            }
            db.script("commit");
        };
        migrate({"postgres", applied, apply}, embedded_migrations());
        db.script("select pg_advisory_unlock(7274527381)");
    }

    /// Null while the server cannot be reached: then what waits is refused at once rather than held.
    bool connected(Connection& db, std::chrono::steady_clock::time_point& next_try, std::chrono::milliseconds& pause) {
        if (db && !db->broken()) return true;
        if (std::chrono::steady_clock::now() < next_try) return false;
        try {
            db = std::make_unique<PostgresConnection>(options_.url);
            pause = std::chrono::milliseconds(100);
            return true;
        } catch (const PostgresError& error) {
            db.reset();
            next_try = std::chrono::steady_clock::now() + pause;
            pause = std::min(2 * pause, std::chrono::milliseconds(5000));
            return false;
        }
    }

    void work() {
        on_store_thread = true;
        Connection db;
        std::chrono::steady_clock::time_point next_try;
        std::chrono::milliseconds pause{100};
        while (auto item = queue_.pop()) {
            (std::holds_alternative<Command>(*item) ? numbers_.waiting_commands : numbers_.waiting_reads).add(-1);
            for (bool again = true; std::exchange(again, false);) {
                const bool reachable = connected(db, next_try, pause);
                if (auto* command = std::get_if<Command>(&*item)) {
                    if (reachable) again = run(*db, *command);
                    else command->done(render(*command, reasons::overloaded, "The database cannot be reached."));
                } else {
                    auto& query = std::get<Query>(*item);
                    if (reachable) look(*db, query);
                    else query.done(overload());
                }
            }
        }
    }

    /// True when the connection was found dead before anything could have been committed: the command may go to a new one.
    bool run(PostgresConnection& db, const Command& command) {
        const auto hook = hook_.load();
        PostgresSession session(*this, db, options_, hook != nullptr);
        const auto began = StoreNumbers::Clock::now();
        Settled settled;
        try {
            for (int prepared = 0; (settled = settle(session, command, options_)).prepare; ++prepared) {
                if (prepared == most_preparations) {
                    settled = {never_ready(command)};
                    break;
                }
                settled.prepare();
            }
        } catch (const std::exception& fault) {  // not even the rollback reached the server
            report(options_, command, fault.what());
            settled = {render(command, reasons::overloaded, "The store cannot take this now.")};
        }
        if (db.broken() && !session.commit_sent()) return true;
        numbers_.transaction.observe(StoreNumbers::since(began));
        numbers_.count(settled);
        if (settled.committed) {
            if (session.position() != 0) settled.answer.log_position = session.position();
            if (hook && !session.appended().empty()) hook->appended();
            for (auto& then : session.take_after_commit()) then();
        }
        command.done(std::move(settled.answer));
        return false;
    }

    void look(PostgresConnection& db, const Query& query) {
        const auto began = StoreNumbers::Clock::now();
        std::exception_ptr fault;
        try {
            PostgresRead snapshot(db, options_, query.partition);
            query.body(snapshot);
        } catch (const PostgresError& error) {
            fault = error.state.empty() ? overload() : std::current_exception();
        } catch (...) {
            fault = std::current_exception();
        }
        numbers_.read.observe(StoreNumbers::since(began));
        query.done(fault);  // who asked need not wait for the end of the transaction
        try {
            db.clear();
            if (!db.broken() && db.in_transaction()) {
                db.queue("rollback", {});
                db.flush();
            }
        } catch (const PostgresError&) {
            // The next one finds the connection broken and takes a new one.
        }
    }

    Options options_;
    StoreNumbers numbers_;
    FairQueue<Work> queue_;
    InFlight in_flight_;
    Signals signals_;
    std::unique_ptr<PostgresSignals> signals_between_nodes_;
    std::atomic<std::shared_ptr<CommitHook>> hook_;
    std::vector<std::thread> threads_;
    bool closed_ = false;
};

}  // namespace

std::unique_ptr<Store> open_postgres(const Options& options) { return std::make_unique<PostgresStore>(options); }

}  // namespace lastmile::store
