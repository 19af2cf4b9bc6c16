#include "platform/store/postgres_signals.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace lastmile::store {

PostgresSignals::PostgresSignals(std::string url, Signals& local) : url_(std::move(url)), local_(local) {
    if (pipe2(wake_, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("No pipe could be made: too many open files.");
    thread_ = std::thread([this] { work(); });
}

PostgresSignals::~PostgresSignals() {
    closing_ = true;
    [[maybe_unused]] const auto woken = write(wake_[1], "x", 1);
    thread_.join();
    close(wake_[0]);
    close(wake_[1]);
}

void PostgresSignals::signal(std::string_view channel) {
    local_.wake(channel);
    {
        std::lock_guard lock(mutex_);
        if (!to_send_.emplace(channel).second) return;
    }
    [[maybe_unused]] const auto woken = write(wake_[1], "x", 1);  // a full pipe wakes as well
}

void PostgresSignals::work() {
    int pause_ms = 100;
    while (!closing_) {
        try {
            exchange();
            pause_ms = 100;
        } catch (const PostgresError&) {
            wait(nullptr, pause_ms);
            pause_ms = std::min(2 * pause_ms, 5000);
        }
    }
}

/// Until closing; throws when the connection is lost.
void PostgresSignals::exchange() {
    PostgresConnection db(url_);
    db.script("listen lastmile");
    local_.wake_all();  // what was missed while there was no connection
    const int own = PQbackendPID(db.handle());
    while (!closing_) {
        std::set<std::string> channels;
        {
            std::lock_guard lock(mutex_);
            channels.swap(to_send_);
        }
        for (const auto& channel : channels) db.queue("select pg_notify('lastmile', $1)", {channel});
        db.flush();
        if (PQconsumeInput(db.handle()) != 1) throw PostgresError("lost");
        while (std::unique_ptr<PGnotify, void (*)(void*)> note{PQnotifies(db.handle()), PQfreemem})
            if (note->be_pid != own) local_.wake(note->extra);
        {
            std::lock_guard lock(mutex_);
            if (!to_send_.empty()) continue;
        }
        wait(db.handle(), -1);
    }
}

void PostgresSignals::wait(PGconn* connection, int timeout_ms) {
    pollfd waits[2] = {{wake_[0], POLLIN, 0}, {connection ? PQsocket(connection) : -1, POLLIN, 0}};
    poll(waits, 2, timeout_ms);
    char drained[64];
    while (read(wake_[0], drained, sizeof drained) > 0) {
    }
}

}  // namespace lastmile::store
