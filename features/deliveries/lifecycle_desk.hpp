#pragma once
// For tests: one delivery on a desk. Every step checks what must hold after any step, and collects what was told and asked.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "features/deliveries/custody_rules.hpp"
#include "features/deliveries/delivery_rules.hpp"
#include "features/deliveries/end_rules.hpp"
#include "features/deliveries/partner_rules.hpp"
#include "features/deliveries/plan_rules.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::deliveries {

/// The first sentence of the invariants that does not hold; empty if all do.
inline std::string broken_invariant(const DeliveryLifecycle& d) {
    for (const auto& package : d.packages) {
        int takers = 0;
        std::set<std::pair<bool, IdBytes>> starts;
        for (const auto& leg : d.legs) {
            const auto* item = leg.item(package.id);
            if (!item || !item->live()) continue;
            if (item->state == ItemState::taken) {
                ++takers;
                if (!leg.holder) return "taken, but by nobody";
                if (package.custody != leg.holder->custody()) return "taken by one, in the custody of another";
            }
            if (!starts.emplace(true, leg.after.bytes).second) return "two live legs from one point";
            if (package.end != PackageEnd::none) return "it has ended, and is still on a live leg";
        }
        if (takers > 1) return "two takers of one package";
        if (package.end == PackageEnd::destination && !package.custody.with_recipient() && package.custody != Custody::of(d.destination))
            return "at its destination, but not in its custody";
    }
    for (const auto& leg : d.legs)
        if (leg.holder && leg.holder->kind == HolderKind::partner && !d.booking(leg.holder->booking_id)) return "held for a booking that is not there";
    const auto view = status_of(d);
    if (view.status_text.empty()) return "a status without words";
    if ((d.cancellation == Cancellation::confirmed) != d.cancelled_at.has_value()) return "confirmed without its time";
    if (view.status == Status::failed && view.phase == Phase::closed && d.closed == Closing::open && !is_final(d)) return "closed, but not over";
    return {};
}

inline bool is_status_event(const EventDraft& event) { return event.data.contains("previous_status"); }

/// A route's state and departure are told by its assignment's events.
inline DeliveryLifecycle without_route(DeliveryLifecycle d) {
    for (auto& leg : d.legs) {
        if (leg.holder) leg.holder->route = RouteState::waiting;
        for (auto& item : leg.items) item.departed = false;
    }
    return d;
}

/// Events are told exactly when there is something to tell.
inline std::string broken_telling(const DeliveryLifecycle& before, const DeliveryChange& change) {
    const auto was = status_of(before), is = status_of(change.after);
    const auto told = std::ranges::count_if(change.events, is_status_event);
    const bool moved = was.status != is.status || was.phase != is.phase;
    if (told != (moved ? 1 : 0)) return "status events " + std::to_string(told) + " for a change of " + std::to_string(moved);
    const auto count = [&](std::string_view type) { return std::ranges::count(change.events, type, &EventDraft::type); };
    std::int64_t custody = 0, told_of = 0;
    for (const auto& package : change.after.packages) {
        const auto* old = before.package(package.id);
        custody += old && (old->custody != package.custody || old->end != package.end);
    }
    for (const auto& event : change.events)
        told_of += event.type == "package.custody_changed" && (event.data.at("custody") != event.data.at("previous_custody") || !event.data.contains("leg_id"));
    if (told_of > custody || count("package.custody_changed") < custody) return "custody_changed";
    const auto legs = static_cast<std::int64_t>(change.after.legs.size() - before.legs.size());
    if (count("leg.created") != legs) return "leg.created";
    if (!(without_route(before) == without_route(change.after)) && change.events.empty() && change.effects.empty()) return "a change that nobody tells of";
    return {};
}

class Desk {
public:
    explicit Desk(std::size_t packages = 1, PlaceKind origin = PlaceKind::sender, bool window = false, PlaceKind destination = PlaceKind::recipient)
        : random(7) {
        hub = make<Hub>();
        for (std::size_t i = 0; i < packages; ++i) p.push_back(make<Package>());
        const Place from{origin, origin == PlaceKind::hub ? hub : Id<Hub>{}}, to{destination, destination == PlaceKind::hub ? hub : Id<Hub>{}};
        policy.auto_return_after_attempts.reset();
        policy.return_to = Place{PlaceKind::hub, hub};
        accept(create(make<Delivery>(), from, to, p, window, given()));
    }

    SeededRandom random;
    Instant now = from_unix_ms(1'700'000'000'000);
    LifecyclePolicy policy;
    Id<Hub> hub;
    std::vector<Id<Package>> p;
    DeliveryLifecycle d;
    std::vector<EventDraft> events;
    std::vector<Effect> effects;
    std::vector<EventDraft> last_events;
    std::vector<Effect> last_effects;

