#pragma once
// A booking from intent to end: each call is a job (`booking.call`), whose steps commit before and after it. A crash anywhere leaves an intent that is
// called later, or a call whose answer is looked up; never a second courier.
#include "features/connectors/desk.hpp"
#include "features/dispatch/board.hpp"

namespace lastmile::booking_calls {

/// Named gaps for tests: `booking.intent_committed`, `booking.calling_committed`, `booking.answered`,
/// `booking.answer_committed`.
/// Writes the intent: a partner's assignment, the leg held, the call queued. *Refuses* what deliveries::hold refuses.
Id<Booking> book(dispatch::Board& board, DeliveryRow& row, Id<Leg> leg, const PartnerOffer& offer, std::string_view reason);

/// What a partner has said (or a look-up has found), with everything that follows. The assignment must be on the board.
void say(dispatch::Board& board, DeliveryRow& row, const Booking& booking, const connectors::Report& report, bool cancel_refused = false);

/// Asks the partner again soon, in business time.
void look_again(store::Tx& tx, const DeliveryRow& row, Id<Booking> booking, Instant at);

/// The delivery with the assignments of its bookings, locked. nullptr: it is not there.
DeliveryRow* lock(dispatch::Board& board, Id<Delivery> delivery);

struct Known {
    Id<Delivery> delivery_id;
    Id<Booking> booking_id;
};
/// By the partner's id, else by our reference.
std::optional<Known> find(store::Read& read, Id<Partner> partner, const connectors::Report& report);

void run(ConnectorDesk& desk, work::JobRun& job);

}  // namespace lastmile::booking_calls
