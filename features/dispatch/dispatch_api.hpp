#pragma once
// Requests and answers of the dispatcher's commands.
#include "features/assignments/assignment_view.hpp"
#include "features/deliveries/delivery_rules.hpp"
#include "features/deliveries/end_rules.hpp"
#include "features/dispatch/assign.hpp"
#include "features/dispatch/driver_work.hpp"

namespace lastmile {

struct AssignDeliveries {
    Id<Driver> driver_id;
    List<Id<Delivery>, 1, 200> delivery_ids;
    bool force = false;
};
LASTMILE_VALUE(AssignDeliveries, (driver_id, delivery_ids, force))
LASTMILE_DEFAULTS(AssignDeliveries, (force))
LASTMILE_DOC(AssignDeliveries, "Which deliveries go to a driver.", {"driver_id", "the driver"}, {"delivery_ids", "the deliveries"},
             {"force", "true: what does not fit is overridden, and what another driver has not loaded yet is taken from him"})

struct AssignAnswer {
    Id<Assignment> assignment_id;
    std::vector<Id<Delivery>> assigned;
    std::vector<Id<Delivery>> already_assigned;
    std::vector<dispatch::Violation> overridden;
    AssignmentView assignment;
};
LASTMILE_VALUE(AssignAnswer, (assignment_id, assigned, already_assigned, overridden, assignment))
LASTMILE_DOC(AssignAnswer, "What was assigned.", {"assignment_id", "the driver's assignment"}, {"assigned", "these are on it now"},
             {"already_assigned", "these were his already"}, {"overridden", "what does not fit and was forced"}, {"assignment", "it"})

struct UnassignDeliveries {
    Id<Driver> driver_id;
    List<Id<Delivery>, 1, 200> delivery_ids;
};
LASTMILE_VALUE(UnassignDeliveries, (driver_id, delivery_ids))
LASTMILE_DOC(UnassignDeliveries, "Which deliveries are taken from a driver.", {"driver_id", "the driver"}, {"delivery_ids", "the deliveries"})

struct BulkUnassign {
    List<Id<Delivery>, 0, 500> delivery_ids;
    List<Id<Assignment>, 0, 50> assignment_ids;
};
LASTMILE_VALUE(BulkUnassign, (delivery_ids, assignment_ids))
LASTMILE_DEFAULTS(BulkUnassign, (delivery_ids, assignment_ids))
LASTMILE_DOC(BulkUnassign, "What is taken off its routes, all or nothing.", {"delivery_ids", "these deliveries"},
             {"assignment_ids", "all that is not loaded of these assignments"})
inline void schema_check(const BulkUnassign& b, const schema::Check& check) {
    if (b.delivery_ids.empty() && b.assignment_ids.empty()) check.add("delivery_ids", "required", "give delivery_ids or assignment_ids");
}

struct Unassigned {
    std::vector<Id<Delivery>> unassigned;
    std::vector<Id<Delivery>> not_assigned;
    std::vector<Id<Delivery>> on_board;
};
LASTMILE_VALUE(Unassigned, (unassigned, not_assigned, on_board))
LASTMILE_DOC(Unassigned, "What was taken off.", {"unassigned", "these are free again"}, {"not_assigned", "these were not assigned; nothing changed"},
             {"on_board", "of assignments named: these are loaded and stay with the driver"})

struct ListWork {
    Id<Driver> driver_id;
    bool past = false;
};
LASTMILE_VALUE(ListWork, (driver_id, past))
LASTMILE_DEFAULTS(ListWork, (past))
LASTMILE_DOC(ListWork, "Whose work.", {"driver_id", "the driver"}, {"past", "true: also assignments that are over"})

struct Impersonate {
    Id<Driver> driver_id;
    std::optional<Whole<1, 60>> minutes;
};
LASTMILE_VALUE(Impersonate, (driver_id, minutes))
LASTMILE_DOC(Impersonate, "Whose app.", {"driver_id", "the driver"}, {"minutes", "how long the token is valid; 15 when absent", "15"})
struct DriverToken {
    std::string token;
    std::string token_type;
    Instant expires_at;
    std::string token_id;
};
LASTMILE_VALUE(DriverToken, (token, token_type, expires_at, token_id))
LASTMILE_DOC(DriverToken, "A token for the driver app.", {"token", "shown this once"}, {"token_type", "Bearer"}, {"expires_at", "valid until"},
             {"token_id", "to revoke it by"})

struct RevokeToken {
    Id<Driver> driver_id;
    Text<1, 64> token_id;
};
LASTMILE_VALUE(RevokeToken, (driver_id, token_id))
LASTMILE_DOC(RevokeToken, "Which token ends now.", {"driver_id", "the driver"}, {"token_id", "as it was issued"})

struct ReorderStops {
    Id<Assignment> assignment_id;
    List<Id<Stop>, 1, 500> stop_ids;
    std::optional<std::int64_t> plan_version;
    api::Query<bool> preview;
};
LASTMILE_VALUE(ReorderStops, (assignment_id, stop_ids, plan_version, preview))
LASTMILE_DEFAULTS(ReorderStops, (preview))
LASTMILE_DOC(ReorderStops, "The pending stops of an assignment in their new order; what is done or being served stays first.",
             {"assignment_id", "which assignment"}, {"stop_ids", "all pending stops, in the order wanted"},
             {"plan_version", "what it was ordered from; refused when it has changed"}, {"preview", "true: priced, not saved"})

struct CancelDelivery {
    Id<Delivery> delivery_id;
    std::optional<Text<1, 500>> reason;
    std::optional<Text<1, 500>> refund_hint;
};
LASTMILE_VALUE(CancelDelivery, (delivery_id, reason, refund_hint))
LASTMILE_DOC(CancelDelivery, "Why it is cancelled.", {"delivery_id", "ours"}, {"reason", "why", "customer changed her mind"},
             {"refund_hint", "for whoever settles it", "full"})
struct CancelView {
    Id<Delivery> delivery_id;
    Cancellation cancellation = Cancellation::none;
    std::string reason;
    Status status = Status::requested;
    std::optional<Phase> phase;
    std::vector<ReconcileItem> reconcile_actions;
    std::int64_t version = 1;
};
LASTMILE_VALUE(CancelView, (delivery_id, cancellation, reason, status, phase, reconcile_actions, version))
LASTMILE_DOC(CancelView, "What became of the wish to cancel.", {"delivery_id", "ours"}, {"cancellation", "confirmed, requested or refused"},
             {"reason", "why"}, {"status", "the delivery's status now"}, {"phase", "finer than the status"},
             {"reconcile_actions", "what is left to do, and what has ended; GET the delivery follows each to its end"}, {"version", "the delivery's version now"})

struct DecideCancel {
    Id<Delivery> delivery_id;
    std::optional<Text<1, 500>> reason;
};
LASTMILE_VALUE(DecideCancel, (delivery_id, reason))
LASTMILE_DOC(DecideCancel, "The answer to an open wish to cancel.", {"delivery_id", "ours"}, {"reason", "why"})
/// A promise: a window by hand, a slot, or a slot that was reserved. At most one.
template <class R>
void check_promise(const R& r, const schema::Check& check, bool needed) {
    const int given = int{r.window.has_value()} + int{r.slot_id.has_value()} + int{r.slot_reservation_id.has_value()};
    if (needed && given == 0) check.add("window", "required", "give window, slot_id or slot_reservation_id");
    if (given > 1) check.add(r.slot_id ? "slot_id" : "slot_reservation_id", "ambiguous", "give one of window, slot_id and slot_reservation_id");
}
struct RetryDelivery {
    Id<Delivery> delivery_id;
    std::optional<RetryFrom> from;
    std::optional<Window> window;
    std::optional<Id<Slot>> slot_id;
    std::optional<Id<Reservation>> slot_reservation_id;
    std::optional<Prose<1, 1000>> instructions;
};
LASTMILE_VALUE(RetryDelivery, (delivery_id, from, window, slot_id, slot_reservation_id, instructions))
LASTMILE_DOC(RetryDelivery, "Another attempt.", {"delivery_id", "ours"},
             {"from", "on_board: by the same courier; hub: after a way back; absent: by policy retry.from"},
             {"window", "the new promised window; absent: the promise stays as it is"}, {"slot_id", "or a slot, which is reserved and confirmed"},
             {"slot_reservation_id", "or a slot that was reserved"}, {"instructions", "for the courier at the door; absent: as they are"})
inline void schema_check(const RetryDelivery& r, const schema::Check& check) { check_promise(r, check, false); }
struct CloseDelivery {
    Id<Delivery> delivery_id;
    Closing outcome = Closing::undeliverable;
};
LASTMILE_VALUE(CloseDelivery, (delivery_id, outcome))
LASTMILE_DOC(CloseDelivery, "Gives a delivery up.", {"delivery_id", "ours"}, {"outcome", "undeliverable, lost or disposed"})
inline void schema_check(const CloseDelivery& c, const schema::Check& check) {
    if (c.outcome == Closing::open) check.add("outcome", "not_one_of", "must be undeliverable, lost or disposed");
}
struct BringBack {
    Id<Delivery> delivery_id;
    LegPurpose purpose = LegPurpose::return_;
    std::optional<Id<Hub>> hub_id;
};
LASTMILE_VALUE(BringBack, (delivery_id, purpose, hub_id))
LASTMILE_DEFAULTS(BringBack, (purpose))
LASTMILE_DOC(BringBack, "What has failed is brought back by whoever has it.", {"delivery_id", "ours"},
             {"purpose", "return: for good; retry: to be tried again from there"}, {"hub_id", "to this hub; absent: where it came from"})
/// Where a package can be said to be; hands are changed by scans.
enum class CorrectedCustody { sender, hub, recipient, neighbour, locker, safe_place, lost, disposed };
LASTMILE_ENUM(CorrectedCustody, sender, hub, recipient, neighbour, locker, safe_place, lost, disposed)
struct CorrectDelivery {
    Id<Delivery> delivery_id;
    List<Id<Package>, 0, 100> package_ids;
    CorrectedCustody custody = CorrectedCustody::recipient;
    std::optional<Id<Hub>> hub_id;
    bool for_good = false;
    Text<1, 500> reason;
};
LASTMILE_VALUE(CorrectDelivery, (delivery_id, package_ids, custody, hub_id, for_good, reason))
LASTMILE_DEFAULTS(CorrectDelivery, (package_ids, for_good))
LASTMILE_DOC(CorrectDelivery, "Where packages really are.", {"delivery_id", "ours"}, {"package_ids", "which; empty: all"},
             {"custody", "sender, hub, recipient, neighbour, locker, safe_place, lost or disposed"}, {"hub_id", "with hub: which"},
             {"for_good", "true, with sender or hub: it has come back for good"}, {"reason", "how that is known"})
inline void schema_check(const CorrectDelivery& c, const schema::Check& check) {
    if ((c.custody == CorrectedCustody::hub) != c.hub_id.has_value()) check.add("hub_id", "required", "goes with custody hub, and only with it");
}
struct DeliveryState {
    Id<Delivery> delivery_id;
    Status status = Status::requested;
    std::optional<Phase> phase;
    Outcome outcome = Outcome::none;
    Cancellation cancellation = Cancellation::none;
    std::vector<deliveries::Action> legal_actions;
    std::int64_t version = 1;
};
LASTMILE_VALUE(DeliveryState, (delivery_id, status, phase, outcome, cancellation, legal_actions, version))
LASTMILE_DOC(DeliveryState, "Where a delivery stands after a decision.", {"delivery_id", "ours"}, {"status", "its status"},
             {"phase", "finer than the status"}, {"outcome", "how it came out"}, {"cancellation", "none, requested, confirmed or refused"},
             {"legal_actions", "what can be asked of it now"}, {"version", "its version"})

struct EscalateDelivery {
    Id<Delivery> delivery_id;
    Text<1, 100> case_id;
    Severity priority = Severity::high;
};
LASTMILE_VALUE(EscalateDelivery, (delivery_id, case_id, priority))
LASTMILE_DEFAULTS(EscalateDelivery, (priority))
LASTMILE_DOC(EscalateDelivery, "Support is called.", {"delivery_id", "ours"}, {"case_id", "the case in the support's own system", "case_4711"},
             {"priority", "low, normal, high or critical"})
struct RescheduleDelivery {
    Id<Delivery> delivery_id;
    std::optional<Window> window;
    std::optional<Id<Slot>> slot_id;
    std::optional<Id<Reservation>> slot_reservation_id;
    std::optional<Prose<1, 1000>> instructions;
};
LASTMILE_VALUE(RescheduleDelivery, (delivery_id, window, slot_id, slot_reservation_id, instructions))
LASTMILE_DOC(RescheduleDelivery, "Another promise.", {"delivery_id", "ours"},
             {"window", "the new promised window of the dropoff; of a return: one in which its hub is open"},
             {"slot_id", "or a slot of the dropoff's area, which is reserved and confirmed"}, {"slot_reservation_id", "or a slot that was reserved"},
             {"instructions", "for the courier at the door; absent: as they are"})
inline void schema_check(const RescheduleDelivery& r, const schema::Check& check) { check_promise(r, check, true); }

DeliveryState state_of(const DeliveryRow& row, int max_attempts);

api::Endpoints dispatch_endpoints();
api::Endpoints delivery_end_endpoints();
api::Endpoints promise_endpoints();

}  // namespace lastmile
