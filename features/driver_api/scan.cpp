// A package's code was read: which package that is, and what reading it means.
#include <algorithm>

#include "features/dispatch/assign.hpp"
#include "features/driver_api/reports.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/hubs/hub_store.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::driver_api {
namespace {

using dispatch::Board;

std::vector<ScannedPackage> candidates(store::Read& read, const ScanPackage& request) {
    const std::string code = request.code ? std::string(*request.code) : std::string(*request.package_id);
    if (const auto id = Id<Package>::parse(code)) {
        std::vector<ScannedPackage> found;
        for (const auto& row : read.query("select id, delivery_id from delivery_packages where partition = $1 and id = $2", {*id}))
            found.push_back({row[0].id<Package>(), row[1].id<Delivery>()});
        return found;
    }
    return find_packages(read, code);
}

/// Of several packages with one code: what this driver's routes speak of, else what waits, else the newest.
ScannedPackage chosen(store::Read& read, const Reporter& who, const ScanPackage& request) {
    const auto found = candidates(read, request);
    if (found.empty()) throw Refusal(Error{&reasons::unknown_package, "No open delivery has a package with this code.", {}, {}});
    const auto rank = [&](const ScannedPackage& scanned) {
        const auto row = find_delivery(read, scanned.delivery_id);
        if (!row) return 3;
        int best = 2;
        for (const auto& leg : row->lifecycle.legs)
            if (const auto* item = leg.item(scanned.package_id); item && item->live())
                best = std::min(best, leg.holder && leg.holder->driver_id == who.driver ? 0 : 1);
        return best;
    };
    return *std::ranges::min_element(found, {}, rank);
}

/// The driver's assignment that the package goes onto, or is on.
std::optional<Id<Assignment>> target_of(store::Read& read, const Reporter& who, const DeliveryRow& row, Id<Package> package,
                                        const std::optional<Id<Stop>>& stop) {
    // What is planned now before what failed earlier: an old route of the same driver is over.
    std::optional<Id<Assignment>> failed_on;
    for (const auto& leg : row.lifecycle.legs) {
        const auto* item = leg.item(package);
        if (!item || !leg.holder || leg.holder->driver_id != who.driver) continue;
        if (item->live()) return leg.holder->assignment_id;
        if (item->state == ItemState::failed) failed_on = leg.holder->assignment_id;
    }
    if (failed_on && row.lifecycle.package(package)->custody == Custody::of(who.driver)) return failed_on;
    if (stop) return assignment_of_stop(read, *stop);
    const auto mine = assignments_of_driver(read, who.driver, false);
    for (const auto state :
         {AssignmentState::in_progress, AssignmentState::paused, AssignmentState::accepted, AssignmentState::offered, AssignmentState::planned})
        for (const auto& assignment : mine)
            if (assignment.status == state) return assignment.id;
    return std::nullopt;
}

/// Other drivers' routes that the package may leave by this scan: one that has nothing left to do then is over.
std::vector<Id<Assignment>> donors_of(const DeliveryRow& row, Id<Package> package, Id<Assignment> target) {
    std::vector<Id<Assignment>> donors;
    for (const auto& leg : row.lifecycle.legs) {
        const auto* item = leg.item(package);
        if (item && (item->live() || item->state == ItemState::failed) && leg.holder && leg.holder->kind == HolderKind::driver &&
            leg.holder->assignment_id != target)
            donors.push_back(leg.holder->assignment_id);
    }
    return donors;
}

/// Loaded for the same departure: from the same place within half a day.
bool same_wave(Board& board, const AssignmentRow& mine, const DeliveryRow& row, Id<Package> package) {
    for (const auto& leg : row.lifecycle.legs) {
        const auto* item = leg.item(package);
        if (!item || !item->live() || !leg.holder || leg.holder->assignment_id == mine.id) continue;
        const auto* other = board.assignment(leg.holder->assignment_id);
        return other && other->start_place.hub_id == mine.start_place.hub_id &&
               std::chrono::abs(other->starts_at - mine.starts_at) < std::chrono::hours(12);
    }
    return true;
}

Id<Hub> hub_for_unloading(Board& board, const Reporter& who, const ScanPackage& request, const AssignmentRow& mine, const DeliveryRow& row) {
    auto& tx = board.tx();
    std::optional<Id<Hub>> hub = request.hub_id;
    if (!hub && request.stop_id)
        if (const auto* place = mine.place(*request.stop_id)) hub = place->hub_id;
    if (!hub) hub = row.pickup_hub_id;
    if (!hub)
        if (const auto driver = find_driver(tx, who.driver)) hub = driver->home_hub_id;
    if (!hub || !find_hub(tx, *hub))
        throw Refusal(Error{&reasons::invalid, "Where it is unloaded is not known.", {{"#/hub_id", "required", "name the hub"}}, {}});
    return *hub;
}

}  // namespace

DriverAnswer scan(store::Tx& tx, const Reporter& who, const ScanPackage& request) {
    const auto scanned = chosen(tx, who, request);
    const auto seen = find_delivery(tx, scanned.delivery_id);
    const auto target = seen ? target_of(tx, who, *seen, scanned.package_id, request.stop_id) : std::nullopt;
    if (!target) throw Refusal(Error{&reasons::assignment_not_legal, "You have no assignment that it could be loaded for.", {}, {}});
    Board board(tx, who.call->service<Dispatch>());
    board.source = source_of(tx, who, request);
    auto concerned = donors_of(*seen, scanned.package_id, *target);
    concerned.push_back(*target);
    board.lock(concerned, {scanned.delivery_id});
    auto* row = board.assignment(*target);
    auto* delivery = board.delivery(scanned.delivery_id);
    if (!row || !delivery || row->driver_id != who.driver) no_assignment();
    const bool synced = who.report == deliveries::Report::synced;
    if (!assignments::may_load(row->status) && !synced) {
        Error error{&reasons::assignment_not_legal, "The assignment is " + std::string(name_of(row->status)) + ": accept it before loading.", {}, {}};
        error.extras["state"] = name_of(row->status);
        error.extras["legal_now"] = names_of(assignments::machine.legal_now(row->status));
        throw Refusal(std::move(error));
    }
    const auto by = board.holder(*row);
    if (request.action == ScanAction::unload) {
        const auto hub = hub_for_unloading(board, who, request, *row, *delivery);
        board.apply(*delivery, deliveries::drop_off(delivery->lifecycle, {scanned.package_id}, by, Custody::of(hub), board.given(*delivery)));
    } else {
        deliveries::Scan said{.package_id = scanned.package_id, .by = by, .report = who.report, .confirmed = request.confirmed};
        said.same_wave = request.action == ScanAction::handover || same_wave(board, *row, *delivery, scanned.package_id);
        board.apply(*delivery, deliveries::scan(delivery->lifecycle, said, board.given(*delivery)));
    }
    for (const auto& id : concerned)
        if (auto* route = board.assignment(id); route && (route->status == AssignmentState::in_progress || route->status == AssignmentState::paused))
            board.complete_when_done(*route);
    dispatch::withdraw_empty(board);
    board.settle_routes();
    auto answer = answer_of(tx, board, *row, {scanned.delivery_id});
    answer.package_id = scanned.package_id;
    answer.custody = delivery->lifecycle.package(scanned.package_id)->custody.text();
    return answer;
}

}  // namespace lastmile::driver_api
