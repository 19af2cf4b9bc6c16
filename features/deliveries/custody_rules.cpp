#include "features/deliveries/custody_rules.hpp"

#include <algorithm>

#include "features/deliveries/delivery_rules.hpp"
#include "features/deliveries/draft.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::deliveries {
namespace {

std::unexpected<Error> no_such_package(Id<Package> package) {
    return refuse(reasons::unknown_package, "the delivery has no package " + package.text());
}

/// May this scan take the package from a route (or from hands) that is another's? Synced scans may: it has happened.
Result<void> may_rebind(const Draft& draft, const Scan& scan, const Holder& from) {
    const bool related = from.kind == HolderKind::driver && (scan.same_wave || from.route == RouteState::paused || from.route == RouteState::aborted);
    auto policy = draft.given.policy.scan_rebind;
    if (policy == ScanRebind::auto_ && !related) policy = ScanRebind::ask;
    if (policy == ScanRebind::auto_ || scan.report == Report::synced || (policy == ScanRebind::ask && scan.confirmed)) return {};
    Error error{policy == ScanRebind::ask ? &reasons::rebind_ask : &reasons::rebind_refused, "the package is planned for another assignment", {}, {}};
    error.extras["held_by"] = from.assignment_id.text();
    return std::unexpected(std::move(error));
}

bool is_destination(const DeliveryLifecycle& d, const Custody& where) {
    return d.destination.kind == PlaceKind::recipient ? where.with_recipient() : where == Custody::of(d.destination);
}

}  // namespace

Decision scan(const DeliveryLifecycle& d, const Scan& scan, const Given& given) {
    const auto* package = d.package(scan.package_id);
    if (!package) return no_such_package(scan.package_id);
    Draft draft(d, given);
    const auto id = scan.package_id;
    if (package->end == PackageEnd::destination || package->end == PackageEnd::returned || package->end == PackageEnd::disposed) {
        draft.raise(ExceptionType::custody_conflict, Severity::high, "scanned though it has ended as " + std::string(name_of(package->end)), {id});
        return draft.done();
    }
    const auto* taken = draft.taken_in(id);
    if (taken && taken->holder->assignment_id == scan.by.assignment_id) return draft.done();  // scanned twice
    const bool dock = scan.report == Report::online && !taken;
    if (dock && d.cancellation == Cancellation::requested) return refuse_now(reasons::cancel_wished, "leave it here: the delivery is to be cancelled", d);
    const auto* next = draft.next_planned(id);
    if (const auto* own = draft.held_by(scan.by.assignment_id, id, ItemState::planned); own && (!next || next->holder != own->holder)) next = own;
    if (next && next->holder && next->holder->assignment_id == scan.by.assignment_id) {
        draft.take(next->id, id);
        return draft.done();
    }
    if (!next && dock) return refuse_now(reasons::not_planned, "leave it here: nothing is planned for " + id.text(), d);
    const auto& from = next ? next->holder : taken ? taken->holder : std::nullopt;
    if (from)
        if (auto can = may_rebind(draft, scan, *from); !can) return std::unexpected(can.error());
    draft.claim(id, scan.by);
    return draft.done();
}

// ---- at the pickup

namespace {

bool not_possible(PickupProblem problem) { return problem <= PickupProblem::no_access; }

/// These packages wait for somebody else: the whole leg is free again, or they get a free one of their own.
void wait_for_another(Draft& draft, Id<Leg> id, const std::vector<Id<Package>>& packages) {
    auto& leg = *draft.d.leg(id);
    const bool all = std::ranges::all_of(leg.items, [&](const LegItem& i) { return !i.live() || std::ranges::find(packages, i.package_id) != packages.end(); });
    if (all) {
        if (leg.holder && leg.holder->kind == HolderKind::partner) draft.cancel_booking(*draft.d.booking(leg.holder->booking_id));
        draft.free(leg);
        return;
    }
    Draft::NewLeg own{leg.kind, leg.purpose, leg.from, leg.to, leg.after, packages, {}, {}};
    for (const auto package : packages) draft.drop(leg, package);
    draft.plan(std::move(own));
}

void give_up_pickup(Draft& draft, const std::vector<Id<Package>>& packages) {
    if (!draft.on_board_forward()) return draft.attempt_fails(true);
    for (auto& leg : draft.d.legs)  // the others are on their way: they go on without these
        for (const auto package : packages)
            if (const auto* item = leg.item(package); leg.kind == LegKind::forward && item && item->state == ItemState::planned) draft.withhold(leg, package);
}

ExceptionType exception_of(PickupProblem problem) {
    switch (problem) {
        case PickupProblem::missing: return ExceptionType::missing;
        case PickupProblem::damaged: return ExceptionType::damaged;
        case PickupProblem::refused: return ExceptionType::refused;
        case PickupProblem::wrong: return ExceptionType::wrong_package;
        default: return ExceptionType::pickup_not_possible;
    }
}

}  // namespace

