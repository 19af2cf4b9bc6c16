#pragma once
// All SQL on deliveries, their packages and legs.
#include "features/deliveries/delivery.hpp"
#include "features/deliveries/effects.hpp"
#include "features/deliveries/lifecycle.hpp"
#include "features/deliveries/status.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/list.hpp"
#include "platform/store/rows.hpp"

namespace lastmile {

/// A package as it was asked for, under our id.
struct PackageRecord : PackageRequest {
    Id<Package> id;
};
LASTMILE_VALUE(PackageRecord, (id))
LASTMILE_EXTENDS(PackageRecord, PackageRequest)
LASTMILE_DOC(PackageRecord, "A package.", {"id", "ours"})

/// Something that a cancellation has left to do, followed up until it ends.
struct ReconcileItem {
    std::string action;  // recall_driver, return_parcel, cancel_at_partner, await_partner, refund_hint
    std::string reason;
    ReconcileState state = ReconcileState::open;
    std::optional<std::string> detail;
    Instant opened_at;
    std::optional<Instant> ended_at;
};
LASTMILE_VALUE(ReconcileItem, (action, reason, state, detail, opened_at, ended_at))
LASTMILE_DOC(ReconcileItem, "Something that a cancellation has left to do.",
             {"action", "recall_driver, return_parcel, cancel_at_partner, await_partner or refund_hint"}, {"reason", "why"},
             {"state", "open, done, failed (it came otherwise: delivered all the same) or dropped (the cancellation was refused)"},
             {"detail", "the caller's hint, or how it ended"}, {"opened_at", "since when"}, {"ended_at", "when its state ended"})

/// What is kept of the request besides the columns and the personal data.
struct DeliveryRecord {
    std::vector<PackageRecord> packages;
    std::vector<Slug> skills;
    std::vector<VehicleType> vehicle_types;
    std::optional<ProofRequest> proof;
    std::optional<Span> max_ride_s;
    std::optional<Span> pickup_service_s;
    std::optional<Span> dropoff_service_s;
    std::optional<LeaveAt> leave_at;
    std::vector<Id<Delivery>> together_with;
    std::vector<Id<Delivery>> not_with;
    std::optional<Id<Delivery>> continues;
    std::optional<Id<Delivery>> return_of;
    std::vector<Id<Delivery>> returns;
    std::vector<Id<Package>> return_packages;
    std::optional<std::string> cancel_reason;
    std::optional<std::string> refund_hint;
    std::optional<Id<Reservation>> slot_reservation_id;
    std::vector<ReconcileItem> reconcile;
    Metadata metadata;
};
LASTMILE_VALUE(DeliveryRecord, (packages, skills, vehicle_types, proof, max_ride_s, pickup_service_s, dropoff_service_s, leave_at, together_with,
                                not_with, continues, return_of, returns, return_packages, cancel_reason, refund_hint, slot_reservation_id, reconcile, metadata))
LASTMILE_DEFAULTS(DeliveryRecord, (return_packages, reconcile))
LASTMILE_DOC(DeliveryRecord, "What was asked for.")

/// A row: what lists filter by, and the two documents.
struct DeliveryRow {
    Id<Delivery> id;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    Status status = Status::requested;
    Phase phase = Phase::none;
    Outcome outcome = Outcome::none;
    DeliveryType type = DeliveryType::delivery;
    std::optional<std::string> source;
    std::optional<std::string> source_id;
    std::optional<std::string> order_id;
    ServiceLevel service_level = ServiceLevel::standard;
    Priority priority = Priority::normal;
    std::string tracking_number;
    std::optional<Id<Hub>> pickup_hub_id;
    std::optional<Id<Hub>> dropoff_hub_id;
    std::optional<double> pickup_lat;
    std::optional<double> pickup_lon;
    std::optional<double> dropoff_lat;
    std::optional<double> dropoff_lon;
    std::optional<Instant> pickup_from;
    std::optional<Instant> pickup_to;
    std::optional<Instant> dropoff_from;
    std::optional<Instant> dropoff_to;
    Id<Recipient> recipient_id;
    std::optional<Id<Assignment>> assignment_id;
    std::optional<Id<Driver>> driver_id;
    std::optional<Id<Partner>> partner_id;
    DeliveryRecord record;
    DeliveryLifecycle lifecycle;
};
LASTMILE_VALUE(DeliveryRow, (id, version, created_at, updated_at, status, phase, outcome, type, source, source_id, order_id, service_level, priority,
                             tracking_number, pickup_hub_id, dropoff_hub_id, pickup_lat, pickup_lon, dropoff_lat, dropoff_lon, pickup_from, pickup_to,
                             dropoff_from, dropoff_to, recipient_id, assignment_id, driver_id, partner_id, record, lifecycle))

std::optional<DeliveryRow> find_delivery(store::Read& read, Id<Delivery> id);
/// In the order of `ids`; absent ones are missing from the answer.
std::vector<DeliveryRow> find_deliveries(store::Read& read, const std::vector<Id<Delivery>>& ids);
/// Those of which something waits for a plan: packages on a leg that nobody holds. The oldest first.
std::vector<Id<Delivery>> deliveries_to_plan(store::Read& read);
std::optional<DeliveryRow> lock_delivery(store::Tx& tx, Id<Delivery> id);
/// By id, which is the lock order inside the kind; absent ones are missing from the answer.
std::vector<DeliveryRow> lock_deliveries(store::Tx& tx, std::vector<Id<Delivery>> ids);
/// Over all tenants: a tracking number is how the public finds its partition.
struct TrackedDelivery {
    Partition partition;
    Id<Delivery> id;
};
std::optional<TrackedDelivery> find_tracked(store::Read& read, std::string_view tracking_number);
/// Packages with this code (barcode, caller's package_id or ours) on deliveries that are not over, newest first.
struct ScannedPackage {
    Id<Package> package_id;
    Id<Delivery> delivery_id;
};
std::vector<ScannedPackage> find_packages(store::Read& read, std::string_view code);

void save(store::Writer& writer, const DeliveryRow& row);
events::Refs event_refs(const DeliveryRow& row);

/// Puts a decision into the row: lifecycle, status columns, who holds it now, version and time. Then events::apply({row, change.events}).
void put(DeliveryRow& row, const DeliveryChange& change, Instant now);
/// put and apply in one; nothing when the decision changed nothing.
void apply_change(store::Tx& tx, DeliveryRow& row, const DeliveryChange& change);

}  // namespace lastmile
