#include "features/driver_api/reports.hpp"

#include <algorithm>

#include "features/deliveries/delivery_rules.hpp"
#include "features/deliveries/plan_rules.hpp"
#include "features/dispatch/assign.hpp"
#include "features/dispatch/offers.hpp"
#include "features/driver_api/contacts.hpp"
#include "features/driver_api/proof.hpp"
#include "features/driver_api/proof_record.hpp"
#include "features/exceptions/exception_store.hpp"
#include "features/reasons/reasons.hpp"
#include "features/recipients/recipient_store.hpp"

namespace lastmile::driver_api {
namespace {

using dispatch::Board;

Board board_of(store::Tx& tx, const Reporter& who, const FromDevice& device) {
    Board board(tx, who.call->service<Dispatch>());
    board.source = source_of(tx, who, device);
    return board;
}

/// The driver's own, locked with all that is on it.
AssignmentRow& own(Board& board, const Reporter& who, Id<Assignment> id, const std::vector<Id<Delivery>>& deliveries = {}, bool whole = true) {
    board.lock({id}, deliveries, whole);
    auto* row = board.assignment(id);
    if (!row || row->driver_id != who.driver) no_assignment();
    return *row;
}

/// An intention from an app that shows another route is refused; a fact counts, whatever the app showed.
void check_revision(const AssignmentRow& row, const FromDevice& device) {
    if (!device.route_revision || *device.route_revision == row.lifecycle.route_revision) return;
    Error error{&reasons::stale_route, "the route is at revision " + std::to_string(row.lifecycle.route_revision), {}, {}};
    error.extras["route_revision"] = row.lifecycle.route_revision;
    throw Refusal(std::move(error));
}

DriverAnswer settled(Board& board, AssignmentRow& row, const std::vector<Id<Delivery>>& concerned) {
    dispatch::withdraw_empty(board);
    board.settle_routes();
    return answer_of(board.tx(), board, row, concerned);
}

struct AtStop {
    AssignmentRow& row;
    Stop stop;  // as it was before
    std::vector<Id<Delivery>> deliveries;
};

/// Locks what a report about a stop needs: all of the route where it may start, resume or complete by it, else the stop's deliveries.
AtStop at_stop(Board& board, const Reporter& who, Id<Stop> stop_id) {
    auto& tx = board.tx();
    const auto id = assignment_of_stop(tx, stop_id);
    const auto seen = id ? find_assignment(tx, *id) : std::nullopt;
    const auto* stop = seen && seen->driver_id == who.driver ? seen->lifecycle.stop(stop_id) : nullptr;
    if (!stop) throw Refusal(Error{&reasons::not_found, "There is no such stop on your routes.", {}, {}});
    std::vector<Id<Delivery>> deliveries;
    for (const auto& item : stop->items)
        if (std::ranges::find(deliveries, item.delivery_id) == deliveries.end()) deliveries.push_back(item.delivery_id);
    const auto open = std::ranges::count_if(seen->lifecycle.stops, &Stop::open);
    auto& row = own(board, who, *id, deliveries, seen->status != AssignmentState::in_progress || open <= 1);
    return {row, *row.lifecycle.stop(stop_id), std::move(deliveries)};
}

DriverAnswer report(Board& board, AtStop& at, assignments::StopReport said) {
    said.stop_id = at.stop.id;
    said.at = board.source.at;
    said.report = board.source.report == deliveries::Report::synced ? assignments::Report::synced : assignments::Report::online;
    board.apply(at.row, assignments::report(at.row.lifecycle, said));
    board.complete_when_done(at.row);
    return settled(board, at.row, at.deliveries);
}

std::vector<assignments::ItemReport> items_of(const std::vector<ItemReportRequest>& items) {
    std::vector<assignments::ItemReport> reports;
    for (const auto& item : items)
        reports.push_back({item.delivery_id, item.package_id.value_or(Id<Package>{}),
                           parse_name<ItemOutcome>(schema::wire_name(item.outcome)).value_or(ItemOutcome::failed),
                           item.reason ? std::string(*item.reason) : std::string()});
    return reports;
}

bool is_well(PartOutcome outcome) {
    return outcome == PartOutcome::delivered || outcome == PartOutcome::collected || outcome == PartOutcome::unloaded;
}

/// Packages of the stop that go well by this report; `rest_well`: what is not named does.
std::vector<Id<Package>> well(const Stop& stop, const std::vector<ItemReportRequest>& items, bool rest_well) {
    std::vector<Id<Package>> packages;
    for (const auto& item : stop.items) {
        bool good = rest_well;
        for (const auto& said : items)
            if (said.delivery_id == item.delivery_id && (!said.package_id || *said.package_id == item.package_id)) good = is_well(said.outcome);
        if (good) packages.push_back(item.package_id);
    }
    return packages;
}

/// Of a synced report: the fact counts, somebody looks at what is missing and at files that cannot be used. One exception a delivery.
void tell_lacking(Board& board, const AtStop& at, const ProofFiles& files, const std::vector<Missing>& missing = {}) {
    std::map<Id<Delivery>, std::string> lacking;
    const auto add = [&](Id<Delivery> id, const std::string& detail) {
        auto& text = lacking[id];
        text += (text.empty() ? "" : "; ") + detail;
    };
    for (const auto& fault : files.unusable)
        for (const auto& id : at.deliveries) add(id, fault.pointer + ": " + fault.detail);
    for (const auto& one : missing) add(one.delivery->id, one.detail);
    for (auto& [id, detail] : lacking) {
        Exception found;
        found.delivery_id = id, found.assignment_id = at.row.id, found.stop_id = at.stop.id;
        found.type = ExceptionType::proof_missing, found.detail = std::move(detail);
        open_exception(board.tx(), std::move(found));
    }
}

/// Online what is missing refuses; of a synced fact it opens exceptions.
Proven check_proof(Board& board, const Reporter& who, const AtStop& at, const AtTheDoor& said, const ProofFiles& files,
                   const std::vector<Id<Package>>& good) {
    const auto& vault = who.call->service<Vault>();
    const auto missing = missing_proof(board, vault, at.stop, said, files, good);
    const bool pin_wrong = std::ranges::any_of(missing, [](const Missing& m) { return m.code == "pin_wrong"; });
    if (who.report == deliveries::Report::online && !missing.empty()) {
        Error error{&reasons::invalid, "Proof is missing.", {}, {}};
        boost::json::array kinds;
        for (const auto& one : missing) {
            error.errors.push_back({one.pointer, one.code, one.detail});
            kinds.emplace_back(one.pointer.substr(2));
        }
        error.extras["missing_proof"] = std::move(kinds);
        throw Refusal(std::move(error));
    }
    tell_lacking(board, at, files, missing);
    if (const auto data = proof_data(said, files, said.pin.has_value() && !pin_wrong); !data.empty()) board.source.more["proof"] = data;
    if (said.leave_at) board.source.left_with = parse_name<CustodyKind>(schema::wire_name(*said.leave_at)).value_or(CustodyKind::recipient);
    Proven proven{said.timestamp && who.report == deliveries::Report::online ? std::min(*said.timestamp, board.source.at) : board.source.at,
                  said.location, {said.scans.begin(), said.scans.end()}, {}, {}, {}, at.stop.type == StopType::dropoff};
    if (said.pin)
        for (const auto& id : at.deliveries) proven.pin_verified[id] = *said.pin == delivery_pin(vault, board.tx().partition(), id);
    if (said.id_check) proven.id_checked = said.id_check->checked;
    if (said.notes) proven.notes = *said.notes;
    return proven;
}

template <class Request>
FromDevice timed(const Request& request) {
    FromDevice device = request;
    if (!device.device_time) device.device_time = request.timestamp;
    return device;
}

}  // namespace

[[noreturn]] void no_assignment() { throw Refusal(Error{&reasons::not_found, "You have no such assignment.", {}, {}}); }

dispatch::Source source_of(store::Read& read, const Reporter& who, const FromDevice& device) {
    dispatch::Source source;
    source.report = who.report;
    source.at = who.at.value_or(read.now().business);
    source.device_time = device.device_time;
    source.location = device.location;
    if (device.event_id) source.event_id = *device.event_id;
    return source;
}

std::optional<Id<Stop>> next_stop(const AssignmentRow& row) {
    for (const auto& stop : row.lifecycle.stops)
        if (stop.state == StopState::arrived) return stop.id;
    for (const auto& stop : row.lifecycle.stops)
        if (stop.state == StopState::pending) return stop.id;
    return std::nullopt;
}

DriverAnswer answer_of(store::Read& read, Board& board, const AssignmentRow& row, const std::vector<Id<Delivery>>& concerned) {
    DriverAnswer answer;
    for (const auto& id : concerned)
        if (const auto* delivery = board.delivery(id))
            answer.deliveries.push_back({id, delivery->status, delivery->phase == Phase::none ? std::nullopt : std::optional(delivery->phase)});
    answer.next_stop_id = assignments::is_over(row.status) ? std::nullopt : next_stop(row);
    answer.route_revision = row.lifecycle.route_revision;
    answer.assignment = view_of(row, read.now().business);
    return answer;
}

void keep_remarks(Board& board, const Reporter& who, const std::vector<Id<Delivery>>& ids, const std::optional<Prose<1, 2000>>& notes,
                  const std::optional<Text<1, 200>>& left_with) {
    if (!notes && !left_with) return;
    const auto& vault = who.call->service<Vault>();
    for (const auto& id : ids) {
        auto* row = board.delivery(id);
        auto people = row ? personal_data(board.tx(), vault, row->recipient_id) : std::nullopt;
        if (!people) continue;
        if (notes && people->notes.size() < 100) people->notes.push_back({board.source.at, who.actor, *notes});
        if (left_with) people->left_with = *left_with;
        change_recipient(board.tx(), vault, row->recipient_id, *people);
    }
}

DriverAnswer accept(store::Tx& tx, const Reporter& who, const AnswerOffer& request) {
    auto board = board_of(tx, who, request);
    auto& row = own(board, who, request.assignment_id);
    if (row.status == AssignmentState::accepted) return settled(board, row, {});  // said twice
    check_revision(row, request);
    board.apply(row, assignments::accept(row.lifecycle, board.source.at));
    work::cancel_timer(tx, dispatch::expire_timer, row.id.text());
    return settled(board, row, assignments::deliveries_of(row.lifecycle));
}

DriverAnswer decline(store::Tx& tx, const Reporter& who, const DeclineOffer& request) {
    auto board = board_of(tx, who, request);
    auto& row = own(board, who, request.assignment_id);
    if (row.status == AssignmentState::declined) return settled(board, row, {});
    const auto concerned = assignments::deliveries_of(row.lifecycle);
    board.apply(row, assignments::decline(row.lifecycle, request.reason));
    work::cancel_timer(tx, dispatch::expire_timer, row.id.text());
    return settled(board, row, concerned);
}

DriverAnswer start_route(store::Tx& tx, const Reporter& who, const AnswerOffer& request) {
    auto board = board_of(tx, who, request);
    auto& row = own(board, who, request.assignment_id);
    if (row.status == AssignmentState::in_progress) return settled(board, row, {});
    check_revision(row, request);
    board.apply(row, row.status == AssignmentState::paused ? assignments::resume(row.lifecycle) : assignments::start(row.lifecycle));
    return settled(board, row, assignments::deliveries_of(row.lifecycle));
}

DriverAnswer arrive(store::Tx& tx, const Reporter& who, const ArriveStop& request) {
    auto board = board_of(tx, who, request);
    auto at = at_stop(board, who, request.stop_id);
    if (at.stop.state == StopState::arrived) return settled(board, at.row, at.deliveries);
    check_revision(at.row, request);
    return report(board, at, {.stop_id = {}, .move = assignments::StopMove::arrive, .at = {}});
}

DriverAnswer attempt(store::Tx& tx, const Reporter& who, const AttemptStop& request) {
    auto board = board_of(tx, who, request);
    auto at = at_stop(board, who, request.stop_id);
    if (request.attempt_number) board.source.more["attempt_number"] = request.attempt_number->value;
    if (request.contacted) board.source.more["contacted"] = *request.contacted;
    if (request.channel) board.source.more["channel"] = schema::wire_name(*request.channel);
    keep_remarks(board, who, at.deliveries, request.notes, {});
    assignments::StopReport said{.stop_id = {}, .move = assignments::StopMove::attempt, .at = {}};
    if (request.channel || request.contacted)
        said.contact = ContactTry{request.channel.value_or(ContactChannel::call), board.source.at, request.contacted.value_or(false)};
    return report(board, at, std::move(said));
}

DriverAnswer complete(store::Tx& tx, const Reporter& who, const CompleteStop& request, const ProofFiles& files) {
    auto board = board_of(tx, who, timed(request));
    auto at = at_stop(board, who, request.stop_id);
    const auto proven = check_proof(board, who, at, request, files, well(at.stop, request.items, true));
    keep_remarks(board, who, at.deliveries, request.notes, request.left_with);
    auto answer = report(board, at, {.stop_id = {}, .move = assignments::StopMove::complete, .items = items_of(request.items), .at = {}});
    answer.pod_ids = make_pods(board, who, at.row, at.stop.id, at.deliveries, files, proven);
    return answer;
}

DriverAnswer partial(store::Tx& tx, const Reporter& who, const PartialStop& request, const ProofFiles& files) {
    auto board = board_of(tx, who, timed(request));
    auto at = at_stop(board, who, request.stop_id);
    const auto proven = check_proof(board, who, at, request, files, well(at.stop, request.items, false));
    keep_remarks(board, who, at.deliveries, request.notes, request.left_with);
    auto answer = report(board, at, {.stop_id = {}, .move = assignments::StopMove::partial, .items = items_of(request.items), .at = {}});
    answer.pod_ids = make_pods(board, who, at.row, at.stop.id, at.deliveries, files, proven);
    return answer;
}

DriverAnswer failed(store::Tx& tx, const Reporter& who, const FailStop& request, const ProofFiles& files) {
    auto board = board_of(tx, who, request);
    auto at = at_stop(board, who, request.stop_id);
    check_contacts(board, who.report, at.row, at.stop, request.reason);
    tell_lacking(board, at, files);
    if (request.next_action) board.source.more["next_action"] = schema::wire_name(*request.next_action);
    boost::json::array photos;
    for (const auto& url : files.urls(AssetKind::photo)) photos.emplace_back(url);
    if (!photos.empty()) board.source.more["photos"] = std::move(photos);
    keep_remarks(board, who, at.deliveries, request.notes, {});
    assignments::StopReport said{.stop_id = at.stop.id,
                                 .move = assignments::StopMove::fail,
                                 .items = items_of(request.items),
                                 .reason = request.reason,
                                 .at = board.source.at};
    if (who.report == deliveries::Report::synced) said.report = assignments::Report::synced;
    board.apply(at.row, assignments::report(at.row.lifecycle, said));
    if (request.next_action == NextAction::return_to_warehouse && at.stop.type != StopType::pickup)
        for (const auto& id : at.deliveries)
            if (auto* row = board.delivery(id); row && deliveries::may(row->lifecycle, deliveries::Action::bring_back))
                board.apply(*row, deliveries::bring_back(row->lifecycle, LegPurpose::retry, {}, {}, board.given(*row)));
    board.complete_when_done(at.row);
    auto answer = settled(board, at.row, at.deliveries);
    Proven proven{board.source.at, request.location, {}, {}, {}, {}, false};
    if (request.notes) proven.notes = *request.notes;
    answer.pod_ids = make_pods(board, who, at.row, at.stop.id, at.deliveries, files, proven);
    return answer;
}

DriverAnswer undo(store::Tx& tx, const Reporter& who, const ArriveStop& request) {
    auto board = board_of(tx, who, request);
    auto at = at_stop(board, who, request.stop_id);
    const Seconds undo_for{policies_of(tx).driver.undo_s.value};
    board.apply(at.row, assignments::undo_stop(at.row.lifecycle, at.stop.id, board.source.at, undo_for));
    return settled(board, at.row, at.deliveries);
}

}  // namespace lastmile::driver_api
