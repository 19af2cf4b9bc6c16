#include "features/driver_api/driver_api.hpp"

#include <algorithm>

#include "features/deliveries/delivery_requests.hpp"
#include "features/dispatch/driver_work.hpp"
#include "features/driver_api/event_store.hpp"
#include "features/driver_api/proof.hpp"
#include "features/driver_api/reports.hpp"
#include "features/driver_api/sync.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/reasons/reasons.hpp"
#include "features/recipients/recipient_store.hpp"

namespace lastmile {
namespace {

using namespace api;
using driver_api::Reporter;

/// With an event id it counts once: what it answered when it is known already.
std::optional<Result<Reply<DriverAnswer>>> said_before(store::Tx& tx, const Reporter& who, const FromDevice& request, std::string_view action) {
    if (!request.event_id) return std::nullopt;
    const auto known = driver_api::find_driver_event(tx, who.driver, *request.event_id);
    if (!known) {
        driver_api::remember(tx, {who.driver, *request.event_id, std::string(action), true, 200, {}, request.device_time, tx.now().machine});
        return std::nullopt;
    }
    if (!known->applied) {
        static constexpr Reason before{"not_applied", 409, "This report was not applied when it was first made",
                                       "Make a new report with a new event_id."};
        Error error{&before, "It was made at " + to_rfc3339(known->recorded_at) + ".", {}, {}};
        error.extras["problem"] = schema::parse_json(known->problem).value();
        return std::unexpected(std::move(error));
    }
    DriverAnswer answer;
    answer.replayed = true;
    return answer;
}

template <class R, DriverAnswer (*apply)(store::Tx&, const Reporter&, const R&), int name>
Result<Reply<DriverAnswer>> online(store::Tx& tx, const Call& call, const R& request) {
    const auto who = driver_api::reporter_of(call);
    if (auto answer = said_before(tx, who, request, driver_api::action_names[name])) return std::move(*answer);
    return apply(tx, who, request);
}

/// Reports with files: these are looked at first, outside the command.
template <class R>
Result<driver_api::ProofFiles> look(const Call& call, const R& request) {
    return driver_api::files_of(call, deliveries::Report::online, request);
}
template <class R, DriverAnswer (*apply)(store::Tx&, const Reporter&, const R&, const driver_api::ProofFiles&), int name>
Result<Reply<DriverAnswer>> proven(store::Tx& tx, const Call& call, const R& request, const driver_api::ProofFiles& files) {
    const auto who = driver_api::reporter_of(call);
    if (auto answer = said_before(tx, who, request, driver_api::action_names[name])) return std::move(*answer);
    return apply(tx, who, request, files);
}

Result<Reply<Work>> get_my_work(store::Read& read, const Call& call, const NoInput&) {
    if (!call.driver) return refuse(reasons::forbidden, "Only a driver's own token has work of its own.");
    return work_of(read, driver_api::reporter_of(call).driver, false);
}

Result<Reply<RouteForDriver>> get_route(store::Read& read, const Call& call, const OneAssignment& request) {
    if (!call.driver) return refuse(reasons::forbidden, "Only a driver's own token has routes of its own.");
    const auto who = driver_api::reporter_of(call);
    const auto row = find_assignment(read, request.assignment_id);
    if (!row || row->driver_id != who.driver) return refuse(reasons::not_found, "You have no such assignment.");
    RouteForDriver route{view_of(*row, read.now().business), assignments::is_over(row->status) ? std::nullopt : driver_api::next_stop(*row), {}};
    const auto rows = find_deliveries(read, assignments::deliveries_of(row->lifecycle));
    std::vector<Id<Recipient>> recipients;
    for (const auto& d : rows) recipients.push_back(d.recipient_id);
    // Once a route is over its courier has no business with names and addresses any more.
    const auto people =
        assignments::is_over(row->status) ? std::map<Id<Recipient>, PersonalData>{} : personal_data(read, call.service<Vault>(), recipients);
    for (const auto& d : rows) {
        const auto person = people.find(d.recipient_id);
        route.deliveries.push_back(view_of(d, person == people.end() ? std::nullopt : std::optional(person->second)));
    }
    return Reply(std::move(route)).at_version(row->version, row->route.revision);
}

}  // namespace

struct DeliveryPin {
    Id<Delivery> delivery_id;
    std::string pin;
};
LASTMILE_VALUE(DeliveryPin, (delivery_id, pin))
LASTMILE_DOC(DeliveryPin, "What the recipient says at the door.", {"delivery_id", "ours"}, {"pin", "six digits"})

namespace {

Result<Reply<DeliveryPin>> get_pin(store::Read& read, const Call& call, const OneDelivery& request) {
    if (!find_delivery(read, request.delivery_id)) return refuse(reasons::not_found, "There is no such delivery.");
    return DeliveryPin{request.delivery_id, delivery_pin(call.service<Vault>(), call.partition, request.delivery_id)};
}

#define LASTMILE_ASSIGNMENT_REFUSALS reasons::not_found, reasons::assignment_not_legal, reasons::stale_route
#define LASTMILE_STOP_REFUSALS reasons::not_found, reasons::stop_not_legal, reasons::route_not_started, reasons::stop_not_next

}  // namespace

Endpoints driver_api_endpoints() {
    using namespace driver_api;
    return {
        reads("GET /v1/lastmile/driver-api/work", "driver:self", get_my_work, {.summary = "List my work", .tag = "Driver app"}),
        reads("GET /v1/lastmile/driver-api/assignments/{assignmentId}/route", "driver:self", get_route,
              {.summary = "Get my route",
               .tag = "Driver app",
               .description = "Geometry, times, next stop, and what the courier must know of each delivery.",
               .refuses = {reasons::not_found},
               .aliases = {"/v1/lastmile/driver-api/assignment/{assignmentId}/route"}}),
        writes("POST /v1/lastmile/driver-api/assignments/{assignmentId}/accept", "driver:self", online<AnswerOffer, accept, 0>,
               {.summary = "Accept an assignment", .tag = "Driver app", .refuses = {LASTMILE_ASSIGNMENT_REFUSALS, reasons::offer_expired}}),
        writes("POST /v1/lastmile/driver-api/assignments/{assignmentId}/decline", "driver:self", online<DeclineOffer, decline, 1>,
               {.summary = "Decline an assignment", .tag = "Driver app", .refuses = {reasons::not_found, reasons::assignment_not_legal}}),
        writes("POST /v1/lastmile/driver-api/assignments/{assignmentId}/start-route", "driver:self", online<AnswerOffer, start_route, 2>,
               {.summary = "Start the route",
                .tag = "Driver app",
                .description = "What is loaded departs. A paused route goes on.",
                .refuses = {LASTMILE_ASSIGNMENT_REFUSALS}}),
        writes("POST /v1/lastmile/driver-api/stops/{stopId}/arrive", "driver:self", online<ArriveStop, arrive, 3>,
               {.summary = "Arrive at a stop",
                .tag = "Driver app",
                .refuses = {LASTMILE_STOP_REFUSALS, reasons::stale_route},
                .aliases = {"/v1/lastmile/driver-api/stop/{stopId}/arrive"}}),
        writes("POST /v1/lastmile/driver-api/stops/{stopId}/attempt", "driver:self", online<AttemptStop, attempt, 4>,
               {.summary = "Report an attempt",
                .tag = "Driver app",
                .refuses = {LASTMILE_STOP_REFUSALS},
                .aliases = {"/v1/lastmile/driver-api/stop/{stopId}/attempt"}}),
        prepares("POST /v1/lastmile/driver-api/stops/{stopId}/complete", "driver:self", look<CompleteStop>, proven<CompleteStop, complete, 5>,
               {.summary = "Complete a stop",
                .tag = "Driver app",
                .description = "Proof that policy or delivery ask for must be there: what is missing is named (422). Files must have been uploaded for "
                               "this stop and be what was declared. A sealed proof comes of it for each delivery (pod_ids).",
                .refuses = {LASTMILE_STOP_REFUSALS, reasons::items_invalid},
                .aliases = {"/v1/lastmile/driver-api/stop/{stopId}/complete"}}),
        prepares("POST /v1/lastmile/driver-api/stops/{stopId}/partial", "driver:self", look<PartialStop>, proven<PartialStop, partial, 6>,
               {.summary = "Complete a stop in part",
                .tag = "Driver app",
                .refuses = {LASTMILE_STOP_REFUSALS, reasons::items_invalid},
                .aliases = {"/v1/lastmile/driver-api/stop/{stopId}/partial"}}),
        prepares("POST /v1/lastmile/driver-api/stops/{stopId}/failed", "driver:self", look<FailStop>, proven<FailStop, failed, 7>,
               {.summary = "Report a stop that failed",
                .tag = "Driver app",
                .refuses = {LASTMILE_STOP_REFUSALS, reasons::items_invalid},
                .aliases = {"/v1/lastmile/driver-api/stop/{stopId}/failed"}}),
        writes("POST /v1/lastmile/driver-api/stops/{stopId}/undo", "driver:self", online<ArriveStop, undo, 8>,
               {.summary = "Take an outcome back",
                .tag = "Driver app",
                .description = "Within driver.undo_s of it.",
                .refuses = {reasons::not_found, reasons::stop_not_legal, reasons::undo_too_late, reasons::nothing_to_undo}}),
        writes("POST /v1/lastmile/driver-api/scan", "driver:self", online<ScanPackage, scan, 9>,
               {.summary = "Scan a package",
                .tag = "Driver app",
                .description = "Load, unload, or take over from a colleague.",
                .refuses = {reasons::unknown_package, reasons::assignment_not_legal, reasons::not_planned, reasons::rebind_ask,
                            reasons::rebind_refused, reasons::cancel_wished}}),
        writes("POST /v1/lastmile/driver-api/check-in", "driver:self", online<ShiftReport, check_in, 10>,
               {.summary = "Begin work", .tag = "Driver app", .refuses = {reasons::driver_not_legal, reasons::shift_not_legal}}),
        writes("POST /v1/lastmile/driver-api/check-out", "driver:self", online<ShiftReport, check_out, 11>,
               {.summary = "End work", .tag = "Driver app", .refuses = {reasons::packages_on_board, reasons::stops_open, reasons::driver_not_legal}}),
        sync_endpoint(),
        reads("GET /v1/lastmile/deliveries/{deliveryId}/pin", "deliveries:write", get_pin,
              {.summary = "Get the recipient's PIN",
               .tag = "Deliveries",
               .description = "For those who tell it to the recipient; couriers never see it.",
               .refuses = {reasons::not_found}}),
    };
}

}  // namespace lastmile
