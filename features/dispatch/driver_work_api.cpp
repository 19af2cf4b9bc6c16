#include <algorithm>

#include "features/access/key_store.hpp"
#include "features/access/token.hpp"
#include "features/dispatch/dispatch_api.hpp"
#include "features/dispatch/dispatch_reasons.hpp"
#include "features/dispatch/offers.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile {

Work work_of(store::Read& read, Id<Driver> driver, bool past) {
    Work work;
    for (const auto& row : assignments_of_driver(read, driver, past)) {
        auto& item = work.data.emplace_back();
        item.assignment = view_of(row, read.now().business);
        for (const auto& d : find_deliveries(read, assignments::deliveries_of(row.lifecycle)))
            item.deliveries.push_back({d.id, d.status, d.phase == Phase::none ? std::nullopt : std::optional(d.phase), d.type, d.service_level,
                                       d.priority, d.tracking_number});
    }
    return work;
}

namespace {

using namespace api;

Result<Reply<AssignAnswer>> assign_deliveries(store::Tx& tx, const Call& call, const AssignDeliveries& request) {
    dispatch::Board board(tx, call.service<Dispatch>());
    auto outcome = dispatch::assign(board, request.driver_id, request.delivery_ids, request.force);
    board.settle_routes();
    const auto* kept = board.assignment(outcome.assignment_id);
    const auto row = kept ? *kept : find_assignment(tx, outcome.assignment_id).value();
    return AssignAnswer{outcome.assignment_id, std::move(outcome.assigned), std::move(outcome.already_assigned), std::move(outcome.overridden),
                        view_of(row, tx.now().business)};
}

Unassigned taken_off(dispatch::Board& board, std::optional<Id<Driver>> driver, const std::vector<Id<Delivery>>& ids) {
    Unassigned answer;
    answer.unassigned = dispatch::unassign(board, driver, ids);
    for (const auto& id : ids)
        if (std::ranges::find(answer.unassigned, id) == answer.unassigned.end()) answer.not_assigned.push_back(id);
    return answer;
}

Result<Reply<Unassigned>> unassign_deliveries(store::Tx& tx, const Call& call, const UnassignDeliveries& request) {
    if (!find_driver(tx, request.driver_id)) return refuse(reasons::not_found, "There is no such driver.");
    dispatch::Board board(tx, call.service<Dispatch>());
    auto answer = taken_off(board, request.driver_id, request.delivery_ids);
    board.settle_routes();
    return answer;
}

/// Of named assignments only what is not loaded is taken; a delivery that is named and loaded is refused.
Result<Reply<Unassigned>> bulk_unassign(store::Tx& tx, const Call& call, const BulkUnassign& request) {
    std::vector<Id<Delivery>> ids(request.delivery_ids.begin(), request.delivery_ids.end()), loaded;
    std::vector<FieldError> unknown;
    for (std::size_t i = 0; i < request.assignment_ids.size(); ++i) {
        const auto row = find_assignment(tx, request.assignment_ids[i]);
        if (!row)
            unknown.push_back({"#/assignment_ids/" + std::to_string(i), "unknown", "no such assignment"});
        else
            for (const auto& d : find_deliveries(tx, assignments::deliveries_of(row->lifecycle))) {
                const auto held = std::ranges::find_if(
                    d.lifecycle.legs, [&](const Leg& leg) { return leg.live() && leg.holder && leg.holder->assignment_id == row->id; });
                if (held == d.lifecycle.legs.end()) continue;
                const bool taken = std::ranges::any_of(held->items, [](const LegItem& item) { return item.state == ItemState::taken; });
                (taken ? loaded : ids).push_back(d.id);
            }
    }
    if (!unknown.empty()) return refuse(reasons::invalid, "Some assignments are not there.", std::move(unknown));
    dispatch::Board board(tx, call.service<Dispatch>());
    auto answer = taken_off(board, {}, ids);
    board.settle_routes();
    answer.on_board = std::move(loaded);
    return answer;
}

Result<Reply<Work>> get_work(store::Read& read, const Call& call, const ListWork& request) {
    const bool own = call.driver == request.driver_id.bytes;
    if (!(call.has("drivers:read") || own) || !find_driver(read, request.driver_id)) return refuse(reasons::not_found, "There is no such driver.");
    return work_of(read, request.driver_id, request.past);
}

Result<Reply<AssignmentView>> push_to_driver(store::Tx& tx, const Call& call, const OneAssignment& request) {
    dispatch::Board board(tx, call.service<Dispatch>());
    board.lock({request.assignment_id}, {});
    auto* row = board.assignment(request.assignment_id);
    if (!row) return refuse(reasons::not_found, "There is no such assignment.");
    if (row->status == AssignmentState::planned)
        dispatch::offer_now(board, *row);
    else if (assignments::is_over(row->status))
        return not_legal(reasons::assignment_not_legal, assignments::machine, row->status, assignments::Move::offer);
    else {
        // Offered or under way: the driver's app is told once more what its route is.
        boost::json::object data{
            {"assignment_id", row->id.text()}, {"status", name_of(row->status)}, {"route_revision", row->lifecycle.route_revision}, {"pushed", true}};
        if (row->driver_id) data["driver_id"] = row->driver_id->text();
        board.apply(
            *row,
            assignments::AssignmentChange{
                {row->lifecycle, {{row->status == AssignmentState::offered ? "assignment.offered" : "assignment.replanned", std::move(data)}}}, {}});
    }
    board.settle_routes();
    return shown(*row, tx.now().business);
}

Result<Reply<AssignmentView>> reorder_stops(store::Tx& tx, const Call& call, const ReorderStops& request) {
    auto row = lock_assignment(tx, request.assignment_id);
    if (!row) return refuse(reasons::not_found, "There is no such assignment.");
    std::vector<FieldError> faults;
    std::vector<Stop> open;
    for (std::size_t i = 0; i < request.stop_ids.size(); ++i) {
        const auto* stop = row->lifecycle.stop(request.stop_ids[i]);
        const auto pointer = "#/stop_ids/" + std::to_string(i);
        if (!stop)
            faults.push_back({pointer, "unknown", "the assignment has no such stop"});
        else if (stop->state != StopState::pending)
            faults.push_back({pointer, "not_pending", "the stop is " + std::string(name_of(stop->state))});
        else if (std::ranges::find(open, stop->id, &Stop::id) != open.end())
            faults.push_back({pointer, "duplicate", "named twice"});
        else
            open.push_back(*stop);
    }
    for (const auto& stop : row->lifecycle.stops)
        if (stop.state == StopState::pending && std::ranges::find(request.stop_ids, stop.id) == request.stop_ids.end())
            faults.push_back({"#/stop_ids", "missing", "says nothing of stop " + stop.id.text() + "; unassign its deliveries to take it off"});
    for (std::size_t i = 0; i < open.size(); ++i)
        for (std::size_t later = i + 1; later < open.size() && open[i].type != StopType::pickup; ++later)
            if (open[later].type == StopType::pickup && std::ranges::any_of(open[i].items, [&](const StopItem& item) {
                    return std::ranges::find(open[later].items, item.package_id, &StopItem::package_id) != open[later].items.end();
                }))
                faults.push_back({"#/stop_ids/" + std::to_string(i), "before_pickup", "its packages are picked up at stop " + open[later].id.text()});
    if (!faults.empty()) return refuse(reasons::invalid, "The order does not fit this route.", std::move(faults));
    auto change = assignments::replan(row->lifecycle, open, false, request.plan_version);
    if (!change) return std::unexpected(change.error());
    const auto& dispatch = call.service<Dispatch>();
    if (*request.preview)
        row->lifecycle = change->after;
    else
        apply_change(tx, *row, *change);
    price(*row, dispatch::wheels_of(tx, row->vehicle_id), *dispatch.pricer(tx, tx.now().business), dispatch.roads != nullptr, tx.now().business);
    if (!*request.preview) save_route(tx.bookkeeping(), *row);
    return shown(*row, tx.now().business);
}

Result<Reply<DriverToken>> impersonate(store::Tx& tx, const Call& call, const Impersonate& request) {
    auto driver = lock_driver(tx, request.driver_id);
    if (driver.status == DriverStatus::inactive) return refuse(reasons::driver_not_legal, "The driver is deactivated.");
    const Seconds lifetime{request.minutes.value_or(Whole<1, 60>{15}).value * 60};
    const auto token_id = print_id("tok", tx.new_id<Asset>().bytes);
    TokenSubject subject{TokenKind::driver, call.partition, call.tenant, call.test, driver.id.bytes, call.actor.kind + ":" + call.actor.id, token_id};
    const auto expires = tx.now().machine + lifetime;
    ++driver.version;
    driver.updated_at = tx.now().business;
    events::apply(tx, Changed<Driver>{driver,
                                      {{"driver.updated",
                                        {{"driver_id", driver.id.text()},
                                         {"impersonated_by", subject.on_behalf},
                                         {"token_id", token_id},
                                         {"expires_at", to_rfc3339(expires)}}}}});
    return Reply(DriverToken{call.service<Tokens>().sign(subject, tx.now().machine, lifetime), "Bearer", expires, token_id}).shown_once();
}

Result<Reply<Nothing>> revoke_impersonation(store::Tx& tx, const Call&, const RevokeToken& request) {
    auto driver = lock_driver(tx, request.driver_id);
    if (token_revoked(tx, request.token_id)) return Reply<Nothing>{};
    revoke_token(tx, request.token_id, tx.now().machine + Seconds{3600});
    ++driver.version;
    driver.updated_at = tx.now().business;
    events::apply(tx,
                  Changed<Driver>{driver, {{"driver.updated", {{"driver_id", driver.id.text()}, {"token_revoked", std::string(request.token_id)}}}}});
    return Reply<Nothing>{};
}

}  // namespace

