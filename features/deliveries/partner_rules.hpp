#pragma once
// What a booking's state means for its delivery. Partners may skip states, repeat them and step back; their own order decides.
#include "features/deliveries/effects.hpp"
#include "features/deliveries/given.hpp"

namespace lastmile::deliveries {

/// A partner's word, mapped on our states by its connector.
struct PartnerWord {
    BookingState state;
    std::optional<Instant> at;  // the partner's own event time
    std::int64_t sequence = 0;  // or sequence
    bool cancel_refused = false;  // the partner will not cancel: the booking goes on as `state`
};

/// Applies a state reported by the partner, or found by a look-up. Older than what is known: nothing changes.
/// What contradicts facts (undelivered after delivered) is not believed: an exception is opened.
/// *Refuses* unknown_booking; booking_not_legal_now for a word that is ours to say (intent, calling, dropped, cancel_requested).
Decision partner_says(const DeliveryLifecycle& delivery, Id<Booking> booking, const PartnerWord& word, const Given& given);

/// Our own steps: `calling` before the call, `unknown` when its answer was lost. *Refuses* booking_not_legal_now;
/// cancel_wished for `calling` (the wish is checked before every call: the intent is dropped by cancel itself).
Decision booking_step(const DeliveryLifecycle& delivery, Id<Booking> booking, BookingState to, const Given& given);

}  // namespace lastmile::deliveries
