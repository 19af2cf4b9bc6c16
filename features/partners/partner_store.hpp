#pragma once
// The SQL of partners.
#include <optional>
#include <vector>

#include "features/administered/references.hpp"
#include "features/partners/partner.hpp"
#include "platform/events/event.hpp"

namespace lastmile {

std::optional<Partner> find_partner(store::Read& read, Id<Partner> id);
/// Locks the row until the commit.
std::optional<Partner> lock_partner_if_any(store::Tx& tx, Id<Partner> id);
/// *Refuses* `not_found`.
Partner lock_partner(store::Tx& tx, Id<Partner> id);
/// Inserts version 1 or replaces the version before this one.
void save(store::Writer& writer, const Partner& partner);
inline events::Refs event_refs(const Partner& partner) { return {"partner", partner.id.text(), partner.version}; }

/// Newest first, below `below`, at most `count`.
std::vector<Partner> partners_below(store::Read& read, const ListPartners& filter, Id<Partner> below, std::int64_t count);
/// All that may be given something new.
std::vector<Partner> enabled_partners(store::Read& read);
/// Partners that serve an area by name (see References).
std::vector<Reference> partners_referring_to(store::Read& read, Id<Area> area);

}  // namespace lastmile
