#pragma once
// The only way to save: a change and the events that tell of it, in one commit.
#include "platform/base/changed.hpp"
#include "platform/events/event.hpp"
#include "platform/store/tx.hpp"

namespace lastmile::events {

namespace apply_details {

/// Hands a room's save() the transaction's checked writes, and knows whether it wrote.
class FactWriter final : public store::Writer {
public:
    explicit FactWriter(store::Tx& tx) : writer_(tx.bookkeeping()) {}
    void write(int rows, store::Sql sql, store::Args args) override { ++writes, writer_.write(rows, sql, std::move(args)); }
    void write(int rows, store::SystemSql sql, store::Args args) override { ++writes, writer_.write(rows, sql, std::move(args)); }
    void write_any(store::Sql sql, store::Args args) override { writer_.write_any(sql, std::move(args)); }
    void write_any(store::SystemSql sql, store::Args args) override { writer_.write_any(sql, std::move(args)); }
    void on_violation(std::string_view index, Error refusal) override { writer_.on_violation(index, std::move(refusal)); }
    int writes = 0;

private:
    store::Writer& writer_;
};

void append(store::Tx& tx, const std::vector<EventDraft>& drafts, const Refs& refs);
[[noreturn]] void no_event(const Refs& refs);
[[noreturn]] void no_change(const Refs& refs);

}  // namespace apply_details

/// Saves what a decision produced: the room's `void save(store::Writer&, const Aggregate& after)` (found by ADL; its SQL checks
/// `version = $n` and states its rows), then the event rows. Several aggregates in one command: apply each.
/// A change without an event, or an event without a checked write, is a fault (std::logic_error), not a refusal.
template <class Aggregate>
void apply(store::Tx& tx, const Changed<Aggregate>& changed, const Refs& refs) {
    if (changed.events.empty()) apply_details::no_event(refs);
    apply_details::FactWriter writer(tx);
    save(static_cast<store::Writer&>(writer), changed.after);
    if (writer.writes == 0) apply_details::no_change(refs);
    apply_details::append(tx, changed.events, refs);
}

template <class Aggregate>
void apply(store::Tx& tx, const Changed<Aggregate>& changed) {
    apply(tx, changed, event_refs(changed.after));
}

}  // namespace lastmile::events