Decision pickup_failed(const DeliveryLifecycle& d, Id<Leg> id, const std::vector<Id<Package>>& packages, PickupProblem problem, const Given& given) {
    const auto* leg = d.leg(id);
    if (!leg) return refuse(reasons::unknown_leg, "the delivery has no such leg");
    for (const auto package : packages)
        if (const auto* item = leg->item(package); !item || item->state != ItemState::planned)
            return refuse_now(reasons::not_planned, package.text() + " is not waited for on leg " + std::to_string(leg->number), d);
    if (packages.empty()) return refuse(reasons::unknown_package, "no package is named");
    Draft draft(d, given);
    draft.raise(exception_of(problem), Severity::normal, std::string(name_of(problem)), packages, id);
    if (problem == PickupProblem::missing) {
        wait_for_another(draft, id, packages);
    } else if (not_possible(problem)) {
        wait_for_another(draft, id, packages);
        if (leg->kind == LegKind::forward && ++draft.d.pickup_failures >= given.policy.max_attempts) give_up_pickup(draft, packages);
    } else {
        auto& mine = *draft.d.leg(id);
        for (const auto package : packages) draft.withhold(mine, package);
        if (!mine.live() && mine.holder && mine.holder->kind == HolderKind::partner) draft.cancel_booking(*draft.d.booking(mine.holder->booking_id));
        const auto& now = draft.d;
        const bool nothing_left = std::ranges::none_of(now.legs, [](const Leg& l) { return l.kind == LegKind::forward && l.live(); }) &&
                                  std::ranges::none_of(now.packages, [](const PackageState& p) { return p.end == PackageEnd::destination; });
        if (nothing_left && now.attempt_open) draft.attempt_fails(true);
    }
    return draft.done();
}

// ---- at the door, at a hub

namespace {

/// The leg in which `by` has it, or had it when the attempt failed; it is taken first where a scan was left out.
const Leg* in_hand(Draft& draft, Id<Package> package, const Holder& by) {
    if (const auto* leg = draft.held_by(by.assignment_id, package, ItemState::taken)) return leg;
    const bool has_it = draft.d.package(package)->custody == by.custody();
    if (const auto* leg = draft.held_by(by.assignment_id, package, ItemState::failed); leg && has_it) return leg;
    if (const auto* leg = draft.held_by(by.assignment_id, package, ItemState::planned)) {
        draft.take(leg->id, package);
        return leg;
    }
    return nullptr;
}

void arrive(Draft& draft, Id<Package> id, const Holder& by, const Custody& where) {
    const auto end = draft.d.package(id)->end;
    if (end == PackageEnd::destination) return;  // said twice
    const auto* leg = in_hand(draft, id, by);
    if (!leg || end != PackageEnd::none || draft.cancelled_or_closed())
        draft.raise(ExceptionType::custody_conflict, Severity::high, "dropped off though the plan was another", {id}, leg ? leg->id : Id<Leg>{});
    if (leg && leg->kind == LegKind::forward && leg->to == draft.d.destination) draft.finish(leg->id, id, where);
    draft.arrive(id, where);
}

/// Left at a hub that is not the leg's end: whatever comes next starts there.
void wait_at(Draft& draft, Id<Leg> id, Id<Package> package, const Custody& where) {
    const Place hub{PlaceKind::hub, {where.holder}};
    auto& state = *draft.d.package(package);
    const auto from = *draft.d.leg(id);
    draft.pass(*draft.d.leg(id), package);
    state.custody = where;
    if (draft.d.cancellation == Cancellation::requested && from.kind == LegKind::forward) return;  // the wish is confirmed: it stays here
    for (auto& leg : draft.d.legs)
        if (const auto* item = leg.item(package); leg.after == id && leg.from.kind == PlaceKind::street && item && item->state == ItemState::planned) {
            if (leg.items.size() == 1) {
                leg.from = hub;
                return;
            }
            draft.drop(leg, package);  // the others are still to be met on the street
        }
    Draft::NewLeg next{from.kind, from.purpose, hub, from.to, id, {package}, {}, draft.given.new_id<Leg>()};
    draft.rechain(id, next.id, next.packages);
    const int attempt = from.attempt;
    draft.d.leg(draft.plan(std::move(next)))->attempt = attempt;
}

/// Back at the sender or at some hub in the middle of a way there: an instant way back, so that custody has its leg.
void come_back(Draft& draft, Id<Leg> id, Id<Package> package, const Custody& where) {
    const auto holder = draft.d.leg(id)->holder;
    const Place place = where.kind == CustodyKind::hub ? Place{PlaceKind::hub, {where.holder}} : Place{PlaceKind::sender, {}};
    if (draft.d.leg(id)->item(package)->state == ItemState::taken) {
        draft.fail(*draft.d.leg(id), package);
        if (!draft.on_board_forward()) draft.attempt_fails(false);
    }
    for (auto& leg : draft.d.legs) draft.drop(leg, package);
    const auto purpose = where.kind == CustodyKind::sender ? LegPurpose::return_ : LegPurpose::retry;
    const auto back = draft.plan({.kind = LegKind::back, .purpose = purpose, .from = {PlaceKind::street, {}}, .to = place, .after = id,
                                  .packages = {package}, .holder = holder});
    draft.finish(back, package, where);
}

void unload(Draft& draft, Id<Package> id, const Holder& by, const Custody& where) {
    const auto& package = *draft.d.package(id);
    if (package.custody == where && !draft.taken_in(id) && !draft.held_by(by.assignment_id, id, ItemState::planned)) return;  // said twice
    if (package.end != PackageEnd::none && package.end != PackageEnd::lost && package.end != PackageEnd::stayed)
        return draft.raise(ExceptionType::custody_conflict, Severity::high, "unloaded though it has ended as " + std::string(name_of(package.end)), {id});
    const auto* leg = in_hand(draft, id, by);
    if (!leg) {
        draft.claim(id, by);
        leg = draft.taken_in(id);
        draft.raise(ExceptionType::custody_conflict, Severity::normal, "unloaded by somebody who was not known to have it", {id}, leg->id);
    }
    const bool taken = leg->item(id)->state == ItemState::taken;
    const bool there = Custody::of(leg->to) == where;
    const bool back_somewhere = leg->kind == LegKind::back && (where.kind == CustodyKind::sender || leg->purpose == LegPurpose::retry);
    if (taken && (there || back_somewhere)) return draft.finish(leg->id, id, where);
    if (taken && where.kind == CustodyKind::hub) return wait_at(draft, leg->id, id, where);
    come_back(draft, leg->id, id, where);
}

}  // namespace

