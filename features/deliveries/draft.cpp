#include "features/deliveries/draft.hpp"

#include <algorithm>
#include <stdexcept>

#include "features/deliveries/delivery_rules.hpp"

namespace lastmile::deliveries {
namespace {

void move_item(LegItem& item, ItemMove move) {
    const auto to = item_machine.after(item.state, move);
    if (!to) throw std::logic_error("a package cannot " + std::string(name_of(move)) + " from " + std::string(name_of(item.state)));
    item.state = *to;
}

bool under_way(const Holder& holder) {
    return holder.kind == HolderKind::partner || holder.route == RouteState::started || holder.route == RouteState::paused ||
           holder.route == RouteState::aborted;
}

/// It starts where a leg that failed should have brought the package: that start is not reached any more.
bool behind_failed(const DeliveryLifecycle& d, const Leg& leg, Id<Package> package) {
    for (const Leg* at = &leg; !at->after.empty() && at->from.kind != PlaceKind::street;) {  // from the holder's hands: still good
        at = d.leg(at->after);
        if (const auto* item = at->item(package); item && item->state == ItemState::failed && at->attempt == d.attempt) return true;
    }
    return false;
}

}  // namespace

// ---- plans

Id<Leg> Draft::plan(NewLeg plan) {
    const int number = static_cast<int>(d.legs.size()) + 1;
    Leg leg{plan.id.empty() ? given.new_id<Leg>() : plan.id, number, plan.kind, plan.purpose, plan.from, plan.to, d.attempt, plan.after, plan.holder, {}};
    for (const auto package : plan.packages) {
        for (const auto& other : d.legs)
            if (const auto* item = other.item(package); item && item->live() && other.after == plan.after)
                throw std::logic_error("two live legs for one package from one point");
        leg.items.push_back({package, ItemState::planned, false});
    }
    d.legs.push_back(std::move(leg));
    if (!plan.holder && is_plannable(d, d.legs.back())) ask(PlanLeg{d.legs.back().id});
    return d.legs.back().id;
}

void Draft::drop(Leg& leg, const Id<Package>* only) {
    std::vector<Id<Package>> dropped;
    for (auto& item : leg.items)
        if (item.state == ItemState::planned && (!only || item.package_id == *only)) {
            move_item(item, ItemMove::drop);
            dropped.push_back(item.package_id);
        }
    if (dropped.empty() || !leg.holder) return;
    if (leg.holder->kind == HolderKind::driver)
        ask(DropFromRoute{leg.holder->assignment_id, leg.id, std::move(dropped)});
    else if (auto* booking = leg.live() ? nullptr : d.booking(leg.holder->booking_id))
        cancel_booking(*booking);
}

void Draft::cancel_booking(Booking& booking) {
    if (booking.state == BookingState::intent) {
        booking.state = BookingState::dropped;
    } else if (booking.state == BookingState::booked || booking.state == BookingState::courier_assigned) {
        booking.before_cancel = booking.state;
        booking.state = BookingState::cancel_requested;
        ask(AskBookingToCancel{booking.id, booking.leg_id});
    }  // calling, unknown: asked as soon as it shows up; ended or picked up: nothing to ask
}

void Draft::free(Leg& leg) {
    leg.holder.reset();
    if (is_plannable(d, leg)) ask(PlanLeg{leg.id});
}

void Draft::rechain(Id<Leg> from, Id<Leg> to, const std::vector<Id<Package>>& packages) {
    const auto moves = [&](const LegItem& item) { return item.state == ItemState::planned && std::ranges::find(packages, item.package_id) != packages.end(); };
    for (std::size_t i = 0, count = d.legs.size(); i < count; ++i) {
        auto& leg = d.legs[i];
        if (leg.after != from || leg.id == to || std::ranges::none_of(leg.items, moves)) continue;
        if (std::ranges::all_of(leg.items, [&](const LegItem& item) { return !item.live() || moves(item); })) {
            leg.after = to;
            continue;
        }
        NewLeg own{leg.kind, leg.purpose, leg.from, leg.to, to, {}, {}, {}};
        for (const auto& item : leg.items)
            if (moves(item)) own.packages.push_back(item.package_id);
        for (const auto package : own.packages) drop(leg, package);
        plan(std::move(own));
    }
}

// ---- custody

void Draft::take(Id<Leg> id, Id<Package> package) {
    auto& leg = *d.leg(id);
    for (Id<Leg> before = leg.after; !before.empty(); before = d.leg(before)->after)  // its word was lost, but the package has come past
        if (auto* item = d.leg(before)->item(package); item && item->state == ItemState::planned) {
            move_item(*item, ItemMove::pass);
            item->departed = true;
        }
    for (auto& other : d.legs)
        if (auto* item = other.item(package); item && &other != &leg && item->state == ItemState::taken) move_item(*item, ItemMove::pass);
    auto& item = *leg.item(package);
    move_item(item, ItemMove::take);
    item.departed = under_way(leg.holder.value());
    d.package(package)->custody = leg.holder->custody();
}

void Draft::finish(Id<Leg> id, Id<Package> package, const Custody& where) {
    if (d.leg(id)->item(package)->state == ItemState::planned) take(id, package);
    auto& leg = *d.leg(id);
    move_item(*leg.item(package), ItemMove::finish);
    leg.item(package)->departed = true;
    auto& state = *d.package(package);
    state.custody = where;
    if (leg.kind == LegKind::back) {
        if (leg.purpose == LegPurpose::return_ || cancelled_or_closed()) end(state, PackageEnd::returned);
    } else if (leg.to == d.destination) {
        end(state, PackageEnd::destination);
    } else if (cancelled_or_closed()) {
        end(state, PackageEnd::returned);
    } else if (d.attempt_open && d.cancellation != Cancellation::requested &&
               std::ranges::none_of(d.legs, [&](const Leg& l) { return l.item(package) && l.item(package)->live(); })) {
        plan({.from = leg.to, .to = d.destination, .after = id, .packages = {package}});  // a hub on the way, and nobody has planned the rest
    }
}

void Draft::end(PackageState& package, PackageEnd end) {
    package.end = end;
    for (auto& leg : d.legs) drop(leg, package.id);
    const bool all_there = std::ranges::all_of(d.packages, [](const PackageState& p) { return p.end == PackageEnd::destination; });
    if (!all_there) return;
    if (d.cancellation == Cancellation::requested || (d.cancellation == Cancellation::confirmed && given.at < d.cancelled_at)) {
        d.cancellation = Cancellation::refused;  // too late: it was there before the cancellation was confirmed
        d.cancelled_at.reset();
    }
}

void Draft::arrive(Id<Package> package, const Custody& where) {
    for (auto& leg : d.legs)
        if (auto* item = leg.item(package); item && item->state == ItemState::taken)
            move_item(*item, leg.kind == LegKind::forward && leg.to == d.destination ? ItemMove::finish : ItemMove::pass);
    auto& state = *d.package(package);
    state.custody = where;
    end(state, PackageEnd::destination);
}

void Draft::fail(Leg& leg, Id<Package> package) {
    move_item(*leg.item(package), ItemMove::fail);
    for (auto& later : d.legs)
        if (later.kind == LegKind::forward && behind_failed(d, later, package)) drop(later, package);
}
void Draft::pass(Leg& leg, Id<Package> package) { move_item(*leg.item(package), ItemMove::pass); }
void Draft::withhold(Leg& leg, Id<Package> package) { move_item(*leg.item(package), ItemMove::withhold); }
void Draft::undo(Leg& leg, Id<Package> package) { move_item(*leg.item(package), ItemMove::undo); }

namespace {

bool has_failed(const Leg& leg) {
    return std::ranges::any_of(leg.items, [](const LegItem& item) { return item.state == ItemState::failed; });
}

}  // namespace

void Draft::attempt_fails(bool at_pickup) {
    ++d.failed_attempts;
    const bool some_arrived = std::ranges::any_of(d.packages, [](const PackageState& p) { return p.end == PackageEnd::destination; });
    const auto failed_now = [&](Id<Package> p) {
        return std::ranges::any_of(d.legs, [&](const Leg& l) {
            return l.kind == LegKind::forward && l.attempt == d.attempt && l.item(p) && l.item(p)->state == ItemState::failed;
        });
    };
    std::vector<std::pair<Leg*, Id<Package>>> fallen;
    for (auto& leg : d.legs) {
        if (leg.kind != LegKind::forward || leg.attempt != d.attempt) continue;
        for (const auto& item : leg.items)
            if (item.state == ItemState::planned &&
                (at_pickup || has_failed(leg) || behind_failed(d, leg, item.package_id) || (some_arrived && failed_now(item.package_id))))
                fallen.emplace_back(&leg, item.package_id);
    }
    for (const auto& [leg, package] : fallen) drop(*leg, package);
    d.attempt_open = false;  // unless a plan was made meanwhile, or part of it has not been tried yet: that goes on
    for (auto& leg : d.legs) {
        if (leg.kind != LegKind::forward || leg.attempt != d.attempt || !leg.live()) continue;
        d.attempt_open = true;
        if (some_arrived) continue;
        leg.attempt = d.attempt + 1;
        for (auto& item : leg.items) item.departed = false;  // what went before on it belongs to the attempt that failed
    }
    if (!some_arrived) ++d.attempt;  // the rest of a partial delivery goes back: no further attempt
}

Id<Leg> Draft::way_back(LegPurpose purpose, const Place& to, const std::vector<Id<Package>>& packages) {
    std::vector<std::pair<Id<Leg>, std::vector<Id<Package>>>> groups;  // by the leg that moved them last
    for (const auto package : packages) {
        const auto* last = last_moved_in(package);
        const Id<Leg> after = last ? last->id : Id<Leg>{};
        const auto at = std::ranges::find(groups, after, &decltype(groups)::value_type::first);
        if (at != groups.end())
            at->second.push_back(package);
        else
            groups.push_back({after, {package}});
    }
    Id<Leg> made;
    for (const auto& [after, members] : groups) {
        const auto& first = *d.package(members.front());
        const bool on_board = first.custody.on_board() && !after.empty() && d.leg(after)->holder;
        made = plan({.kind = LegKind::back, .purpose = purpose, .from = place_of(first), .to = to, .after = after, .packages = members,
                     .holder = on_board ? d.leg(after)->holder : std::nullopt});
        if (!on_board) continue;
        for (const auto package : members) take(made, package);
        const auto& holder = *d.leg(made)->holder;
        if (holder.kind == HolderKind::driver) ask(AddToRoute{holder.assignment_id, made, members});
    }
    return made;
}

void Draft::confirm_cancel() {
    d.cancellation = Cancellation::confirmed;
    d.cancelled_at = given.at;
    d.attempt_open = false;
    std::vector<Id<Package>> moving;
    for (auto& leg : d.legs)
        if (leg.kind == LegKind::forward) drop(leg);
    for (auto& leg : d.legs)
        if (leg.kind == LegKind::back && leg.live()) leg.purpose = LegPurpose::return_;  // no retry any more
    for (const auto id : rest()) {
        auto& package = *d.package(id);
        if (live_back(id)) continue;
        if (package.custody.on_board()) {
            if (const auto* leg = taken_in(id)) fail(*d.leg(leg->id), id);
            moving.push_back(id);
        } else {
            end(package, PackageEnd::stayed);
        }
    }
    if (!moving.empty()) way_back(LegPurpose::return_, return_place(), moving);
}

Id<Leg> Draft::rebind(Id<Leg> id, Id<Package> package, const Holder& by) {
    auto& leg = *d.leg(id);
    const bool alone = std::ranges::all_of(leg.items, [&](const LegItem& item) { return !item.live() || item.package_id == package; });
    if (leg.holder && !alone) {
        NewLeg own{leg.kind, leg.purpose, leg.from, leg.to, leg.after, {package}, by, {}};
        const int attempt = leg.attempt;
        drop(leg, package);
        const auto made = plan(std::move(own));
        d.leg(made)->attempt = attempt;
        return made;
    }
    if (leg.holder && leg.holder->kind == HolderKind::driver) ask(DropFromRoute{leg.holder->assignment_id, id, {package}});
    if (leg.holder && leg.holder->kind == HolderKind::partner) cancel_booking(*d.booking(leg.holder->booking_id));
    leg.holder = by;
    return id;
}

Id<Leg> Draft::hand_over(Id<Leg> id, Id<Package> package, const Holder& by) {
    const auto from = *d.leg(id);
    NewLeg next{from.kind, from.purpose, {PlaceKind::street, {}}, from.to, id, {package}, by, given.new_id<Leg>()};
    rechain(id, next.id, next.packages);
    const auto made = plan(std::move(next));
    d.leg(made)->attempt = from.attempt;
    return made;
}

void Draft::claim(Id<Package> package, const Holder& by) {
    const auto add = [&](Id<Leg> leg) {
        if (by.kind == HolderKind::driver) ask(AddToRoute{by.assignment_id, leg, {package}});
        take(leg, package);
    };
    if (const auto* planned = next_planned(package)) return add(rebind(planned->id, package, by));
    if (const auto* taken = taken_in(package)) return add(hand_over(taken->id, package, by));
    auto& state = *d.package(package);
    state.end = PackageEnd::none;  // it stayed, or was lost: it is on board after all
    const auto* last = last_moved_in(package);
    const auto purpose = cancelled_or_closed() ? LegPurpose::return_ : LegPurpose::retry;
    raise(ExceptionType::custody_conflict, Severity::high, "taken though nothing was planned for it", {package});
    add(plan({.kind = LegKind::back, .purpose = purpose, .from = place_of(state), .to = return_place(), .after = last ? last->id : Id<Leg>{},
              .packages = {package}, .holder = by}));
}

// ---- questions

bool Draft::cancelled_or_closed() const { return d.cancellation == Cancellation::confirmed || d.closed != Closing::open; }

const Leg* Draft::next_planned(Id<Package> package) const {
    const auto planned = [&](const Leg& leg) { return leg.item(package) && leg.item(package)->state == ItemState::planned; };
    const auto* taken = taken_in(package);
    for (const auto& leg : d.legs) {
        if (!planned(leg)) continue;
        if (taken) {
            if (leg.after == taken->id && leg.from.kind == PlaceKind::street) return &leg;
            continue;
        }
        bool first = true;
        for (Id<Leg> before = leg.after; first && !before.empty(); before = d.leg(before)->after) first = !planned(*d.leg(before));
        if (first) return &leg;
    }
    return nullptr;
}

const Leg* Draft::held_by(Id<Assignment> assignment, Id<Package> package, ItemState state) const {
    const Leg* found = nullptr;
    for (const auto& leg : d.legs)
        if (const auto* item = leg.item(package); item && item->state == state && leg.holder && leg.holder->assignment_id == assignment) found = &leg;
    return found;
}

const Leg* Draft::taken_in(Id<Package> package) const {
    for (const auto& leg : d.legs)
        if (const auto* item = leg.item(package); item && item->state == ItemState::taken) return &leg;
    return nullptr;
}

const Leg* Draft::last_moved_in(Id<Package> package) const {
    const Leg* last = nullptr;
    for (const auto& leg : d.legs)
        if (const auto* item = leg.item(package);
            item && (item->state == ItemState::taken || item->state == ItemState::ended || item->state == ItemState::failed || item->state == ItemState::passed))
            last = &leg;
    if (const auto* now = taken_in(package)) last = now;
    return last;
}

const Leg* Draft::live_back(Id<Package> package) const {
    for (const auto& leg : d.legs)
        if (const auto* item = leg.item(package); leg.kind == LegKind::back && item && item->live()) return &leg;
    return nullptr;
}

bool Draft::on_board_forward() const {
    return std::ranges::any_of(d.legs, [](const Leg& leg) {
        return leg.kind == LegKind::forward && std::ranges::any_of(leg.items, [](const LegItem& i) { return i.state == ItemState::taken; });
    });
}

bool Draft::partner_pending() const {
    return std::ranges::any_of(d.legs, [&](const Leg& leg) {
        if (leg.kind != LegKind::forward || !leg.live() || !leg.holder || leg.holder->kind != HolderKind::partner) return false;
        switch (d.booking(leg.holder->booking_id)->state) {
            case BookingState::calling:
            case BookingState::unknown:
            case BookingState::booked:
            case BookingState::courier_assigned:
            case BookingState::cancel_requested: return true;
            default: return false;
        }
    });
}

std::vector<Id<Package>> Draft::rest() const {
    std::vector<Id<Package>> rest;
    for (const auto& package : d.packages)
        if (package.end == PackageEnd::none) rest.push_back(package.id);
    return rest;
}

Place Draft::place_of(const PackageState& package) const {
    switch (package.custody.kind) {
        case CustodyKind::sender: return {PlaceKind::sender, {}};
        case CustodyKind::hub: return {PlaceKind::hub, {package.custody.holder}};
        case CustodyKind::driver:
        case CustodyKind::partner: return {PlaceKind::street, {}};
        default: return {PlaceKind::recipient, {}};
    }
}

DeliveryChange Draft::done() {
    if (d.cancellation == Cancellation::requested && !on_board_forward() && !partner_pending()) confirm_cancel();
    DeliveryChange change;
    change.events = std::move(told_);
    for (auto& event : events_between(before_, d)) change.events.push_back(std::move(event));
    change.after = std::move(d);
    change.effects = std::move(effects_);
    return change;
}

}  // namespace lastmile::deliveries
