#pragma once
// A shift: when a driver works, with breaks, and where the day starts and ends.
#include "features/ids/ids.hpp"
#include "features/shapes/shapes.hpp"
#include "platform/api/request.hpp"

namespace lastmile {

struct ShiftBreak {
    Window window;
    Span duration_s;
};
LASTMILE_VALUE(ShiftBreak, (window, duration_s))
LASTMILE_DOC(ShiftBreak, "A break that lies somewhere in a window.", {"window", "when it may be taken"}, {"duration_s", "how long it is", "1800"})
inline void schema_check(const ShiftBreak& b, const schema::Check& check) {
    if (b.duration_s < 60) check.add("duration_s", "out_of_range", "a break is a minute or longer");
    if (b.window.from + Seconds{b.duration_s} > b.window.to) check.add("duration_s", "out_of_range", "does not fit into its window");
}

struct ShiftPlace {
    std::optional<Id<Hub>> hub_id;
    std::optional<Location> location;
};
LASTMILE_VALUE(ShiftPlace, (hub_id, location))
LASTMILE_DOC(ShiftPlace, "Where a day starts or ends.", {"hub_id", "at this hub"}, {"location", "at this place"})
inline void schema_check(const ShiftPlace& p, const schema::Check& check) {
    if (p.hub_id.has_value() == p.location.has_value()) check.add("hub_id", "ambiguous", "give hub_id or location");
}

enum class ShiftStatus { planned, started, ended };
LASTMILE_ENUM(ShiftStatus, planned, started, ended)

struct Shift {
    Id<Shift> id;
    Id<Shift> shift_id;  // the same
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    Id<Driver> driver_id;
    Instant starts_at;
    Instant ends_at;
    List<ShiftBreak, 0, 10> breaks;
    std::optional<ShiftPlace> start_place;
    std::optional<ShiftPlace> end_place;
    ShiftStatus status = ShiftStatus::planned;
    std::optional<Instant> started_at;
    std::optional<Instant> ended_at;
    Metadata metadata;
    bool deleted = false;
};
LASTMILE_RESOURCE(Shift, (id, shift_id, version, created_at, updated_at, driver_id, starts_at, ends_at, breaks, start_place, end_place, status,
                          started_at, ended_at, metadata))
LASTMILE_VIEW(Shift, owner, (*))
LASTMILE_VIEW(Shift, admin, (*))
LASTMILE_VIEW(Shift, driver, (id, shift_id, version, driver_id, starts_at, ends_at, breaks, start_place, end_place, status, started_at, ended_at))
LASTMILE_VIEW(Shift, event, (id, driver_id, starts_at, ends_at, breaks, status, started_at, ended_at))
LASTMILE_DOC(Shift, "A driver's working time.", {"id", "ours"}, {"shift_id", "the same id"}, {"version", "rises with every change; the ETag"},
             {"created_at", "when it was created"},
             {"updated_at", "when it was last changed"}, {"driver_id", "whose"}, {"starts_at", "planned start", "2025-09-01T06:00:00Z"},
             {"ends_at", "planned end", "2025-09-01T14:30:00Z"},
             {"breaks", "planned breaks"}, {"start_place", "where the day starts; absent: the driver's home hub"},
             {"end_place", "where it ends; absent: the driver's home hub"},
             {"status", "planned, started (checked in) or ended (checked out)"}, {"started_at", "when the driver checked in"},
             {"ended_at", "when the driver checked out"},
             {"metadata", "free object, up to 16 KiB"})

struct CreateShift {
    Id<Driver> driver_id;
    Instant starts_at;
    Instant ends_at;
    List<ShiftBreak, 0, 10> breaks;
    std::optional<ShiftPlace> start_place;
    std::optional<ShiftPlace> end_place;
    Metadata metadata;
};
LASTMILE_VALUE(CreateShift, (driver_id, starts_at, ends_at, breaks, start_place, end_place, metadata))
LASTMILE_DEFAULTS(CreateShift, (breaks, metadata))
LASTMILE_DOC(CreateShift, "A new shift.", {"driver_id", "whose"}, {"starts_at", "planned start", "2025-09-01T06:00:00Z"},
             {"ends_at", "planned end, within 24 hours", "2025-09-01T14:30:00Z"},
             {"breaks", "planned breaks"}, {"start_place", "where the day starts; absent: the driver's home hub"},
             {"end_place", "where it ends; absent: the driver's home hub"},
             {"metadata", "free object, up to 16 KiB"})

struct ChangeShift {
    Id<Shift> shift_id;
    std::optional<Instant> starts_at;
    std::optional<Instant> ends_at;
    std::optional<List<ShiftBreak, 0, 10>> breaks;
    Patch<ShiftPlace> start_place;
    Patch<ShiftPlace> end_place;
    std::optional<Metadata> metadata;
};
LASTMILE_VALUE(ChangeShift, (shift_id, starts_at, ends_at, breaks, start_place, end_place, metadata))
LASTMILE_DOC(ChangeShift, "What to change of a shift. Of a started one the start stays; an ended one stays as it is.", {"shift_id", "which shift"},
             {"starts_at", "planned start"},
             {"ends_at", "planned end"}, {"breaks", "replaces the breaks"}, {"start_place", "where the day starts; null: the driver's home hub"},
             {"end_place", "where it ends; null: the driver's home hub"}, {"metadata", "replaces the free object"})

struct ShiftRef {
    Id<Shift> shift_id;
};
LASTMILE_VALUE(ShiftRef, (shift_id))
LASTMILE_DOC(ShiftRef, "Which shift.", {"shift_id", "ours"})

struct ListShifts {
    Id<Driver> driver_id;
    std::optional<Instant> from;
    std::optional<Instant> to;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListShifts, (driver_id, from, to, limit, cursor))
LASTMILE_DEFAULTS(ListShifts, (limit))
LASTMILE_DOC(ListShifts, "Which shifts of a driver, by their start, the latest first.", {"driver_id", "whose"},
             {"from", "only what ends after this", "2025-09-01T00:00:00Z"},
             {"to", "only what starts before this", "2025-09-08T00:00:00Z"}, {"limit", "how many on a page"},
             {"cursor", "next_cursor of the page before"})
inline void schema_check(const ListShifts& l, const schema::Check& check) {
    if (l.from && l.to && *l.from >= *l.to) check.add("to", "not_after_from", "must be later than from");
}

}  // namespace lastmile
