#pragma once
// The delivery as callers know it: what they ask for (CreateDelivery) and what is kept of it (DeliveryRecord). What happens to it is in
// lifecycle.hpp; names, phones, address lines and notes lie in the recipients' side store, never in these rows.
#include "features/ids/ids.hpp"
#include "features/shapes/kinds.hpp"
#include "features/shapes/shapes.hpp"

namespace lastmile {

struct PackageRequest {
    std::optional<Text<1, 100>> package_id;
    Grams weight = 0;
    CubicCentimetres volume = 0;
    std::optional<Dimensions> dimensions;
    std::optional<Text<1, 100>> barcode;
    std::optional<Text<1, 200>> description;
    std::optional<Temperature> temperature;
};
LASTMILE_VALUE(PackageRequest, (package_id, weight, volume, dimensions, barcode, description, temperature))
LASTMILE_DEFAULTS(PackageRequest, (weight, volume))
LASTMILE_DOC(PackageRequest, "A parcel of a delivery.", {"package_id", "the caller's id of the parcel; ours when absent", "pkg_1"},
             {"weight", "weight in grams"}, {"volume", "volume in cubic centimetres"}, {"dimensions", "outer size in millimetres"},
             {"barcode", "what scanners read from the label; package_id when absent", "4006381333931"},
             {"description", "what is inside, for the courier", "box of books"}, {"temperature", "temperature class it must be kept in"})

struct PickupRequest {
    std::optional<Address> address;
    std::optional<Id<Hub>> hub_id;
    std::optional<Window> window;
    std::optional<Contact> contact;
    std::optional<Span> service_s;
    std::optional<Prose<1, 1000>> instructions;
};
LASTMILE_VALUE(PickupRequest, (address, hub_id, window, contact, service_s, instructions))
LASTMILE_DOC(PickupRequest, "Where the parcels are fetched.", {"address", "the sender's address"},
             {"hub_id", "instead of an address: they lie at this hub"}, {"window", "when they can be fetched"}, {"contact", "who hands them over"},
             {"service_s", "seconds the courier needs there", "120"}, {"instructions", "for the courier", "Ring at the ramp"})
inline void schema_check(const PickupRequest& p, const schema::Check& check) {
    if (!p.address && !p.hub_id) check.add("address", "required", "give address or hub_id");
    if (p.address && p.hub_id) check.add("hub_id", "ambiguous", "give address or hub_id, not both");
}

struct DropoffRequest {
    std::optional<Address> address;
    std::optional<Id<Hub>> hub_id;
    std::optional<Window> window;
    std::optional<Contact> recipient;
    std::optional<Span> service_s;
    std::optional<Prose<1, 1000>> instructions;
    std::optional<LeaveAt> leave_at;
};
LASTMILE_VALUE(DropoffRequest, (address, hub_id, window, recipient, service_s, instructions, leave_at))
LASTMILE_DOC(DropoffRequest, "Where the parcels go.", {"address", "the recipient's address"}, {"hub_id", "of a return: the hub they go to"},
             {"window", "the promised window"}, {"recipient", "who gets them"}, {"service_s", "seconds the courier needs there", "180"},
             {"instructions", "for the courier", "Second floor, left"}, {"leave_at", "where they may be left if nobody opens"})
inline void schema_check(const DropoffRequest& d, const schema::Check& check) {
    if (!d.address && !d.hub_id) check.add("address", "required", "give address (or hub_id for a return)");
    if (d.address && d.hub_id) check.add("hub_id", "ambiguous", "give address or hub_id, not both");
}

struct ProofRequest {
    List<ProofKind, 0, 5> dropoff;
    std::optional<Whole<0, 120>> minimum_age;
};
LASTMILE_VALUE(ProofRequest, (dropoff, minimum_age))
LASTMILE_DOC(ProofRequest, "Proof wanted besides the policy's.", {"dropoff", "kinds of proof at the door"},
             {"minimum_age", "with id_check: the age the recipient must have reached", "18"})

/// `POST /deliveries`.
struct CreateDelivery {
    std::optional<Text<1, 100>> source;
    std::optional<Text<1, 200>> source_id;
    std::optional<Text<1, 200>> order_id;
    DeliveryType type = DeliveryType::delivery;
    List<PackageRequest, 1, 100> packages;
    PickupRequest pickup;
    DropoffRequest dropoff;
    ServiceLevel service_level = ServiceLevel::standard;
    Priority priority = Priority::normal;
    List<Slug, 0, 20> skills;
    List<VehicleType, 0, 4> vehicle_types;
    std::optional<ProofRequest> proof;
    std::optional<Span> max_ride_s;
    List<Id<Delivery>, 0, 20> together_with;
    List<Id<Delivery>, 0, 20> not_with;
    std::optional<Id<Delivery>> continues;
    std::optional<Id<Reservation>> slot_reservation_id;
    Metadata metadata;
};
LASTMILE_VALUE(CreateDelivery, (source, source_id, order_id, type, packages, pickup, dropoff, service_level, priority, skills, vehicle_types, proof,
                                max_ride_s, together_with, not_with, continues, slot_reservation_id, metadata))
LASTMILE_DEFAULTS(CreateDelivery, (type, service_level, priority, skills, vehicle_types, together_with, not_with, metadata))
LASTMILE_DOC(CreateDelivery, "A delivery job.", {"source", "the system it comes from", "fulfillment_service"},
             {"source_id", "its id there; kept and searchable", "ful_123"}, {"order_id", "the order it belongs to", "ord_456"},
             {"type", "delivery, or return (to a hub)"}, {"packages", "the parcels, 1 to 100"}, {"pickup", "where they are fetched"},
             {"dropoff", "where they go"}, {"service_level", "standard, express or same_day"}, {"priority", "normal or high"},
             {"skills", "what the driver must be able to do", "[\"fragile\"]"}, {"vehicle_types", "vehicles that may carry it; empty: any"},
             {"proof", "proof wanted besides the policy's"}, {"max_ride_s", "longest time on board", "3600"},
             {"together_with", "deliveries that must ride in the same vehicle"}, {"not_with", "deliveries that must not"},
             {"continues", "the delivery whose undelivered rest this one sends again"},
             {"slot_reservation_id", "a reserved slot: its window is the dropoff's, and it is confirmed"}, {"metadata", "free object, up to 16 KiB"})
inline void schema_check(const CreateDelivery& d, const schema::Check& check) {
    if (d.type == DeliveryType::delivery && d.dropoff.hub_id)
        check.add("dropoff", "hub_not_allowed", "only a return ends at a hub; give dropoff.address");
    if (d.slot_reservation_id && d.dropoff.window) check.add("slot_reservation_id", "ambiguous", "the slot's window is the dropoff's: leave dropoff.window out");
    if (d.slot_reservation_id && d.dropoff.hub_id) check.add("slot_reservation_id", "not_for_hubs", "slots are for dropoffs at an address");
    if (d.type == DeliveryType::return_ && !d.dropoff.hub_id) check.add("dropoff", "hub_required", "a return ends at a hub: give dropoff.hub_id");
}

}  // namespace lastmile
