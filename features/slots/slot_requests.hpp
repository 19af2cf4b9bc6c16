#pragma once
// Requests and answers of availability and reservations; the tables of both files.
#include "features/slots/slot.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct SlotQuestion {
    std::optional<Id<Area>> area_id;
    std::optional<Text<1, 400>> address;
    std::optional<Latitude> lat;
    std::optional<Longitude> lon;
    ServiceLevel service_level = ServiceLevel::standard;
    std::optional<Instant> from;
    std::optional<Instant> to;
    std::optional<bool> check_reachability;
    std::optional<Id<Hub>> hub_id;
    Grams weight = 0;
    CubicCentimetres volume = 0;
};
LASTMILE_VALUE(SlotQuestion, (area_id, address, lat, lon, service_level, from, to, check_reachability, hub_id, weight, volume))
LASTMILE_DEFAULTS(SlotQuestion, (service_level, weight, volume))
LASTMILE_DOC(SlotQuestion, "Which slots.", {"area_id", "of this area; or give address, or lat and lon"},
             {"address", "of the smallest area with slots that this address lies in", "Turmstraße 5, 17033 Neubrandenburg"},
             {"lat", "with lon: of the smallest area with slots that this place lies in"}, {"lon", "with lat"},
             {"service_level", "standard, express or same_day"}, {"from", "that begin at or after; absent: from now"},
             {"to", "that begin before; absent: seven days after from, 31 at most"},
             {"check_reachability", "true: the planner is asked about the first forty with something left; absent: by policy slots.check_reachability"},
             {"hub_id", "where the parcel would come from; absent: the nearest hub"}, {"weight", "of the parcel, in grams", "1200"},
             {"volume", "of the parcel, in cubic centimetres"})
inline void schema_check(const SlotQuestion& q, const schema::Check& check) {
    if (q.lat.has_value() != q.lon.has_value()) return check.add(q.lat ? "lon" : "lat", "required", "lat and lon belong together");
    const int given = int{q.area_id.has_value()} + int{q.address.has_value()} + int{q.lat.has_value()};
    if (given == 0) check.add("area_id", "required", "give area_id, address, or lat and lon");
    if (given > 1) check.add(q.address ? "address" : "lat", "ambiguous", "give one of area_id, address, or lat and lon");
    if (q.area_id && q.check_reachability.value_or(false)) check.add("area_id", "no_place", "reachability is asked for a place: give address, or lat and lon");
    if (q.from && q.to && *q.from >= *q.to) check.add("to", "not_after_from", "must be later than from");
}

struct SlotAvailability {
    std::vector<Slot> data;
    Nullable<std::string> next_cursor;
    std::optional<Id<Area>> area_id;
    std::string reachability;
};
LASTMILE_VALUE(SlotAvailability, (data, next_cursor, area_id, reachability))
LASTMILE_DOC(SlotAvailability, "Slots that are open.", {"data", "in order of their start; with reachability the cheapest first, those out of reach last"},
             {"next_cursor", "null: all are here"}, {"area_id", "the area whose slots these are; absent: no area with slots lies there"},
             {"reachability", "checked, or not_checked"})

struct ReserveSlot {
    Id<Slot> slot_id;
    std::optional<Text<1, 200>> order_id;
};
LASTMILE_VALUE(ReserveSlot, (slot_id, order_id))
LASTMILE_DOC(ReserveSlot, "Takes a slot once.", {"slot_id", "as availability gave it"}, {"order_id", "the caller's order", "ord_456"})

struct ReservationBody {
    Id<Reservation> reservation_id;
};
LASTMILE_VALUE(ReservationBody, (reservation_id))
LASTMILE_DOC(ReservationBody, "Which reservation.", {"reservation_id", "as reserve gave it"})

api::Endpoints slot_template_endpoints();
api::Endpoints slot_endpoints();

}  // namespace lastmile
