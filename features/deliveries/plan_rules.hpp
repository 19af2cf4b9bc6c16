#pragma once
// Plans: legs and who holds them. Intentions: refused where the state does not allow them.
#include "features/deliveries/effects.hpp"
#include "features/deliveries/given.hpp"

namespace lastmile::deliveries {

/// A new delivery with one free forward leg (taken apart later by relay). *Emits* delivery.created, leg.created.
DeliveryChange create(Id<Delivery> id, Place origin, Place destination, const std::vector<Id<Package>>& packages, bool window_promised,
                      const Given& given);

/// Gives a free leg to a driver's route; giving it to the same route again changes nothing.
/// *Refuses* leg_over, leg_not_free, cancel_wished. *Emits* leg.bound, delivery.assigned.
Decision bind(const DeliveryLifecycle& delivery, Id<Leg> leg, const Holder& driver, const Given& given);

/// Writes the intent to book: from now on nobody else may bind the leg. The caller commits it before it calls the partner.
/// `booking` needs id, partner_id, assignment_id. *Emits* booking.intent.
Decision hold(const DeliveryLifecycle& delivery, Id<Leg> leg, Booking booking, const Given& given);

/// Takes a leg from its holder: decline, expiry, unassign. A booking's intent is dropped, a booked one is asked to cancel.
/// *Refuses* on_board, leg_over (nobody holds it), booking_not_legal_now while the partner's answer is unknown.
Decision unassign(const DeliveryLifecycle& delivery, Id<Leg> leg, const Given& given);

/// Splits a free forward leg at a hub: two legs, the second after the first.
Decision relay(const DeliveryLifecycle& delivery, Id<Leg> leg, Id<Hub> hub, const Given& given);

/// Plans that another takes over what a driver has on board (breakdown, meeting a colleague): a leg after his, from the street.
/// With `next` it is bound at once. The packages change hands by a scan.
Decision take_over(const DeliveryLifecycle& delivery, Id<Leg> leg, const std::optional<Holder>& next, const Given& given);

/// Tries again what has failed: `on_board` (same assignment, no second pickup, only while its route is under way) or from the hub after
/// the way back. Packages that lie in a place start from there. *Emits* delivery.retry_requested and the status event.
Decision retry(const DeliveryLifecycle& delivery, std::optional<RetryFrom> from, const Given& given);

/// The way back: who has a package brings it. Without `packages` all that have failed. Without `to`, the policy's return place.
Decision bring_back(const DeliveryLifecycle& delivery, LegPurpose purpose, std::optional<Place> to, std::vector<Id<Package>> packages,
                    const Given& given);

/// The driver's route changed its state: started (what is loaded departs), paused, resumed, aborted (what is not loaded is freed, what is on
/// board waits for a takeover), over (declined, expired, withdrawn, completed: what is not loaded is freed).
Decision route_changed(const DeliveryLifecycle& delivery, Id<Assignment> assignment, RouteState route, const Given& given);

/// A window was promised, moved or taken back. *Emits* delivery.rescheduled, and delivery.scheduled by the status function.
Decision promise_window(const DeliveryLifecycle& delivery, bool promised, const Given& given);

}  // namespace lastmile::deliveries
