#pragma once
// The store: SQLite in the data folder (one writer thread, group commit) or PostgreSQL (a pool). Same meaning, same tests.
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
    Partition partition;
    Origin origin{};
    std::optional<Idempotency> idempotency{};
    Lane lane = Lane::interactive;
    /// find → lock and load → decide → writes. May run several times (moved membership, deadlock): no effect outside the transaction.
    /// Throws Refusal (from Result::value()).
    std::function<Answer(Tx&)> body;
    /// Renders a refusal, so that it can be remembered in the same transaction.
    std::function<Answer(const Error&)> render;
    /// Called once, on a store thread, after the commit is durable (or with the refusal, or 503/500 rendered).
    std::function<void(Answer)> done;
};

struct Query {
    Partition partition;
    std::function<void(Read&)> body;
    std::function<void(std::exception_ptr)> done;
};

struct Options {
    std::string url;              // empty: SQLite at data_folder/lastmile.db; postgresql://…
    std::string data_folder;
    int readers = 4;              // SQLite reader connections; PostgreSQL pool size is `connections`
    int connections = 8;
    std::size_t queue_limit = 4096;  // commands waiting; beyond: 503
};

class Store {
public:
    virtual ~Store() = default;
    /// Both never block; a full queue answers `overloaded` through `done`.
    virtual void command(Command command) = 0;
    virtual void read(Query query) = 0;

    /// For background workers, the CLI and tests: the same, waiting. `run` throws Refusal or a fault.
    void run(Partition partition, const Origin& origin, const std::function<void(Tx&)>& body);
    void look(Partition partition, const std::function<void(Read&)>& body);

    /// Stops taking commands, finishes what is queued, closes.
    virtual void close() = 0;
    /// "sqlite" or "postgresql", and what /metrics and health show of it.
    virtual std::string_view dialect() const = 0;
};

/// Opens (creates, migrates) the store. Throws std::runtime_error with one clear sentence (no permission, newer schema, not reachable).
std::unique_ptr<Store> open(const Options& options);

}  // namespace lastmile::store
