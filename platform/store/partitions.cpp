#include "platform/store/partitions.hpp"

#include <algorithm>

namespace lastmile::store {

std::optional<Partition> find_partition(Read& read, const PartitionName& name) {
    const auto rows = read.query(SystemSql("select number from partitions where tenant = $1 and test = $2"), {name.tenant, name.test});
    if (rows.empty()) return std::nullopt;
    return Partition{rows[0][0].integer()};
}

Partition ensure_partition(Store& store, const PartitionName& name) {
    std::optional<Partition> found;
    store.look({}, [&](Read& read) { found = find_partition(read, name); });
    while (!found) {
        store.run({}, {}, [&](Tx& tx) {
            tx.bookkeeping().write_any(SystemSql("insert into partitions (number, tenant, test, created_at) "
                                                 "select coalesce(max(number), 0) + 1, $1, $2, $3 from partitions where true on conflict "
                                                 "do nothing"),
                                       {name.tenant, name.test, tx.now().machine});
            found = find_partition(tx, name);  // none: another node took the number for another name; again
        });
    }
    return *found;
}

std::vector<std::pair<Partition, PartitionName>> all_partitions(Read& read) {
    std::vector<std::pair<Partition, PartitionName>> all;
    for (const auto& row : read.query(SystemSql("select number, tenant, test from partitions order by number")))
        all.push_back({Partition{row[0].integer()}, {row[1].text(), row[2].boolean()}});
    return all;
}

void set_clock(Tx& tx, Instant to, bool fixed) {
    const auto offset = (to - tx.now().machine).count();
    tx.bookkeeping().write_any(SystemSql("update partitions set clock_offset_ms = $2, clock_fixed_ms = $3 where number = $1"),
                               {tx.partition().number, fixed ? std::int64_t{0} : std::int64_t{offset}, fixed ? Value(to) : Value()});
}

void move_clock(Tx& tx, Instant to) {
    if (to <= tx.now().business) return;
    tx.bookkeeping().write_any(SystemSql("update partitions set clock_offset_ms = case when clock_fixed_ms is null then $2 else 0 end, "
                                         "clock_fixed_ms = case when clock_fixed_ms is null then null else $3 end where number = $1"),
                               {tx.partition().number, std::int64_t{(to - tx.now().machine).count()}, to});
}

class PartitionTables {
public:
    static Rows names(Tx& tx, std::string_view dialect) {
        if (dialect == "sqlite")
            return tx.query(
                SystemSql("select m.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and c.name = "
                          "'partition'"));
        return tx.query(
            SystemSql("select cast(c.table_name as text) from information_schema.columns c join information_schema.tables t "
                      "on t.table_schema = c.table_schema and t.table_name = c.table_name "
                      "where c.table_schema = current_schema() and c.column_name = 'partition' and t.table_type = 'BASE TABLE'"));
    }
    static void clear(Tx& tx, const std::string& table) {
        const auto text = "delete from " + table + " where partition = $1";
        tx.bookkeeping().write_any(SystemSql(SystemSql::Checked{}, text), {tx.partition().number});
    }
};

void clear_partition(Store& store, Partition partition, std::span<const std::string_view> kept) {
    store.run(partition, {}, [&](Tx& tx) {
        const auto rows = tx.query(SystemSql("select test from partitions where number = $1"), {partition.number});
        if (rows.empty() || !rows[0][0].boolean()) throw std::logic_error("only a test partition may be cleared");
        for (const auto& table : PartitionTables::names(tx, store.dialect()))
            if (std::ranges::find(kept, table[0].text()) == kept.end()) PartitionTables::clear(tx, table[0].text());
        tx.bookkeeping().write_any(SystemSql("update partitions set clock_offset_ms = 0, clock_fixed_ms = null where number = $1"),
                                   {partition.number});
    });
}

std::int64_t forget_answers(Tx& tx, int limit) {
    const auto rows = tx.query(SystemSql("select partition, key from idempotency_keys where expires_at <= $1 order by expires_at limit $2"),
                               {tx.now().machine, limit});
    for (const auto& row : rows)
        tx.bookkeeping().write_any(SystemSql("delete from idempotency_keys where partition = $1 and key = $2"), {row[0], row[1]});
    return static_cast<std::int64_t>(rows.size());
}

std::int64_t forget_answers(Tx& tx, std::chrono::hours age, int limit) {
    const auto rows = tx.query("select key from idempotency_keys where partition = $1 and expires_at <= $2 order by expires_at limit $3",
                               {tx.now().machine + remembered_at_most - age, limit});
    for (const auto& row : rows) tx.bookkeeping().write_any("delete from idempotency_keys where partition = $1 and key = $2", {row[0]});
    return static_cast<std::int64_t>(rows.size());
}

}  // namespace lastmile::store
