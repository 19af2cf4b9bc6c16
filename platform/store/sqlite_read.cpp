#include "platform/store/sqlite_read.hpp"

#include <fmt/format.h>

#include <atomic>

#include "platform/store/snapshot.hpp"

namespace lastmile::store {

class SqliteRead final : public Snapshot {
public:
    SqliteRead(SqliteReader& reader, Partition partition) : reader_(reader) { enter(partition); }
    void enter(Partition partition) override {
        partition_ = partition;
        place_ = {};
        const Instant machine = reader_.options_.clock ? reader_.options_.clock() : machine_now();
        now_ = {machine, machine};
        if (partition.number == 0) return;
        place_ = reader_.place_of(partition);
        now_.business = place_.clock_fixed ? *place_.clock_fixed : machine + std::chrono::milliseconds(place_.clock_offset_ms);
    }
    Rows query(Sql sql, const Args& args) override {
        const Value partition(partition_.number);
        return reader_.db_.query(sql.text(), Bound{&partition, &args});
    }
    Rows query(SystemSql sql, const Args& args) override { return reader_.db_.query(sql.text(), args); }
    std::int64_t log_position() override { return place_.head; }
    std::uint64_t revision() const override { return reader_.revision_; }

private:
    SqliteReader& reader_;
    SqliteReader::Place place_;
};

SqliteReader::SqliteReader(const std::string& path, const Options& options)
    : options_(options), db_(path, false, options.sqlite_vfs, options.sqlite_cache_kib / 4) {}

void SqliteReader::begin() {
    static std::atomic<std::uint64_t> revisions{0};  // in all stores of the process: a number is never used again
    db_.query("begin");  // as a query: prepared once
    open_ = true;
    try {
        // Opens the snapshot, and tells whether any connection of any process has committed since the last one.
        const auto version = db_.query("pragma data_version")[0][0].integer();
        if (std::exchange(data_version_, version) == version) return;
        revision_ = ++revisions;
        places_.clear();
    } catch (...) {
        end();
        throw;
    }
}

void SqliteReader::end() {
    open_ = false;
    if (db_.in_transaction()) db_.query("rollback");
}

const SqliteReader::Place& SqliteReader::place_of(Partition partition) {
    if (const auto known = places_.find(partition.number); known != places_.end()) return known->second;
    const auto rows = db_.query(
        "select coalesce(h.sequence, 0), p.clock_offset_ms, p.clock_fixed_ms from partitions p left join log_heads h on h.partition = p.number "
        "where p.number = $1",
        {partition.number});
    if (rows.empty()) throw std::runtime_error(fmt::format("partition {} does not exist: see store::ensure_partition", partition.number));
    Place place{rows[0][0].integer(), rows[0][1].integer(), {}};
    if (!rows[0][2].null()) place.clock_fixed = rows[0][2].instant();
    return places_.emplace(partition.number, place).first->second;
}

void SqliteReader::run(const Query& query) {
    try {
        SqliteRead snapshot(*this, query.partition);
        query.body(snapshot);
    } catch (...) {
        end();
        throw;
    }
}

}  // namespace lastmile::store
