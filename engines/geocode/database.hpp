#pragma once
// Just enough of SQLite for an index that is built once and then only read.
#include <sqlite3.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lastmile::geocode {

/// A prepared statement. Texts that are bound must live until it was stepped.
class Statement {
public:
    Statement(sqlite3* db, std::string_view sql) {
        if (sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &handle_, nullptr) != SQLITE_OK)
            throw std::runtime_error(std::string("The place index cannot be used: ") + sqlite3_errmsg(db) + ".");
    }
    ~Statement() { sqlite3_finalize(handle_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(int at, std::int64_t value) { return sqlite3_bind_int64(handle_, at, value), *this; }
    Statement& bind(int at, double value) { return sqlite3_bind_double(handle_, at, value), *this; }
    Statement& bind(int at, std::string_view value) {
        return sqlite3_bind_text(handle_, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC), *this;
    }

    /// True while there is a row.
    bool step() {
        const int result = sqlite3_step(handle_);
        if (result == SQLITE_ROW) return true;
        sqlite3_reset(handle_);
        if (result != SQLITE_DONE)
            throw std::runtime_error(std::string("The place index cannot be read: ") + sqlite3_errmsg(sqlite3_db_handle(handle_)) + ".");
        return false;
    }
    void run() {
        while (step()) {}
    }
    void reset() { sqlite3_reset(handle_); }
    std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, column); }
    double real(int column) const { return sqlite3_column_double(handle_, column); }
    std::string text(int column) const {
        const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
        return data ? std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))) : std::string();
    }

private:
    sqlite3_stmt* handle_ = nullptr;
};

}  // namespace lastmile::geocode
