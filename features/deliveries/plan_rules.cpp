#include "features/deliveries/plan_rules.hpp"

#include <algorithm>

#include "features/deliveries/delivery_rules.hpp"
#include "features/deliveries/draft.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::deliveries {
namespace {

bool has_taken(const Leg& leg) {
    return std::ranges::any_of(leg.items, [](const LegItem& item) { return item.state == ItemState::taken; });
}

std::vector<Id<Package>> in_state(const Leg& leg, ItemState state) {
    std::vector<Id<Package>> packages;
    for (const auto& item : leg.items)
        if (item.state == state) packages.push_back(item.package_id);
    return packages;
}

bool any_live(const DeliveryLifecycle& d, Id<Package> package) {
    return std::ranges::any_of(d.legs, [&](const Leg& leg) { return leg.item(package) && leg.item(package)->live(); });
}

/// The guards that bind and hold share.
Result<void> can_be_given(const DeliveryLifecycle& d, const Leg* leg) {
    if (!leg) return refuse(reasons::unknown_leg, "the delivery has no such leg");
    if (!leg->live()) return refuse_now(reasons::leg_over, "nothing is left to be done on leg " + std::to_string(leg->number), d);
    if (leg->holder || has_taken(*leg)) return refuse_now(reasons::leg_not_free, "leg " + std::to_string(leg->number) + " is held by another assignment", d);
    if (!is_plannable(d, *leg)) return refuse_now(reasons::cancel_wished, "the delivery is to be cancelled", d);
    return {};
}

}  // namespace

DeliveryChange create(Id<Delivery> id, Place origin, Place destination, const std::vector<Id<Package>>& packages, bool window_promised,
                      const Given& given) {
    DeliveryLifecycle blank;
    blank.id = id;
    blank.origin = origin;
    blank.destination = destination;
    blank.window_promised = window_promised;
    for (const auto package : packages) blank.packages.push_back({package, Custody::of(origin), PackageEnd::none});
    Draft draft(blank, given);
    draft.tell("delivery.created", {{"delivery_id", id.text()},
                                    {"status", name_of(status_of(blank).status)},
                                    {"packages", static_cast<std::int64_t>(packages.size())},
                                    {"window_promised", window_promised}});
    draft.plan({.from = origin, .to = destination, .packages = packages});
    return draft.done();
}

Decision bind(const DeliveryLifecycle& d, Id<Leg> id, const Holder& driver, const Given& given) {
    Draft draft(d, given);
    const auto* leg = d.leg(id);
    if (leg && leg->live() && leg->holder && leg->holder->assignment_id == driver.assignment_id) return draft.done();  // already so
    if (auto can = can_be_given(d, leg); !can) return std::unexpected(can.error());
    draft.d.leg(id)->holder = driver;
    return draft.done();
}

Decision hold(const DeliveryLifecycle& d, Id<Leg> id, Booking booking, const Given& given) {
    if (auto can = can_be_given(d, d.leg(id)); !can) return std::unexpected(can.error());
    Draft draft(d, given);
    booking.leg_id = id;
    booking.package_ids = in_state(*d.leg(id), ItemState::planned);
    booking.state = BookingState::intent;
    booking.number = static_cast<int>(d.bookings.size()) + 1;
    draft.d.leg(id)->holder = Holder{HolderKind::partner, booking.assignment_id, {}, booking.partner_id, booking.id, RouteState::waiting};
    draft.d.bookings.push_back(booking);
    return draft.done();
}

Decision unassign(const DeliveryLifecycle& d, Id<Leg> id, const Given& given) {
    const auto* leg = d.leg(id);
    if (!leg) return refuse(reasons::unknown_leg, "the delivery has no such leg");
    if (!leg->live() || !leg->holder) return refuse_now(reasons::leg_over, "nobody holds leg " + std::to_string(leg->number), d);
    if (has_taken(*leg)) return refuse_now(reasons::on_board, "packages of leg " + std::to_string(leg->number) + " are on board", d);
    Draft draft(d, given);
    auto& mine = *draft.d.leg(id);
    if (mine.holder->kind == HolderKind::driver) {
        draft.ask(DropFromRoute{mine.holder->assignment_id, id, in_state(mine, ItemState::planned)});
        draft.free(mine);
        return draft.done();
    }
    auto& booking = *draft.d.booking(mine.holder->booking_id);
    if (booking.state == BookingState::calling || booking.state == BookingState::unknown)
        return refuse_now(reasons::booking_not_legal, "the partner's answer is awaited", d);
    draft.cancel_booking(booking);
    if (booking.state == BookingState::dropped) draft.free(mine);
    return draft.done();
}

