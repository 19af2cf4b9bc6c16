#pragma once
// How a delivery ends by decision: cancel (a wish first), close, correct, undo; and escalate.
#include "features/deliveries/effects.hpp"
#include "features/deliveries/given.hpp"

namespace lastmile::deliveries {

/// What is left to do after a cancel.
struct ReconcileAction {
    std::string action;  // recall_driver, return_parcel, cancel_at_partner, await_partner, refund_hint
    std::string reason;
};
/// What a cancellation leaves to do now; its refund hint is the caller's own.
std::vector<ReconcileAction> left_to_do(const DeliveryLifecycle& delivery);
/// How an action that is no longer left to do has ended.
ReconcileState how_it_ended(std::string_view action, const DeliveryLifecycle& delivery);
struct CancelAnswer {
    DeliveryChange change;
    Cancellation cancellation;
    std::string reason;
};

/// Asks to cancel. Never an error: what is over answers `refused`. Confirmed at once where nothing is on board and no partner must be asked.
/// *Emits* delivery.cancel_requested, delivery.cancelled.
CancelAnswer cancel(const DeliveryLifecycle& delivery, std::string_view reason, const Given& given);

/// The courier's device or a person confirms: plans fall, what is on board goes back by a leg of its own. *Refuses* no_cancel_wish.
Decision confirm_cancel(const DeliveryLifecycle& delivery, const Given& given);
/// The courier or a person refuses: it goes on. *Refuses* no_cancel_wish.
Decision refuse_cancel(const DeliveryLifecycle& delivery, std::string_view reason, const Given& given);

/// Gives up: undeliverable (what is on board comes back), lost, disposed. *Refuses* not_legal_now. *Emits* delivery.closed.
Decision close(const DeliveryLifecycle& delivery, Closing outcome, const Given& given);

/// Ops, audited: where a package really is. Recipient forms, lost and disposed end it; a hub or the sender ends it as returned when
/// `for_good`, else it waits there for a decision. *Emits* delivery.corrected.
Decision correct(const DeliveryLifecycle& delivery, Id<Package> package, const Custody& where, bool for_good, std::string_view reason,
                 const Given& given);

/// Takes a stop's outcome for these packages back: `by` has them again, or has yet to pick them up. Proof and events stay.
/// The time limit (driver.undo_s) is the stop's. *Refuses* nothing_to_undo, not_in_hand.
Decision undo(const DeliveryLifecycle& delivery, const std::vector<Id<Package>>& packages, const Holder& by, const Given& given);

/// Support is called. *Emits* delivery.escalated.
Decision escalate(const DeliveryLifecycle& delivery, std::string_view case_id, Severity priority, const Given& given);

}  // namespace lastmile::deliveries
