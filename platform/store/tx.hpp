#pragma once
// What a handler sees of the store: Read (a snapshot of one partition) and Tx (one command's transaction).
#include <algorithm>
#include <functional>
#include <string_view>
#include <vector>

#include "platform/base/actor.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/partition.hpp"
#include "platform/base/random.hpp"
#include "platform/base/result.hpp"
#include "platform/store/sql.hpp"
#include "platform/store/value.hpp"

namespace lastmile::store {

using Args = std::vector<Value>;  // $2, $3, …: $1 is the partition

/// What a command's body throws when the membership it found is no longer so under the lock: it starts again from its find,
/// three times in all, then the caller gets 409. A write that misses its row count has the same effect.
struct Moved {};

/// Whose data was put into (or read for) an answer, and the sealed key under which that data lies.
struct Shown {
    Bytes owner;
    Bytes key;
};

/// A read snapshot. Its statements are bound to one partition.
class Read {
public:
    virtual ~Read() = default;
    virtual Rows query(Sql sql, const Args& args = {}) = 0;
    virtual Rows query(SystemSql sql, const Args& args = {}) = 0;  // here $1 is args[0]
    /// The sequence of the last stamped event of this partition, as of this snapshot (`Log-Position`).
    virtual std::int64_t log_position() = 0;
    Partition partition() const { return partition_; }
    /// Both clocks, read once per transaction (PostgreSQL: the database's time, so that nodes agree).
    const Now& now() const { return now_; }
    /// The answer may show what lies under this owner's key: a command's answer is remembered under that key too, so that dropping the key
    /// makes it unreadable (Command::seal). Snapshots remember nothing.
    void shows(const Bytes& owner, const Bytes& key) {
        if (commands_ && std::ranges::find(shown_, owner, &Shown::owner) == shown_.end()) shown_.push_back({owner, key});
    }
    const std::vector<Shown>& shown() const { return shown_; }

protected:
    Partition partition_;
    Now now_{};
    bool commands_ = false;
    std::vector<Shown> shown_;
};

/// Checked writes. Every write states how many rows it must touch; the *server* raises when it does not (also in a pipelined batch).
class Writer {
public:
    virtual ~Writer() = default;
    /// Touches exactly `rows` rows, else the command starts again from its find (the state has moved), three times, then 409.
    virtual void write(int rows, Sql sql, Args args) = 0;
    virtual void write(int rows, SystemSql sql, Args args) = 0;
    /// Touches any number of rows (deletes of children, upserts that may do nothing).
    virtual void write_any(Sql sql, Args args) = 0;
    virtual void write_any(SystemSql sql, Args args) = 0;
    /// What the violation of this unique index means to the caller. Without one it is a fault (500).
    virtual void on_violation(std::string_view index, Error refusal) = 0;
};

class Tx : public Read {
public:
    /// A query whose rows are locked until the commit (`for update` on PostgreSQL; nothing to do for SQLite's single writer).
    virtual Rows lock(Sql sql, const Args& args = {}) = 0;
    /// For tables that hold no facts: cursors, attempts, timers, tokens, search words. Facts are written by events::apply alone.
    virtual Writer& bookkeeping() = 0;
    /// Runs after the commit is durable, never after a rollback; must not throw or block (it wakes readers and connections).
    virtual void after_commit(std::function<void()> then) = 0;
    /// Wakes the channel's listeners on all nodes (Store::signal) once the commit is durable.
    virtual void wake_after_commit(std::string_view channel) = 0;
    virtual Random& random() = 0;
    /// Puts one event row into the log: an insert that ends in `returning serial`. For events::apply alone. `hash` is the content's.
    virtual void append(Sql insert, Args args, Bytes hash) = 0;
    template <class Noun>
    Id<Noun> new_id() { return Id<Noun>::make(now().machine, random()); }
    const Origin& origin() const { return origin_; }

protected:
    Origin origin_;
};

}  // namespace lastmile::store
