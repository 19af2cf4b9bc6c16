#pragma once
// An area: a piece of the map with a name and a time zone. Slots, policies, partners' geographies and KPI days are by area.
#include "features/ids/ids.hpp"
#include "features/shapes/shapes.hpp"
#include "platform/api/request.hpp"

namespace lastmile {

struct Area {
    Id<Area> id;
    Id<Area> area_id;  // the same, under the API document's name
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    Text<1, 200> name;
    std::optional<Document> geometry;
    Text<1, 64> time_zone;
    Metadata metadata;
    bool deleted = false;
};
LASTMILE_RESOURCE(Area, (id, area_id, version, created_at, updated_at, name, geometry, time_zone, metadata))
LASTMILE_VIEW(Area, owner, (*))
LASTMILE_VIEW(Area, admin, (*))
LASTMILE_VIEW(Area, driver, (id, area_id, version, name, geometry, time_zone))
LASTMILE_VIEW(Area, partner, (id, area_id, version, name, geometry, time_zone))
LASTMILE_VIEW(Area, event, (id, name, time_zone))
LASTMILE_DOC(Area, "A piece of the map with a name and a time zone.", {"id", "ours"}, {"area_id", "the same id"},
             {"version", "rises with every change; the ETag"},
             {"created_at", "when it was created"}, {"updated_at", "when it was last changed"},
             {"name", "what people call it", "Neubrandenburg north"},
             {"geometry", "GeoJSON Polygon or MultiPolygon (RFC 7946); left out in lists asked with geometry=false"},
             {"time_zone", "IANA time zone: days and times of day in this area are its", "Europe/Berlin"}, {"metadata", "free object, up to 16 KiB"})

struct CreateArea {
    Text<1, 200> name;
    Document geometry;
    Text<1, 64> time_zone;
    Metadata metadata;
};
LASTMILE_VALUE(CreateArea, (name, geometry, time_zone, metadata))
LASTMILE_DEFAULTS(CreateArea, (metadata))
LASTMILE_DOC(CreateArea, "A new area.", {"name", "what people call it", "Neubrandenburg north"},
             {"geometry", "GeoJSON Polygon or MultiPolygon; rings closed, at most 10,000 points, not across 180 degrees"},
             {"time_zone", "IANA time zone", "Europe/Berlin"}, {"metadata", "free object, up to 16 KiB"})

struct ChangeArea {
    Id<Area> area_id;
    std::optional<Text<1, 200>> name;
    std::optional<Document> geometry;
    std::optional<Text<1, 64>> time_zone;
    std::optional<Metadata> metadata;
};
LASTMILE_VALUE(ChangeArea, (area_id, name, geometry, time_zone, metadata))
LASTMILE_DOC(ChangeArea, "What to change of an area; what is left out stays.", {"area_id", "which area"}, {"name", "what people call it"},
             {"geometry", "GeoJSON Polygon or MultiPolygon"},
             {"time_zone", "IANA time zone", "Europe/Berlin"}, {"metadata", "replaces the free object"})

struct AreaRef {
    Id<Area> area_id;
};
LASTMILE_VALUE(AreaRef, (area_id))
LASTMILE_DOC(AreaRef, "Which area.", {"area_id", "ours"})

struct ListAreas {
    std::optional<Latitude> lat;
    std::optional<Longitude> lon;
    bool geometry = true;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListAreas, (lat, lon, geometry, limit, cursor))
LASTMILE_DEFAULTS(ListAreas, (geometry, limit))
LASTMILE_DOC(ListAreas, "Which areas.", {"lat", "with lon: only areas that this place lies in, the smallest first, on one page"}, {"lon", "with lat"},
             {"geometry", "false: without the polygons"}, {"limit", "how many on a page"}, {"cursor", "next_cursor of the page before"})
inline void schema_check(const ListAreas& l, const schema::Check& check) {
    if (l.lat.has_value() != l.lon.has_value()) check.add(l.lat ? "lon" : "lat", "required", "lat and lon belong together");
    if (l.lat && l.cursor) check.add("cursor", "ambiguous", "the areas at a place are one page");
}

}  // namespace lastmile
