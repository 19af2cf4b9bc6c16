#include "features/deliveries/end_rules.hpp"

#include <algorithm>

#include "features/deliveries/delivery_rules.hpp"
#include "features/deliveries/draft.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::deliveries {
namespace {

bool has_taken(const Leg& leg) {
    return std::ranges::any_of(leg.items, [](const LegItem& item) { return item.state == ItemState::taken; });
}

/// What each live forward leg needs before the wish can be confirmed.
void pass_on_the_wish(Draft& draft) {
    for (auto& leg : draft.d.legs) {
        if (leg.kind != LegKind::forward || !leg.live() || !leg.holder) continue;
        const bool partner = leg.holder->kind == HolderKind::partner;
        if (has_taken(leg)) {
            if (partner)
                draft.raise(ExceptionType::cancel_on_board, Severity::high, "the partner has the parcel: ask whether it can be brought back", {}, leg.id);
            else
                draft.ask(AskCourierToCancel{leg.holder->assignment_id});
        } else if (partner) {
            auto& booking = *draft.d.booking(leg.holder->booking_id);
            draft.cancel_booking(booking);
            if (booking.state == BookingState::dropped) draft.free(leg);
        }
    }
}

bool is_asked(const DeliveryLifecycle& d, const Leg& leg) {
    return leg.holder && leg.holder->kind == HolderKind::partner && d.booking(leg.holder->booking_id)->state == BookingState::cancel_requested;
}

}  // namespace

std::vector<ReconcileAction> left_to_do(const DeliveryLifecycle& d) {
    std::vector<ReconcileAction> actions;
    const auto add = [&](std::string action, std::string reason) {
        if (std::ranges::find(actions, action, &ReconcileAction::action) == actions.end()) actions.push_back({std::move(action), std::move(reason)});
    };
    for (const auto& leg : d.legs) {
        if (!leg.live() || d.cancellation == Cancellation::none || d.cancellation == Cancellation::refused) continue;
        if (leg.kind == LegKind::back) {
            if (d.cancellation == Cancellation::confirmed) add("return_parcel", "a package is on its way back");
            continue;
        }
        if (!leg.holder || d.cancellation != Cancellation::requested) continue;
        const bool partner = leg.holder->kind == HolderKind::partner;
        if (has_taken(leg) && partner) add("cancel_at_partner", "the partner has the parcel: ask whether it can be brought back");
        else if (has_taken(leg)) add("recall_driver", "packages are on board");
        else if (is_asked(d, leg)) add("cancel_at_partner", "the partner has a booking");
        else if (partner) {
            const auto state = d.booking(leg.holder->booking_id)->state;
            if (state == BookingState::calling || state == BookingState::unknown) add("await_partner", "whether the partner has a booking is not known yet");
        }
    }
    return actions;
}

ReconcileState how_it_ended(std::string_view action, const DeliveryLifecycle& d) {
    if (d.cancellation == Cancellation::refused) return ReconcileState::dropped;
    if (action == "await_partner") return ReconcileState::done;  // the answer is known, whichever
    if (action != "return_parcel") return d.cancellation == Cancellation::confirmed ? ReconcileState::done : ReconcileState::failed;
    const bool astray = std::ranges::any_of(d.packages, [](const PackageState& p) { return p.end == PackageEnd::lost || p.end == PackageEnd::disposed; });
    return astray ? ReconcileState::failed : ReconcileState::done;
}

CancelAnswer cancel(const DeliveryLifecycle& d, std::string_view reason, const Given& given) {
    if (!may(d, Action::cancel)) {
        CancelAnswer answer{{{d}}, d.cancellation, ""};
        if (d.cancellation == Cancellation::none || d.cancellation == Cancellation::refused) {
            answer.cancellation = Cancellation::refused;
            answer.reason = "the delivery is over: " + std::string(name_of(status_of(d).status));
        } else {
            answer.reason = "already " + std::string(name_of(d.cancellation));
        }
        return answer;
    }
    Draft draft(d, given);
    draft.d.cancellation = Cancellation::requested;
    pass_on_the_wish(draft);
    CancelAnswer answer{draft.done(), Cancellation::requested, std::string(reason)};
    answer.cancellation = answer.change.after.cancellation;
    return answer;
}

Decision confirm_cancel(const DeliveryLifecycle& d, const Given& given) {
    if (auto can = may(d, Action::confirm_cancel); !can) return std::unexpected(can.error());
    Draft draft(d, given);
    draft.confirm_cancel();
    draft.ask(ResolveException{ExceptionType::cancel_on_board});
    return draft.done();
}

