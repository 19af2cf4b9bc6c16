#pragma once
// Slots as commands use them: found, reserved, given to a delivery and freed again. The order of locks: delivery < slot < reservation.
#include "engines/geo/point.hpp"
#include "features/slots/slot_store.hpp"
#include "platform/work/timers.hpp"

namespace lastmile::slots {

/// The slot of this id, as its template and area make it today; nullopt: there is none (any more).
std::optional<Slot> find_slot(store::Read& read, Id<Slot> id);

/// All slots of an area and service level whose windows begin in the span and that are open still, with what is left, in order of their start.
std::vector<Slot> open_slots(store::Read& read, const Area& area, ServiceLevel level, const Window& span);

/// Holds it once, exactly within its capacity whoever else does the same. *Refuses* slot_full, slot_closed, and invalid_request at `pointer`
/// for one that is not there. *Emits* slot.reserved, slot.expired for holds that have run out.
Reservation reserve(store::Tx& tx, Id<Slot> id, std::optional<Text<1, 200>> order_id, const std::string& pointer);

/// Gives it to a delivery. *Refuses* invalid_request at `pointer` (not there), slot_mismatch (another service level, or the dropoff lies
/// outside of its area), reservation_bound, reservation_not_legal_now. Nothing is written when it refuses. *Emits* slot.confirmed.
Reservation bind(store::Tx& tx, Id<Reservation> id, Id<Delivery> delivery, ServiceLevel level, const std::optional<geo::Point>& dropoff,
                 const std::string& pointer);

/// Its delivery does not need it any more: free for others, or used once its window has begun. Nothing when it is over already.
void let_go(store::Tx& tx, Id<Reservation> id);
/// Its delivery has ended at the door.
void use_up(store::Tx& tx, Id<Reservation> id);

inline constexpr std::string_view expiry_timer = "slot.expire";
/// Holds that run out while nobody asks for them.
void register_timers(work::Timers& timers);

}  // namespace lastmile::slots
