#pragma once
// Slots: windows that can be promised, so many times each. A template says which there are; a slot is one of them on one day.
#include "features/ids/ids.hpp"
#include "features/shapes/kinds.hpp"
#include "features/shapes/shapes.hpp"
#include "platform/api/request.hpp"

namespace lastmile {

enum class Weekday { monday, tuesday, wednesday, thursday, friday, saturday, sunday };
LASTMILE_ENUM(Weekday, monday, tuesday, wednesday, thursday, friday, saturday, sunday)

struct SlotTemplate {
    Id<SlotTemplate> id;
    Id<SlotTemplate> template_id;  // the same, under its own name
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    Id<Area> area_id;
    ServiceLevel service_level = ServiceLevel::standard;
    List<Weekday, 1, 7> weekdays;
    TimeOfDay from;
    TimeOfDay to;
    Whole<0, 100'000> capacity = 0;
    std::optional<Whole<0, 2'592'000>> cutoff_s;
    std::optional<Date> valid_from;
    std::optional<Date> valid_to;
    List<Date, 0, 400> closed_on;
    Metadata metadata;
    bool deleted = false;
};
LASTMILE_RESOURCE(SlotTemplate, (id, template_id, version, created_at, updated_at, area_id, service_level, weekdays, from, to, capacity, cutoff_s,
                                 valid_from, valid_to, closed_on, metadata))
LASTMILE_VIEW(SlotTemplate, owner, (*))
LASTMILE_VIEW(SlotTemplate, admin, (*))
LASTMILE_VIEW(SlotTemplate, event, (id, area_id, service_level, weekdays, from, to, capacity, cutoff_s, valid_from, valid_to, closed_on))
LASTMILE_DOC(SlotTemplate, "Slots that come again every week.", {"id", "ours"}, {"template_id", "the same id"},
             {"version", "rises with every change; the ETag"}, {"created_at", "when it was created"}, {"updated_at", "when it was last changed"},
             {"area_id", "where; its time zone is the slots'"}, {"service_level", "standard, express or same_day"},
             {"weekdays", "on which days of the week"}, {"from", "when a slot begins, on the area's wall clock", "09:00"},
             {"to", "when it ends", "12:00"}, {"capacity", "how often it can be promised", "20"},
             {"cutoff_s", "seconds before its start at which it closes; absent: by policy slots.cutoff_s", "7200"},
             {"valid_from", "first day; absent: since ever", "2026-01-01"}, {"valid_to", "last day; absent: for good", "2026-12-31"},
             {"closed_on", "days without it"}, {"metadata", "free object, up to 16 KiB"})

struct CreateSlotTemplate {
    Id<Area> area_id;
    ServiceLevel service_level = ServiceLevel::standard;
    List<Weekday, 1, 7> weekdays;
    TimeOfDay from;
    TimeOfDay to;
    Whole<0, 100'000> capacity;
    std::optional<Whole<0, 2'592'000>> cutoff_s;
    std::optional<Date> valid_from;
    std::optional<Date> valid_to;
    List<Date, 0, 400> closed_on;
    Metadata metadata;
};
LASTMILE_VALUE(CreateSlotTemplate, (area_id, service_level, weekdays, from, to, capacity, cutoff_s, valid_from, valid_to, closed_on, metadata))
LASTMILE_DEFAULTS(CreateSlotTemplate, (service_level, closed_on, metadata))
LASTMILE_DOC(CreateSlotTemplate, "New slots.", {"area_id", "where; its time zone is the slots'"}, {"service_level", "standard, express or same_day"},
             {"weekdays", "on which days of the week"}, {"from", "when a slot begins, on the area's wall clock", "09:00"},
             {"to", "when it ends; what goes over midnight is two slots", "12:00"}, {"capacity", "how often it can be promised", "20"},
             {"cutoff_s", "seconds before its start at which it closes; absent: by policy slots.cutoff_s", "7200"},
             {"valid_from", "first day; absent: since ever", "2026-01-01"}, {"valid_to", "last day; absent: for good", "2026-12-31"},
             {"closed_on", "days without it"}, {"metadata", "free object, up to 16 KiB"})

struct ChangeSlotTemplate {
    Id<SlotTemplate> template_id;
    std::optional<List<Weekday, 1, 7>> weekdays;
    std::optional<TimeOfDay> from;
    std::optional<TimeOfDay> to;
    std::optional<Whole<0, 100'000>> capacity;
    Patch<Whole<0, 2'592'000>> cutoff_s;
    Patch<Date> valid_from;
    Patch<Date> valid_to;
    std::optional<List<Date, 0, 400>> closed_on;
    std::optional<Metadata> metadata;
};
LASTMILE_VALUE(ChangeSlotTemplate, (template_id, weekdays, from, to, capacity, cutoff_s, valid_from, valid_to, closed_on, metadata))
LASTMILE_DOC(ChangeSlotTemplate, "What to change; what is left out stays. What is reserved already stands. Area and service level stay: make another.",
             {"template_id", "which template"}, {"weekdays", "on which days of the week"}, {"from", "when a slot begins", "09:00"},
             {"to", "when it ends", "12:00"}, {"capacity", "how often it can be promised", "20"}, {"cutoff_s", "null: by policy slots.cutoff_s"},
             {"valid_from", "null: since ever"}, {"valid_to", "null: for good"}, {"closed_on", "replaces the list"},
             {"metadata", "replaces the free object"})

struct SlotTemplateRef {
    Id<SlotTemplate> template_id;
};
LASTMILE_VALUE(SlotTemplateRef, (template_id))
LASTMILE_DOC(SlotTemplateRef, "Which template.", {"template_id", "ours"})

struct ListSlotTemplates {
    std::optional<Id<Area>> area_id;
    std::optional<ServiceLevel> service_level;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListSlotTemplates, (area_id, service_level, limit, cursor))
LASTMILE_DEFAULTS(ListSlotTemplates, (limit))
LASTMILE_DOC(ListSlotTemplates, "Which templates, newest first.", {"area_id", "only of this area"}, {"service_level", "only of this service level"},
             {"limit", "how many on a page"}, {"cursor", "next_cursor of the page before"})

/// A slot on its day. Its id is its template's with the time of its start: nothing is written until somebody reserves it.
struct Slot {
    Id<Slot> slot_id;
    Id<SlotTemplate> template_id;
    Window window;
    ServiceLevel service_level = ServiceLevel::standard;
    Id<Area> area_id;
    std::int64_t capacity = 0;
    std::int64_t left = 0;
    Instant cutoff_at;
    std::optional<bool> reachable;
    std::optional<Money> cost;
};
LASTMILE_VALUE(Slot, (slot_id, template_id, window, service_level, area_id, capacity, left, cutoff_at, reachable, cost))
LASTMILE_DOC(Slot, "A window that can be promised.", {"slot_id", "ours"}, {"template_id", "the template it comes from"}, {"window", "what is promised"},
             {"service_level", "standard, express or same_day"}, {"area_id", "where"}, {"capacity", "how often it can be promised"},
             {"left", "how often still: less what is held and confirmed"}, {"cutoff_at", "until then it can be reserved"},
             {"reachable", "whether a route can be there then; absent: the planner was not asked"},
             {"cost", "what one more stop there costs; absent: not asked, or not reachable"})

enum class ReservationState { held, confirmed, used, released, expired };
LASTMILE_ENUM(ReservationState, held, confirmed, used, released, expired)

struct Reservation {
    Id<Reservation> id;
    Id<Reservation> reservation_id;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    Id<Slot> slot_id;
    Id<SlotTemplate> template_id;
    Id<Area> area_id;
    ServiceLevel service_level = ServiceLevel::standard;
    Window window;
    ReservationState status = ReservationState::held;
    std::optional<Instant> expires_at;
    std::optional<Id<Delivery>> delivery_id;
    std::optional<Text<1, 200>> order_id;
};
LASTMILE_VALUE(Reservation, (id, reservation_id, version, created_at, updated_at, slot_id, template_id, area_id, service_level, window, status,
                             expires_at, delivery_id, order_id))
LASTMILE_DOC(Reservation, "A slot taken once.", {"id", "ours"}, {"reservation_id", "the same id"}, {"version", "rises with every change; the ETag"},
             {"created_at", "when it was reserved"}, {"updated_at", "when it last changed"}, {"slot_id", "which slot"},
             {"template_id", "the template it comes from"}, {"area_id", "where"}, {"service_level", "standard, express or same_day"},
             {"window", "what is promised"}, {"status", "held until expires_at, confirmed, used, released or expired"},
             {"expires_at", "of one that is held: until then it must be confirmed"}, {"delivery_id", "the delivery that it was given to"},
             {"order_id", "the caller's order"})

}  // namespace lastmile
