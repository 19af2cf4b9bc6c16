#pragma once
// A command on PostgreSQL: one transaction, READ COMMITTED. Writes wait in the queue and travel with the next query or the COMMIT.
#include "platform/store/postgres_connection.hpp"
#include "platform/store/session.hpp"

namespace lastmile::store {

class PostgresSession final : public Session {
public:
    PostgresSession(Store& store, PostgresConnection& db, const Options& options, bool has_log)
        : Session(store), db_(db), options_(options), random_(*options.random), has_log_(has_log) {}

    Opening begin(const Command& command) override;
    void commit(const Remembered* memory) override;
    void undo_writes() override;
    void rollback() override;

    Rows query(Sql sql, const Args& args) override { return fetch(std::string(sql.text()), bound(args)); }
    Rows query(SystemSql sql, const Args& args) override { return fetch(std::string(sql.text()), args); }
    Rows lock(Sql sql, const Args& args) override { return fetch(std::string(sql.text()) + " for update", bound(args)); }
    std::int64_t log_position() override { return head_; }
    void write(int rows, Sql sql, Args args) override { checked(rows, std::string(sql.text()), bound(std::move(args))); }
    void write(int rows, SystemSql sql, Args args) override { checked(rows, std::string(sql.text()), std::move(args)); }
    void write_any(Sql sql, Args args) override { db_.queue(std::string(sql.text()), bound(std::move(args))); }
    void write_any(SystemSql sql, Args args) override { db_.queue(std::string(sql.text()), std::move(args)); }
    void append(Sql insert, Args args, Bytes hash) override;
    Random& random() override { return random_; }

    /// Set by commit(): minus the serial of the last event appended, or 0. And whether COMMIT may have reached the server.
    std::int64_t position() const { return position_; }
    bool commit_sent() const { return commit_sent_; }

private:
    Args bound(Args args) const {
        args.insert(args.begin(), Value(partition_.number));
        return args;
    }
    void checked(int rows, std::string sql, Args args);
    Rows fetch(std::string sql, Args args);
    std::vector<Rows> flush();
    [[noreturn]] void translate(const PostgresError& error);

    PostgresConnection& db_;
    const Options& options_;
    Random& random_;
    bool has_log_;
    const Command* command_ = nullptr;
    std::int64_t head_ = 0, position_ = 0;
    bool open_ = false, commit_sent_ = false, savepoint_queued_ = false, savepoint_sent_ = false;
};

/// One statement that answers machine time, the partition's clock and its head. $1 is the partition.
extern const char* const clocks_sql;
Now clocks_of(const Row& row, const Options& options, Partition partition);

}  // namespace lastmile::store