    template <class Noun>
    Id<Noun> make() { return Id<Noun>::make(now, random); }
    Given given() { return {now, now, random, policy}; }

    /// A decision that must be accepted.
    void operator()(Decision decision) {
        ASSERT_TRUE(decision.has_value()) << decision.error().reason->slug << ": " << decision.error().detail;
        accept(std::move(*decision));
    }
    void accept(DeliveryChange change) {
        if (!d.packages.empty()) {
            EXPECT_EQ(broken_telling(d, change), "") << status();
        }
        d = std::move(change.after);
        EXPECT_EQ(broken_invariant(d), "");
        last_events = change.events;
        last_effects = change.effects;
        for (auto& event : change.events) events.push_back(std::move(event));
        for (auto& effect : change.effects) effects.push_back(std::move(effect));
        now += Seconds{60};
    }
    /// A decision that must be refused with this slug.
    void refused(const Decision& decision, const Reason& reason) {
        ASSERT_FALSE(decision.has_value()) << "accepted";
        EXPECT_EQ(decision.error().reason->slug, reason.slug) << decision.error().detail;
    }
    Cancellation cancel(std::string_view why = "changed my mind") {
        auto answer = deliveries::cancel(d, why, given());
        accept(std::move(answer.change));
        return answer.cancellation;
    }

    std::string status() const {
        const auto view = status_of(d);
        return std::string(name_of(view.status)) + (view.phase == Phase::none ? "" : " " + std::string(name_of(view.phase)));
    }
    const Leg& leg(std::size_t number) const { return d.legs.at(number - 1); }
    Id<Leg> leg_id(std::size_t number) const { return leg(number).id; }
    ItemState item(std::size_t number, std::size_t package = 0) const { return leg(number).item(p.at(package))->state; }
    bool told(std::string_view type) const { return std::ranges::find(last_events, type, &EventDraft::type) != last_events.end(); }
    template <class E>
    bool asked() const { return std::ranges::any_of(last_effects, [](const Effect& e) { return std::holds_alternative<E>(e); }); }
    bool raised(ExceptionType type) const {
        return std::ranges::any_of(last_effects, [&](const Effect& e) { return std::holds_alternative<OpenException>(e) && std::get<OpenException>(e).type == type; });
    }

    // people
    Holder van(RouteState route = RouteState::waiting) { return {HolderKind::driver, make<Assignment>(), make<Driver>(), {}, {}, route}; }
    void bind_to(Holder& by, std::size_t number = 1) { (*this)(bind(d, leg_id(number), by, given())); }
    void load(const Holder& by, std::size_t package = 0) { (*this)(scan(d, {.package_id = p[package], .by = by}, given())); }
    void start(Holder& by) { drive(by, RouteState::started); }
    void drive(Holder& by, RouteState route) {
        by.route = route;
        (*this)(route_changed(d, by.assignment_id, route, given()));
    }
    void deliver(const Holder& by, std::size_t package = 0) { (*this)(drop_off(d, {p[package]}, by, {CustodyKind::recipient, {}}, given())); }
    void unload(const Holder& by, Custody where, std::size_t package = 0) { (*this)(drop_off(d, {p[package]}, by, where, given())); }
    void fail(const Holder& by, std::size_t package = 0) { (*this)(attempt_failed(d, {p[package]}, by, "no_one_home", given())); }

    // partners
    Id<Booking> hold_for_partner(std::size_t number = 1) {
        Booking booking;
        booking.id = make<Booking>();
        booking.partner_id = make<Partner>();
        booking.assignment_id = make<Assignment>();
        (*this)(hold(d, leg_id(number), booking, given()));
        return booking.id;
    }
    Id<Booking> call_partner(std::size_t number = 1) {
        const auto id = hold_for_partner(number);
        (*this)(booking_step(d, id, BookingState::calling, given()));
        return id;
    }
    Id<Booking> book(std::size_t number = 1) {
        const auto id = call_partner(number);
        says(id, BookingState::booked);
        return id;
    }
    void says(Id<Booking> id, BookingState state) { (*this)(partner_says(d, id, {.state = state, .at = {}}, given())); }
    BookingState booking(Id<Booking> id) const { return d.booking(id)->state; }
};

/// From a hub, all loaded, the route started.
inline Desk under_way(std::size_t packages, Holder& van) {
    Desk desk(packages, PlaceKind::hub);
    van = desk.van();
    desk.bind_to(van);
    for (std::size_t i = 0; i < packages; ++i) desk.load(van, i);
    desk.start(van);
    return desk;
}

}  // namespace lastmile::deliveries
