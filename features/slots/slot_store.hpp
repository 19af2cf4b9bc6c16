#pragma once
// The SQL of slot templates, slots and reservations.
#include <map>
#include <optional>
#include <vector>

#include "features/administered/references.hpp"
#include "features/slots/slot.hpp"
#include "platform/events/event.hpp"

namespace lastmile {

std::optional<SlotTemplate> find_slot_template(store::Read& read, Id<SlotTemplate> id);
std::optional<SlotTemplate> lock_slot_template_if_any(store::Tx& tx, Id<SlotTemplate> id);
/// The template that a slot's id ends in.
std::optional<SlotTemplate> template_of_slot(store::Read& read, Id<Slot> id);
/// Inserts version 1, replaces the version before this one, or removes what is `deleted`.
void save(store::Writer& writer, const SlotTemplate& one);
inline events::Refs event_refs(const SlotTemplate& one) { return {"slot_template", one.id.text(), one.version}; }
/// Newest first, below `below`, at most `count`.
std::vector<SlotTemplate> slot_templates_below(store::Read& read, const ListSlotTemplates& filter, Id<SlotTemplate> below, std::int64_t count);
std::vector<SlotTemplate> slot_templates_of(store::Read& read, Id<Area> area, ServiceLevel level);
/// Templates of an area (see References).
std::vector<Reference> slot_templates_referring_to(store::Read& read, Id<Area> area);

/// Locks a slot until the commit, making its row where there is none yet: who counts what is left holds it.
void lock_slot(store::Tx& tx, Id<Slot> id, Id<SlotTemplate> template_id);
/// Holds that have run out and were not written so yet, locked: a confirmation that came in time has been waited for.
std::vector<Reservation> lock_overdue_holds(store::Tx& tx, Id<Slot> id, Instant now);
/// How many reservations take capacity of each; a hold that has run out takes none.
std::map<Id<Slot>, std::int64_t> taken_of(store::Read& read, const std::vector<Id<Slot>>& ids, Instant now);

std::optional<Reservation> find_reservation(store::Read& read, Id<Reservation> id);
std::optional<Reservation> lock_reservation(store::Tx& tx, Id<Reservation> id);
void save(store::Writer& writer, const Reservation& reservation);
inline events::Refs event_refs(const Reservation& reservation) {
    events::Refs refs{.aggregate = "reservation", .aggregate_id = reservation.id.text(), .version = reservation.version};
    if (reservation.delivery_id) refs.delivery_id = reservation.delivery_id->text();
    return refs;
}

}  // namespace lastmile
