#pragma once
// What a decision about a delivery asks of others, as data: dispatch carries it out in the same commit (rows of other aggregates) or
// after it (calls). Rules never do it themselves.
#include <string>
#include <variant>
#include <vector>

#include "features/deliveries/lifecycle.hpp"
#include "features/exceptions/exception.hpp"
#include "platform/base/changed.hpp"
#include "platform/base/result.hpp"

namespace lastmile {

/// The booking is now `cancel_requested`: ask its partner.
struct AskBookingToCancel { Id<Booking> booking_id; Id<Leg> leg_id; };
/// The answer to the call was lost: look the booking up by our reference until it is found or surely absent.
struct LookUpBooking { Id<Booking> booking_id; };
/// The booking ended without a pickup and the leg is free again: next partner by policy, with fresh quotes.
struct BookNextPartner { Id<Leg> leg_id; Id<Booking> after_booking_id; };
/// The leg is free and wants a holder.
struct PlanLeg { Id<Leg> leg_id; };
/// These packages are no longer on that route: withdraw their items, and stops that are empty without them.
struct DropFromRoute { Id<Assignment> assignment_id; Id<Leg> leg_id; std::vector<Id<Package>> package_ids; };
/// The leg was given to a driver's route by a rule (on board, scanned): it needs a stop at the leg's end.
struct AddToRoute { Id<Assignment> assignment_id; Id<Leg> leg_id; std::vector<Id<Package>> package_ids; };
/// A cancel wish with packages on board: the courier's device (or a person) confirms or refuses.
struct AskCourierToCancel { Id<Assignment> assignment_id; };
struct OpenException {
    ExceptionType type;
    Severity severity = Severity::normal;
    std::string detail;
    std::vector<Id<Package>> package_ids{};
    Id<Leg> leg_id{};
};
/// Its cause is over: open exceptions of this type on this delivery resolve by themselves.
struct ResolveException { ExceptionType type; };

using Effect = std::variant<AskBookingToCancel, LookUpBooking, BookNextPartner, PlanLeg, DropFromRoute, AddToRoute, AskCourierToCancel, OpenException,
                            ResolveException>;

/// The decision: what is saved (Changed) and what others must do.
struct DeliveryChange : Changed<DeliveryLifecycle> {
    std::vector<Effect> effects{};
};
using Decision = Result<DeliveryChange>;

}  // namespace lastmile
