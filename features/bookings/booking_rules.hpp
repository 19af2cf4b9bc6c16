#pragma once
// What a booking can do: who may say what, and what a partner's later state implies.
#include "features/bookings/booking.hpp"
#include "platform/base/state_machine.hpp"

namespace lastmile::bookings {

using enum BookingState;

/// The moves are the states themselves: `machine.after(from, to)`. Partners skip states: see implied_before.
inline constexpr auto machine = state_machine<BookingState, BookingState>({
    {intent, calling, calling},
    {intent, dropped, dropped},  // a cancel wish came before the call
    {calling, booked, booked},
    {calling, rejected, rejected},
    {calling, unknown, unknown},  // the answer was lost: looked up by our reference
    {unknown, booked, booked},
    {unknown, absent, absent},
    {unknown, rejected, rejected},
    {absent, booked, booked},  // it shows up late
    {absent, cancel_requested, cancel_requested},  // … and is not wanted any more
    {rejected, cancel_requested, cancel_requested},
    {booked, courier_assigned, courier_assigned},
    {courier_assigned, booked, booked},  // courier lost: still bound
    {courier_assigned, picked_up, picked_up},
    {picked_up, delivered, delivered},
    {booked, failed_before_pickup, failed_before_pickup},
    {booked, expired, expired},
    {booked, lost, lost},
    {booked, cancelled, cancelled},
    {courier_assigned, failed_before_pickup, failed_before_pickup},
    {courier_assigned, expired, expired},
    {courier_assigned, lost, lost},
    {courier_assigned, cancelled, cancelled},
    {booked, cancel_requested, cancel_requested},
    {courier_assigned, cancel_requested, cancel_requested},
    {cancel_requested, cancelled, cancelled},
    {cancel_requested, booked, booked},  // the partner will not cancel: it goes on
    {cancel_requested, courier_assigned, courier_assigned},
    {cancel_requested, picked_up, picked_up},
    {cancel_requested, failed_before_pickup, failed_before_pickup},
    {cancel_requested, expired, expired},
    {cancel_requested, lost, lost},
    {picked_up, failed_with_parcel, failed_with_parcel},
    {failed_with_parcel, returning, returning},
    {failed_with_parcel, delivered, delivered},  // the courier succeeded after all
    {returning, delivered, delivered},
    {returning, returned, returned},
});

static_assert(machine.reaches(intent, delivered) && machine.reaches(intent, returned));
static_assert(!machine.leads(unknown, calling) && !machine.leads(unknown, intent), "an unknown booking is looked up, never called again");
static_assert(machine.is_final(delivered) && machine.is_final(returned) && machine.is_final(cancelled) && machine.is_final(dropped));
static_assert(!machine.leads(picked_up, cancelled), "what has been picked up cannot be cancelled away");
static_assert(!machine.reaches(delivered, returning), "delivered never becomes undelivered by a partner's word");

/// Our words; all others are the partner's.
constexpr bool is_ours(BookingState state) { return state == intent || state == calling || state == cancel_requested || state == dropped; }

/// How far on its way a state is, for "a later state implies the earlier ones"; -1 for ends without a parcel and our own words.
constexpr int progress(BookingState state) {
    switch (state) {
        case booked: return 1;
        case courier_assigned: return 2;
        case picked_up: return 3;
        case delivered: return 4;
        case failed_with_parcel: return 4;
        case returning: return 5;
        case returned: return 6;
        default: return -1;
    }
}
/// The partner has, or has had, the parcel.
constexpr bool has_parcel(BookingState state) { return progress(state) >= 3; }
/// Over before any pickup: the leg is free.
constexpr bool ended_without_parcel(BookingState state) {
    return state == rejected || state == absent || state == failed_before_pickup || state == expired || state == lost || state == cancelled || state == dropped;
}

/// Whether a partner's word leads from here, directly or over states it left out. Steps back before the pickup are believed.
/// Once the parcel was picked up only the parcel's own states follow; delivered and returned are the end.
constexpr bool believable(BookingState from, BookingState word) {
    if (is_ours(word) || from == dropped) return false;
    if (from == delivered || from == returned) return false;
    if (has_parcel(from)) return word == delivered || progress(word) > progress(from);  // delivered after all is a fact
    return true;
}
static_assert(believable(booked, delivered) && believable(unknown, picked_up) && believable(cancelled, picked_up));
static_assert(!believable(picked_up, cancelled) && !believable(delivered, failed_with_parcel) && !believable(returned, delivered));

}  // namespace lastmile::bookings
