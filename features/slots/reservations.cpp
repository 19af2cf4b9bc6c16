#include "features/slots/reservations.hpp"

#include "features/areas/area_rules.hpp"
#include "features/areas/area_store.hpp"
#include "features/policies/policy_store.hpp"
#include "features/slots/slot_rules.hpp"
#include "platform/events/apply.hpp"

namespace lastmile::slots {
namespace {

std::int64_t cutoff_of(store::Read& read, Id<Area> area, ServiceLevel level) { return policies_of(read, {area, level}).slots.cutoff_s.value; }

Reservation saved(store::Tx& tx, Result<Changed<Reservation>> decision) {
    auto changed = std::move(decision).value();
    if (changed.events.empty()) return changed.after;
    events::apply(tx, changed);
    if (changed.after.status != ReservationState::held) work::cancel_timer(tx, expiry_timer, changed.after.id.text());
    return changed.after;
}

[[noreturn]] void refuse_field(const Reason& reason, std::string detail, const std::string& pointer, std::string code) {
    throw Refusal(Error{&reason, detail, {{pointer, std::move(code), detail}}, {}});
}

}  // namespace

std::optional<Slot> find_slot(store::Read& read, Id<Slot> id) {
    const auto made_by = template_of_slot(read, id);
    const auto area = made_by ? find_area(read, made_by->area_id) : std::nullopt;
    if (!area) return std::nullopt;
    const auto starts = start_of(id);
    const Window instant{starts, starts + std::chrono::milliseconds(1)};
    for (auto& slot : slots_of(*made_by, area->time_zone, instant, cutoff_of(read, area->id, made_by->service_level)))
        if (slot.slot_id == id) return slot;
    return std::nullopt;
}

std::vector<Slot> open_slots(store::Read& read, const Area& area, ServiceLevel level, const Window& span) {
    const auto now = read.now().business;
    const auto cutoff = cutoff_of(read, area.id, level);
    std::vector<Slot> found;
    std::vector<Id<Slot>> ids;
    for (const auto& one : slot_templates_of(read, area.id, level))
        for (auto& slot : slots_of(one, area.time_zone, span, cutoff))
            if (now < slot.cutoff_at) ids.push_back(slot.slot_id), found.push_back(std::move(slot));
    const auto taken = taken_of(read, ids, now);
    for (auto& slot : found)
        if (const auto count = taken.find(slot.slot_id); count != taken.end()) slot.left = std::max<std::int64_t>(0, slot.capacity - count->second);
    std::ranges::stable_sort(found, {}, [](const Slot& slot) { return std::pair(slot.window.from, slot.window.to); });
    return found;
}

Reservation reserve(store::Tx& tx, Id<Slot> id, std::optional<Text<1, 200>> order_id, const std::string& pointer) {
    const auto slot = find_slot(tx, id);
    if (!slot) refuse_field(reasons::invalid, "there is no such slot", pointer, "unknown_reference");
    const auto now = tx.now().business;
    if (slot->cutoff_at <= now) {
        Error closed{&reasons::slot_closed, "It closed at " + to_rfc3339(slot->cutoff_at) + ".", {}, {}};
        closed.extras["cutoff_at"] = to_rfc3339(slot->cutoff_at);
        throw Refusal(std::move(closed));
    }
    lock_slot(tx, id, slot->template_id);
    // Whoever confirms such a hold at this moment holds its row: it is waited for, and counts; or it is expired here first, and he is refused.
    for (const auto& overdue : lock_overdue_holds(tx, id, now)) saved(tx, expire(overdue, now));
    const auto counts = taken_of(tx, {id}, now);
    const auto taken = counts.empty() ? 0 : counts.begin()->second;
    if (taken >= slot->capacity) {
        Error full{&reasons::slot_full, "All " + std::to_string(slot->capacity) + " are taken.", {}, {}};
        full.extras["capacity"] = slot->capacity, full.extras["taken"] = taken;
        throw Refusal(std::move(full));
    }
    const auto hold = std::chrono::seconds(policies_of(tx, {slot->area_id, slot->service_level}).slots.hold_ttl_s.value);
    const auto changed = slots::reserve(tx.new_id<Reservation>(), *slot, hold, std::move(order_id), now);
    events::apply(tx, changed);
    work::set_timer(tx, {.kind = std::string(expiry_timer), .subject = changed.after.id.text(), .due_at = *changed.after.expires_at});
    return changed.after;
}

Reservation bind(store::Tx& tx, Id<Reservation> id, Id<Delivery> delivery, ServiceLevel level, const std::optional<geo::Point>& dropoff,
                 const std::string& pointer) {
    const auto reservation = lock_reservation(tx, id);
    if (!reservation) refuse_field(reasons::invalid, "there is no such reservation", pointer, "unknown_reference");
    if (reservation->service_level != level)
        refuse_field(reasons::slot_mismatch,
                     "the slot is for " + std::string(schema::wire_name(reservation->service_level)) + ", the delivery is " + std::string(schema::wire_name(level)),
                     pointer, "other_service_level");
    if (const auto area = dropoff ? find_area(tx, reservation->area_id) : std::nullopt;
        area && !geo::contains(areas::parse_geometry(area->geometry.value()).value(), *dropoff))
        refuse_field(reasons::slot_mismatch, "the dropoff does not lie in the slot's area " + std::string(area->name), pointer, "outside_area");
    return saved(tx, slots::bind(*reservation, delivery, tx.now().business));
}

void let_go(store::Tx& tx, Id<Reservation> id) {
    const auto reservation = lock_reservation(tx, id);
    if (!reservation || machine.is_final(reservation->status)) return;
    const auto now = tx.now().business;
    const bool begun = reservation->status == ReservationState::confirmed && reservation->window.from <= now;
    saved(tx, begun ? use(*reservation, now) : release(*reservation, now));
}

void use_up(store::Tx& tx, Id<Reservation> id) {
    const auto reservation = lock_reservation(tx, id);
    if (reservation && reservation->status == ReservationState::confirmed) saved(tx, use(*reservation, tx.now().business));
}

void register_timers(work::Timers& timers) {
    timers.on(std::string(expiry_timer), [](store::Tx& tx, const work::Timer& timer) {
        const auto id = Id<Reservation>::parse(timer.subject);
        const auto reservation = id ? lock_reservation(tx, *id) : std::nullopt;
        if (!reservation || reservation->status != ReservationState::held || *reservation->expires_at > tx.now().business) return;
        events::apply(tx, expire(*reservation, tx.now().business).value());
    });
}

}  // namespace lastmile::slots
