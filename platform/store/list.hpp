#pragma once
// Lists: statements put together from constant pieces, and pages by keyset (no row repeated or skipped while others are inserted).
#include <optional>

#include "platform/store/tx.hpp"

namespace lastmile::store {

/// `SqlBuilder(base).where(" and status = $?", status).in(" and type in", types)`: filters that are absent leave no trace.
class SqlBuilder {
public:
    /// `args` are the $2, $3, … that `base` names.
    explicit SqlBuilder(Sql base, Args args = {}) : text_(base.text()), args_(std::move(args)) {}

    SqlBuilder& add(Fragment piece, Args values = {});
    template <class T>
    SqlBuilder& where(Fragment piece, const std::optional<T>& value) {
        return value ? add(piece, {Value(*value)}) : *this;
    }
    /// `piece` ends before the bracket: " and status in". No values: no filter.
    SqlBuilder& in(Fragment piece, const Args& values);

    Rows query(Read& read) const;
    Rows lock(Tx& tx) const;

private:
    Sql sql() const { return Sql(Sql::Checked{}, text_); }
    std::string text_;
    Args args_;
};

/// How a list is ordered. Both are columns that are never null; the pair is unique; an index (partition, key, tie) makes it fast.
struct Order {
    std::string_view name;   // of the list and its order: a cursor of another one is refused
    Fragment key;            // "created_at"
    Fragment tie;            // "id"
    bool newest_first = true;
};

struct Page {
    Rows rows;
    std::optional<std::string> next;  // bytes; the API prints them as base64url
};

/// One page of `select key, tie, … from … where partition = $1 …`: the statement selects the order's two columns first, and the rows
/// still hold them. `limit` 1..200. *Refuses* `bad_cursor`: not ours, of another list, or of another partition.
Result<Page> page(Read& read, SqlBuilder list, const Order& order, int limit, const std::optional<std::string>& cursor);

}  // namespace lastmile::store