Decision relay(const DeliveryLifecycle& d, Id<Leg> id, Id<Hub> hub, const Given& given) {
    if (auto can = may(d, Action::relay); !can) return std::unexpected(can.error());
    if (auto can = can_be_given(d, d.leg(id)); !can) return std::unexpected(can.error());
    const Place via{PlaceKind::hub, hub};
    const auto old = *d.leg(id);
    if (old.kind != LegKind::forward || old.to == via || old.from == via)
        return refuse_now(reasons::not_legal_now, "only a forward leg between other places can go over this hub", d);
    Draft draft(d, given);
    draft.d.leg(id)->to = via;
    Draft::NewLeg second{.from = via, .to = old.to, .after = id, .packages = in_state(old, ItemState::planned), .id = given.new_id<Leg>()};
    draft.rechain(id, second.id, second.packages);
    draft.plan(std::move(second));
    draft.tell("delivery.updated", {{"delivery_id", d.id.text()}, {"relay_hub_id", hub.text()}});
    return draft.done();
}

Decision take_over(const DeliveryLifecycle& d, Id<Leg> id, const std::optional<Holder>& next, const Given& given) {
    if (auto can = may(d, Action::take_over); !can) return std::unexpected(can.error());
    const auto* leg = d.leg(id);
    if (!leg) return refuse(reasons::unknown_leg, "the delivery has no such leg");
    const auto packages = in_state(*leg, ItemState::taken);
    if (packages.empty() || !leg->holder || leg->holder->kind != HolderKind::driver)
        return refuse_now(reasons::not_in_hand, "no driver has anything of leg " + std::to_string(leg->number) + " on board", d);
    for (const auto& other : d.legs)
        if (other.after == id && other.from.kind == PlaceKind::street && other.live())
            return refuse_now(reasons::leg_not_free, "leg " + std::to_string(other.number) + " already takes it over", d);
    Draft draft(d, given);
    Draft::NewLeg plan{leg->kind, leg->purpose, {PlaceKind::street, {}}, leg->to, id, packages, next, given.new_id<Leg>()};
    draft.rechain(id, plan.id, packages);
    draft.plan(std::move(plan));
    return draft.done();
}

namespace {

/// Where a retry starts for one package: after which leg, from which place, and in whose hands it already is.
struct Start {
    Id<Leg> after;
    Place from;
    std::optional<Holder> on_board_of;
    friend bool operator==(const Start&, const Start&) = default;
};

Start start_of(Draft& draft, Id<Package> id, RetryFrom wanted) {
    const auto& package = *draft.d.package(id);
    const auto* last = draft.last_moved_in(id);
    if (!last || !package.custody.on_board()) return {last ? last->id : Id<Leg>{}, draft.place_of(package), {}};
    const bool driver_goes_on = last->holder && last->holder->kind == HolderKind::driver && last->holder->route == RouteState::started;
    if (wanted == RetryFrom::on_board && driver_goes_on) return {last->id, {PlaceKind::street, {}}, last->holder};
    if (last->kind == LegKind::back && last->item(id)->live()) return {last->id, last->to, {}};
    if (wanted == RetryFrom::hub && driver_goes_on) return {{}, draft.return_place(), last->holder};  // its way back is planned first
    return {last->id, {PlaceKind::street, {}}, {}};  // somebody must fetch it from the holder
}

}  // namespace