Decision refuse_cancel(const DeliveryLifecycle& d, std::string_view reason, const Given& given) {
    if (auto can = may(d, Action::refuse_cancel); !can) return std::unexpected(can.error());
    Draft draft(d, given);
    draft.d.cancellation = Cancellation::refused;
    for (const auto& leg : draft.d.legs)
        if (is_plannable(draft.d, leg)) draft.ask(PlanLeg{leg.id});
    draft.ask(ResolveException{ExceptionType::cancel_on_board});
    draft.tell("delivery.updated", {{"delivery_id", d.id.text()}, {"cancellation", "refused"}, {"reason", reason}});
    return draft.done();
}

Decision close(const DeliveryLifecycle& d, Closing outcome, const Given& given) {
    if (outcome == Closing::open) return refuse(reasons::invalid, "close needs an outcome", {{"#/outcome", "invalid", "undeliverable, lost or disposed"}});
    if (auto can = may(d, Action::close); !can) return std::unexpected(can.error());
    Draft draft(d, given);
    auto& now = draft.d;
    now.closed = outcome;
    now.attempt_open = false;
    if (now.cancellation == Cancellation::requested) now.cancellation = Cancellation::refused;  // overtaken by this decision
    for (auto& leg : now.legs) {
        draft.drop(leg);
        if (leg.kind == LegKind::back && leg.live()) leg.purpose = LegPurpose::return_;
    }
    std::vector<Id<Package>> moving;
    for (const auto id : draft.rest()) {
        auto& package = *now.package(id);
        const bool at_origin = package.custody == Custody::of(now.origin);
        if (at_origin || (outcome == Closing::undeliverable && package.custody.in_a_place())) {
            draft.end(package, PackageEnd::stayed);
            continue;
        }
        if (outcome == Closing::undeliverable && draft.live_back(id)) continue;  // it comes back anyhow
        if (const auto* taken = draft.taken_in(id)) {
            auto& leg = *now.leg(taken->id);
            leg.kind == LegKind::forward ? draft.fail(leg, id) : draft.pass(leg, id);
        }
        if (outcome == Closing::undeliverable) {
            moving.push_back(id);
            continue;
        }
        package.custody = {outcome == Closing::lost ? CustodyKind::lost : CustodyKind::disposed, {}};
        draft.end(package, outcome == Closing::lost ? PackageEnd::lost : PackageEnd::disposed);
    }
    if (!moving.empty()) draft.way_back(LegPurpose::return_, draft.return_place(), moving);
    return draft.done();
}

namespace {

PackageEnd end_at(const DeliveryLifecycle& d, const Custody& where, bool for_good) {
    if (where.with_recipient() || (d.destination.kind == PlaceKind::hub && where == Custody::of(d.destination))) return PackageEnd::destination;
    if (where.kind == CustodyKind::lost) return PackageEnd::lost;
    if (where.kind == CustodyKind::disposed) return PackageEnd::disposed;
    if (!where.in_a_place()) return PackageEnd::none;
    if (for_good) return PackageEnd::returned;
    return d.cancellation == Cancellation::confirmed || d.closed != Closing::open ? PackageEnd::stayed : PackageEnd::none;
}

}  // namespace

Decision correct(const DeliveryLifecycle& d, Id<Package> id, const Custody& where, bool for_good, std::string_view reason, const Given& given) {
    if (!d.package(id)) return refuse(reasons::unknown_package, "the delivery has no package " + id.text());
    Draft draft(d, given);
    auto& package = *draft.d.package(id);
    const auto to = end_at(d, where, for_good);
    draft.tell("delivery.corrected", {{"delivery_id", d.id.text()},
                                      {"package_id", id.text()},
                                      {"custody", where.text()},
                                      {"previous_custody", package.custody.text()},
                                      {"end", name_of(to)},
                                      {"reason", reason}});
    for (auto& leg : draft.d.legs) {
        draft.drop(leg, id);
        const auto* item = leg.item(id);
        if (!item) continue;
        const bool at_destination = leg.kind == LegKind::forward && item->state == ItemState::ended && leg.to == d.destination;
        if (item->state == ItemState::taken) leg.kind == LegKind::forward ? draft.fail(leg, id) : draft.pass(leg, id);
        if (at_destination && to != PackageEnd::destination) draft.fail(leg, id);
    }
    package.custody = where;
    package.end = PackageEnd::none;
    if (to != PackageEnd::none) draft.end(package, to);
    const bool some_arrived = std::ranges::any_of(draft.d.packages, [](const PackageState& p) { return p.end == PackageEnd::destination; });
    const bool nothing_planned = std::ranges::none_of(draft.d.legs, [](const Leg& leg) { return leg.kind == LegKind::forward && leg.live(); });
    if (draft.d.attempt_open && nothing_planned && !some_arrived && to == PackageEnd::none) draft.attempt_fails(false);
    return draft.done();
}

namespace {

class Undo {
public:
    Undo(Draft& draft, const Holder& by) : draft_(draft), by_(by), d_(draft.d) {}

