// Events from the difference between two states: no change goes untold, and no event is told without its change.
#include <algorithm>

#include "features/deliveries/delivery_rules.hpp"
#include "features/deliveries/draft.hpp"

namespace lastmile::deliveries {
namespace {

namespace json = boost::json;

/// The leg that is spoken of now: the last live one somebody holds, else the last that anybody held.
const Leg* current_leg(const DeliveryLifecycle& d) {
    const Leg* held = nullptr;
    const Leg* live = nullptr;
    for (const auto& leg : d.legs)
        if (leg.holder) {
            held = &leg;
            if (leg.live()) live = &leg;
        }
    return live ? live : held;
}

void put_holder(json::object& data, const std::optional<Holder>& holder) {
    if (!holder) return;
    data["assignment_id"] = holder->assignment_id.text();
    if (holder->kind == HolderKind::driver) data["driver_id"] = holder->driver_id.text();
    if (holder->kind == HolderKind::partner) {
        data["partner_id"] = holder->partner_id.text();
        data["booking_id"] = holder->booking_id.text();
    }
}

std::string_view status_event(const StatusView& before, const StatusView& after) {
    switch (after.status) {
        case Status::requested: return "delivery.unassigned";
        case Status::scheduled: return before.status == Status::requested || before.status == Status::failed ? "delivery.scheduled" : "delivery.unassigned";
        case Status::assigned: return "delivery.assigned";
        case Status::enroute: return "delivery.enroute";
        case Status::delivered: return after.phase == Phase::full ? "delivery.delivered" : "delivery.partially_delivered";
        case Status::failed: return after.phase == Phase::closed ? "delivery.closed" : "delivery.failed";
        case Status::cancelled: return "delivery.cancelled";
        case Status::returned: return "delivery.returned";
    }
    return "delivery.updated";
}

json::object status_data(const DeliveryLifecycle& d, const StatusView& view) {
    json::object data{{"delivery_id", d.id.text()},
                      {"status", name_of(view.status)},
                      {"phase", name_of(view.phase)},
                      {"status_text", view.status_text},
                      {"outcome", name_of(view.outcome)},
                      {"delivered_packages", view.delivered_packages},
                      {"packages", view.packages},
                      {"attempt", d.attempt},
                      {"failed_attempts", d.failed_attempts},
                      {"cancellation", name_of(d.cancellation)}};
    if (const auto* leg = current_leg(d)) put_holder(data, leg->holder);
    return data;
}

json::object leg_data(const DeliveryLifecycle& d, const Leg& leg, LegState state) {
    json::array packages;
    for (const auto& item : leg.items) packages.emplace_back(json::object{{"package_id", item.package_id.text()}, {"state", name_of(item.state)}});
    json::object data{{"delivery_id", d.id.text()}, {"leg_id", leg.id.text()},      {"number", leg.number},           {"kind", name_of(leg.kind)},
                      {"purpose", name_of(leg.purpose)}, {"state", name_of(state)}, {"packages", std::move(packages)}};
    put_holder(data, leg.holder);
    return data;
}

bool held(LegState state) { return state == LegState::held || state == LegState::bound; }
bool has_holder(LegState state) { return held(state) || state == LegState::loaded || state == LegState::broken; }

void tell_leg(std::vector<EventDraft>& events, const DeliveryLifecycle& before, const DeliveryLifecycle& after, const Leg& leg) {
    const auto* was = before.leg(leg.id);
    const auto to = leg_state(after, leg);
    const auto from = was ? leg_state(before, *was) : LegState::open;
    const auto tell = [&](std::string_view type, const Leg& of) { events.push_back({std::string(type), leg_data(after, of, to)}); };
    if (!was) tell("leg.created", leg);
    const bool other_holder = was && was->holder && leg.holder && was->holder->assignment_id != leg.holder->assignment_id;
    if (was && has_holder(from) && (to == LegState::open || (other_holder && has_holder(to)))) tell("leg.freed", *was);
    const bool bound_before = from == LegState::bound || from == LegState::loaded || from == LegState::broken;
    const bool bound_now = to == LegState::bound || to == LegState::loaded || to == LegState::broken;
    if (bound_now && (!bound_before || other_holder)) tell("leg.bound", leg);
    if (from == to) return;
    if (to == LegState::broken) tell("leg.broken", leg);
    if (to == LegState::done) tell("leg.done", leg);
    if (to == LegState::failed) tell("leg.failed", leg);
    if (to == LegState::cancelled) tell("leg.cancelled", leg);
}

void tell_bookings(std::vector<EventDraft>& events, const DeliveryLifecycle& before, const DeliveryLifecycle& after) {
    for (const auto& booking : after.bookings) {
        const auto* was = before.booking(booking.id);
        if (was && was->state == booking.state) continue;
        events.push_back({"booking." + std::string(name_of(booking.state)),
                          {{"delivery_id", after.id.text()},
                           {"booking_id", booking.id.text()},
                           {"leg_id", booking.leg_id.text()},
                           {"partner_id", booking.partner_id.text()},
                           {"assignment_id", booking.assignment_id.text()},
                           {"number", booking.number},
                           {"state", name_of(booking.state)},
                           {"previous_state", was ? json::value(name_of(was->state)) : json::value(nullptr)}}});
    }
}

/// The leg on which somebody has it now; empty if nobody does.
Id<Leg> carried_on(const DeliveryLifecycle& d, Id<Package> package) {
    for (const auto& leg : d.legs)
        if (const auto* item = leg.item(package); item && item->state == ItemState::taken) return leg.id;
    return {};
}

void tell_packages(std::vector<EventDraft>& events, const DeliveryLifecycle& before, const DeliveryLifecycle& after) {
    for (const auto& package : after.packages) {
        const auto* was = before.package(package.id);
        const auto leg = carried_on(after, package.id);
        const bool other_leg = was && !leg.empty() && leg != carried_on(before, package.id);
        if (!was || (was->custody == package.custody && was->end == package.end && !other_leg)) continue;
        json::object data{{"delivery_id", after.id.text()},
                          {"package_id", package.id.text()},
                          {"custody", package.custody.text()},
                          {"previous_custody", was->custody.text()},
                          {"end", name_of(package.end)}};
        if (!leg.empty()) data["leg_id"] = leg.text();
        events.push_back({"package.custody_changed", std::move(data)});
    }
    for (const auto& leg : after.legs)
        for (const auto& item : leg.items) {
            const auto* was_leg = before.leg(leg.id);
            const auto* was = was_leg ? was_leg->item(item.package_id) : nullptr;
            if (item.state == ItemState::withheld && !(was && was->state == ItemState::withheld))
                events.push_back({"package.withheld", {{"delivery_id", after.id.text()}, {"package_id", item.package_id.text()}, {"leg_id", leg.id.text()}}});
        }
}

}  // namespace

std::vector<EventDraft> events_between(const DeliveryLifecycle& before, const DeliveryLifecycle& after) {
    std::vector<EventDraft> events;
    tell_bookings(events, before, after);
    for (const auto& leg : after.legs) tell_leg(events, before, after, leg);
    tell_packages(events, before, after);
    const auto was = status_of(before), is = status_of(after);
    if (before.cancellation != after.cancellation && (after.cancellation == Cancellation::requested || was.status == is.status))
        events.push_back({"delivery.cancel_requested", {{"delivery_id", after.id.text()}, {"cancellation", name_of(after.cancellation)}}});
    if (was.status != is.status || was.phase != is.phase) {
        auto data = status_data(after, is);
        data["previous_status"] = name_of(was.status);
        data["previous_phase"] = name_of(was.phase);
        events.push_back({std::string(status_event(was, is)), std::move(data)});
    }
    return events;
}

}  // namespace lastmile::deliveries
