#include "features/events_feed/event_catalogue.hpp"

#define STATUS_OF_DELIVERY                                                                                                               \
    "delivery_id status phase status_text outcome delivered_packages packages attempt failed_attempts cancellation assignment_id? "       \
    "driver_id? partner_id? booking_id? previous_status previous_phase device_time? at?"
#define LEG                                                                                                                              \
    "delivery_id leg_id number kind purpose state packages:A assignment_id? driver_id? partner_id? booking_id? device_time? at?"
#define ASSIGNMENT                                                                                                                       \
    "assignment_id status route_revision plan_version driver_id? vehicle_id? partner_id? previous_status? reason? location? event_id? "    \
    "device_time? at?"
#define STOP                                                                                                                             \
    "assignment_id stop_id type sequence status delivery_ids items delivery_id? driver_id? location? event_id? device_time? at?"
#define BOOKING                                                                                                                          \
    "delivery_id booking_id leg_id partner_id assignment_id number state previous_state partner_status? reason? price?"
#define EXCEPTION "id delivery_id? assignment_id? stop_id? type severity state package_ids resolved_at?"
#define DRIVER "id external_id? partner_id? vehicle_id? skills status home_hub_id? language?"
#define VEHICLE                                                                                                                          \
    "id external_id? partner_id? type profile capacity warehouse? available range_m? battery_pct? speed_factor co2_g_per_km"
#define PARTNER "id name type capabilities connector? areas service_levels vehicle_types enabled"
#define HUB "id name address hours? area_id? planning_area? dock?"
#define SHIFT "id driver_id starts_at ends_at breaks status started_at? ended_at?"
#define DOCUMENT "id driver_id kind state external_id? expires_on? mandatory asset_id? content_type? size? sha256? created_at"
#define KEY "id prefix role? scopes expires_at? revoked_at?"
#define WEBHOOK "id url events enabled disabled_reason? disabled_at? previous_until?"
#define RESERVATION                                                                                                                      \
    "id reservation_id version created_at updated_at slot_id template_id area_id service_level window status expires_at? delivery_id? order_id?"
#define SLOT_TEMPLATE "id area_id service_level weekdays from to capacity:i cutoff_s? valid_from? valid_to? closed_on"
#define ALERT                                                                                                                            \
    "id version created_at updated_at kind state severity delivery_id side assignment_id? stop_id? driver_id? promised_until expected_at? " \
    "late_s replan owner? acknowledged_at? cleared_at? cleared_because?"
#define PLAN                                                                                                                             \
    "id plan_id version created_at updated_at state trigger causes subject around? expires_at routes added moved unassigned late_before late_after cost"
#define CLOSURE "id ways profiles from until? note:s? roads"

