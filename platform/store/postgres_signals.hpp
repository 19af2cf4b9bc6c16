#pragma once
// Wake-ups between nodes: LISTEN/NOTIFY on a connection of its own, apart from commands (a NOTIFY inside a command would make all
// commits of the database wait for each other).
#include <atomic>
#include <set>
#include <thread>

#include "platform/store/postgres_connection.hpp"
#include "platform/store/signals.hpp"

namespace lastmile::store {

class PostgresSignals {
public:
    PostgresSignals(std::string url, Signals& local);
    ~PostgresSignals();
    /// Wakes this process at once and the other nodes soon; merged with what already waits to be sent.
    void signal(std::string_view channel);

private:
    void work();
    void exchange();
    void wait(PGconn* connection, int timeout_ms);

    const std::string url_;
    Signals& local_;
    std::mutex mutex_;
    std::set<std::string> to_send_;
    int wake_[2];
    std::atomic<bool> closing_ = false;
    std::thread thread_;
};

}  // namespace lastmile::store
