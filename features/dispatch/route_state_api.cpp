#include "features/dispatch/route_state_api.hpp"

#include "features/dispatch/assign.hpp"
#include "features/dispatch/board.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile {
namespace {

using namespace api;

/// The route with all that is on it, moved as a person says.
Reply<AssignmentView> moved(store::Tx& tx, const Call& call, const MoveAssignment& request, assignments::Decision (*decide)(const AssignmentLifecycle&, std::string_view)) {
    dispatch::Board board(tx, call.service<Dispatch>());
    board.lock({request.assignment_id}, {});
    auto* row = board.assignment(request.assignment_id);
    if (!row || row->kind != AssignmentKind::driver) throw Refusal(Error{&reasons::not_found, "There is no such assignment of a driver.", {}, {}});
    board.apply(*row, decide(row->lifecycle, request.reason ? std::string_view(*request.reason) : std::string_view("by a person")));
    dispatch::withdraw_empty(board);
    board.settle_routes();
    return shown(*row, tx.now().business);
}

Result<Reply<AssignmentView>> pause(store::Tx& tx, const Call& call, const MoveAssignment& request) {
    return moved(tx, call, request, [](const AssignmentLifecycle& a, std::string_view why) { return assignments::pause(a, why, false); });
}
Result<Reply<AssignmentView>> resume(store::Tx& tx, const Call& call, const MoveAssignment& request) {
    return moved(tx, call, request, [](const AssignmentLifecycle& a, std::string_view) { return assignments::resume(a); });
}
Result<Reply<AssignmentView>> abort(store::Tx& tx, const Call& call, const MoveAssignment& request) {
    return moved(tx, call, request, [](const AssignmentLifecycle& a, std::string_view why) { return assignments::abort(a, why); });
}

}  // namespace

Endpoints route_state_endpoints() {
    return {
        guarded(assignment_version<MoveAssignment>,
                writes("POST /v1/lastmile/assignments/{assignmentId}/pause", "plans:write", pause,
                       {.summary = "Pause a route",
                        .tag = "Assignments",
                        .description = "The van has broken down, the driver is not well: the route waits with an exception, nothing is taken off it. A colleague can take "
                                       "parcels over by a scan; a report of the driver resumes it.",
                        .refuses = {reasons::not_found, reasons::assignment_not_legal}})),
        guarded(assignment_version<MoveAssignment>,
                writes("POST /v1/lastmile/assignments/{assignmentId}/resume", "plans:write", resume,
                       {.summary = "Resume a paused route", .tag = "Assignments", .refuses = {reasons::not_found, reasons::assignment_not_legal}})),
        guarded(assignment_version<MoveAssignment>,
                writes("POST /v1/lastmile/assignments/{assignmentId}/abort", "plans:write", abort,
                       {.summary = "Break a route off",
                        .tag = "Assignments",
                        .description = "By a person only. What is on board waits for a takeover, the rest is free and planned by planning.trigger.driver_offline.",
                        .refuses = {reasons::not_found, reasons::assignment_not_legal}})),
    };
}

}  // namespace lastmile
