#pragma once
// A connection to SQLite: statements kept prepared, values bound by the number in their name, errors as exceptions.
#include <sqlite3.h>

#include <memory>
#include <string>
#include <unordered_map>

#include "platform/store/value.hpp"

namespace lastmile::store {

using Args = std::vector<Value>;

struct SqliteError : std::runtime_error {
    SqliteError(int code_, const std::string& what) : std::runtime_error(what), code(code_) {}
    int code;  // extended result code
    int primary() const { return code & 0xff; }
};

/// Arguments as $1, $2, …: with a partition, that is $1 and `args` follow.
struct Bound {
    const Value* first = nullptr;
    const Args* args = nullptr;
    std::size_t size() const { return args->size() + (first ? 1 : 0); }
    const Value& at(std::size_t number) const { return first ? (number == 1 ? *first : (*args)[number - 2]) : (*args)[number - 1]; }
};

class SqliteConnection {
public:
    /// Throws std::runtime_error with one sentence.
    SqliteConnection(const std::string& path, bool writer, const std::string& vfs, int cache_kib);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    /// Throws SqliteError.
    Rows query(std::string_view sql, Bound args);
    Rows query(std::string_view sql, const Args& args = {}) { return query(sql, Bound{nullptr, &args}); }
    /// Rows touched by the last statement.
    int changes() const { return sqlite3_changes(db_); }
    /// Several statements without arguments.
    void script(const std::string& sql);
    bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
    /// `table.column, table.column` as SQLite names a unique index (or `<table>_pkey`) in its message; empty if there is none.
    std::string violation_text(std::string_view index);

private:
    struct Statement;
    Statement& prepared(std::string_view sql);
    [[noreturn]] void fail(int code, std::string_view sql);

    sqlite3* db_ = nullptr;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_map<std::string, std::unique_ptr<Statement>, TextHash, std::equal_to<>> statements_;
};

}  // namespace lastmile::store
