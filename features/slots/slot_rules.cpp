#include "features/slots/slot_rules.hpp"

#include <algorithm>

#include "features/administered/changes.hpp"

namespace lastmile::slots {
namespace {

constexpr std::size_t time_bytes = 6;  // of a UUIDv7

Result<void> sound(const SlotTemplate& one) {
    std::vector<FieldError> errors;
    if (one.from >= one.to) errors.push_back({"#/to", "not_after_from", "must be later than from; what goes over midnight is two slots"});
    if (one.valid_from && one.valid_to && *one.valid_to < *one.valid_from)
        errors.push_back({"#/valid_to", "not_after_from", "must not be before valid_from"});
    for (std::size_t i = 0; i < one.weekdays.size(); ++i)
        if (std::find(one.weekdays.begin(), one.weekdays.begin() + static_cast<std::ptrdiff_t>(i), one.weekdays[i]) !=
            one.weekdays.begin() + static_cast<std::ptrdiff_t>(i))
            errors.push_back({"#/weekdays/" + std::to_string(i), "duplicate", "stands twice"});
    if (errors.empty()) return {};
    auto detail = errors.front().detail;
    return refuse(reasons::invalid, std::move(detail), std::move(errors));
}

bool on(const SlotTemplate& one, Date date) {
    const auto weekday = static_cast<Weekday>(std::chrono::weekday{std::chrono::sys_days{date}}.iso_encoding() - 1);
    if (std::ranges::find(one.weekdays, weekday) == one.weekdays.end()) return false;
    if ((one.valid_from && date < *one.valid_from) || (one.valid_to && *one.valid_to < date)) return false;
    return std::ranges::find(one.closed_on, date) == one.closed_on.end();
}

Changed<Reservation> moved(const Reservation& before, ReservationState to, std::string type, Instant now) {
    auto after = before;
    after.status = to;
    after.version = before.version + 1;
    after.updated_at = now;
    if (to != ReservationState::held) after.expires_at.reset();
    auto data = schema::to_object(after, schema::View::event);
    return {std::move(after), {{std::move(type), std::move(data)}}};
}

/// A hold that has run out counts as expired, whether that was written or not.
ReservationState state_at(const Reservation& reservation, Instant now) {
    const bool ran_out = reservation.status == ReservationState::held && reservation.expires_at && *reservation.expires_at <= now;
    return ran_out ? ReservationState::expired : reservation.status;
}

Result<ReservationState> step_at(const Reservation& before, Move move, Instant now) {
    return step(reasons::reservation_not_legal, machine, state_at(before, now), move);
}

}  // namespace

Result<Changed<SlotTemplate>> create(Id<SlotTemplate> id, const CreateSlotTemplate& request, const Now& now) {
    SlotTemplate made;
    made.id = made.template_id = id;
    made.area_id = request.area_id, made.service_level = request.service_level, made.weekdays = request.weekdays;
    made.from = request.from, made.to = request.to, made.capacity = request.capacity, made.cutoff_s = request.cutoff_s;
    made.valid_from = request.valid_from, made.valid_to = request.valid_to, made.closed_on = request.closed_on;
    made.metadata = request.metadata;
    if (auto ok = sound(made); !ok) return std::unexpected(std::move(ok.error()));
    return administered::created(std::move(made), "slot_template", now);
}

Result<Changed<SlotTemplate>> change(const SlotTemplate& before, const ChangeSlotTemplate& request, const Now& now) {
    auto after = before;
    if (request.weekdays) after.weekdays = *request.weekdays;
    if (request.from) after.from = *request.from;
    if (request.to) after.to = *request.to;
    if (request.capacity) after.capacity = *request.capacity;
    request.cutoff_s.onto(after.cutoff_s), request.valid_from.onto(after.valid_from), request.valid_to.onto(after.valid_to);
    if (request.closed_on) after.closed_on = *request.closed_on;
    if (request.metadata) after.metadata = *request.metadata;
    if (auto ok = sound(after); !ok) return std::unexpected(std::move(ok.error()));
    return administered::updated(before, std::move(after), "slot_template", now);
}

Changed<SlotTemplate> remove(SlotTemplate one, const Now& now) { return administered::deleted(std::move(one), "slot_template", now); }

std::vector<Slot> slots_of(const SlotTemplate& from_template, std::string_view zone, const Window& span, std::int64_t cutoff_s) {
    std::vector<Slot> found;
    const auto cutoff = std::chrono::seconds(from_template.cutoff_s ? from_template.cutoff_s->value : cutoff_s);
    // A day earlier and later: the wall clock's days are not the span's.
    auto day = std::chrono::sys_days{wall_clock(zone, span.from).date} - std::chrono::days{1};
    const auto last = std::chrono::sys_days{wall_clock(zone, span.to).date} + std::chrono::days{1};
    for (; day <= last; day += std::chrono::days{1}) {
        const Date date{day};
        if (!on(from_template, date)) continue;
        const Window window{instant_of(zone, date, from_template.from), instant_of(zone, date, from_template.to)};
        if (window.from < span.from || window.from >= span.to || window.from >= window.to) continue;
        Slot slot;
        slot.slot_id = slot_id(from_template.id, window.from), slot.template_id = from_template.id, slot.window = window;
        slot.service_level = from_template.service_level, slot.area_id = from_template.area_id;
        slot.capacity = slot.left = from_template.capacity.value, slot.cutoff_at = window.from - cutoff;
        found.push_back(std::move(slot));
    }
    return found;
}

Id<Slot> slot_id(Id<SlotTemplate> id, Instant starts) {
    Id<Slot> made{id.bytes};
    auto ms = static_cast<std::uint64_t>(to_unix_ms(starts));
    for (std::size_t i = time_bytes; i-- > 0; ms >>= 8) made.bytes[i] = static_cast<std::uint8_t>(ms);
    return made;
}

Instant start_of(Id<Slot> id) {
    std::uint64_t ms = 0;
    for (std::size_t i = 0; i < time_bytes; ++i) ms = ms << 8 | id.bytes[i];
    return from_unix_ms(static_cast<std::int64_t>(ms));
}

std::vector<std::uint8_t> tail_of(const IdBytes& id) { return {id.begin() + time_bytes, id.end()}; }

bool takes(const Reservation& reservation, Instant now) {
    const auto state = state_at(reservation, now);
    return state == ReservationState::held || state == ReservationState::confirmed || state == ReservationState::used;
}

Changed<Reservation> reserve(Id<Reservation> id, const Slot& slot, std::chrono::seconds hold, std::optional<Text<1, 200>> order_id, Instant now) {
    Reservation made;
    made.id = made.reservation_id = id;
    made.created_at = made.updated_at = now;
    made.slot_id = slot.slot_id, made.template_id = slot.template_id, made.area_id = slot.area_id, made.service_level = slot.service_level;
    made.window = slot.window, made.expires_at = now + hold, made.order_id = std::move(order_id);
    auto data = schema::to_object(made, schema::View::event);
    return {std::move(made), {{"slot.reserved", std::move(data)}}};
}

Result<Changed<Reservation>> confirm(const Reservation& before, Instant now) {
    if (before.status == ReservationState::confirmed) return Changed<Reservation>{before, {}};
    const auto to = step_at(before, Move::confirm, now);
    if (!to) return std::unexpected(to.error());
    return moved(before, *to, "slot.confirmed", now);
}

Result<Changed<Reservation>> bind(const Reservation& before, Id<Delivery> delivery, Instant now) {
    if (before.delivery_id == delivery) return Changed<Reservation>{before, {}};
    const auto to = step_at(before, Move::bind, now);
    if (!to) return std::unexpected(to.error());
    if (before.delivery_id) {
        Error error{&reasons::reservation_bound, "It belongs to " + before.delivery_id->text() + ".", {}, {}};
        error.extras["delivery_id"] = before.delivery_id->text();
        return std::unexpected(std::move(error));
    }
    auto bound = before;
    bound.delivery_id = delivery;
    return moved(bound, *to, "slot.confirmed", now);
}

Result<Changed<Reservation>> release(const Reservation& before, Instant now) {
    const auto state = state_at(before, now);
    if (before.status == ReservationState::released || before.status == ReservationState::expired) return Changed<Reservation>{before, {}};
    if (state == ReservationState::expired) return moved(before, state, "slot.expired", now);
    const auto to = step_at(before, Move::release, now);
    if (!to) return std::unexpected(to.error());
    return moved(before, *to, "slot.released", now);
}

Result<Changed<Reservation>> use(const Reservation& before, Instant now) {
    const auto to = step_at(before, Move::use, now);
    if (!to) return std::unexpected(to.error());
    return moved(before, *to, "slot.used", now);
}

Result<Changed<Reservation>> expire(const Reservation& before, Instant now) {
    const auto to = step(reasons::reservation_not_legal, machine, before.status, Move::expire);
    if (!to) return std::unexpected(to.error());
    return moved(before, *to, "slot.expired", now);
}

}  // namespace lastmile::slots