Decision retry(const DeliveryLifecycle& d, std::optional<RetryFrom> from, const Given& given) {
    if (auto can = may(d, Action::retry, given.policy.max_attempts); !can) return std::unexpected(can.error());
    Draft draft(d, given);
    const auto wanted = from.value_or(given.policy.retry_from);
    draft.tell("delivery.retry_requested", {{"delivery_id", d.id.text()}, {"attempt", d.attempt}, {"from", name_of(wanted)}});
    draft.d.attempt_open = true;
    for (auto& leg : draft.d.legs)
        if (leg.kind == LegKind::back) draft.drop(leg);
    std::vector<std::pair<Start, std::vector<Id<Package>>>> groups;
    for (const auto package : draft.rest()) {
        const auto start = start_of(draft, package, wanted);
        const auto at = std::ranges::find(groups, start, &decltype(groups)::value_type::first);
        if (at == groups.end())
            groups.push_back({start, {package}});
        else
            at->second.push_back(package);
    }
    for (auto& [start, packages] : groups) {
        const bool over_hub = start.after.empty() && start.on_board_of;
        if (over_hub) {
            start.after = draft.way_back(LegPurpose::retry, start.from, packages);
            start.on_board_of.reset();
        }
        const auto leg = draft.plan({.from = start.from, .to = d.destination, .after = start.after, .packages = packages, .holder = start.on_board_of});
        if (!start.on_board_of) continue;
        for (const auto package : packages) draft.take(leg, package);
        draft.ask(AddToRoute{start.on_board_of->assignment_id, leg, packages});
    }
    draft.ask(ResolveException{ExceptionType::attempt_failed});
    return draft.done();
}

Decision bring_back(const DeliveryLifecycle& d, LegPurpose purpose, std::optional<Place> to, std::vector<Id<Package>> packages, const Given& given) {
    if (auto can = may(d, Action::bring_back); !can) return std::unexpected(can.error());
    if (purpose == LegPurpose::none) return refuse(reasons::invalid, "a way back is a retry or a return", {{"#/purpose", "invalid", "retry or return"}});
    Draft draft(d, given);
    const auto place = to.value_or(draft.return_place());
    if (packages.empty())
        for (const auto package : draft.rest())
            if (!any_live(d, package)) packages.push_back(package);
    std::vector<Id<Package>> moving;
    for (const auto id : packages) {
        auto* package = draft.d.package(id);
        if (!package || package->end != PackageEnd::none) return refuse(reasons::unknown_package, "no open package " + id.text());
        if (draft.live_back(id)) return refuse_now(reasons::on_its_way_back, id.text() + " is on its way back", d);
        if (any_live(d, id)) return refuse_now(draft.taken_in(id) ? reasons::on_board : reasons::not_legal_now, id.text() + " is still on its way there", d);
        if (package->custody != Custody::of(place))
            moving.push_back(id);
        else if (purpose == LegPurpose::return_)
            draft.end(*package, PackageEnd::returned);  // it already lies there
    }
    if (!moving.empty()) draft.way_back(purpose, place, moving);
    return draft.done();
}

Decision route_changed(const DeliveryLifecycle& d, Id<Assignment> assignment, RouteState route, const Given& given) {
    Draft draft(d, given);
    std::vector<Id<Package>> stranded;
    for (std::size_t i = 0, count = draft.d.legs.size(); i < count; ++i) {
        auto& leg = draft.d.legs[i];
        if (!leg.holder || leg.holder->kind != HolderKind::driver || leg.holder->assignment_id != assignment) continue;
        leg.holder->route = route;
        for (auto& item : leg.items)
            if (route == RouteState::started && item.state == ItemState::taken) item.departed = true;
        if ((route != RouteState::aborted && route != RouteState::over) || !leg.live()) continue;
        if (!has_taken(leg)) {
            draft.free(leg);
            continue;
        }
        for (const auto package : in_state(leg, ItemState::taken)) stranded.push_back(package);
        const auto unloaded = in_state(leg, ItemState::planned);  // these are still where they were: a free leg of their own
        if (unloaded.empty()) continue;
        Draft::NewLeg own{leg.kind, leg.purpose, leg.from, leg.to, leg.after, unloaded, {}, {}};
        draft.drop(leg);
        draft.plan(std::move(own));
    }
    if (route == RouteState::aborted && !stranded.empty())
        draft.raise(ExceptionType::breakdown, Severity::high, "the route was given up with packages on board", stranded);
    if (route == RouteState::started) draft.ask(ResolveException{ExceptionType::driver_silent});
    return draft.done();
}

Decision promise_window(const DeliveryLifecycle& d, bool promised, const Given& given) {
    if (auto can = may(d, Action::reschedule); !can) return std::unexpected(can.error());
    Draft draft(d, given);
    draft.d.window_promised = promised;
    draft.tell("delivery.rescheduled", {{"delivery_id", d.id.text()}, {"window_promised", promised}});
    return draft.done();
}

}  // namespace lastmile::deliveries
