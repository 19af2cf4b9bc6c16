#pragma once
// Requests of the delivery endpoints.
#include "features/deliveries/delivery_view.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct CreateDeliveries {
    std::variant<CreateDelivery, List<CreateDelivery, 1, 500>> body;
};
LASTMILE_VALUE(CreateDeliveries, (body))
LASTMILE_DOC(CreateDeliveries, "One delivery, or up to 500: all or nothing.", {"body", "an object or an array"})

struct CreatedDeliveries {
    std::vector<DeliveryView> data;
};
LASTMILE_VALUE(CreatedDeliveries, (data))
LASTMILE_DOC(CreatedDeliveries, "The new deliveries, in the order asked for.", {"data", "one each"})

struct OneDelivery {
    Id<Delivery> delivery_id;
};
LASTMILE_VALUE(OneDelivery, (delivery_id))
LASTMILE_DOC(OneDelivery, "Which delivery.", {"delivery_id", "ours"})

/// `south,west,north,east` would be one order among many: the document's is a bounding box in GeoJSON's order.
struct ListDeliveries {
    std::vector<Status> status;
    std::optional<Id<Driver>> driver_id;
    std::optional<Id<Partner>> partner_id;
    std::optional<Instant> from;
    std::optional<Instant> to;
    std::optional<ServiceLevel> service_level;
    std::optional<Text<1, 200>> area;
    std::optional<Text<1, 200>> source_id;
    std::optional<Text<1, 200>> order_id;
    std::optional<Text<1, 100>> tracking_number;
    std::optional<Text<2, 200>> q;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListDeliveries, (status, driver_id, partner_id, from, to, service_level, area, source_id, order_id, tracking_number, q, limit, cursor))
LASTMILE_DEFAULTS(ListDeliveries, (status, limit))
LASTMILE_DOC(ListDeliveries, "Which deliveries; newest first.", {"status", "in one of these"}, {"driver_id", "carried by this driver"},
             {"partner_id", "carried by this partner"}, {"from", "created at or after"}, {"to", "created before"},
             {"service_level", "of this service level"}, {"area", "an area's id, or a bounding box west,south,east,north of the dropoff"},
             {"source_id", "the caller's id"}, {"order_id", "the caller's order"}, {"tracking_number", "with this tracking number"},
             {"q", "whole words of name, phone, street or postcode; all must be there"}, {"limit", "how many"}, {"cursor", "where to go on"})

struct ChangePickup {
    std::optional<Address> address;
    Patch<Window> window;
    Patch<Contact> contact;
    Patch<Span> service_s;
    Patch<Prose<1, 1000>> instructions;
};
LASTMILE_VALUE(ChangePickup, (address, window, contact, service_s, instructions))
LASTMILE_DOC(ChangePickup, "What to change at the pickup.",
             {"address", "replaces the address whole and is geocoded unless it says its location; a location alone only moves the pin"},
             {"window", "null: none"}, {"contact", "null: none"}, {"service_s", "null: the default"}, {"instructions", "null: none"})
struct ChangeDropoff {
    std::optional<Address> address;
    Patch<Window> window;
    Patch<Contact> recipient;
    Patch<Span> service_s;
    Patch<Prose<1, 1000>> instructions;
    Patch<LeaveAt> leave_at;
};
LASTMILE_VALUE(ChangeDropoff, (address, window, recipient, service_s, instructions, leave_at))
LASTMILE_DOC(ChangeDropoff, "What to change at the dropoff.",
             {"address", "replaces the address whole and is geocoded unless it says its location; a location alone only moves the pin"},
             {"window", "null: no promise"}, {"recipient", "null: unknown"}, {"service_s", "null: the default"}, {"instructions", "null: none"},
             {"leave_at", "null: not without a person"})
struct ChangeDelivery {
    Id<Delivery> delivery_id;
    std::optional<ChangePickup> pickup;
    std::optional<ChangeDropoff> dropoff;
    std::optional<Priority> priority;
    Patch<Id<Reservation>> slot_reservation_id;
    std::optional<Metadata> metadata;
};
LASTMILE_VALUE(ChangeDelivery, (delivery_id, pickup, dropoff, priority, slot_reservation_id, metadata))
LASTMILE_DOC(ChangeDelivery, "A merge patch, while nothing has departed.", {"delivery_id", "ours"},
             {"pickup", "windows, contact, address, instructions"}, {"dropoff", "windows, contact, address, instructions"},
             {"priority", "normal or high"},
             {"slot_reservation_id", "another slot, whose window becomes the dropoff's; null: none, and no window unless one is given"},
             {"metadata", "replaces the whole object"})
inline void schema_check(const ChangeDelivery& c, const schema::Check& check) {
    if (c.slot_reservation_id.value && c.dropoff && c.dropoff->window.present)
        check.add("slot_reservation_id", "ambiguous", "the slot's window is the dropoff's: leave dropoff.window out");
}

struct AddNote {
    Id<Delivery> delivery_id;
    Prose<1, 2000> text;
};
LASTMILE_VALUE(AddNote, (delivery_id, text))
LASTMILE_DOC(AddNote, "A remark; seen by dispatchers and by the courier.", {"delivery_id", "ours"}, {"text", "what to say", "Dog in the yard"})

struct OneRecipient {
    Id<Recipient> recipient_id;
};
LASTMILE_VALUE(OneRecipient, (recipient_id))
LASTMILE_DOC(OneRecipient, "Whose data.", {"recipient_id", "of a delivery"})

api::Endpoints delivery_endpoints();

}  // namespace lastmile
