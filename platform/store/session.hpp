#pragma once
// One connection's transaction, as the command logic that both stores share drives it (command.cpp).
#include <map>
#include <optional>
#include <stdexcept>

#include "platform/store/store.hpp"

namespace lastmile::store {

/// The store cannot take this now: full disk, lost connection, lost group. The caller gets 503.
struct Unavailable : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// Deadlock or serialization failure: the transaction is gone, the command may run again at once.
struct Transient : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// SQLite ended the whole group's transaction: none of its commands has happened.
struct GroupLost : Unavailable {
    using Unavailable::Unavailable;
};

struct Remembered {
    Bytes fingerprint;
    std::string kind;
    Answer answer;
};

struct Opening {
    bool in_flight = false;  // another node holds the key
    std::optional<Remembered> remembered{};
};

class Session : public Tx, public Writer {
public:
    explicit Session(Store& store) : store_(store) { commands_ = true; }
    /// Begins, reads both clocks and the head, takes the key and looks it up.
    virtual Opening begin(const Command& command) = 0;
    /// Sends what is queued, remembers the answer under the key and commits. `memory` is null without a key.
    virtual void commit(const Remembered* memory) = 0;
    /// Back to behind the key's lock, so that a refusal can be remembered in the same transaction.
    virtual void undo_writes() = 0;
    virtual void rollback() = 0;

    void on_violation(std::string_view index, Error refusal) override {
        violations_.insert_or_assign(std::string(index), std::move(refusal));
    }
    void after_commit(std::function<void()> then) override { after_commit_.push_back(std::move(then)); }
    void wake_after_commit(std::string_view channel) override {
        after_commit_.push_back([store = &store_, channel = std::string(channel)] { store->signal(channel); });
    }
    Writer& bookkeeping() override { return *this; }

    std::vector<std::function<void()>> take_after_commit() { return std::exchange(after_commit_, {}); }
    const std::vector<Appended>& appended() const { return appended_; }

protected:
    void forget() {
        violations_.clear();
        after_commit_.clear();
        appended_.clear();
        shown_.clear();
    }
    Store& store_;
    std::map<std::string, Error, std::less<>> violations_;
    std::vector<std::function<void()>> after_commit_;
    std::vector<Appended> appended_;
};

/// Runs a command to its answer: idempotency, refusals, repeats. Throws GroupLost only; everything else becomes an answer.
/// `committed` says whether the session's appended events and hooks count.
struct Settled {
    Answer answer;
    bool committed = false;
    std::function<void()> prepare{};  // no answer yet: run this outside of any transaction, then settle again (see Unready)
};
/// The answer to a command that stays unready.
Answer never_ready(const Command& command);
Settled settle(Session& session, const Command& command, const Options& options);

Answer render(const Command& command, const Reason& reason, std::string detail);
void report(const Options& options, const Command& command, std::string_view what);

inline constexpr std::size_t remembered_bytes = 64 * 1024;
std::string print_headers(const Answer& answer);
void parse_headers(std::string_view text, Answer& answer);

/// True on threads that run commands and reads: waiting for the store there would never end.
extern thread_local bool on_store_thread;

std::unique_ptr<Store> open_sqlite(const Options& options);
std::unique_ptr<Store> open_postgres(const Options& options);

}  // namespace lastmile::store
