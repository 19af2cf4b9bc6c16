#pragma once
// A closure: streets that nobody of this partition drives for a while.
#include "features/ids/ids.hpp"
#include "features/shapes/shapes.hpp"
#include "platform/api/request.hpp"

namespace lastmile {

using OsmWay = Whole<1, 9'007'199'254'740'991>;

struct Closure {
    Id<Closure> id;
    Id<Closure> closure_id;  // the same, under the name of the path
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<Document> geometry;
    List<OsmWay, 0, 1000> ways;
    List<Slug, 0, 16> profiles;
    Instant from;
    std::optional<Instant> until;
    std::optional<Prose<1, 500>> note;
    std::int64_t roads = 0;
    bool deleted = false;
};
LASTMILE_RESOURCE(Closure, (id, closure_id, version, created_at, updated_at, geometry, ways, profiles, from, until, note, roads))
LASTMILE_VIEW(Closure, owner, (*))
LASTMILE_VIEW(Closure, admin, (*))
LASTMILE_VIEW(Closure, event, (id, ways, profiles, from, until, note, roads))
LASTMILE_DOC(Closure, "Streets that nobody drives for a while. Routes, times and plans of this partition (and of no other) lead round them.", {"id", "ours"},
             {"closure_id", "the same id"}, {"version", "rises with every change; the ETag"}, {"created_at", "when it was created"},
             {"updated_at", "when it was last changed"},
             {"geometry", "every road that touches it is closed: GeoJSON Polygon or MultiPolygon (RFC 7946)"},
             {"ways", "ids of OpenStreetMap ways that are closed"}, {"profiles", "road profiles that it holds for; none: for all", "truck"},
             {"from", "when it begins"}, {"until", "when it ends, by the partition's clock; it is deleted then. Absent: until it is deleted"},
             {"note", "why, for people", "Burst water main"}, {"roads", "how many pieces of road of the map are closed by it"})

struct CreateClosure {
    std::optional<Document> geometry;
    List<OsmWay, 0, 1000> ways;
    List<Slug, 0, 16> profiles;
    std::optional<Instant> from;
    std::optional<Instant> until;
    std::optional<Prose<1, 500>> note;
};
LASTMILE_VALUE(CreateClosure, (geometry, ways, profiles, from, until, note))
LASTMILE_DEFAULTS(CreateClosure, (ways, profiles))
LASTMILE_DOC(CreateClosure, "What is closed: a geometry, ways, or both.", {"geometry", "GeoJSON Polygon or MultiPolygon; every road that touches it is closed"},
             {"ways", "ids of OpenStreetMap ways"}, {"profiles", "road profiles that it holds for; none: for all", "truck"},
             {"from", "when it begins; absent: now"}, {"until", "when it ends; absent: until it is deleted", "2030-01-01T18:00:00Z"},
             {"note", "why, for people", "Burst water main"})
inline void schema_check(const CreateClosure& c, const schema::Check& check) {
    if (!c.geometry && c.ways.empty()) check.add("geometry", "required", "give geometry, ways, or both");
    if (c.from && c.until && *c.from >= *c.until) check.add("until", "not_after_from", "must be later than from");
}

struct ClosureRef {
    Id<Closure> closure_id;
};
LASTMILE_VALUE(ClosureRef, (closure_id))
LASTMILE_DOC(ClosureRef, "Which closure.", {"closure_id", "ours"})

struct ListClosures {
    bool geometry = true;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListClosures, (geometry, limit, cursor))
LASTMILE_DEFAULTS(ListClosures, (geometry, limit))
LASTMILE_DOC(ListClosures, "Closures that hold or will hold, newest first.", {"geometry", "false: without the polygons"}, {"limit", "how many on a page"},
             {"cursor", "next_cursor of the page before"})

}  // namespace lastmile
