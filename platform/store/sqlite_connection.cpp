#include "platform/store/sqlite_connection.hpp"

#include <fmt/format.h>

#include <cstring>

namespace lastmile::store {
namespace {

constexpr std::size_t kept_statements = 1000;

int compare_bytes(void*, int size_a, const void* a, int size_b, const void* b) {
    const int order = std::memcmp(a, b, static_cast<std::size_t>(std::min(size_a, size_b)));
    return order != 0 ? order : size_a - size_b;
}

int bind(sqlite3_stmt* statement, int at, const Value& value) {
    return std::visit(
        [&](const auto& held) {
            using T = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<T, std::monostate>) return sqlite3_bind_null(statement, at);
            else if constexpr (std::is_same_v<T, std::int64_t>) return sqlite3_bind_int64(statement, at, held);
            else if constexpr (std::is_same_v<T, double>) return sqlite3_bind_double(statement, at, held);
            else if constexpr (std::is_same_v<T, std::string>)
                return sqlite3_bind_text64(statement, at, held.data(), held.size(), SQLITE_STATIC, SQLITE_UTF8);
            else
                return sqlite3_bind_blob64(statement, at, held.empty() ? static_cast<const void*>("") : held.data(), held.size(),
                                           SQLITE_STATIC);
        },
        value.holder());
}

Value column(sqlite3_stmt* statement, int at) {
    const auto size = [&] { return static_cast<std::size_t>(sqlite3_column_bytes(statement, at)); };
    switch (sqlite3_column_type(statement, at)) {
        case SQLITE_INTEGER: return sqlite3_column_int64(statement, at);
        case SQLITE_FLOAT: return sqlite3_column_double(statement, at);
        case SQLITE_TEXT: {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, at));
            return std::string(text, size());
        }
        case SQLITE_BLOB: {
            const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, at));
            return Bytes(bytes, bytes + size());
        }
        default: return {};
    }
}

}  // namespace

struct SqliteConnection::Statement {
    sqlite3_stmt* handle = nullptr;
    std::vector<std::size_t> numbers;  // of parameter i + 1: the n of its name $n
    ~Statement() { sqlite3_finalize(handle); }
};

SqliteConnection::SqliteConnection(const std::string& path, bool writer, const std::string& vfs, int cache_kib) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (writer ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(path.c_str(), &db_, flags, vfs.empty() ? nullptr : vfs.c_str()) != SQLITE_OK) {
        const std::string why = db_ ? sqlite3_errmsg(db_) : "out of memory";
        sqlite3_close_v2(db_);
        throw std::runtime_error(fmt::format("The database {} cannot be opened: {}.", path, why));
    }
    sqlite3_busy_timeout(db_, 5000);
    sqlite3_create_collation(db_, "C", SQLITE_UTF8, nullptr, compare_bytes);
    // Read before WAL is asked for: a file that is no database is told apart from one that is busy.
    script(fmt::format("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory;"
                       "pragma cache_size = -{}; pragma wal_autocheckpoint = 4000; pragma trusted_schema = off;{}",
                       cache_kib, writer ? "" : "pragma query_only = on;"));
}

SqliteConnection::~SqliteConnection() {
    statements_.clear();
    sqlite3_close_v2(db_);
}

void SqliteConnection::fail(int code, std::string_view sql) {
    throw SqliteError(code, fmt::format("{} (in: {})", sqlite3_errmsg(db_), sql.substr(0, 200)));
}

SqliteConnection::Statement& SqliteConnection::prepared(std::string_view sql) {
    if (auto found = statements_.find(sql); found != statements_.end()) return *found->second;
    if (statements_.size() >= kept_statements) statements_.clear();
    auto statement = std::make_unique<Statement>();
    const char* rest = nullptr;
    const int code =
        sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement->handle, &rest);
    if (code != SQLITE_OK) fail(code, sql);
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement->handle); ++i) {
        const char* name = sqlite3_bind_parameter_name(statement->handle, i);
        if (!name || name[0] != '$') throw std::logic_error(fmt::format("placeholders are $1, $2, … (in: {})", sql));
        statement->numbers.push_back(std::stoul(name + 1));
    }
    return *statements_.emplace(sql, std::move(statement)).first->second;
}

Rows SqliteConnection::query(std::string_view sql, Bound args) {
    auto& statement = prepared(sql);
    struct Reset {
        sqlite3_stmt* handle;
        ~Reset() { sqlite3_reset(handle); }
    } reset{statement.handle};
    for (std::size_t i = 0; i < statement.numbers.size(); ++i) {
        const auto number = statement.numbers[i];
        if (number < 1 || number > args.size())
            throw std::logic_error(fmt::format("${} has no value (in: {})", number, sql.substr(0, 200)));
        if (const int code = bind(statement.handle, static_cast<int>(i) + 1, args.at(number)); code != SQLITE_OK) fail(code, sql);
    }
    Rows rows;
    const int columns = sqlite3_column_count(statement.handle);
    for (;;) {
        const int code = sqlite3_step(statement.handle);
        if (code == SQLITE_DONE) return rows;
        if (code != SQLITE_ROW) fail(code, sql);
        Row row;
        row.reserve(static_cast<std::size_t>(columns));
        for (int i = 0; i < columns; ++i) row.push_back(column(statement.handle, i));
        rows.push_back(std::move(row));
    }
}

void SqliteConnection::script(const std::string& sql) {
    if (const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK) fail(code, sql);
}

std::string SqliteConnection::violation_text(std::string_view index) {
    const auto join = [](std::string_view table, const Rows& columns) {
        std::string text;
        for (const auto& row : columns) text += fmt::format("{}{}.{}", text.empty() ? "" : ", ", table, row[0].text());
        return text;
    };
    if (auto table = query("select tbl_name from sqlite_master where type = 'index' and name = $1", {index}); !table.empty()) {
        const auto columns = query("select name from pragma_index_info($1) where name is not null order by seqno", {index});
        // An index over an expression is named itself in the message.
        const auto all = query("select count(*) from pragma_index_info($1)", {index});
        if (static_cast<std::int64_t>(columns.size()) < all[0][0].integer()) return fmt::format("index '{}'", index);
        return join(table[0][0].text(), columns);
    }
    if (index.ends_with("_pkey")) {
        const auto table = index.substr(0, index.size() - 5);
        return join(table, query("select name from pragma_table_info($1) where pk > 0 order by pk", {table}));
    }
    return {};
}

}  // namespace lastmile::store
