#pragma once
// The SQL of closures.
#include <optional>
#include <vector>

#include "features/closures/closure.hpp"
#include "platform/events/event.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

std::optional<Closure> find_closure(store::Read& read, Id<Closure> id);
std::optional<Closure> lock_closure_if_any(store::Tx& tx, Id<Closure> id);
/// Inserts version 1, or removes what is `deleted`.
void save(store::Writer& writer, const Closure& closure);
inline events::Refs event_refs(const Closure& closure) { return {"closure", closure.id.text(), closure.version}; }

/// Newest first, below `below`, at most `count`.
std::vector<Closure> closures_below(store::Read& read, Id<Closure> below, std::int64_t count);
/// The ids of all; closures never change, so that they say whether anything did.
std::vector<Id<Closure>> closure_ids(store::Read& read);

}  // namespace lastmile
