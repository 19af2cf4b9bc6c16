#include "features/driver_api/sync.hpp"

#include <algorithm>

#include "features/driver_api/event_store.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/store/store.hpp"

namespace lastmile::driver_api {
namespace {

using namespace api;

/// The action's own request out of the event: its body, its ids, its event id and time.
template <class R>
R request_of(const SyncEvent& event) {
    boost::json::object all = event.body ? event.body->value.as_object() : boost::json::object{};
    all["event_id"] = std::string(event.event_id);
    all["device_time"] = to_rfc3339(event.device_time);
    if constexpr (requires(R r) { r.stop_id; })
        if (event.stop_id && !all.contains("stop_id")) all["stop_id"] = event.stop_id->text();
    if constexpr (requires(R r) { r.assignment_id; })
        if (event.assignment_id && !all.contains("assignment_id")) all["assignment_id"] = event.assignment_id->text();
    return schema::decode<R>(schema::to_text(all)).value();
}

/// Before the command: files are looked at outside of it. An action that carries none, or that cannot be read, has none.
ProofFiles files_of(const Call& call, const SyncEvent& event) {
    const auto of = [&]<class R>(const R& request) {
        auto files = driver_api::files_of(call, deliveries::Report::synced, request);
        if (!files) throw Refusal(std::move(files.error()));
        return std::move(*files);
    };
    if (event.action == "complete") return of(request_of<CompleteStop>(event));
    if (event.action == "partial") return of(request_of<PartialStop>(event));
    if (event.action == "failed") return of(request_of<FailStop>(event));
    return {};
}

void act(store::Tx& tx, const Reporter& who, const SyncEvent& event, const ProofFiles& files) {
    const std::string_view action = event.action;
    if (action == "accept")
        accept(tx, who, request_of<AnswerOffer>(event));
    else if (action == "decline")
        decline(tx, who, request_of<DeclineOffer>(event));
    else if (action == "start-route")
        start_route(tx, who, request_of<AnswerOffer>(event));
    else if (action == "arrive")
        arrive(tx, who, request_of<ArriveStop>(event));
    else if (action == "attempt")
        attempt(tx, who, request_of<AttemptStop>(event));
    else if (action == "complete")
        complete(tx, who, request_of<CompleteStop>(event), files);
    else if (action == "partial")
        partial(tx, who, request_of<PartialStop>(event), files);
    else if (action == "failed")
        failed(tx, who, request_of<FailStop>(event), files);
    else if (action == "undo")
        undo(tx, who, request_of<ArriveStop>(event));
    else if (action == "scan")
        scan(tx, who, request_of<ScanPackage>(event));
    else if (action == "check-in")
        check_in(tx, who, request_of<ShiftReport>(event));
    else if (action == "check-out")
        check_out(tx, who, request_of<ShiftReport>(event));
    else {
        std::string known;
        for (const auto& name : action_names) known += (known.empty() ? "" : ", ") + std::string(name);
        throw Refusal(Error{&reasons::invalid, "An unknown action.", {{"#/action", "not_one_of", "must be one of " + known}}, {}});
    }
}

boost::json::object problem_of(const Error& error) {
    boost::json::object problem = error.extras;
    problem["code"] = error.reason->slug;
    problem["status"] = error.reason->status;
    problem["title"] = error.reason->title;
    problem["detail"] = error.detail;
    problem["remediation"] = error.reason->remedy;
    boost::json::array fields;
    for (const auto& field : error.errors) fields.push_back({{"pointer", field.pointer}, {"code", field.code}, {"detail", field.detail}});
    if (!fields.empty()) problem["errors"] = std::move(fields);
    return problem;
}

/// What was not applied is kept, and told on the driver's timeline.
void keep_refused(store::Tx& tx, const Reporter& who, const SyncEvent& event, const boost::json::object& problem, int status) {
    if (find_driver_event(tx, who.driver, event.event_id)) return;
    DriverEvent kept{who.driver, event.event_id, event.action, false, status, schema::to_text(problem), event.device_time, tx.now().machine};
    boost::json::object data{{"driver_id", who.driver.text()}, {"event_id", kept.event_id},
                             {"action", kept.action},          {"device_time", to_rfc3339(event.device_time)},
                             {"at", to_rfc3339(*who.at)},      {"code", problem.at("code")}};
    if (event.stop_id) data["stop_id"] = event.stop_id->text();
    if (event.assignment_id) data["assignment_id"] = event.assignment_id->text();
    events::apply(tx, Changed<DriverEvent>{kept, {{"driver.action_not_applied", std::move(data)}}});
}

SyncResult apply_one(const Call& call, Reporter who, const SyncEvent& event, std::chrono::milliseconds offset) {
    auto& store = call.service<store::Store>();
    SyncResult result{event.event_id, SyncStatus::applied, 200, {}};
    const auto known = [&](const DriverEvent& before) {
        result.status = before.applied ? SyncStatus::replayed : SyncStatus::not_applied;
        result.http_status = before.http_status;
        if (!before.problem.empty()) result.problem = Document{schema::parse_json(before.problem).value()};
    };
    try {
        const auto files = files_of(call, event);
        store.run(call.partition, call.origin(), [&](store::Tx& tx) {
            result = {event.event_id, SyncStatus::applied, 200, {}};
            who.at = std::min(event.device_time + offset, tx.now().business);
            if (const auto before = find_driver_event(tx, who.driver, event.event_id)) return known(*before);
            remember(tx, {who.driver, event.event_id, event.action, true, 200, {}, event.device_time, tx.now().machine});
            act(tx, who, event, files);
        });
    } catch (const Refusal& refusal) {
        const auto& error = refusal.error();
        const auto problem = problem_of(error);
        result = {event.event_id, SyncStatus::not_applied, error.reason->status, Document{problem}};
        if (error.reason->status < 500)
            store.run(call.partition, call.origin(), [&](store::Tx& tx) { keep_refused(tx, who, event, problem, error.reason->status); });
    } catch (const std::exception&) {
        // Never a 5xx for the batch: this one is to be sent again, the others have counted.
        const Error error{&reasons::overloaded, "It could not be applied now; send it again.", {}, {}};
        result = {event.event_id, SyncStatus::not_applied, 503, Document{problem_of(error)}};
    }
    return result;
}

struct Synced {
    std::vector<SyncResult> results;
};

Result<Synced> apply_all(const Call& call, const Sync& request) {
    if (!call.driver) return refuse(reasons::forbidden, "Only a driver's own token can report for a driver.");
    auto who = reporter_of(call);
    who.report = deliveries::Report::synced;
    std::chrono::milliseconds offset{};
    call.service<store::Store>().look(call.partition, [&](store::Read& read) { offset = read.now().business - request.device_time; });
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < request.events.size(); ++i) order.push_back(i);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return request.events[i].device_time; });
    Synced synced;
    synced.results.resize(request.events.size());
    for (const auto i : order) synced.results[i] = apply_one(call, who, request.events[i], offset);
    return synced;
}

