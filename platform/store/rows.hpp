#pragma once
// Described structs as rows: columns are the members, in order, named alike; scalars as columns (ids as 16 bytes, instants as milliseconds,
// enums by their wire value), everything nested as JSON text. Every table has `partition` besides.
#include <initializer_list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "platform/schema/schema.hpp"
#include "platform/store/tx.hpp"

namespace lastmile::store {

/// What follows `where`: names the partition, like every statement. `"partition = $1 and status = $2 order by id desc limit $3"`.
class Where {
public:
    consteval Where(const char* text) : text_(text) {
        if (text_.find("::") != text_.npos) throw "write cast(x as type): SQLite reads $2::type as a parameter's name";
        if (text_.find("partition = $1") == text_.npos) throw "a condition must say `partition = $1`";
    }
    constexpr std::string_view text() const { return text_; }

private:
    std::string_view text_;
};

Value to_value(const schema::Type& type, const void* at);
/// Throws std::logic_error when the column does not fit.
void from_value(const schema::Type& type, const Value& value, void* at);
/// A row from column `first` on.
void from_row(const schema::Type& type, const Row& row, void* at, std::size_t first = 0);

template <class T>
std::vector<T> rows(const Rows& found, std::size_t first = 0) {
    std::vector<T> list;
    list.reserve(found.size());
    for (const auto& row : found) from_row(schema::type_of<T>(), row, &list.emplace_back(), first);
    return list;
}
/// `rows<DriverLine>(read, "select d.id, d.name from drivers d where d.partition = $1 …", {…})`: the columns in the order of T's members.
template <class T>
std::vector<T> rows(Read& read, Sql sql, const Args& args = {}) { return rows<T>(read.query(sql, args)); }

/// The statements of one table, written once. Lives as long as the program (a namespace-scope constant of a *_store.cpp).
class TableSql {
public:
    TableSql(schema::TypeOf type, std::string_view name, std::initializer_list<std::string_view> keys);
    Sql select(Where where) const;
    Sql remove(Where where) const;
    Sql insert() const { return made().insert; }
    Sql update() const { return made().update; }
    Sql update_versioned() const { return made().update_versioned; }
    Sql upsert() const { return made().upsert; }
    /// Each member's value, in order.
    Args values(const void* at) const;
    /// The keys' values first, then all others: what update and update_versioned are bound to (then the version it must still have).
    Args keyed_values(const void* at) const;
    /// `id, name, …` for statements of one's own; `alias` is put before each.
    std::string columns(std::string_view alias = {}) const;

private:
    struct Statements {
        Sql insert, update, update_versioned, upsert;
    };
    const Statements& made() const;
    bool is_key(std::string_view column) const;
    schema::TypeOf type_;
    std::string name_;
    std::vector<std::string_view> keys_;
    mutable std::mutex mutex_;
    mutable std::set<std::string> texts_;  // nodes stay where they are
    mutable std::map<std::pair<const void*, bool>, std::string_view> by_condition_;
    mutable std::optional<Statements> made_;
};

/// `const store::Table<Driver> drivers("drivers");` then `drivers.one(read, "partition = $1 and id = $2", {id})`.
template <class T>
class Table {
public:
    explicit Table(std::string_view name, std::initializer_list<std::string_view> keys = {"id"}) : sql(&schema::type_of<T>, name, keys) {}

    std::vector<T> all(Read& read, Where where, const Args& args = {}) const { return rows<T>(read.query(sql.select(where), args)); }
    std::optional<T> one(Read& read, Where where, const Args& args = {}) const { return first(all(read, where, args)); }
    /// Locked until the commit.
    std::vector<T> lock(Tx& tx, Where where, const Args& args = {}) const { return rows<T>(tx.lock(sql.select(where), args)); }
    std::optional<T> lock_one(Tx& tx, Where where, const Args& args = {}) const { return first(lock(tx, where, args)); }

    void insert(Writer& writer, const T& value) const { writer.write(1, sql.insert(), sql.values(&value)); }
    /// All columns but the keys. Exactly one row, else the command starts again.
    void update(Writer& writer, const T& value) const { writer.write(1, sql.update(), sql.keyed_values(&value)); }
    /// The same while its `version` is still `was`.
    void update(Writer& writer, const T& value, std::int64_t was) const {
        auto args = sql.keyed_values(&value);
        args.emplace_back(was);
        writer.write(1, sql.update_versioned(), std::move(args));
    }
    /// Inserts, or replaces the row of the same keys.
    void upsert(Writer& writer, const T& value) const { writer.write(1, sql.upsert(), sql.values(&value)); }
    /// Exactly `count` rows.
    void remove(Writer& writer, int count, Where where, Args args) const { writer.write(count, sql.remove(where), std::move(args)); }
    void remove_any(Writer& writer, Where where, Args args) const { writer.write_any(sql.remove(where), std::move(args)); }

    TableSql sql;

private:
    static std::optional<T> first(std::vector<T> found) {
        if (found.empty()) return std::nullopt;
        return std::move(found.front());
    }
};

}  // namespace lastmile::store
