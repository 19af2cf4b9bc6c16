#pragma once
// The product's refusals: slug (the wire `code`), status, sentence, remedy. Generic ones are in platform/base/reasons.hpp.
#include "platform/base/reasons.hpp"

namespace lastmile::reasons {

// deliveries, legs, packages
inline constexpr Reason not_legal_now{"not_legal_now", 409, "The delivery's state does not allow this",
                                      "Do one of legal_actions, or read the delivery again."};
inline constexpr Reason leg_not_free{"leg_not_free", 409, "The leg is held by somebody else", "Unassign it first."};
inline constexpr Reason leg_over{"leg_over", 409, "Nothing is left to be done on this leg", "Read the delivery again and take one of its open legs."};
inline constexpr Reason on_board{"on_board", 409, "The package is on board", "Hand it over, bring it back, or report the breakdown first."};
inline constexpr Reason on_its_way_back{"on_its_way_back", 409, "The package is already on its way back", "Wait for its arrival, or hand it over."};
inline constexpr Reason cancel_wished{"cancel_wished", 409, "The delivery is to be cancelled", "Refuse the cancellation first if it is to go on."};
inline constexpr Reason no_cancel_wish{"no_cancel_wish", 409, "Nobody has asked to cancel this delivery", "Ask to cancel it first."};
inline constexpr Reason attempts_exhausted{"attempts_exhausted", 409, "The policy allows no further attempt",
                                           "Bring it back, close it, or raise max_attempts."};
inline constexpr Reason not_planned{"not_planned", 409, "Nothing is planned for this package here",
                                    "Leave it where it is, or ask dispatch to plan it."};
inline constexpr Reason rebind_ask{"rebind_needs_confirmation", 409, "The package belongs to another driver's route",
                                   "Repeat the scan with confirmed: true to take it over."};
inline constexpr Reason rebind_refused{"rebind_refused", 409, "The package belongs to another driver's route",
                                       "Leave it here; the policy scan.rebind is refuse."};
inline constexpr Reason not_in_hand{"not_in_hand", 409, "The package is with somebody else", "Read the delivery again; custody says who has it."};
inline constexpr Reason nothing_to_undo{"nothing_to_undo", 409, "There is no outcome here that can be undone", "Ask dispatch to correct it."};
inline constexpr Reason undo_too_late{"undo_too_late", 409, "The time for undoing is over", "Ask dispatch to correct it."};
inline constexpr Reason unknown_package{"unknown_package", 422, "The delivery has no such package", "Name one of its packages."};
inline constexpr Reason unknown_leg{"unknown_leg", 422, "The delivery has no such leg", "Name one of its legs."};

// bookings
inline constexpr Reason booking_not_legal{"booking_not_legal_now", 409, "The booking's state does not allow this",
                                          "Read the booking again; legal_now says what is possible."};
inline constexpr Reason unknown_booking{"unknown_booking", 404, "The delivery has no such booking", "Name one of its bookings."};

// assignments, stops
inline constexpr Reason assignment_not_legal{"assignment_not_legal_now", 409, "The assignment's state does not allow this", "Do one of legal_now."};
inline constexpr Reason stop_not_legal{"stop_not_legal_now", 409, "The stop's state does not allow this", "Do one of legal_now."};
inline constexpr Reason route_not_started{"route_not_started", 409, "The route is not under way", "Start the route first."};
inline constexpr Reason offer_expired{"offer_expired", 409, "The offer has expired", "Wait for the next offer."};
inline constexpr Reason stop_not_next{"stop_not_next", 409, "Another stop is being served", "Finish or skip the stop that is under way."};
inline constexpr Reason stops_open{"stops_open", 409, "Stops are still open", "Finish, fail or skip them first."};
inline constexpr Reason packages_on_board{"packages_on_board", 409, "Packages are still on board", "Bring them back or hand them over first."};
inline constexpr Reason assignment_locked{"assignment_locked", 409, "The assignment is locked", "Unlock it first."};
inline constexpr Reason stale_route{"stale_route", 409, "The route has changed since it was read", "Read the route again and repeat."};
inline constexpr Reason unknown_stop{"unknown_stop", 404, "The assignment has no such stop", "Name one of its stops."};
inline constexpr Reason items_invalid{"items_invalid", 422, "The items do not fit this stop", "Name each of the stop's packages at most once."};

// administered nouns: areas, hubs, partners, vehicles, drivers, shifts
inline constexpr Reason in_use{"in_use", 409, "Something still refers to it", "Point what `used_by` names elsewhere, or remove it, and repeat."};
inline constexpr Reason external_id_taken{"external_id_taken", 409, "Another one has this external id",
                                          "Look it up with ?external_id= and change that one, or choose another."};
inline constexpr Reason driver_not_legal{"driver_not_legal_now", 409, "The driver's state does not allow this", "Do one of legal_now."};
inline constexpr Reason driver_busy{"driver_busy", 409, "The driver still has open stops",
                                    "Unassign them (POST /drivers/{driverId}/unassign) or let them be finished, and repeat."};
inline constexpr Reason shift_overlaps{"shift_overlaps", 409, "The driver has another shift then",
                                       "Change or delete the shift that `shift_id` names."};
inline constexpr Reason shift_not_legal{"shift_not_legal_now", 409, "The shift's state does not allow this", "Do one of legal_now."};

// exceptions, jobs
inline constexpr Reason exception_not_legal{"exception_not_legal_now", 409, "The exception's state does not allow this", "Do one of legal_now."};
inline constexpr Reason alert_not_legal{"alert_not_legal_now", 409, "The alert's state does not allow this", "Do one of legal_now."};
inline constexpr Reason job_not_legal{"job_not_legal_now", 409, "The job's state does not allow this", "Do one of legal_now."};

}  // namespace lastmile::reasons
