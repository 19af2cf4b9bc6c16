#pragma once
// Status: a pure function of packages, legs and bookings. No handler sets it. The first row that holds wins:
//
//   some package at its destination, none on a live forward leg              delivered   full | partial
//   cancellation confirmed                                                   cancelled   bringing_back | done
//   all packages ended, one of them brought back for good                    returned
//   closed, or all ended otherwise                                           failed      closed
//   attempt open, and some package has departed in it (or passed a hub)      enroute     moving | at_hub | delayed
//   attempt open, a leg of it bound                                          assigned
//   attempt failed, no new one                                               failed      bringing_back | waiting_decision
//   window promised                                                          scheduled
//   else                                                                     requested
#include <string_view>

#include "features/deliveries/lifecycle.hpp"

namespace lastmile {

enum class Status { requested, scheduled, assigned, enroute, delivered, failed, cancelled, returned };
LASTMILE_ENUM(Status, requested, scheduled, assigned, enroute, delivered, failed, cancelled, returned)
enum class Phase { none, moving, at_hub, delayed, full, partial, bringing_back, waiting_decision, closed, done };
LASTMILE_ENUM(Phase, none, moving, at_hub, delayed, full, partial, bringing_back, waiting_decision, closed, done)
/// How it came out; none while it is open.
enum class Outcome { none, full, partial, returned, cancelled, undeliverable, lost, disposed };
LASTMILE_ENUM(Outcome, none, full, partial, returned, cancelled, undeliverable, lost, disposed)

struct StatusView {
    Status status = Status::requested;
    Phase phase = Phase::none;
    Outcome outcome = Outcome::none;
    int delivered_packages = 0;
    int packages = 0;
    std::string_view status_text;  // English, one short sentence for a recipient's eyes
    friend bool operator==(const StatusView&, const StatusView&) = default;
};


StatusView status_of(const DeliveryLifecycle& delivery);
std::string_view status_text(Status status, Phase phase);

/// All packages have ended.
bool is_final(const DeliveryLifecycle& delivery);

LegState leg_state(const DeliveryLifecycle& delivery, const Leg& leg);
/// Held by a driver, or by a booking from `booked` on.
bool is_bound(const DeliveryLifecycle& delivery, const Leg& leg);
/// Can be planned now: live, nobody holds it, nothing speaks against it.
bool is_plannable(const DeliveryLifecycle& delivery, const Leg& leg);

}  // namespace lastmile
