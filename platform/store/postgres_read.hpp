#pragma once
// A read on PostgreSQL: one snapshot (repeatable read, read only).
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "platform/store/postgres_connection.hpp"
#include "platform/store/snapshot.hpp"
#include "platform/store/store.hpp"

namespace lastmile::store {

class PostgresRead final : public Snapshot {
public:
    PostgresRead(PostgresConnection& db, const Options& options, Partition partition);

    Rows query(Sql sql, const Args& args) override;
    Rows query(SystemSql sql, const Args& args) override { return fetch(sql.text(), args); }
    std::int64_t log_position() override { return head_; }
    void enter(Partition partition) override;
    void gather(const std::function<void()>& asks) override;

private:
    using Asked = std::pair<std::string, std::string>;  // text, and arguments printed
    void queue(std::string_view sql, Args args, std::function<void(Rows)> take);
    Rows fetch(std::string_view sql, Args args);
    void flush();

    PostgresConnection& db_;
    const Options& options_;
    std::vector<std::function<void(Rows)>> takers_;  // of what is queued
    std::map<Asked, std::optional<Rows>> gathered_;  // nothing: not answered yet
    std::int64_t head_ = 0;
    bool gathering_ = false;
};

}  // namespace lastmile::store
