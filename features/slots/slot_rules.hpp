#pragma once
// Pure decisions about slots and reservations.
#include <vector>

#include "features/areas/time_zone.hpp"
#include "features/reasons/reasons.hpp"
#include "features/slots/slot.hpp"
#include "platform/base/changed.hpp"
#include "platform/base/result.hpp"
#include "platform/base/state_machine.hpp"

namespace lastmile {

namespace reasons {
inline constexpr Reason slot_full{"slot_full", 409, "The slot is taken", "Ask GET /slots/availability for one that has something left."};
inline constexpr Reason slot_closed{"slot_closed", 409, "The slot can no longer be reserved", "Ask GET /slots/availability for a later one."};
inline constexpr Reason reservation_not_legal{"reservation_not_legal_now", 409, "The reservation's state does not allow this",
                                              "Do one of legal_now, or reserve anew."};
inline constexpr Reason reservation_bound{"reservation_bound", 409, "The reservation belongs to a delivery",
                                          "Cancel or reschedule the delivery that delivery_id names; that frees it."};
inline constexpr Reason slot_mismatch{"slot_mismatch", 422, "The slot is not one for this delivery",
                                      "Take a slot of the area that the dropoff lies in and of the delivery's service level."};
}  // namespace reasons

namespace slots {

enum class Move { confirm, bind, use, release, expire };
BOOST_DESCRIBE_ENUM(Move, confirm, bind, use, release, expire)

inline constexpr auto machine = state_machine<ReservationState, Move>({
    {ReservationState::held, Move::confirm, ReservationState::confirmed},
    {ReservationState::held, Move::bind, ReservationState::confirmed},  // a delivery that takes it confirms it
    {ReservationState::held, Move::release, ReservationState::released},
    {ReservationState::held, Move::expire, ReservationState::expired},
    {ReservationState::confirmed, Move::bind, ReservationState::confirmed},
    {ReservationState::confirmed, Move::use, ReservationState::used},
    {ReservationState::confirmed, Move::release, ReservationState::released},
});
static_assert(machine.is_final(ReservationState::used) && machine.is_final(ReservationState::released) && machine.is_final(ReservationState::expired));
static_assert(!machine.allows(ReservationState::confirmed, Move::expire), "what was confirmed does not run out");

/// *Emits* `slot_template.created`. *Refuses* what does not fit together (422): times, days, an empty span.
Result<Changed<SlotTemplate>> create(Id<SlotTemplate> id, const CreateSlotTemplate& request, const Now& now);
/// *Emits* `slot_template.updated` where something changes.
Result<Changed<SlotTemplate>> change(const SlotTemplate& before, const ChangeSlotTemplate& request, const Now& now);
/// *Emits* `slot_template.deleted`.
Changed<SlotTemplate> remove(SlotTemplate one, const Now& now);

/// The template's slots whose windows begin in [from, to), in order, with nothing taken. A day on which daylight saving skips the whole
/// slot has none.
std::vector<Slot> slots_of(const SlotTemplate& from_template, std::string_view zone, const Window& span, std::int64_t cutoff_s);
Id<Slot> slot_id(Id<SlotTemplate> id, Instant starts);
/// What a slot's id tells: when it begins, and the last ten bytes of its template's.
Instant start_of(Id<Slot> id);
std::vector<std::uint8_t> tail_of(const IdBytes& id);

/// It holds capacity. A hold that has run out does not, whether that was written or not.
bool takes(const Reservation& reservation, Instant now);
/// *Emits* `slot.reserved`.
Changed<Reservation> reserve(Id<Reservation> id, const Slot& slot, std::chrono::seconds hold, std::optional<Text<1, 200>> order_id, Instant now);
/// The same again answers without an event. *Refuses* reservation_not_legal_now: it has expired, was released or used.
/// *Emits* `slot.confirmed`.
Result<Changed<Reservation>> confirm(const Reservation& before, Instant now);
/// Gives it to a delivery, which confirms it. *Refuses* reservation_bound when another has it. *Emits* `slot.confirmed`.
Result<Changed<Reservation>> bind(const Reservation& before, Id<Delivery> delivery, Instant now);
/// The same again answers without an event. *Refuses* reservation_not_legal_now for one that was used. *Emits* `slot.released`.
Result<Changed<Reservation>> release(const Reservation& before, Instant now);
/// Its delivery has come to an end at it. *Emits* `slot.used`.
Result<Changed<Reservation>> use(const Reservation& before, Instant now);
/// *Emits* `slot.expired`.
Result<Changed<Reservation>> expire(const Reservation& before, Instant now);

}  // namespace slots
}  // namespace lastmile