Endpoints dispatch_endpoints() {
    auto all = delivery_end_endpoints();
    for (auto& endpoint : promise_endpoints()) all.push_back(std::move(endpoint));
    Endpoints more{
        writes("POST /v1/lastmile/drivers/{driverId}/assign", "plans:write", assign_deliveries,
               {.summary = "Assign deliveries to a driver",
                .tag = "Drivers",
                .description = "Onto the driver's assignment that has not started, or a new one. Idempotent. Capacity, skills, vehicle type, "
                               "windows, shift and papers are checked; with force they are overridden and named.",
                .refuses = {reasons::not_found, reasons::assignment_unfit, reasons::not_assignable, reasons::driver_not_legal}}),
        writes("POST /v1/lastmile/drivers/{driverId}/unassign", "plans:write", unassign_deliveries,
               {.summary = "Unassign deliveries",
                .tag = "Drivers",
                .description = "What is not loaded is free again; an assignment that is empty afterwards is withdrawn.",
                .refuses = {reasons::not_found, reasons::on_board}}),
        reads("GET /v1/lastmile/drivers/{driverId}/work", Scope("drivers:read") | "driver:self", get_work,
              {.summary = "List a driver's work", .tag = "Drivers", .refuses = {reasons::not_found}}),
        writes("POST /v1/lastmile/drivers/{driverId}/impersonate-token", "impersonate", impersonate,
               {.summary = "Issue a driver token",
                .tag = "Drivers",
                .description = "For minutes; every action made with it names the admin. Shown once.",
                .refuses = {reasons::not_found, reasons::driver_not_legal}}),
        writes("DELETE /v1/lastmile/drivers/{driverId}/impersonate-token/{tokenId}", "impersonate", revoke_impersonation,
               {.summary = "Revoke a driver token",
                .tag = "Drivers",
                .description = "At once. Revoking twice is harmless.",
                .refuses = {reasons::not_found}}),
        writes("POST /v1/lastmile/assignments/bulk-unassign", "plans:write", bulk_unassign,
               {.summary = "Unassign many deliveries", .tag = "Assignments", .refuses = {reasons::on_board}}),
        guarded(assignment_version<OneAssignment>,
                writes("POST /v1/lastmile/assignments/{assignmentId}/push-to-driver", "plans:write", push_to_driver,
                       {.summary = "Push an assignment to its driver",
                        .tag = "Assignments",
                        .description = "A planned one is offered now; of an offered one or one under way the driver's app is told again.",
                        .refuses = {reasons::not_found, reasons::assignment_not_legal}})),
        guarded(assignment_version<ReorderStops>, writes("PUT /v1/lastmile/assignments/{assignmentId}/stops", "plans:write", reorder_stops,
                                                         {.summary = "Order the stops by hand",
                                                          .tag = "Assignments",
                                                          .description = "With ?preview=true it is priced and not saved.",
                                                          .refuses = {reasons::not_found, reasons::assignment_not_legal, reasons::stale_route},
                                                          .keyless = true})),
    };
    for (auto& endpoint : more) all.push_back(std::move(endpoint));
    return all;
}

}  // namespace lastmile
