#pragma once
// A parcel that was delivered goes back: a delivery of type return, fetched where it was brought, linked both ways to its origin.
#include "features/deliveries/delivery_view.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct ReturnPickupPlace {
    std::optional<Address> address;
    std::optional<Window> window;
    std::optional<Contact> contact;
    std::optional<Span> service_s;
    std::optional<Prose<1, 1000>> instructions;
};
LASTMILE_VALUE(ReturnPickupPlace, (address, window, contact, service_s, instructions))
LASTMILE_DOC(ReturnPickupPlace, "Where it is fetched.", {"address", "absent: where the origin was delivered"}, {"window", "when it can be fetched"},
             {"contact", "who hands it over; absent: the origin's recipient"}, {"service_s", "seconds the courier needs there", "180"},
             {"instructions", "for the courier", "Second floor, left"})

struct SchedulePickup {
    Id<Delivery> delivery_id;
    List<Id<Package>, 0, 100> package_ids;
    std::optional<ReturnPickupPlace> pickup;
    std::optional<Id<Hub>> hub_id;
    std::optional<ServiceLevel> service_level;
    Priority priority = Priority::normal;
    std::optional<Text<1, 500>> reason;
    std::optional<Text<1, 100>> source;
    std::optional<Text<1, 200>> source_id;
    std::optional<Text<1, 200>> order_id;
    Metadata metadata;
};
LASTMILE_VALUE(SchedulePickup, (delivery_id, package_ids, pickup, hub_id, service_level, priority, reason, source, source_id, order_id, metadata))
LASTMILE_DEFAULTS(SchedulePickup, (package_ids, priority, metadata))
LASTMILE_DOC(SchedulePickup, "What goes back.", {"delivery_id", "the delivery that brought it"},
             {"package_ids", "its packages (ours) that go back; empty: all that the recipient has and that are not on their way back yet"},
             {"pickup", "where and when it is fetched"}, {"hub_id", "where it goes; absent: the hub that it came from"},
             {"service_level", "absent: the origin's"}, {"priority", "normal or high"}, {"reason", "why; kept in the origin's event", "too small"},
             {"source", "the system it comes from"}, {"source_id", "its id there"}, {"order_id", "absent: the origin's"}, {"metadata", "free object, up to 16 KiB"})

namespace returns {

/// The packages of the origin that go back. `going` are those that a return has already. *Refuses* not_legal_now (nothing is with the
/// recipient), return_exists, unknown_package.
Result<std::vector<PackageRecord>> chosen(const DeliveryRow& origin, const std::vector<Id<Package>>& wanted, const std::vector<Id<Package>>& going);

}  // namespace returns

api::Endpoints return_endpoints();

}  // namespace lastmile
