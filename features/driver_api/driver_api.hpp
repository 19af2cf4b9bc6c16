#pragma once
// What the driver's app says and asks. Every report may carry the device's event id (said twice, it counts once), the device's time and
// the route revision that the app knew.
#include "features/assignments/assignment_view.hpp"
#include "features/deliveries/delivery_view.hpp"

namespace lastmile {

enum class ScanAction { load, unload, handover };
LASTMILE_ENUM(ScanAction, load, unload, handover)
enum class CompleteStatus { delivered };
LASTMILE_ENUM(CompleteStatus, delivered)
enum class NextAction { reschedule, return_to_warehouse };
LASTMILE_ENUM(NextAction, reschedule, return_to_warehouse)
enum class PartOutcome { delivered, collected, unloaded, refused, damaged, missing, wrong, not_ready, closed, nobody, no_access, failed };
LASTMILE_ENUM(PartOutcome, delivered, collected, unloaded, refused, damaged, missing, wrong, not_ready, closed, nobody, no_access, failed)

/// What any report may carry.
struct FromDevice {
    std::optional<Text<1, 100>> event_id;
    std::optional<Instant> device_time;
    std::optional<std::int64_t> route_revision;
    std::optional<Location> location;
};
LASTMILE_VALUE(FromDevice, (event_id, device_time, route_revision, location))
LASTMILE_DOC(FromDevice, "What any report may carry.", {"event_id", "the device's id of this report; said twice, it counts once"},
             {"device_time", "when it happened by the device's clock"}, {"route_revision", "the revision of the route that the app shows"},
             {"location", "where the device was"})

struct AnswerOffer : FromDevice {
    Id<Assignment> assignment_id;
};
LASTMILE_VALUE(AnswerOffer, (assignment_id))
LASTMILE_EXTENDS(AnswerOffer, FromDevice)
LASTMILE_DOC(AnswerOffer, "Which assignment.", {"assignment_id", "which"})
struct DeclineOffer : FromDevice {
    Id<Assignment> assignment_id;
    Text<1, 100> reason;
};
LASTMILE_VALUE(DeclineOffer, (assignment_id, reason))
LASTMILE_EXTENDS(DeclineOffer, FromDevice)
LASTMILE_DOC(DeclineOffer, "Why it is declined.", {"assignment_id", "which"}, {"reason", "a reason code", "vehicle_problem"})
struct ArriveStop : FromDevice {
    Id<Stop> stop_id;
};
LASTMILE_VALUE(ArriveStop, (stop_id))
LASTMILE_EXTENDS(ArriveStop, FromDevice)
LASTMILE_DOC(ArriveStop, "Which stop.", {"stop_id", "which"})
struct AttemptStop : FromDevice {
    Id<Stop> stop_id;
    std::optional<Whole<1, 100>> attempt_number;
    std::optional<bool> contacted;
    std::optional<ContactChannel> channel;
    std::optional<Prose<1, 2000>> notes;
};
LASTMILE_VALUE(AttemptStop, (stop_id, attempt_number, contacted, channel, notes))
LASTMILE_EXTENDS(AttemptStop, FromDevice)
LASTMILE_DOC(AttemptStop, "A knock or a call.", {"stop_id", "which stop"}, {"attempt_number", "the app's count"},
             {"contacted", "whether the recipient was reached; without a channel: by a call"},
             {"channel", "call, sms, email or push: how the recipient was tried, as contact_attempt_rules ask for", "call"},
             {"notes", "a remark, kept with the delivery"})

struct ItemReportRequest {
    Id<Delivery> delivery_id;
    std::optional<Id<Package>> package_id;
    PartOutcome outcome;
    std::optional<Text<1, 100>> reason;
};
LASTMILE_VALUE(ItemReportRequest, (delivery_id, package_id, outcome, reason))
LASTMILE_DOC(ItemReportRequest, "What became of one delivery's packages at this stop.", {"delivery_id", "whose"},
             {"package_id", "which package; absent: all of the delivery at this stop"},
             {"outcome", "delivered (collected at a pickup, unloaded at a hub), refused, damaged, missing, …"}, {"reason", "a reason code"})
struct SignatureProof {
    std::optional<Text<1, 2000>> url;
    std::optional<Text<1, 360'000>> base64;
};
LASTMILE_VALUE(SignatureProof, (url, base64))
LASTMILE_DOC(SignatureProof, "A signature: uploaded, or drawn and sent along.", {"url", "the asset_url it was uploaded to"},
             {"base64", "a PNG, JPEG or SVG of up to 256 KiB in base64 (a data: URL is taken too)"})
inline void schema_check(const SignatureProof& s, const schema::Check& check) {
    if (s.url.has_value() == s.base64.has_value()) check.add("url", "required", "give url or base64: the picture's asset_url, or the picture");
}
struct IdCheckProof {
    bool checked = true;
    std::optional<Whole<0, 120>> age;
};
LASTMILE_VALUE(IdCheckProof, (checked, age))
LASTMILE_DOC(IdCheckProof, "The courier has looked at a document.", {"checked", "true: the person was identified"},
             {"age", "the age that the document shows"})

/// Proof and remarks at a stop.
struct AtTheDoor : FromDevice {
    std::optional<Instant> timestamp;
    std::optional<SignatureProof> recipient_signature;
    List<Text<1, 2000>, 0, 20> photos;
    std::optional<Text<1, 12>> pin;
    List<Text<1, 200>, 0, 500> scans;
    std::optional<IdCheckProof> id_check;
    std::optional<LeaveAt> leave_at;
    std::optional<Text<1, 200>> left_with;
    std::optional<Prose<1, 2000>> notes;
};
LASTMILE_VALUE(AtTheDoor, (timestamp, recipient_signature, photos, pin, scans, id_check, leave_at, left_with, notes))
LASTMILE_EXTENDS(AtTheDoor, FromDevice)
LASTMILE_DEFAULTS(AtTheDoor, (photos, scans))
LASTMILE_DOC(AtTheDoor, "Proof and remarks.", {"timestamp", "when it happened; the same as device_time"}, {"recipient_signature", "the signature"},
             {"photos", "asset_urls of pictures"}, {"pin", "the recipient's PIN"}, {"scans", "codes of the packages as scanned"},
             {"id_check", "the look at a document"}, {"leave_at", "where it was left"},
             {"left_with", "the neighbour's or place's name; kept with the personal data"}, {"notes", "a remark, kept with the delivery"})

struct CompleteStop : AtTheDoor {
    Id<Stop> stop_id;
    std::optional<CompleteStatus> status;
    List<ItemReportRequest, 0, 500> items;
};
LASTMILE_VALUE(CompleteStop, (stop_id, status, items))
LASTMILE_EXTENDS(CompleteStop, AtTheDoor)
LASTMILE_DEFAULTS(CompleteStop, (items))
LASTMILE_DOC(CompleteStop, "The stop went well, wholly or but for items named.", {"stop_id", "which stop"}, {"status", "delivered"},
             {"items", "only what went otherwise; the rest went well"})
struct PartialStop : AtTheDoor {
    Id<Stop> stop_id;
    List<ItemReportRequest, 1, 500> items;
};
LASTMILE_VALUE(PartialStop, (stop_id, items))
LASTMILE_EXTENDS(PartialStop, AtTheDoor)
LASTMILE_DOC(PartialStop, "Different outcomes at one stop.", {"stop_id", "which stop"}, {"items", "every package of the stop"})
struct FailStop : FromDevice {
    Id<Stop> stop_id;
    Text<1, 100> reason;
    std::optional<NextAction> next_action;
    List<Text<1, 2000>, 0, 20> photos;
    std::optional<Prose<1, 2000>> notes;
    List<ItemReportRequest, 0, 500> items;
};
LASTMILE_VALUE(FailStop, (stop_id, reason, next_action, photos, notes, items))
LASTMILE_EXTENDS(FailStop, FromDevice)
LASTMILE_DEFAULTS(FailStop, (photos, items))
LASTMILE_DOC(FailStop, "The stop failed.", {"stop_id", "which stop"},
             {"reason", "no_one_home, wrong_address, refused, or another code; at a pickup not_ready, closed, nobody, no_access, …", "no_one_home"},
             {"next_action", "reschedule: the courier suggests another attempt; return_to_warehouse: the way back is planned at once"},
             {"photos", "asset_urls of pictures"}, {"notes", "a remark, kept with the delivery"}, {"items", "outcomes of single packages"})
struct ScanPackage : FromDevice {
    ScanAction action;
    std::optional<Text<1, 200>> code;
    std::optional<Text<1, 100>> package_id;
    std::optional<Id<Stop>> stop_id;
    std::optional<Id<Hub>> hub_id;
    bool confirmed = false;
};
LASTMILE_VALUE(ScanPackage, (action, code, package_id, stop_id, hub_id, confirmed))
LASTMILE_EXTENDS(ScanPackage, FromDevice)
LASTMILE_DEFAULTS(ScanPackage, (confirmed))
LASTMILE_DOC(ScanPackage, "A package's code was read.", {"action", "load, unload or handover (from a colleague)"}, {"code", "as the scanner read it"},
             {"package_id", "ours or the caller's, instead of the code"}, {"stop_id", "at this stop"},
             {"hub_id", "unload: at this hub; absent: the stop's, or the driver's home hub"},
             {"confirmed", "the answer to rebind_needs_confirmation"})
inline void schema_check(const ScanPackage& s, const schema::Check& check) {
    if (s.code.has_value() == s.package_id.has_value()) check.add("code", "required", "give code or package_id");
}
struct ShiftReport : FromDevice {};
LASTMILE_VALUE(ShiftReport, ())
LASTMILE_EXTENDS(ShiftReport, FromDevice)
LASTMILE_DOC(ShiftReport, "Work begins or ends.")

struct TouchedDelivery {
    Id<Delivery> delivery_id;
    Status status = Status::requested;
    std::optional<Phase> phase;
};
LASTMILE_VALUE(TouchedDelivery, (delivery_id, status, phase))
LASTMILE_DOC(TouchedDelivery, "A delivery and where it stands now.", {"delivery_id", "ours"}, {"status", "its status"},
             {"phase", "finer than the status"})
struct DriverAnswer {
    bool replayed = false;
    std::optional<Id<Package>> package_id;
    std::optional<std::string> custody;
    std::vector<TouchedDelivery> deliveries;
    std::vector<Id<Pod>> pod_ids;
    std::optional<Id<Stop>> next_stop_id;
    std::optional<std::int64_t> route_revision;
    std::optional<AssignmentView> assignment;
};
LASTMILE_VALUE(DriverAnswer, (replayed, package_id, custody, deliveries, pod_ids, next_stop_id, route_revision, assignment))
LASTMILE_DOC(DriverAnswer, "What it led to.", {"replayed", "true: this report had been applied before"}, {"package_id", "of a scan: the package"},
             {"custody", "of a scan: who has it now"}, {"deliveries", "the deliveries concerned"},
             {"pod_ids", "the sealed proofs that came of it"}, {"next_stop_id", "where to go next"},
             {"route_revision", "of the route now"}, {"assignment", "as it is now"})

struct RouteForDriver {
    AssignmentView assignment;
    std::optional<Id<Stop>> next_stop_id;
    std::vector<DeliveryView> deliveries;
};
LASTMILE_VALUE(RouteForDriver, (assignment, next_stop_id, deliveries))
LASTMILE_DOC(RouteForDriver, "The route with what a courier must know.", {"assignment", "with its route"}, {"next_stop_id", "where to go next"},
             {"deliveries", "addresses, contacts, instructions, proof wanted"})

struct SyncEvent {
    Text<1, 100> event_id;
    Text<1, 30> action;
    std::optional<Id<Stop>> stop_id;
    std::optional<Id<Assignment>> assignment_id;
    Instant device_time;
    std::optional<Document> body;
};
LASTMILE_VALUE(SyncEvent, (event_id, action, stop_id, assignment_id, device_time, body))
LASTMILE_DOC(SyncEvent, "Something that happened while the device was offline.", {"event_id", "the device's id of it"},
             {"action", "accept, decline, start-route, arrive, attempt, complete, partial, failed, undo, scan, check-in or check-out"},
             {"stop_id", "where it happened"}, {"assignment_id", "or to which assignment"}, {"device_time", "when, by the device's clock"},
             {"body", "as the endpoint of the action takes it"})
struct Sync {
    Text<1, 100> device_id;
    Instant device_time;
    List<SyncEvent, 0, 500> events;
};
LASTMILE_VALUE(Sync, (device_id, device_time, events))
LASTMILE_DOC(Sync, "What happened offline.", {"device_id", "which device"},
             {"device_time", "its clock now; clocks that are wrong are corrected by the difference"}, {"events", "in any order"})
enum class SyncStatus { applied, replayed, not_applied };
LASTMILE_ENUM(SyncStatus, applied, replayed, not_applied)
struct SyncResult {
    std::string event_id;
    SyncStatus status = SyncStatus::applied;
    int http_status = 200;
    std::optional<Document> problem;
};
LASTMILE_VALUE(SyncResult, (event_id, status, http_status, problem))
LASTMILE_DOC(SyncResult, "What became of one.", {"event_id", "the device's id"},
             {"status", "applied, replayed (it had been applied before), not_applied"}, {"http_status", "as the endpoint would have answered"},
             {"problem", "why not"})
struct SyncAnswer {
    std::vector<SyncResult> results;
    Instant server_time;
    std::optional<std::int64_t> route_revision;
};
LASTMILE_VALUE(SyncAnswer, (results, server_time, route_revision))
LASTMILE_DOC(SyncAnswer, "What became of each, in the order given.", {"results", "one each"}, {"server_time", "business time now"},
             {"route_revision", "of the route under way"})

api::Endpoints driver_api_endpoints();

}  // namespace lastmile
