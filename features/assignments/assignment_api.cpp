#include "features/assignments/assignment_view.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile {

/// From and to speak of the planned start.
struct ListAssignments {
    std::optional<Id<Driver>> driver_id;
    std::optional<Id<Partner>> partner_id;
    std::vector<AssignmentState> status;
    std::optional<Instant> from;
    std::optional<Instant> to;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListAssignments, (driver_id, partner_id, status, from, to, limit, cursor))
LASTMILE_DEFAULTS(ListAssignments, (status, limit))
LASTMILE_DOC(ListAssignments, "Which assignments; newest first.", {"driver_id", "of this driver"}, {"partner_id", "of this partner"},
             {"status", "in one of these"}, {"from", "starting at or after"}, {"to", "starting before"}, {"limit", "how many"},
             {"cursor", "where to go on"})

namespace {

using namespace api;

constexpr store::Order newest{"assignments", store::Fragment("created_at"), store::Fragment("id"), true};

Result<Reply<AssignmentView>> get_assignment(store::Read& read, const Call& call, const OneAssignment& request) {
    const auto row = find_assignment(read, request.assignment_id);
    const bool own = row && call.driver && row->driver_id && row->driver_id->bytes == *call.driver;
    if (!row || !(call.has("plans:read") || own)) return refuse(reasons::not_found, "There is no such assignment.");
    return shown(*row, read.now().business);
}

Result<Reply<Page<AssignmentView>>> list_assignments(store::Read& read, const Call&, const ListAssignments& r) {
    store::SqlBuilder list(
        "select created_at, id, id, version, created_at, updated_at, kind, status, driver_id, vehicle_id, partner_id, route_id, starts_at, "
        "start_place, places, parcels, "
        "route, lifecycle from assignments where partition = $1");
    list.where(" and driver_id = $?", r.driver_id)
        .where(" and partner_id = $?", r.partner_id)
        .where(" and starts_at >= $?", r.from)
        .where(" and starts_at < $?", r.to);
    store::Args statuses;
    for (const auto status : r.status) statuses.emplace_back(schema::wire_name(status));
    if (!statuses.empty()) list.in(" and status in", statuses);
    auto page = store::page(read, std::move(list), newest, static_cast<int>(r.limit.value), r.cursor ? std::optional(r.cursor->key) : std::nullopt);
    if (!page) return std::unexpected(page.error());
    Page<AssignmentView> answer;
    for (const auto& row : store::rows<AssignmentRow>(page->rows, 2)) answer.data.push_back(view_of(row, read.now().business));
    if (page->next) answer.next_cursor = print_cursor(*page->next);
    return answer;
}

Result<Reply<AssignmentView>> set_lock(store::Tx& tx, Id<Assignment> id, bool locked) {
    auto row = lock_assignment(tx, id);
    if (!row) return refuse(reasons::not_found, "There is no such assignment.");
    auto change = assignments::lock(row->lifecycle, locked);
    if (!change) return std::unexpected(change.error());
    apply_change(tx, *row, *change);
    return shown(*row, tx.now().business);
}
Result<Reply<AssignmentView>> lock(store::Tx& tx, const Call&, const OneAssignment& request) { return set_lock(tx, request.assignment_id, true); }
Result<Reply<AssignmentView>> unlock(store::Tx& tx, const Call&, const OneAssignment& request) { return set_lock(tx, request.assignment_id, false); }

}  // namespace

Endpoints assignment_endpoints() {
    return {
        reads("GET /v1/lastmile/assignments", "plans:read", list_assignments, {.summary = "List assignments", .tag = "Assignments"}),
        reads("GET /v1/lastmile/assignments/{assignmentId}", Scope("plans:read") | "driver:self", get_assignment,
              {.summary = "Get an assignment",
               .tag = "Assignments",
               .description = "Driver, vehicle, and the route with its times.",
               .refuses = {reasons::not_found}}),
        guarded(assignment_version<OneAssignment>,
                writes("POST /v1/lastmile/assignments/{assignmentId}/lock", "plans:write", lock,
                       {.summary = "Lock an assignment",
                        .tag = "Assignments",
                        .description = "No replans and no machine's moves until it is unlocked. Locking twice is harmless.",
                        .refuses = {reasons::not_found, reasons::assignment_not_legal}})),
        guarded(assignment_version<OneAssignment>,
                writes("POST /v1/lastmile/assignments/{assignmentId}/unlock", "plans:write", unlock,
                       {.summary = "Unlock an assignment", .tag = "Assignments", .refuses = {reasons::not_found, reasons::assignment_not_legal}})),
    };
}

}  // namespace lastmile
