#pragma once
// The store: SQLite in the data folder (one writer thread, group commit) or PostgreSQL (a pool). Same meaning, same tests.
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/store/tx.hpp"

namespace lastmile::store {

/// What an endpoint answered, as idempotency remembers it (bodies up to 64 KiB; a secret is never remembered).
struct Answer {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    bool replayed = false;   // from the memory of an earlier request
    bool secret = false;     // the body must not be remembered: the replay says so
    bool personal = false;   // the body holds personal data: it is remembered sealed (Command::seal), or not at all
    bool current = false;    // replayed, but without its body: render the present one (`Idempotent-Replayed: current`)
    /// Where in the log this stands. Positive: a sequence. Negative (PostgreSQL, whose stamper comes after the commit): an event that
    /// has no sequence yet; events::Log::wait_for takes both and gives the sequence.
    std::int64_t log_position = 0;
};

/// The Idempotency-Key of a request: `key` is a hash over caller and key (per partition), `fingerprint` over method, path with query,
/// content type and raw body.
struct Idempotency {
    Bytes key;
    Bytes fingerprint;
};

enum class Lane { interactive, bulk };

struct Command {
    Partition partition{};
    Origin origin{};
    std::optional<Idempotency> idempotency{};
    Lane lane = Lane::interactive;
    /// find → lock and load → decide → writes. May run several times (moved membership, deadlock): no effect outside the transaction.
    /// Throws Refusal (from Result::value()).
    std::function<Answer(Tx&)> body{};
    /// Personal answers are remembered in this form (nullopt: of too many persons), and opened for a replay (nullopt: a key is gone).
    /// Without it the present state is rendered at a replay.
    std::function<std::optional<std::string>(Tx&, std::string_view)> seal{};
    std::function<std::optional<std::string>(Read&, std::string_view)> unseal{};
    /// Renders a refusal, so that it can be remembered in the same transaction.
    std::function<Answer(const Error&)> render{};
    /// Called once, on a store thread, after the commit is durable (or with the refusal, or 503/500 rendered).
    std::function<void(Answer)> done{};
};

struct Query {
    Partition partition;
    std::function<void(Read&)> body;
    std::function<void(std::exception_ptr)> done;
};

/// An event row written in the present group of commits, in the order of its serial.
struct Appended {
    Partition partition;
    std::int64_t serial;
    Bytes hash;
};

/// The log's part in a commit (events::Log implements it). Stateless between groups: heads are read in the transaction.
struct CommitHook {
    virtual ~CommitHook() = default;
    /// SQLite: after the last savepoint of a group, before its COMMIT. Answers the sequence of each event.
    virtual std::vector<std::int64_t> stamp(Tx& group, const std::vector<Appended>& events) = 0;
    /// After a durable commit that appended events; on a store thread, must not block.
    virtual void appended() = 0;
};

struct Options {
    std::string url{};            // empty: SQLite at data_folder/lastmile.db; postgresql://…
    std::string data_folder{};
    int readers = 4;              // SQLite reader connections; PostgreSQL pool size is `connections`
    int connections = 8;
    std::size_t queue_limit = 4096;  // commands waiting; beyond: 503
    std::chrono::hours remember{48};   // how long an idempotency key is kept
    std::function<void(std::string_view)> log{};   // faults and lost connections, one line each; default: standard error
    std::shared_ptr<Random> random{};   // default: the kernel's
    std::function<Instant()> clock{};   // tests: replaces machine time (also the database's)
    std::string sqlite_vfs{};           // tests: a VFS that cuts the power
    int sqlite_cache_kib = 65536;
};

class Store {
public:
    virtual ~Store() = default;
    /// Both never block; a full queue answers `overloaded` through `done`.
    virtual void command(Command command) = 0;
    virtual void read(Query query) = 0;

    /// For background workers, the CLI and tests: the same, waiting. `run` throws Refusal or a fault.
    void run(Partition partition, const Origin& origin, const std::function<void(Tx&)>& body, Lane lane = Lane::interactive);
    void look(Partition partition, const std::function<void(Read&)>& body);

    /// The log that stamps what commands append. One at a time; nullptr detaches. Without one, appending is a fault.
    virtual void attach(std::shared_ptr<CommitHook> hook) = 0;
    /// Wakes whoever listens to the channel, in this process and (PostgreSQL: LISTEN/NOTIFY, outside of any command) on every node.
    /// Signals may be merged or, when a connection is lost, missed: listeners look again on a slow timer.
    virtual void signal(std::string_view channel) = 0;
    using Listener = std::shared_ptr<const std::function<void()>>;
    /// Listens until the listener is destroyed. Called on a store thread: must not block.
    virtual Listener on_signal(std::string_view channel, std::function<void()> wake) = 0;

    /// Stops taking commands, finishes what is queued, closes.
    virtual void close() = 0;
    /// "sqlite" or "postgresql", and what /metrics and health show of it.
    virtual std::string_view dialect() const = 0;
};

/// Opens (creates, migrates) the store. Throws std::runtime_error with one clear sentence (no permission, newer schema, not reachable).
std::unique_ptr<Store> open(const Options& options);

}  // namespace lastmile::store
