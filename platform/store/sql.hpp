#pragma once
// Statements. $1 is always the partition, bound by the transaction: SQL that does not name it does not compile.
#include <string_view>

namespace lastmile::store {

/// The text of a statement over rows of one partition, in the dialect both stores share (placeholders $1, $2, …; types bigint, text,
/// bytea, double precision; instants as bigint milliseconds, booleans as bigint 0/1, JSON as text).
class Sql {
public:
    consteval Sql(const char* text) : text_(text) {
        if (text_.find("::") != text_.npos) throw "write cast(x as type): SQLite reads $2::type as a parameter's name";
        if (text_.find("partition") == text_.npos || text_.find("$1") == text_.npos) throw "a statement must be bound to `partition = $1`";
    }
    constexpr std::string_view text() const { return text_; }

private:
    friend class SqlBuilder;  // puts lists together from constant pieces
    struct Checked {};
    constexpr Sql(Checked, std::string_view text) : text_(text) {}
    std::string_view text_;
};

/// A constant piece of a statement; `$?` stands for each value given with it. Put together by SqlBuilder.
class Fragment {
public:
    consteval Fragment(const char* text) : text_(text) {
        for (auto at = text_.find("$?"); at != text_.npos; at = text_.find("$?", at + 2)) ++marks_;
        if (text_.find("::") != text_.npos) throw "write cast(x as type): SQLite reads $2::type as a parameter's name";
    }
    constexpr std::string_view text() const { return text_; }
    constexpr std::size_t marks() const { return marks_; }

private:
    std::string_view text_;
    std::size_t marks_ = 0;
};

/// A statement over tables that no tenant owns (partitions, leases, the stamper's heads). Kept to platform/ and features/access.
class SystemSql {
public:
    consteval explicit SystemSql(const char* text) : text_(text) {}
    constexpr std::string_view text() const { return text_; }

private:
    friend class PartitionTables;  // names tables that it found in the schema
    struct Checked {};
    constexpr SystemSql(Checked, std::string_view text) : text_(text) {}
    std::string_view text_;
};

}  // namespace lastmile::store
