#pragma once
// A booking: one leg (and its way back) at a partner. It is locked and loaded with its delivery.
#include <cstdint>
#include <optional>
#include <vector>

#include "features/ids/ids.hpp"
#include "platform/schema/schema.hpp"

namespace lastmile {

enum class BookingState {
    intent, calling, booked, courier_assigned, picked_up, delivered,
    rejected, unknown, absent, failed_before_pickup, expired, lost, cancel_requested, cancelled,
    failed_with_parcel, returning, returned, dropped,
};
LASTMILE_ENUM(BookingState, intent, calling, booked, courier_assigned, picked_up, delivered, rejected, unknown, absent, failed_before_pickup,
                    expired, lost, cancel_requested, cancelled, failed_with_parcel, returning, returned, dropped)

struct Booking {
    Id<Booking> id;
    Id<Leg> leg_id;
    Id<Partner> partner_id;
    Id<Assignment> assignment_id;   // of kind partner
    std::vector<Id<Package>> package_ids;  // what it was booked for
    int number = 1;                 // 1 for the delivery's first booking; part of our reference at the partner
    BookingState state = BookingState::intent;
    BookingState before_cancel = BookingState::booked;  // where it goes on if the partner will not cancel
    std::optional<Instant> state_at;   // the partner's own time of the state, where it gives one
    std::int64_t state_sequence = 0;   // the partner's own sequence of the state; 0 where it gives none
    friend bool operator==(const Booking&, const Booking&) = default;
};
LASTMILE_VALUE(Booking, (id, leg_id, partner_id, assignment_id, package_ids, number, state, before_cancel, state_at, state_sequence))

}  // namespace lastmile
