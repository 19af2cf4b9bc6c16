#pragma once
// The delivery as it is shown.
#include "features/deliveries/delivery_rules.hpp"
#include "features/deliveries/delivery_store.hpp"
#include "features/recipients/recipient_store.hpp"

namespace lastmile {

struct PackageView : PackageRequest {
    Id<Package> id;
    std::string custody;
    std::optional<PackageEnd> end;
};
LASTMILE_VALUE(PackageView, (id, custody, end))
LASTMILE_EXTENDS(PackageView, PackageRequest)
LASTMILE_DOC(PackageView, "A package and who has it.", {"id", "ours"},
             {"custody", "sender, hub:…, driver:…, partner:…, recipient, neighbour, locker, safe_place, lost, disposed"},
             {"end", "where its way ended"})

struct LegView {
    Id<Leg> leg_id;
    int number = 1;
    LegKind kind = LegKind::forward;
    std::optional<LegPurpose> purpose;
    int attempt = 1;
    LegState state = LegState::open;
    PlaceKind from = PlaceKind::sender;
    PlaceKind to = PlaceKind::recipient;
    std::optional<Id<Assignment>> assignment_id;
    std::optional<Id<Driver>> driver_id;
    std::optional<Id<Partner>> partner_id;
    std::vector<LegItem> packages;
};
LASTMILE_VALUE(LegView, (leg_id, number, kind, purpose, attempt, state, from, to, assignment_id, driver_id, partner_id, packages))
LASTMILE_DOC(LegView, "One holder's part of the way.", {"leg_id", "ours"}, {"number", "in the order of planning"},
             {"kind", "forward to the destination, back from it"}, {"purpose", "of a way back: retry or return"},
             {"attempt", "the attempt it belongs to"}, {"state", "open, held, bound, loaded, done, failed, broken, cancelled"},
             {"from", "kind of place"}, {"to", "kind of place"}, {"assignment_id", "who holds it"}, {"driver_id", "who holds it"},
             {"partner_id", "who holds it"}, {"packages", "the packages on it"})

struct PickupView : PickupRequest {
    std::optional<Location> location;
};
LASTMILE_VALUE(PickupView, (location))
LASTMILE_EXTENDS(PickupView, PickupRequest)
LASTMILE_DOC(PickupView, "Where the parcels are fetched.", {"location", "where that is; absent while it is not known"})
struct DropoffView : DropoffRequest {
    std::optional<Location> location;
};
LASTMILE_VALUE(DropoffView, (location))
LASTMILE_EXTENDS(DropoffView, DropoffRequest)
LASTMILE_DOC(DropoffView, "Where the parcels go.", {"location", "where that is; absent while it is not known"})

/// Who carries it now, and when it will be there.
struct DeliveryAssignment {
    Id<Assignment> assignment_id;
    std::optional<Id<Driver>> driver_id;
    std::optional<Id<Vehicle>> vehicle_id;
    std::optional<Id<Partner>> partner_id;
    std::optional<std::string> partner_status;
    std::optional<Id<Route>> route_id;
    std::optional<std::int64_t> sequence;
    std::optional<Instant> eta;
    std::optional<Window> eta_window;
    std::optional<double> confidence;
};
LASTMILE_VALUE(DeliveryAssignment, (assignment_id, driver_id, vehicle_id, partner_id, partner_status, route_id, sequence, eta, eta_window, confidence))
LASTMILE_DOC(DeliveryAssignment, "Who carries it.", {"assignment_id", "the assignment"}, {"driver_id", "the driver"}, {"vehicle_id", "the vehicle"},
             {"partner_id", "or the partner"}, {"partner_status", "what the partner says of it"}, {"route_id", "the route"},
             {"sequence", "the stop's place on the route"}, {"eta", "expected arrival"}, {"eta_window", "with its uncertainty"},
             {"confidence", "0 to 1: how likely the arrival lies in eta_window"})

struct Attempts {
    int number = 1;
    int failed = 0;
    int pickup_failures = 0;
};
LASTMILE_VALUE(Attempts, (number, failed, pickup_failures))
LASTMILE_DOC(Attempts, "How often it was tried.", {"number", "the attempt under way, from 1"}, {"failed", "attempts that failed at the door"},
             {"pickup_failures", "pickups that were not possible"})

struct DeliveryView {
    Id<Delivery> id;
    std::optional<Id<Delivery>> delivery_id;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    Status status = Status::requested;
    std::string status_text;
    std::optional<Phase> phase;
    std::optional<Outcome> outcome;
    int delivered_packages = 0;
    std::optional<Closing> closed;
    Cancellation cancellation = Cancellation::none;
    DeliveryType type = DeliveryType::delivery;
    std::optional<std::string> source;
    std::optional<std::string> source_id;
    std::optional<std::string> order_id;
    std::string tracking_number;
    ServiceLevel service_level = ServiceLevel::standard;
    Priority priority = Priority::normal;
    std::vector<PackageView> packages;
    PickupView pickup;
    DropoffView dropoff;
    std::vector<Slug> skills;
    std::vector<VehicleType> vehicle_types;
    std::optional<ProofRequest> proof;
    std::optional<Span> max_ride_s;
    std::vector<Id<Delivery>> together_with;
    std::vector<Id<Delivery>> not_with;
    std::optional<Id<Delivery>> continues;
    std::optional<Id<Delivery>> return_of;
    std::vector<Id<Delivery>> returns;
    std::vector<LegView> legs;
    Nullable<DeliveryAssignment> assignment;
    Attempts attempts;
    std::vector<deliveries::Action> legal_actions;
    bool personal_data_erased = false;
    Id<Recipient> recipient_id;
    std::vector<Note> notes;
    std::optional<Id<Reservation>> slot_reservation_id;
    std::vector<ReconcileItem> reconcile_actions;
    Metadata metadata;
};
LASTMILE_RESOURCE(DeliveryView, (id, delivery_id, version, created_at, updated_at, status, status_text, phase, outcome, delivered_packages, closed,
                                 cancellation, type, source, source_id, order_id, tracking_number, service_level, priority, packages, pickup, dropoff,
                                 skills, vehicle_types, proof, max_ride_s, together_with, not_with, continues, return_of, returns, legs, assignment,
                                 attempts, legal_actions, personal_data_erased, recipient_id, notes, slot_reservation_id, reconcile_actions, metadata))
LASTMILE_VIEW(DeliveryView, owner, (*))
LASTMILE_VIEW(DeliveryView, admin, (*))
LASTMILE_VIEW(DeliveryView, driver,
              (id, version, status, status_text, phase, type, tracking_number, service_level, priority, packages, pickup, dropoff, proof, notes))
LASTMILE_VIEW(DeliveryView, recipient, (status, status_text, phase, tracking_number))
LASTMILE_DOC(DeliveryView, "A delivery.", {"id", "ours"}, {"delivery_id", "the id again, on creation"}, {"version", "counts up at each change"},
             {"created_at", "when it was asked for"}, {"updated_at", "when it last changed"},
             {"status", "follows from what happened to its packages; nobody sets it"}, {"status_text", "in a short sentence"},
             {"phase", "finer than the status"}, {"outcome", "how it came out"}, {"delivered_packages", "how many are at the destination"},
             {"closed", "why it was given up"}, {"cancellation", "none, requested, confirmed or refused"}, {"type", "delivery or return"},
             {"source", "the system it comes from"}, {"source_id", "its id there"}, {"order_id", "the order it belongs to"},
             {"tracking_number", "for the recipient; cannot be guessed"}, {"service_level", "standard, express or same_day"},
             {"priority", "normal or high"}, {"packages", "the parcels and who has them"}, {"pickup", "where they are fetched"},
             {"dropoff", "where they go"}, {"skills", "what the driver must be able to do"}, {"vehicle_types", "vehicles that may carry it"},
             {"proof", "proof wanted besides the policy's"}, {"max_ride_s", "longest time on board"},
             {"together_with", "must ride in the same vehicle"}, {"not_with", "must not"},
             {"continues", "the delivery whose rest this one sends again"}, {"return_of", "the delivery that this one brings back"},
             {"returns", "deliveries that bring this one back"}, {"legs", "the parts of its way"}, {"assignment", "who carries it; null: nobody yet"},
             {"attempts", "how often it was tried"}, {"legal_actions", "what can be asked of it now"},
             {"personal_data_erased", "true: names, phones and addresses were erased"},
             {"recipient_id", "whose personal data this is; for export and erasing"}, {"notes", "remarks of dispatchers and couriers"},
             {"slot_reservation_id", "the slot that it was promised"}, {"reconcile_actions", "what a cancellation left to do, and how it ended"},
             {"metadata", "the caller's own"})

/// Without assignment details (dossier adds them) and with personal data as far as it is there.
DeliveryView view_of(const DeliveryRow& row, const std::optional<PersonalData>& personal, int max_attempts = 3);

}  // namespace lastmile
