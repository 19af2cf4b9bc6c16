#pragma once
// A connection to PostgreSQL in pipeline mode: statements are queued, sent together, and answered in one round trip.
#include <libpq-fe.h>

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "platform/store/value.hpp"

namespace lastmile::store {

using Args = std::vector<Value>;

struct PostgresError : std::runtime_error {
    using std::runtime_error::runtime_error;
    std::string state;       // SQLSTATE; empty when the connection is gone
    std::string constraint;  // the index or constraint that was violated
};

class PostgresConnection {
public:
    /// Throws PostgresError (state empty) when the server cannot be reached.
    explicit PostgresConnection(const std::string& url);

    /// Queues a statement; nothing is sent yet. `args` are $1, $2, ….
    void queue(std::string sql, Args args);
    /// Sends what is queued, waits for all of it, and answers the rows of each. The first error is thrown, after the rest was skipped
    /// by the server and read; whoever calls decides what becomes of the transaction.
    std::vector<Rows> flush();
    /// Forgets what is queued.
    void clear() { queued_.clear(); }
    /// Several statements without arguments, outside the pipeline.
    Rows script(const std::string& sql);

    bool broken() const { return PQstatus(db_.get()) != CONNECTION_OK; }
    /// In a transaction, also a failed one.
    bool in_transaction() const;
    PGconn* handle() { return db_.get(); }

private:
    struct Queued {
        std::string sql;
        Args args;
        std::string statement;  // name, when the server has (or gets) it prepared
        bool prepares = false;
    };
    void send(Queued& queued);
    [[noreturn]] void lost();

    std::unique_ptr<PGconn, void (*)(PGconn*)> db_{nullptr, PQfinish};
    std::deque<Queued> queued_;
    std::unordered_map<std::string, std::string> statements_;  // text and argument types → name
    std::uint64_t named_ = 0;
};

}  // namespace lastmile::store
