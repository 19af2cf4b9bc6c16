#pragma once
// What is written down of a booking besides its state, for the files of this room that call partners.
#include "features/connectors/booking_calls.hpp"

namespace lastmile::booking_calls {

struct Noted {
    std::string reference, reason;
    std::optional<std::string> partner_ref;
    std::optional<Instant> asked_at, cancel_asked_at;
    std::optional<connectors::Quote> quote;
    std::int64_t looks = 0, cancel_tries = 0;
    std::optional<std::string> forced;  // of a sandbox courier: what a test has forced
};

std::optional<Noted> noted(store::Read& read, Id<Booking> booking);
connectors::Handle handle_of(const Noted& noted, Instant now);
/// The job that makes a call: create, look_up, track, cancel or next.
void queue(store::Tx& tx, std::string_view what, Id<Delivery> delivery, Id<Booking> booking);
/// A timer of that kind, in business time.
void again(store::Tx& tx, std::string_view kind, const DeliveryRow& row, Id<Booking> booking, Instant at);

}  // namespace lastmile::booking_calls
