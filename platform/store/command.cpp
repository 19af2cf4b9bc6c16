#include <fmt/format.h>

#include "platform/base/reasons.hpp"
#include "platform/store/failpoint.hpp"
#include "platform/store/session.hpp"
#include "platform/store/unready.hpp"

namespace lastmile::store {
namespace {

constexpr int attempts = 3;

/// What the key's row will say. Refusals by load (429, 5xx) are not remembered: the same request may succeed a moment later.
std::optional<Remembered> memory_of(Tx& tx, const Command& command, const Answer& answer) {
    if (!command.idempotency || answer.status >= 500 || answer.status == 429) return std::nullopt;
    const bool fits = answer.body.size() <= remembered_bytes;
    auto sealed = answer.personal && fits && !answer.secret && command.seal ? command.seal(tx, answer.body) : std::nullopt;
    Remembered memory{command.idempotency->fingerprint, answer.secret ? "secret" : sealed ? "sealed" : !fits || answer.personal ? "current" : "whole", answer};
    if (memory.kind != "whole") memory.answer.body = std::move(sealed).value_or("");
    return memory;
}

Answer replay(Read& read, const Command& command, Remembered memory, std::int64_t head) {
    if (memory.fingerprint != command.idempotency->fingerprint)
        return render(command, reasons::key_reused, "The key belongs to another request.");
    memory.answer.replayed = true;
    memory.answer.secret = memory.kind == "secret";
    memory.answer.current = memory.kind == "current";
    if (memory.kind == "sealed") {
        auto plain = command.unseal ? command.unseal(read, memory.answer.body) : std::nullopt;
        memory.answer.current = !plain;
        memory.answer.body = plain.value_or("");
    }
    memory.answer.log_position = head;
    return std::move(memory.answer);
}

/// A refusal is an answer like any other: with a key it is remembered in this same transaction, in which nothing else was written.
Answer refuse(Session& session, const Command& command, const Error& error) {
    Answer answer = command.render ? command.render(error) : Answer{error.reason->status, {}, {}};
    const auto memory = memory_of(session, command, answer);
    answer.log_position = session.log_position();
    if (memory) {
        session.undo_writes();
        session.commit(&*memory);
    } else {
        session.rollback();
    }
    return answer;
}

Settled run_once(Session& session, const Command& command) {
    auto opening = session.begin(command);
    if (opening.in_flight || opening.remembered) {
        const auto head = session.log_position();
        Answer answer = opening.in_flight ? render(command, reasons::in_flight, "The first request with this key has not been answered yet.")
                                          : replay(session, command, std::move(*opening.remembered), head);
        session.rollback();
        return {std::move(answer)};
    }
    try {
        Answer answer = command.body(session);
        const auto memory = memory_of(session, command, answer);
        answer.log_position = session.log_position();
        session.commit(memory ? &*memory : nullptr);
        return {std::move(answer), true};
    } catch (const Refusal& refusal) {
        return {refuse(session, command, refusal.error())};
    }
}

}  // namespace

thread_local bool on_store_thread = false;

Answer render(const Command& command, const Reason& reason, std::string detail) {
    if (!command.render) return Answer{reason.status, {}, {}};
    return command.render(Error{&reason, std::move(detail), {}, {}});
}

void report(const Options& options, const Command& command, std::string_view what) {
    const auto line = fmt::format("store: request {} of partition {}: {}", command.origin.request_id, command.partition.number, what);
    options.log ? options.log(line) : fmt::print(stderr, "{}\n", line);
}

Settled settle(Session& session, const Command& command, const Options& options) {
    for (int attempt = 1;; ++attempt) {
        try {
            return run_once(session, command);
        } catch (const Moved&) {
            session.rollback();
            if (attempt == attempts)
                return {render(command, reasons::conflict, "The things this request touches changed while it ran, three times over.")};
        } catch (Unready& unready) {
            session.rollback();
            return {{}, false, std::move(unready.prepare)};
        } catch (const Transient& fault) {
            session.rollback();
            if (attempt == 2 * attempts) {
                report(options, command, fault.what());
                return {render(command, reasons::overloaded, "Too many requests for the same things at once.")};
            }
        } catch (const GroupLost&) {
            throw;
        } catch (const Unavailable& fault) {
            report(options, command, fault.what());
            session.rollback();
            return {render(command, reasons::overloaded, "The store cannot take this now.")};
        } catch (const std::exception& fault) {
            report(options, command, fault.what());
            session.rollback();
            return {render(command, reasons::internal, "A fault on our side.")};
        }
    }
}

Answer never_ready(const Command& command) {
    return render(command, reasons::overloaded, "What this request needs was gone again each time that it had been prepared.");
}

std::string print_headers(const Answer& answer) {
    std::string text;
    for (const auto& [name, value] : answer.headers) text += name + ": " + value + "\n";
    return text;
}

void parse_headers(std::string_view text, Answer& answer) {
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        const auto colon = line.find(": ");
        answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
        text.remove_prefix(line.size() + 1);
    }
}

}  // namespace lastmile::store
