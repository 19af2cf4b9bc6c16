#pragma once
// A command on SQLite's writer connection: one savepoint inside the group's transaction.
#include "platform/store/session.hpp"
#include "platform/store/sqlite_connection.hpp"

namespace lastmile::store {

class SqliteSession final : public Session {
public:
    SqliteSession(Store& store, SqliteConnection& db, const Options& options, bool has_log)
        : Session(store), db_(db), options_(options), random_(*options.random), has_log_(has_log) {}

    Opening begin(const Command& command) override;
    void commit(const Remembered* memory) override;
    void undo_writes() override;
    void rollback() override;

    Rows query(Sql sql, const Args& args) override { return run(sql.text(), args, true); }
    Rows query(SystemSql sql, const Args& args) override { return run(sql.text(), args, false); }
    Rows lock(Sql sql, const Args& args) override { return run(sql.text(), args, true); }
    std::int64_t log_position() override;
    void write(int rows, Sql sql, Args args) override { checked(rows, sql.text(), args, true); }
    void write(int rows, SystemSql sql, Args args) override { checked(rows, sql.text(), args, false); }
    void write_any(Sql sql, Args args) override { run(sql.text(), args, true); }
    void write_any(SystemSql sql, Args args) override { run(sql.text(), args, false); }
    void append(Sql insert, Args args, Bytes hash) override;
    Random& random() override { return random_; }

    /// Events were appended that were not undone: the group must stamp them.
    void enter_group() { partition_ = {}, forget(); }

private:
    void checked(int rows, std::string_view sql, const Args& args, bool bound);
    Rows run(std::string_view sql, const Args& args, bool bound);
    [[noreturn]] void translate(const SqliteError& error);

    SqliteConnection& db_;
    const Options& options_;
    Random& random_;
    bool has_log_;
    bool open_ = false;
    const Command* command_ = nullptr;
};

/// Both clocks of a partition; Partition{0} is the system's own. Throws std::runtime_error when there is no such partition.
Now read_clocks(SqliteConnection& db, const Options& options, Partition partition);

}  // namespace lastmile::store
