#include "features/dispatch/assign.hpp"

#include <algorithm>

#include "features/deliveries/delivery_rules.hpp"
#include "features/deliveries/plan_rules.hpp"
#include "features/dispatch/crew.hpp"
#include "features/dispatch/dispatch_reasons.hpp"
#include "features/dispatch/insertion.hpp"
#include "features/dispatch/offers.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/reasons/reasons.hpp"
#include "features/vehicles/vehicle_store.hpp"

namespace lastmile::dispatch {
namespace {

const Leg* leg_of_driver(const DeliveryRow& row, Id<Driver> driver) {
    for (const auto& leg : row.lifecycle.legs)
        if (leg.live() && leg.holder && leg.holder->kind == HolderKind::driver && leg.holder->driver_id == driver) return &leg;
    return nullptr;
}
const Leg* plannable_leg(const DeliveryRow& row) {
    for (const auto& leg : row.lifecycle.legs)
        if (is_plannable(row.lifecycle, leg)) return &leg;
    return nullptr;
}
/// Held by somebody who has not loaded any of it.
const Leg* movable_leg(const DeliveryRow& row) {
    for (const auto& leg : row.lifecycle.legs)
        if (leg.live() && leg.holder && leg.holder->kind == HolderKind::driver &&
            std::ranges::none_of(leg.items, [](const LegItem& i) { return i.state == ItemState::taken; }))
            return &leg;
    return nullptr;
}

void check_known(Board& board, const std::vector<Id<Delivery>>& ids) {
    std::vector<FieldError> unknown;
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (!board.delivery(ids[i])) unknown.push_back({"#/delivery_ids/" + std::to_string(i), "unknown", "no such delivery"});
    if (!unknown.empty()) throw Refusal(Error{&reasons::invalid, "Some deliveries are not there.", std::move(unknown)});
}

/// The fields that say why, and whether force would help.
[[noreturn]] void refuse_unfit(const std::vector<Id<Delivery>>& asked, const std::vector<Violation>& found, bool overridable) {
    Error error{
        &reasons::assignment_unfit, std::to_string(found.size()) + (found.size() == 1 ? " thing does not fit" : " things do not fit"), {}, {}};
    for (const auto& violation : found) {
        std::string pointer = "#/delivery_ids";
        if (violation.delivery_id)
            if (const auto at = std::ranges::find(asked, *violation.delivery_id); at != asked.end())
                pointer += "/" + std::to_string(at - asked.begin());
        error.errors.push_back({pointer, violation.code, violation.detail});
    }
    error.extras["overridable"] = overridable;
    throw Refusal(std::move(error));
}

/// What goes onto the route for one delivery; a violation nobody can override where a place is not known.
std::optional<NewVisit> visit_of(store::Read& read, const DeliveryRow& row, const Leg& leg, std::vector<Violation>& hard) {
    NewVisit visit{row.id, leg.id, {}, {}, {}};
    for (const auto& item : leg.items)
        if (item.state == ItemState::planned) visit.packages.push_back(item.package_id);
    const auto to = place_of(read, row, leg.to, false);
    if (leg.from.kind != PlaceKind::street) {
        visit.pickup = place_of(read, row, leg.from, true);
        if (!visit.pickup) hard.push_back({"address_unplaced", "where it is picked up is not known: correct the address first", row.id});
    }
    if (!to) hard.push_back({"address_unplaced", "where it goes is not known: correct the address first", row.id});
    if (!to || (leg.from.kind != PlaceKind::street && !visit.pickup)) return std::nullopt;
    visit.dropoff = *to;
    return visit;
}

struct Wanted {
    std::vector<std::pair<Id<Delivery>, Id<Leg>>> legs;
    AssignOutcome outcome;
};

/// Which legs are to be bound; 409 where that is not possible.
Wanted sort_out(Board& board, Id<Driver> driver, const std::vector<Id<Delivery>>& ids, bool force) {
    Wanted wanted;
    boost::json::array stuck;
    for (const auto& id : std::set<Id<Delivery>>(ids.begin(), ids.end())) {
        auto& row = *board.delivery(id);
        if (leg_of_driver(row, driver)) {
            wanted.outcome.already_assigned.push_back(id);
            continue;
        }
        if (const auto* held = force && !plannable_leg(row) ? movable_leg(row) : nullptr)
            board.apply(row, deliveries::unassign(row.lifecycle, held->id, board.given(row)));
        if (const auto* first = plannable_leg(row)) {
            // Parcels of one delivery may have come apart, and wait side by side: they go together.
            for (const auto& leg : row.lifecycle.legs)
                if (leg.kind == first->kind && leg.from == first->from && leg.to == first->to && is_plannable(row.lifecycle, leg)) wanted.legs.emplace_back(id, leg.id);
            continue;
        }
        const auto why = deliveries::may(row.lifecycle, deliveries::Action::assign);
        boost::json::object one{{"delivery_id", id.text()},
                                {"status", schema::wire_name(row.status)},
                                {"detail", row.assignment_id ? "it is held by " + row.assignment_id->text()
                                           : why             ? std::string("nothing of it can be planned now")
                                                             : why.error().detail}};
        one["legal_actions"] = names_of(deliveries::legal_actions(row.lifecycle));
        stuck.push_back(std::move(one));
    }
    if (!stuck.empty()) {
        Error error{&reasons::not_assignable, std::to_string(stuck.size()) + " of the deliveries cannot be assigned now", {}, {}};
        error.extras["not_assignable"] = std::move(stuck);
        throw Refusal(std::move(error));
    }
    return wanted;
}

}  // namespace

AssignOutcome assign(Board& board, Id<Driver> driver_id, const std::vector<Id<Delivery>>& ids, bool force) {
    auto& tx = board.tx();
    if (!find_driver(tx, driver_id)) throw Refusal(Error{&reasons::not_found, "There is no such driver.", {}, {}});
    const auto target = open_for_more(tx, driver_id);
    board.lock(target ? std::vector{*target} : std::vector<Id<Assignment>>{}, ids, false);
    auto crew = crew_of(tx, lock_driver(tx, driver_id), tx.now().business);
    if (open_for_more(tx, driver_id) != target) throw store::Moved{};
    if (crew.driver.status == DriverStatus::inactive) throw Refusal(Error{&reasons::driver_not_legal, "The driver is deactivated.", {}, {}});
    check_known(board, ids);
    auto wanted = sort_out(board, driver_id, ids, force);
    if (wanted.legs.empty()) {
        const auto* leg = leg_of_driver(*board.delivery(wanted.outcome.already_assigned.front()), driver_id);
        wanted.outcome.assignment_id = leg->holder->assignment_id;
        return wanted.outcome;
    }
    auto row = target ? *board.assignment(*target)
                      : new_assignment(crew, start_of(tx, crew), tx.new_id<Assignment>(), tx.new_id<Route>(), tx.now().business);
    if (target && row.vehicle_id) crew.vehicle = find_vehicle(tx, *row.vehicle_id);
    auto open = pending_stops(row.lifecycle);
    std::vector<Violation> hard;
    std::vector<const DeliveryRow*> concerned;
    for (const auto& [delivery_id, leg_id] : wanted.legs) {
        const auto& delivery = *board.delivery(delivery_id);
        const auto& leg = *delivery.lifecycle.leg(leg_id);
        const auto visit = visit_of(tx, delivery, leg, hard);
        if (!visit) continue;
        for (const auto& package : visit->packages)
            if (!row.parcel(package)) row.parcels.push_back(parcel_of(delivery, package));
        insert_visit(row, open, *visit, [&] { return tx.new_id<Stop>(); });
        if (!concerned.empty() && concerned.back() == &delivery) continue;  // another of its legs
        concerned.push_back(&delivery);
        wanted.outcome.assigned.push_back(delivery_id);
    }
    if (!hard.empty()) refuse_unfit(ids, hard, false);

    auto trial = row;
    const auto planned = assignments::replan(row.lifecycle, open, false, {}).value();
    trial.lifecycle = planned.after;
    price(trial, wheels_of(tx, row.vehicle_id), *board.services().pricer(tx, tx.now().business), board.services().roads != nullptr, tx.now().business);
    wanted.outcome.overridden = violations(trial, concerned, crew);
    if (!wanted.outcome.overridden.empty() && !force) refuse_unfit(ids, wanted.outcome.overridden, true);

    if (target) {
        auto& kept = *board.assignment(*target);
        kept.places = row.places, kept.parcels = row.parcels;
        board.apply(kept, planned);
    } else {
        trial.lifecycle.route_revision = trial.lifecycle.plan_version = 1;
        board.create(trial);
    }
    auto& kept = *board.assignment(row.id);
    board.bind(kept, wanted.legs);
    offer_by_policy(board, kept);
    withdraw_empty(board);
    wanted.outcome.assignment_id = kept.id;
    return wanted.outcome;
}

void withdraw_empty(Board& board) {
    for (auto& [id, row] : board.assignments()) {
        // A route on which only breaks are left is empty, too.
        const auto carries = [](const Stop& stop) { return stop.type != StopType::break_; };
        if (std::ranges::any_of(row.lifecycle.stops, carries) || !assignments::machine.allows(row.status, assignments::Move::withdraw)) continue;
        board.apply(row, assignments::withdraw(row.lifecycle, 0));
        work::cancel_timer(board.tx(), expire_timer, id.text());
        work::cancel_timer(board.tx(), release_timer, id.text());
    }
}

std::vector<Id<Delivery>> unassign(Board& board, std::optional<Id<Driver>> driver, const std::vector<Id<Delivery>>& ids) {
    board.lock({}, ids, false);
    check_known(board, ids);
    std::vector<Id<Delivery>> taken_off;
    for (const auto& id : std::set<Id<Delivery>>(ids.begin(), ids.end())) {
        auto& row = *board.delivery(id);
        bool any = false;
        for (;;) {
            const auto held = std::ranges::find_if(row.lifecycle.legs, [&](const Leg& leg) {
                return leg.live() && leg.holder && leg.holder->kind == HolderKind::driver && (!driver || leg.holder->driver_id == *driver);
            });
            if (held == row.lifecycle.legs.end()) break;
            board.apply(row, deliveries::unassign(row.lifecycle, held->id, board.given(row)));
            any = true;
        }
        if (any) taken_off.push_back(id);
    }
    withdraw_empty(board);
    return taken_off;
}

}  // namespace lastmile::dispatch