Result<Reply<SyncAnswer>> answer_sync(store::Tx& tx, const Call& call, const Sync&, const Synced& synced) {
    SyncAnswer answer{synced.results, tx.now().business, {}};
    for (const auto& row : assignments_of_driver(tx, reporter_of(call).driver, false))
        if (!answer.route_revision || row.status == AssignmentState::in_progress) answer.route_revision = row.lifecycle.route_revision;
    return answer;
}

}  // namespace

Reporter reporter_of(const Call& call) {
    if (!call.driver) throw Refusal(Error{&reasons::forbidden, "Only a driver's own token can report for a driver.", {}, {}});
    Reporter who;
    who.driver.bytes = *call.driver;
    who.actor = call.actor.id;
    who.call = &call;
    return who;
}

Endpoint sync_endpoint() {
    return prepares("POST /v1/lastmile/driver-api/sync", "driver:self", apply_all, answer_sync,
                    {.summary = "Report what happened offline",
                     .tag = "Driver app",
                     .description = "Each event is applied once, in the order of the device's clock. Facts always count; intentions that came too "
                                    "late are kept and marked not_applied. Files that cannot be used, and proof that is missing, "
                                    "open an exception.",
                     .max_body = 8 * 1024 * 1024});
}

}  // namespace lastmile::driver_api