Decision drop_off(const DeliveryLifecycle& d, const std::vector<Id<Package>>& packages, const Holder& by, const Custody& where, const Given& given) {
    if (!where.with_recipient() && !where.in_a_place()) return refuse(reasons::invalid, "a package is dropped off at a place or with a recipient");
    Draft draft(d, given);
    for (const auto package : packages) {
        if (!d.package(package)) return no_such_package(package);
        if (is_destination(d, where))
            arrive(draft, package, by, where);
        else if (where.in_a_place())
            unload(draft, package, by, where);
        else
            return refuse(reasons::invalid, "this delivery ends at a hub, not with a recipient");
    }
    return draft.done();
}

namespace {

enum class Knock { failed, known, elsewhere };

Knock knock_in_vain(Draft& draft, Id<Package> id, const Holder& by) {
    const auto* leg = draft.held_by(by.assignment_id, id, ItemState::taken);
    if (!leg && !draft.held_by(by.assignment_id, id, ItemState::failed))
        if (leg = draft.held_by(by.assignment_id, id, ItemState::planned); leg) draft.take(leg->id, id);
    if (leg && leg->kind == LegKind::back) {
        draft.raise(ExceptionType::return_failed, Severity::normal, "it could not be handed in at the end of its way back", {id}, leg->id);
        return Knock::known;
    }
    if (leg) {
        draft.fail(*draft.d.leg(leg->id), id);
        return Knock::failed;
    }
    if (draft.held_by(by.assignment_id, id, ItemState::failed)) return Knock::known;
    if (!draft.held_by(by.assignment_id, id, ItemState::passed)) return Knock::elsewhere;
    ++draft.d.failed_attempts;  // it failed before he handed it over: the handover stands, the attempt counts
    draft.tell("delivery.updated", {{"delivery_id", draft.d.id.text()}, {"failed_attempts", draft.d.failed_attempts}});
    return Knock::known;
}

void return_what_is_left(Draft& draft, const std::vector<Id<Package>>& failed) {
    const auto limit = draft.given.policy.auto_return_after_attempts;
    const bool some_arrived = std::ranges::any_of(draft.d.packages, [](const PackageState& p) { return p.end == PackageEnd::destination; });
    if (!some_arrived && (!limit || draft.d.failed_attempts < *limit)) return;
    std::vector<Id<Package>> back;
    for (const auto id : failed) {
        const bool live = std::ranges::any_of(draft.d.legs, [&](const Leg& leg) { return leg.item(id) && leg.item(id)->live(); });
        const auto* last = draft.last_moved_in(id);
        if (!live && last && last->holder && last->holder->route != RouteState::aborted) back.push_back(id);
    }
    if (!back.empty()) draft.way_back(LegPurpose::return_, draft.return_place(), back);
}

}  // namespace

Decision attempt_failed(const DeliveryLifecycle& d, const std::vector<Id<Package>>& packages, const Holder& by, std::string_view reason, const Given& given) {
    Draft draft(d, given);
    std::vector<Id<Package>> failed;
    bool any = false;
    for (const auto package : packages) {
        if (!d.package(package)) return no_such_package(package);
        const auto knock = knock_in_vain(draft, package, by);
        any = any || knock != Knock::elsewhere;
        if (knock == Knock::failed) failed.push_back(package);
    }
    if (!any) return refuse_now(reasons::not_in_hand, "this assignment does not have these packages", d);
    if (!failed.empty()) {
        draft.raise(ExceptionType::attempt_failed, Severity::normal, std::string(reason), failed);
        if (!draft.on_board_forward()) draft.attempt_fails(false);
        return_what_is_left(draft, failed);
    }
    return draft.done();
}

}  // namespace lastmile::deliveries
