#pragma once
// A hub: where vehicles stand, parcels lie and returns go to (the `warehouse` of vehicles, `hub_id` elsewhere).
#include "features/ids/ids.hpp"
#include "features/shapes/shapes.hpp"
#include "platform/api/request.hpp"

namespace lastmile {

struct Opening {
    TimeOfDay from;
    TimeOfDay to;
};
LASTMILE_VALUE(Opening, (from, to))
LASTMILE_DOC(Opening, "Open from … to, on the wall clock of the hub's area.", {"from", "opens", "06:00"},
             {"to", "closes; 24:00 is the day's end", "20:00"})
inline void schema_check(const Opening& o, const schema::Check& check) {
    if (o.from >= o.to) check.add("to", "not_after_from", "must be later than from; what goes over midnight is two openings");
}

struct OpeningHours {
    List<Opening, 0, 4> monday, tuesday, wednesday, thursday, friday, saturday, sunday;

    /// 0 is Monday.
    const List<Opening, 0, 4>& day(int weekday) const;
};
LASTMILE_VALUE(OpeningHours, (monday, tuesday, wednesday, thursday, friday, saturday, sunday))
LASTMILE_DEFAULTS(OpeningHours, (monday, tuesday, wednesday, thursday, friday, saturday, sunday))
LASTMILE_DOC(OpeningHours, "Opening hours by weekday; a day without openings is closed.", {"monday", "openings on Mondays"},
             {"tuesday", "openings on Tuesdays"},
             {"wednesday", "openings on Wednesdays"}, {"thursday", "openings on Thursdays"}, {"friday", "openings on Fridays"},
             {"saturday", "openings on Saturdays"},
             {"sunday", "openings on Sundays"})
inline const List<Opening, 0, 4>& OpeningHours::day(int weekday) const {
    const List<Opening, 0, 4>* days[] = {&monday, &tuesday, &wednesday, &thursday, &friday, &saturday, &sunday};
    return *days[weekday];
}
inline void schema_check(const OpeningHours& hours, const schema::Check& check) {
    constexpr std::string_view names[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    for (int day = 0; day < 7; ++day)
        for (std::size_t i = 1; i < hours.day(day).size(); ++i)
            if (hours.day(day)[i].from < hours.day(day)[i - 1].to) check.add(names[day], "overlap", "openings are in order and do not overlap");
}

struct Dock {
    std::optional<Span> service_s;
    std::optional<Prose<1, 1000>> instructions;
};
LASTMILE_VALUE(Dock, (service_s, instructions))
LASTMILE_DOC(Dock, "Loading and unloading at the hub.", {"service_s", "seconds that a vehicle stands there to load or unload", "600"},
             {"instructions", "for the courier", "Gate 3, ring twice"})

struct Hub {
    Id<Hub> id;
    Id<Hub> hub_id;  // the same, under the API document's name
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    Text<1, 200> name;
    Address address;  // always with its location
    std::optional<OpeningHours> hours;
    std::optional<Id<Area>> area_id;
    Slug planning_area;
    std::optional<Dock> dock;
    Metadata metadata;
    bool deleted = false;
};
LASTMILE_RESOURCE(Hub, (id, hub_id, version, created_at, updated_at, name, address, hours, area_id, planning_area, dock, metadata))
LASTMILE_VIEW(Hub, owner, (*))
LASTMILE_VIEW(Hub, admin, (*))
LASTMILE_VIEW(Hub, driver, (id, hub_id, version, name, address, hours, dock))
LASTMILE_VIEW(Hub, partner, (id, hub_id, version, name, address, hours, dock))
LASTMILE_VIEW(Hub, event, (id, name, address, hours, area_id, planning_area, dock))
LASTMILE_DOC(Hub, "A place where vehicles stand, parcels lie and returns go to.", {"id", "ours"}, {"hub_id", "the same id"},
             {"version", "rises with every change; the ETag"},
             {"created_at", "when it was created"}, {"updated_at", "when it was last changed"}, {"name", "what people call it", "Hub Neubrandenburg"},
             {"address", "where it is; its location is given or was geocoded"},
             {"hours", "when it can be served, on its area's wall clock; absent: always"},
             {"area_id", "the area whose time zone is the hub's"},
             {"planning_area", "hubs of one planning area are planned together, one run at a time"},
             {"dock", "loading and unloading"}, {"metadata", "free object, up to 16 KiB"})

struct CreateHub {
    Text<1, 200> name;
    Address address;
    std::optional<OpeningHours> hours;
    std::optional<Id<Area>> area_id;
    Slug planning_area = std::string("default");
    std::optional<Dock> dock;
    Metadata metadata;
};
LASTMILE_VALUE(CreateHub, (name, address, hours, area_id, planning_area, dock, metadata))
LASTMILE_DEFAULTS(CreateHub, (planning_area, metadata))
LASTMILE_DOC(CreateHub, "A new hub.", {"name", "what people call it", "Hub Neubrandenburg"}, {"address", "where it is; geocoded without a location"},
             {"hours", "when it can be served, on its area's wall clock; absent: always"}, {"area_id", "the area whose time zone is the hub's"},
             {"planning_area", "hubs of one planning area are planned together", "default"}, {"dock", "loading and unloading"},
             {"metadata", "free object, up to 16 KiB"})

struct ChangeHub {
    Id<Hub> hub_id;
    std::optional<Text<1, 200>> name;
    std::optional<Address> address;
    Patch<OpeningHours> hours;
    Patch<Id<Area>> area_id;
    std::optional<Slug> planning_area;
    Patch<Dock> dock;
    std::optional<Metadata> metadata;
};
LASTMILE_VALUE(ChangeHub, (hub_id, name, address, hours, area_id, planning_area, dock, metadata))
LASTMILE_DOC(ChangeHub, "What to change of a hub; what is left out stays, null clears.", {"hub_id", "which hub"}, {"name", "what people call it"},
             {"address", "replaces the address; geocoded without a location"}, {"hours", "when it can be served; null: always"},
             {"area_id", "the area whose time zone is the hub's"},
             {"planning_area", "hubs of one planning area are planned together"}, {"dock", "loading and unloading"},
             {"metadata", "replaces the free object"})

struct HubRef {
    Id<Hub> hub_id;
};
LASTMILE_VALUE(HubRef, (hub_id))
LASTMILE_DOC(HubRef, "Which hub.", {"hub_id", "ours"})

struct ListHubs {
    std::optional<Id<Area>> area_id;
    std::optional<Slug> planning_area;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListHubs, (area_id, planning_area, limit, cursor))
LASTMILE_DEFAULTS(ListHubs, (limit))
LASTMILE_DOC(ListHubs, "Which hubs, newest first.", {"area_id", "only of this area"}, {"planning_area", "only of this planning area", "default"},
             {"limit", "how many on a page"},
             {"cursor", "next_cursor of the page before"})

}  // namespace lastmile
