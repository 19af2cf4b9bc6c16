#include "features/deliveries/status.hpp"

#include <algorithm>

namespace lastmile {
namespace {

bool live_forward(const Leg& leg) { return leg.kind == LegKind::forward && leg.live(); }

bool any_item(const Leg& leg, ItemState state) { return std::ranges::any_of(leg.items, [&](const LegItem& i) { return i.state == state; }); }

/// It has left the start of this leg and this attempt still goes on with it.
bool counts_as_departed(const LegItem& item) {
    return item.departed && (item.state == ItemState::ended || item.state == ItemState::taken || item.state == ItemState::passed);
}

bool departed_in_attempt(const DeliveryLifecycle& d) {
    return std::ranges::any_of(d.legs, [&](const Leg& leg) {
        return leg.kind == LegKind::forward && leg.attempt == d.attempt && std::ranges::any_of(leg.items, [&](const LegItem& item) {
                   const auto* package = d.package(item.package_id);
                   return package && package->end == PackageEnd::none && counts_as_departed(item);
               });
    });
}

Phase phase_enroute(const DeliveryLifecycle& d) {
    bool on_board = false;
    for (const auto& leg : d.legs) {
        if (!live_forward(leg) || !any_item(leg, ItemState::taken)) continue;
        if (leg.holder && leg.holder->kind == HolderKind::driver && leg.holder->route == RouteState::aborted) return Phase::delayed;
        on_board = true;
    }
    return on_board ? Phase::moving : Phase::at_hub;
}

Outcome closing_outcome(const DeliveryLifecycle& d) {
    switch (d.closed) {
        case Closing::undeliverable: return Outcome::undeliverable;
        case Closing::lost: return Outcome::lost;
        case Closing::disposed: return Outcome::disposed;
        case Closing::open: break;
    }
    const auto ended = [&](PackageEnd end) { return std::ranges::any_of(d.packages, [&](const PackageState& p) { return p.end == end; }); };
    return ended(PackageEnd::lost) ? Outcome::lost : ended(PackageEnd::disposed) ? Outcome::disposed : Outcome::undeliverable;
}

struct Row {
    Status status;
    Phase phase = Phase::none;
    Outcome outcome = Outcome::none;
};

Row first_row_that_holds(const DeliveryLifecycle& d, int at_destination) {
    const bool all_ended = is_final(d);
    const auto any_leg = [&](auto&& holds) { return std::ranges::any_of(d.legs, holds); };
    const bool forward = any_leg(live_forward);
    if (at_destination > 0 && !forward) {
        const bool full = at_destination == static_cast<int>(d.packages.size());
        return {Status::delivered, full ? Phase::full : Phase::partial, full ? Outcome::full : Outcome::partial};
    }
    if (d.cancellation == Cancellation::confirmed) return {Status::cancelled, all_ended ? Phase::done : Phase::bringing_back, Outcome::cancelled};
    if (all_ended && std::ranges::any_of(d.packages, [](const PackageState& p) { return p.end == PackageEnd::returned; }))
        return {Status::returned, Phase::none, Outcome::returned};
    if (d.closed != Closing::open || all_ended) return {Status::failed, Phase::closed, closing_outcome(d)};
    if (d.attempt_open && (at_destination > 0 || departed_in_attempt(d))) return {Status::enroute, phase_enroute(d)};
    if (d.attempt_open && any_leg([&](const Leg& leg) { return live_forward(leg) && is_bound(d, leg); })) return {Status::assigned};
    if (!d.attempt_open) {
        const bool back = any_leg([](const Leg& leg) { return leg.kind == LegKind::back && leg.live(); });
        return {Status::failed, back ? Phase::bringing_back : Phase::waiting_decision};
    }
    return {d.window_promised ? Status::scheduled : Status::requested};
}

}  // namespace

bool is_final(const DeliveryLifecycle& d) {
    return std::ranges::all_of(d.packages, [](const PackageState& p) { return p.end != PackageEnd::none; });
}

bool is_bound(const DeliveryLifecycle& d, const Leg& leg) {
    if (!leg.holder) return false;
    if (leg.holder->kind == HolderKind::driver) return true;
    const auto* booking = d.booking(leg.holder->booking_id);
    return booking && booking->state != BookingState::intent && booking->state != BookingState::calling && booking->state != BookingState::unknown;
}

bool is_plannable(const DeliveryLifecycle& d, const Leg& leg) {
    if (!leg.live() || leg.holder || any_item(leg, ItemState::taken)) return false;
    if (leg.kind == LegKind::back) return true;
    return d.cancellation != Cancellation::requested && d.cancellation != Cancellation::confirmed && d.closed == Closing::open;
}

LegState leg_state(const DeliveryLifecycle& d, const Leg& leg) {
    if (any_item(leg, ItemState::taken)) {
        const bool broken = leg.holder && leg.holder->kind == HolderKind::driver && leg.holder->route == RouteState::aborted;
        return broken ? LegState::broken : LegState::loaded;
    }
    if (leg.live()) return !leg.holder ? LegState::open : is_bound(d, leg) ? LegState::bound : LegState::held;
    if (any_item(leg, ItemState::failed)) return LegState::failed;
    if (any_item(leg, ItemState::ended) || any_item(leg, ItemState::passed)) return LegState::done;
    return LegState::cancelled;
}

StatusView status_of(const DeliveryLifecycle& d) {
    const int at_destination = static_cast<int>(std::ranges::count(d.packages, PackageEnd::destination, &PackageState::end));
    const auto row = first_row_that_holds(d, at_destination);
    return {row.status, row.phase, row.outcome, at_destination, static_cast<int>(d.packages.size()), status_text(row.status, row.phase)};
}

std::string_view status_text(Status status, Phase phase) {
    switch (status) {
        case Status::requested: return "Your delivery has been requested.";
        case Status::scheduled: return "Your delivery is scheduled.";
        case Status::assigned: return "A courier has been assigned.";
        case Status::enroute:
            if (phase == Phase::at_hub) return "Your delivery is at a depot on its way.";
            if (phase == Phase::delayed) return "Your delivery is delayed.";
            return "Your delivery is on its way.";
        case Status::delivered: return phase == Phase::partial ? "Part of your delivery has arrived." : "Your delivery has arrived.";
        case Status::failed:
            if (phase == Phase::closed) return "Your delivery could not be made.";
            if (phase == Phase::bringing_back) return "The delivery attempt failed; your delivery is being brought back.";
            return "The delivery attempt failed; we are deciding how to go on.";
        case Status::cancelled: return phase == Phase::done ? "Your delivery has been cancelled." : "Your delivery has been cancelled and is being brought back.";
        case Status::returned: return "Your delivery has been returned to its sender.";
    }
    return {};
}

}  // namespace lastmile
