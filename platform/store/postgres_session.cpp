#include "platform/store/postgres_session.hpp"

#include <fmt/format.h>

#include "platform/store/failpoint.hpp"

namespace lastmile::store {
namespace {

/// An insert of plain values touches one row or fails; everything else is counted by the server.
bool counts_itself(std::string_view sql) {
    return sql.starts_with("insert") && sql.find("on conflict") == sql.npos && sql.find("select") == sql.npos && sql.find("), (") == sql.npos;
}

std::int64_t lock_number(const Command& command) {
    std::uint64_t number = static_cast<std::uint64_t>(command.partition.number) * 0x9e3779b97f4a7c15u;
    for (std::size_t i = 0; i < command.idempotency->key.size(); ++i) number = (number ^ command.idempotency->key[i]) * 0x100000001b3u;
    return static_cast<std::int64_t>(number);
}

}  // namespace

const char* const clocks_sql =
    "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint), p.clock_offset_ms, p.clock_fixed_ms, coalesce(h.sequence, 0), p.number "
    "from (select cast($1 as bigint) as wanted) w left join partitions p on p.number = w.wanted left join log_heads h on h.partition = w.wanted";

Now clocks_of(const Row& row, const Options& options, Partition partition) {
    const Instant machine = options.clock ? options.clock() : row[0].instant();
    if (partition.number == 0) return {machine, machine};
    if (row[4].null()) throw std::runtime_error(fmt::format("partition {} does not exist: see store::ensure_partition", partition.number));
    if (!row[2].null()) return {row[2].instant(), machine};
    return {machine + std::chrono::milliseconds(row[1].integer()), machine};
}

void PostgresSession::translate(const PostgresError& error) {
    if (error.state.empty()) throw Unavailable(error.what());
    if (error.state == "LM001") throw Moved{};
    if (error.state == "40P01" || error.state == "40001") throw Transient(error.what());
    if (error.state == "23505" || error.state == "23P01")
        if (auto found = violations_.find(error.constraint); found != violations_.end()) throw Refusal(found->second);
    // 53: out of resources (disk full, too many connections); 57P: shut down; 58: I/O errors; 25006: a standby.
    if (error.state.starts_with("53") || error.state.starts_with("57P") || error.state.starts_with("58") || error.state == "25006") throw Unavailable(error.what());
    throw std::runtime_error(error.what());
}

std::vector<Rows> PostgresSession::flush() {
    if (std::exchange(savepoint_queued_, false)) savepoint_sent_ = true;
    try {
        return db_.flush();
    } catch (const PostgresError& error) {
        translate(error);
    }
}

Rows PostgresSession::fetch(std::string sql, Args args) {
    db_.queue(std::move(sql), std::move(args));
    return std::move(flush().back());
}

Opening PostgresSession::begin(const Command& command) {
    forget();
    command_ = &command;
    partition_ = command.partition;
    origin_ = command.origin;
    commit_sent_ = savepoint_queued_ = savepoint_sent_ = false;
    position_ = 0;
    open_ = true;
    db_.queue("begin", {});
    db_.queue(clocks_sql, {partition_.number});
    if (command.idempotency) {
        // The lock before the look: whoever waited would hold a connection, so nobody waits.
        db_.queue("select pg_try_advisory_xact_lock($1)", {lock_number(command)});
        db_.queue("select fingerprint, kind, status, headers, body, expires_at from idempotency_keys where partition = $1 and key = $2",
                  {partition_.number, command.idempotency->key});
    }
    auto all = flush();
    now_ = clocks_of(all[1][0], options_, partition_);
    head_ = all[1][0][3].integer();
    if (!command.idempotency) return {};
    if (!all[2][0][0].boolean()) return {.in_flight = true};
    const auto& rows = all[3];
    if (rows.empty() || rows[0][5].instant() <= now_.machine) {
        db_.queue("savepoint behind_key", {});
        savepoint_queued_ = true;
        return {};
    }
    Remembered memory{rows[0][0].bytes(), rows[0][1].text(), {}};
    memory.answer.status = static_cast<int>(rows[0][2].integer());
    parse_headers(rows[0][3].text(), memory.answer);
    if (!rows[0][4].null()) memory.answer.body.assign(rows[0][4].bytes().begin(), rows[0][4].bytes().end());
    return {.remembered = std::move(memory)};
}

void PostgresSession::commit(const Remembered* memory) {
    if (memory) {
        const auto& answer = memory->answer;
        db_.queue("insert into idempotency_keys as k (partition, key, fingerprint, kind, status, headers, body, expires_at) "
                  "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (partition, key) do update set fingerprint = excluded.fingerprint, "
                  "kind = excluded.kind, status = excluded.status, headers = excluded.headers, body = excluded.body, expires_at = excluded.expires_at",
                  {partition_.number, command_->idempotency->key, memory->fingerprint, memory->kind, answer.status, print_headers(answer),
                   memory->kind == "whole" || memory->kind == "sealed" ? Value(Bytes(answer.body.begin(), answer.body.end())) : Value(),
                   now_.machine + std::chrono::milliseconds(options_.remember)});
    }
    const bool appended = !appended_.empty();
    // The sequence's value in this session is the serial of the last event: every other insert into the log is somebody else's session.
    if (appended) db_.queue("select currval('log_serial')", {});
    db_.queue("commit", {});
    failpoint("store.before_commit");
    commit_sent_ = true;
    auto all = flush();
    open_ = false;
    failpoint("store.after_commit");
    if (appended) position_ = -all[all.size() - 2][0][0].integer();
}

void PostgresSession::undo_writes() {
    forget();
    db_.clear();
    commit_sent_ = false;
    // Writes that never left the queue need no undoing.
    if (!std::exchange(savepoint_sent_, false)) return;
    db_.queue("rollback to behind_key", {});
    flush();
}

void PostgresSession::rollback() {
    forget();
    db_.clear();
    if (!std::exchange(open_, false) || db_.broken()) return;
    if (!db_.in_transaction()) return;
    db_.queue("rollback", {});
    flush();
}

void PostgresSession::checked(int rows, std::string sql, Args args) {
    if (rows == 1 && counts_itself(sql)) return db_.queue(std::move(sql), std::move(args));
    args.emplace_back(rows);  // as an argument, so that one prepared statement serves every count
    auto counted = fmt::format("with touched as ({} returning 1) select expect_rows((select count(*) from touched), ${})", sql, args.size());
    db_.queue(std::move(counted), std::move(args));
}

void PostgresSession::append(Sql insert, Args args, Bytes hash) {
    if (!has_log_) throw std::logic_error("an event was appended, but no log is attached to the store");
    db_.queue(std::string(insert.text()), bound(std::move(args)));
    db_.queue("insert into log_work (serial, partition, hash) values (currval('log_serial'), $1, $2)", {partition_.number, hash});
    appended_.push_back({partition_, 0, std::move(hash)});
}

}  // namespace lastmile::store