namespace lastmile {

const std::vector<EventKind>& event_kinds() {
    static const std::vector<EventKind> kinds{
        {"alert.raised", "A promised window will be missed, or is over.", ALERT},
        {"alert.updated", "It is over now, or late enough for a replan.", ALERT},
        {"alert.acknowledged", "Somebody takes care of it.", ALERT},
        {"alert.cleared", "It is on time again, has arrived or has ended.", ALERT},
        {"area.created", "An area was drawn.", "id name time_zone"},
        {"area.updated", "An area was changed.", "id name time_zone changed"},
        {"area.deleted", "An area was taken away.", "id name time_zone changed?"},
        {"assignment.created", "A route or a partner's job was made.", "assignment_id status route_id driver_id? vehicle_id? partner_id?"},
        {"assignment.offered", "It was offered to the driver.", ASSIGNMENT " expires_at?"},
        {"assignment.accepted", "The driver or partner takes it.", ASSIGNMENT},
        {"assignment.declined", "The driver does not take it.", ASSIGNMENT},
        {"assignment.expired", "Nobody answered the offer in time.", ASSIGNMENT},
        {"assignment.withdrawn", "The offer or the route was taken back.", ASSIGNMENT},
        {"assignment.started", "The driver drives.", ASSIGNMENT},
        {"assignment.paused", "The driver stands still, or has not been heard of.", ASSIGNMENT},
        {"assignment.resumed", "The driver goes on.", ASSIGNMENT},
        {"assignment.aborted", "The route ended before its end.", ASSIGNMENT},
        {"assignment.completed", "All stops are over.", ASSIGNMENT},
        {"assignment.locked", "Planning leaves it alone.", ASSIGNMENT},
        {"assignment.unlocked", "Planning may change it.", ASSIGNMENT},
        {"assignment.replanned", "Stops or their order changed.", ASSIGNMENT " stops"},
        {"assignment.retimed", "Something from outside has made its way longer or shorter.", "assignment_id cause change_s estimated_time_s"},
        {"booking.intent", "A partner is to be asked; the claim, before the call.", BOOKING},
        {"booking.calling", "The partner is being called.", BOOKING},
        {"booking.booked", "The partner has the job.", BOOKING},
        {"booking.courier_assigned", "The partner has a courier.", BOOKING},
        {"booking.picked_up", "The partner's courier has the parcel.", BOOKING},
        {"booking.delivered", "The partner's courier has delivered it.", BOOKING},
        {"booking.rejected", "The partner does not take the job.", BOOKING},
        {"booking.unknown", "No answer: the partner may have it. It is looked up; nobody else is asked.", BOOKING},
        {"booking.absent", "Looked up: the partner does not have it.", BOOKING},
        {"booking.failed_before_pickup", "The partner gave the job back.", BOOKING},
        {"booking.expired", "The partner did not begin in time.", BOOKING},
        {"booking.lost", "The partner has lost the parcel.", BOOKING},
        {"booking.cancel_requested", "The partner was asked to cancel.", BOOKING},
        {"booking.cancelled", "The partner has cancelled.", BOOKING},
        {"booking.failed_with_parcel", "Not delivered; the courier has the parcel.", BOOKING},
        {"booking.returning", "The courier brings it back.", BOOKING},
        {"booking.returned", "The partner has brought it back.", BOOKING},
        {"booking.dropped", "The claim was given up before any call.", BOOKING},
        {"closure.created", "A street is closed.", CLOSURE},
        {"closure.deleted", "A street is open again.", CLOSURE},
        {"delivery.created", "A delivery was taken in.", "delivery_id status packages window_promised tracking_number service_level recipient_id source_id? order_id? return_of?"},
        {"delivery.updated", "Something about it changed; read it again.", "delivery_id priority? note? personal_data_erased? undone? reconcile? return_id? reason? cancellation?"},
        {"delivery.scheduled", "It is on a route that is not offered yet.", STATUS_OF_DELIVERY},
        {"delivery.assigned", "Somebody is to carry it.", STATUS_OF_DELIVERY},
        {"delivery.unassigned", "Nobody is to carry it any more.", STATUS_OF_DELIVERY},
        {"delivery.enroute", "It is on its way.", STATUS_OF_DELIVERY},
        {"delivery.delivered", "All of it was delivered.", STATUS_OF_DELIVERY},
        {"delivery.partially_delivered", "A part of it was delivered.", STATUS_OF_DELIVERY},
        {"delivery.failed", "An attempt failed.", STATUS_OF_DELIVERY},
        {"delivery.returned", "It is back.", STATUS_OF_DELIVERY},
        {"delivery.cancelled", "It was cancelled.", STATUS_OF_DELIVERY},
        {"delivery.closed", "It was closed by hand.", STATUS_OF_DELIVERY},
        {"delivery.cancel_requested", "Somebody wants it cancelled; who has it decides.", "delivery_id cancellation"},
        {"delivery.corrected", "What was reported was corrected afterwards.", "delivery_id package_id custody previous_custody end reason?"},
        {"delivery.escalated", "It was handed to somebody above.", "delivery_id case_id? priority"},
        {"delivery.rescheduled", "It has another window.", "delivery_id window_promised window? slot_reservation_id?"},
        {"delivery.retry_requested", "Another attempt is to be made.", "delivery_id attempt from"},
        {"document.created", "A driver's paper was added.", DOCUMENT},
        {"document.updated", "A driver's paper was changed.", DOCUMENT},
        {"document.deleted", "A driver's paper was taken away.", DOCUMENT},
        {"driver.created", "A driver was added.", DRIVER},
        {"driver.updated", "A driver was changed, or a token for him was made or revoked.",
         "id? external_id? partner_id? vehicle_id? skills? status? home_hub_id? language? changed? driver_id? impersonated_by? token_id? expires_at? token_revoked?"},
        {"driver.status_changed", "A driver came, went, or took a break.", DRIVER " changed? previous_status event_id?"},
        {"driver.deleted", "A driver was deactivated.", DRIVER " changed?"},
        {"driver.action_not_applied", "What the app reported came too late to change anything.",
         "driver_id event_id? action device_time? at? code assignment_id? stop_id? delivery_id?"},
        {"exception.opened", "Something went wrong and wants somebody's eyes.", EXCEPTION},
        {"exception.updated", "Owner, severity or notes changed.", EXCEPTION},
        {"exception.acknowledged", "Somebody looks at it.", EXCEPTION},
        {"exception.resolved", "It is settled.", EXCEPTION},
        {"hub.created", "A hub was added.", HUB},
        {"hub.updated", "A hub was changed.", HUB " changed"},
        {"hub.deleted", "A hub was taken away.", HUB " changed?"},
        {"key.created", "An API key was made.", KEY},
        {"key.rotated", "An API key has a new secret.", KEY},
        {"key.revoked", "An API key was revoked.", KEY},
        {"leg.created", "A way that packages have to go.", LEG},
        {"leg.bound", "Somebody is bound to carry it.", LEG},
        {"leg.freed", "Nobody is bound to carry it any more.", LEG},
        {"leg.broken", "Who carried it has broken down.", LEG},
        {"leg.done", "The packages have arrived.", LEG},
        {"leg.failed", "They did not arrive.", LEG},
        {"leg.cancelled", "It is not gone any more.", LEG},
        {"package.custody_changed", "Somebody else has the package.", "delivery_id package_id custody previous_custody end leg_id? device_time? at?"},
        {"package.withheld", "The sender kept it back.", "delivery_id package_id leg_id device_time? at?"},
        {"partner.created", "A partner was registered.", PARTNER},
        {"partner.updated", "A partner was changed.", PARTNER " changed"},
        {"partner.deleted", "A partner was disabled.", PARTNER " changed?"},
        {"plan.suggested", "Something happened, and this plan would be an answer.", PLAN},
        {"plan.committed", "Somebody has taken it.", PLAN},
        {"plan.dismissed", "Somebody has set it aside.", PLAN},
        {"plan.superseded", "A newer one for the same has taken its place.", PLAN},
        {"plan.expired", "Its time is over.", PLAN},
        {"pod.created", "A proof was sealed.", "pod_id delivery_id stop_id outcome delivered_at number hash previous key_id driver_id? assets"},
        {"pod.viewed", "Somebody looked at a proof: at the 1st, 10th, 100th … view within the hour.", "pod_id delivery_id viewer hour views"},
        {"policy.updated", "A policy was set.", "reach reach_id set"},
        {"settlement_ref.created", "A reference of the accounting system was attached to what a partner carried.",
         "settlement_id delivery_id partner_id booking_id? reference invoiced? difference?"},
        {"shift.created", "A shift was planned.", SHIFT},
        {"shift.updated", "A shift was changed, begun or ended.", SHIFT " changed? event_id?"},
        {"shift.deleted", "A shift was taken away.", SHIFT " changed?"},
        {"slot.reserved", "Capacity of a slot is held.", RESERVATION},
        {"slot.confirmed", "The hold became a booking.", RESERVATION},
        {"slot.used", "A delivery has the slot.", RESERVATION},
        {"slot.released", "The capacity is free again.", RESERVATION},
        {"slot.expired", "The hold ran out.", RESERVATION},
        {"slot_template.created", "Slots that come again every week were laid out.", SLOT_TEMPLATE},
        {"slot_template.updated", "They were changed.", SLOT_TEMPLATE " changed"},
        {"slot_template.deleted", "They are offered no more.", SLOT_TEMPLATE " changed?"},
        {"stop.arrived", "The driver is there.", STOP},
        {"stop.attempted", "The driver tried.", STOP " contacted? attempt_number? channel?"},
        {"stop.completed", "All that was to be done there is done.", STOP " proof?"},
        {"stop.partial", "A part was.", STOP " proof? reason?"},
        {"stop.failed", "Nothing was.", STOP " reason? next_action? photos?"},
        {"stop.skipped", "The stop was left out.", STOP " reason?"},
        {"stop.eta_changed", "It will be reached five minutes or more earlier or later than was told last.",
         "assignment_id stop_id delivery_id type previous_eta eta eta_window confidence driver_id?"},
        {"stop.geofence_entered", "The driver stands within the fence round it.", "assignment_id stop_id delivery_id at distance_m"},
        {"stop.geofence_left", "The driver has left the fence and reported no outcome.", "assignment_id stop_id delivery_id at distance_m"},
        {"stop.undone", "The report was taken back.", STOP},
        {"tracking_link.created", "A link for the recipient was made.", "link_id delivery_id expires_at"},
        {"tracking_link.deleted", "A link was revoked.", "link_id delivery_id"},
        {"vehicle.created", "A vehicle was added.", VEHICLE},
        {"vehicle.updated", "A vehicle was changed.", VEHICLE " changed"},
        {"vehicle.deleted", "A vehicle was taken away.", VEHICLE " changed?"},
        {"webhook.created", "An endpoint was added.", WEBHOOK},
        {"webhook.updated", "An endpoint was changed.", WEBHOOK " changed?"},
        {"webhook.deleted", "An endpoint was taken away.", WEBHOOK},
        {"webhook.disabled", "An endpoint failed too long.", WEBHOOK},
        {"webhook.secret_rotated", "An endpoint has a new secret.", WEBHOOK},
    };
    return kinds;
}

}  // namespace lastmile