    Result<void> package(Id<Package> id) {
        auto& package = *d_.package(id);
        if (const auto* other = draft_.taken_in(id); other && other->holder->assignment_id != by_.assignment_id)
            return refuse_now(reasons::not_in_hand, "somebody else has it now", d_);
        Leg* leg = latest(id);
        if (!leg) return rebind_free_leg(id);
        if (draft_.cancelled_or_closed()) return refuse_now(reasons::nothing_to_undo, "the delivery has been cancelled or closed meanwhile", d_);
        if (leg->item(id)->state == ItemState::withheld) {
            if (draft_.taken_in(id) || package.end != PackageEnd::none) return refuse_now(reasons::nothing_to_undo, "it has moved since", d_);
            for (auto& later : d_.legs) draft_.drop(later, id);
            reopen(*leg);
            draft_.undo(*leg, id);
            return {};
        }
        if (leg->item(id)->state == ItemState::failed) reopen(*leg);
        for (auto& later : d_.legs) take_back(later, leg->id, id);
        draft_.undo(*leg, id);
        if (leg->kind == LegKind::forward) {
            leg->attempt = d_.attempt;
            d_.attempt_open = true;
        }
        package.end = PackageEnd::none;
        package.custody = by_.custody();
        return {};
    }

private:
    /// The last thing this assignment did with it, unless it has moved on since.
    Leg* latest(Id<Package> id) {
        Leg* found = nullptr;
        for (auto& leg : d_.legs) {
            const auto* item = leg.item(id);
            if (!item || !leg.holder || leg.holder->assignment_id != by_.assignment_id) continue;
            if (item->state == ItemState::ended || item->state == ItemState::failed || item->state == ItemState::withheld) found = &leg;
        }
        const auto* moved = found ? draft_.last_moved_in(id) : nullptr;
        if (!moved || moved == found) return found;
        const bool kept = found->item(id)->state == ItemState::failed && moved->after == found->id && moved->item(id)->state == ItemState::taken &&
                          moved->holder->assignment_id == by_.assignment_id;  // put on board again by a rule
        return kept ? found : nullptr;
    }
    /// Legs that were made because of the outcome: the way back on board, a retry on board.
    void take_back(Leg& later, Id<Leg> of, Id<Package> id) {
        if (later.after != of || !later.item(id)) return;
        if (later.item(id)->state == ItemState::taken) draft_.undo(later, id);
        const bool hub_comes_next = later.kind == LegKind::forward && d_.leg(of)->item(id)->state == ItemState::ended;
        if (!hub_comes_next) draft_.drop(later, id);
    }
    /// The failed attempt that this outcome ended is open again; counted back once.
    void reopen(Leg& leg) {
        if (leg.kind != LegKind::forward || (d_.attempt_open && leg.attempt == d_.attempt)) return;
        if (!counted_back_ && d_.failed_attempts > 0) --d_.failed_attempts;
        counted_back_ = true;
        leg.attempt = d_.attempt;
        d_.attempt_open = true;
    }
    Result<void> rebind_free_leg(Id<Package> id) {
        for (auto& leg : d_.legs) {
            const auto* item = leg.item(id);
            if (!item || item->state != ItemState::planned || !is_plannable(d_, leg) || d_.pickup_failures == 0) continue;
            leg.holder = by_;
            if (!visit_counted_back_) --d_.pickup_failures;
            visit_counted_back_ = true;
            return {};
        }
        if (visit_counted_back_) return {};  // it is on the leg that has just been bound again
        return refuse_now(reasons::nothing_to_undo, "this assignment reported nothing of " + id.text() + " that could be undone", d_);
    }

    Draft& draft_;
    const Holder& by_;
    DeliveryLifecycle& d_;
    bool counted_back_ = false;
    bool visit_counted_back_ = false;
};

}  // namespace

Decision undo(const DeliveryLifecycle& d, const std::vector<Id<Package>>& packages, const Holder& by, const Given& given) {
    Draft draft(d, given);
    Undo undo(draft, by);
    boost::json::array undone_packages;
    for (const auto id : packages) {
        undone_packages.emplace_back(id.text());
        if (!d.package(id)) return refuse(reasons::unknown_package, "the delivery has no package " + id.text());
        if (auto undone = undo.package(id); !undone) return std::unexpected(undone.error());
    }
    draft.tell("delivery.updated", {{"delivery_id", d.id.text()}, {"undone", std::move(undone_packages)}});
    return draft.done();
}

Decision escalate(const DeliveryLifecycle& d, std::string_view case_id, Severity priority, const Given& given) {
    Draft draft(d, given);
    draft.d.escalated = true;
    draft.tell("delivery.escalated", {{"delivery_id", d.id.text()}, {"case_id", case_id}, {"priority", name_of(priority)}});
    return draft.done();
}

}  // namespace lastmile::deliveries
