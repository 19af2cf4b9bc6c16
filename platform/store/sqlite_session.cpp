#include "platform/store/sqlite_session.hpp"

#include <fmt/format.h>

namespace lastmile::store {

Now read_clocks(SqliteConnection& db, const Options& options, Partition partition) {
    const Instant machine = options.clock ? options.clock() : machine_now();
    if (partition.number == 0) return {machine, machine};
    const auto rows = db.query("select clock_offset_ms, clock_fixed_ms from partitions where number = $1", {partition.number});
    if (rows.empty()) throw std::runtime_error(fmt::format("partition {} does not exist: see store::ensure_partition", partition.number));
    if (!rows[0][1].null()) return {rows[0][1].instant(), machine};
    return {machine + std::chrono::milliseconds(rows[0][0].integer()), machine};
}

void SqliteSession::translate(const SqliteError& error) {
    // Some errors end the transaction and with it every savepoint of the group; going on would run in autocommit.
    if (!db_.in_transaction()) throw GroupLost(error.what());
    switch (error.primary()) {
        case SQLITE_CONSTRAINT: {
            const std::string_view what = error.what();
            for (const auto& [index, refusal] : violations_) {
                const auto text = db_.violation_text(index);
                if (text.empty()) throw std::logic_error(fmt::format("on_violation: there is no index {}", index));
                if (what.find(fmt::format("UNIQUE constraint failed: {} (", text)) != what.npos) throw Refusal(refusal);
            }
            throw std::runtime_error(error.what());
        }
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_NOMEM:
        case SQLITE_BUSY:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN: throw Unavailable(error.what());
        default: throw std::runtime_error(error.what());
    }
}

Rows SqliteSession::run(std::string_view sql, const Args& args, bool bound) {
    const Value partition(partition_.number);
    try {
        return db_.query(sql, Bound{bound ? &partition : nullptr, &args});
    } catch (const SqliteError& error) {
        translate(error);
    }
}

Opening SqliteSession::begin(const Command& command) {
    forget();
    command_ = &command;
    partition_ = command.partition;
    origin_ = command.origin;
    run("savepoint command", {}, false);
    open_ = true;
    now_ = read_clocks(db_, options_, partition_);
    if (!command.idempotency) return {};
    const auto rows = run(
        "select fingerprint, kind, status, headers, body from idempotency_keys where partition = $1 and key = $2 and expires_at > $3",
        {command.idempotency->key, now_.machine}, true);
    if (rows.empty()) return {};
    Remembered memory{rows[0][0].bytes(), rows[0][1].text(), {}};
    memory.answer.status = static_cast<int>(rows[0][2].integer());
    parse_headers(rows[0][3].text(), memory.answer);
    if (!rows[0][4].null()) memory.answer.body.assign(rows[0][4].bytes().begin(), rows[0][4].bytes().end());
    return {.remembered = std::move(memory)};
}

void SqliteSession::commit(const Remembered* memory) {
    if (memory) {
        const auto& answer = memory->answer;
        Args args{command_->idempotency->key, memory->fingerprint, memory->kind, answer.status, print_headers(answer),
                  memory->kind == "whole" || memory->kind == "sealed" ? Value(Bytes(answer.body.begin(), answer.body.end())) : Value(),
                  now_.machine + std::chrono::milliseconds(options_.remember)};
        run("insert or replace into idempotency_keys (partition, key, fingerprint, kind, status, headers, body, expires_at) "
            "values ($1, $2, $3, $4, $5, $6, $7, $8)", args, true);
    }
    run("release command", {}, false);
    open_ = false;
}

void SqliteSession::undo_writes() {
    forget();
    run("rollback to command", {}, false);
}

void SqliteSession::rollback() {
    forget();
    if (!std::exchange(open_, false)) return;
    run("rollback to command", {}, false);
    run("release command", {}, false);
}

std::int64_t SqliteSession::log_position() {
    const auto rows = run("select sequence from log_heads where partition = $1", {}, true);
    return rows.empty() ? 0 : rows[0][0].integer();
}

void SqliteSession::checked(int rows, std::string_view sql, const Args& args, bool bound) {
    run(sql, args, bound);
    if (db_.changes() != rows) throw Moved{};
}

void SqliteSession::append(Sql insert, Args args, Bytes hash) {
    if (!has_log_) throw std::logic_error("an event was appended, but no log is attached to the store");
    const auto rows = run(insert.text(), args, true);
    appended_.push_back({partition_, rows.at(0).at(0).integer(), std::move(hash)});
}

}  // namespace lastmile::store
