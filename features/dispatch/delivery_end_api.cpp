// Decisions about one delivery that reach its routes: cancel, bring back, close, correct.
#include "features/deliveries/plan_rules.hpp"
#include "features/dispatch/one_delivery.hpp"
#include "features/exceptions/exception_store.hpp"
#include "features/reasons/reasons.hpp"
#include "features/recipients/recipient_store.hpp"

namespace lastmile {

DeliveryState state_of(const DeliveryRow& row, int max_attempts) {
    return {row.id,
            row.status,
            row.phase == Phase::none ? std::nullopt : std::optional(row.phase),
            row.outcome,
            row.lifecycle.cancellation,
            deliveries::legal_actions(row.lifecycle, max_attempts),
            row.version};
}

namespace {

using namespace api;

using dispatch::delivery_version;
using dispatch::on;
using dispatch::settled;

Result<Reply<CancelView>> cancel_delivery(store::Tx& tx, const Call& call, const CancelDelivery& request) {
    dispatch::Board board(tx, call.service<Dispatch>());
    auto& row = on(board, request.delivery_id);
    const bool told =
        request.reason && row.lifecycle.cancellation != Cancellation::requested && row.lifecycle.cancellation != Cancellation::confirmed;
    auto answer = deliveries::cancel(row.lifecycle, request.reason ? std::string_view(*request.reason) : std::string_view(), board.given(row));
    if (!answer.change.events.empty()) {
        if (told) row.record.cancel_reason = *request.reason;
        if (request.refund_hint) row.record.refund_hint = *request.refund_hint;
    }
    CancelView view{row.id, answer.cancellation, answer.reason, row.status, {}, {}, row.version};
    board.apply(row, std::move(answer.change));
    dispatch::withdraw_empty(board);
    board.settle_routes();
    view.reconcile_actions = row.record.reconcile;
    view.cancellation = row.lifecycle.cancellation == Cancellation::none ? answer.cancellation : row.lifecycle.cancellation;
    if (answer.cancellation == Cancellation::refused) view.cancellation = Cancellation::refused;
    view.status = row.status, view.version = row.version;
    if (row.phase != Phase::none) view.phase = row.phase;
    return view;
}

Result<Reply<DeliveryState>> confirm_cancel(store::Tx& tx, const Call& call, const DecideCancel& request) {
    dispatch::Board board(tx, call.service<Dispatch>());
    auto& row = on(board, request.delivery_id);
    if (request.reason) row.record.cancel_reason = *request.reason;
    board.apply(row, deliveries::confirm_cancel(row.lifecycle, board.given(row)));
    return settled(board, row);
}
Result<Reply<DeliveryState>> refuse_cancel(store::Tx& tx, const Call& call, const DecideCancel& request) {
    dispatch::Board board(tx, call.service<Dispatch>());
    auto& row = on(board, request.delivery_id);
    board.apply(row,
                deliveries::refuse_cancel(row.lifecycle, request.reason ? std::string_view(*request.reason) : std::string_view(), board.given(row)));
    return settled(board, row);
}
Result<Reply<DeliveryState>> close_delivery(store::Tx& tx, const Call& call, const CloseDelivery& request) {
    dispatch::Board board(tx, call.service<Dispatch>());
    auto& row = on(board, request.delivery_id);
    board.apply(row, deliveries::close(row.lifecycle, request.outcome, board.given(row)));
    return settled(board, row);
}
Result<Reply<DeliveryState>> bring_back(store::Tx& tx, const Call& call, const BringBack& request) {
    dispatch::Board board(tx, call.service<Dispatch>());
    auto& row = on(board, request.delivery_id);
    std::optional<Place> to;
    if (request.hub_id) {
        if (tx.query("select 1 from hubs where partition = $1 and id = $2", {*request.hub_id}).empty())
            return refuse(reasons::invalid, "There is no such hub.", {{"#/hub_id", "unknown", "no such hub"}});
        to = Place{PlaceKind::hub, *request.hub_id};
    }
    board.apply(row, deliveries::bring_back(row.lifecycle, request.purpose, to, {}, board.given(row)));
    return settled(board, row);
}

Result<Reply<DeliveryState>> correct_delivery(store::Tx& tx, const Call& call, const CorrectDelivery& request) {
    dispatch::Board board(tx, call.service<Dispatch>());
    auto& row = on(board, request.delivery_id);
    if (request.hub_id && tx.query("select 1 from hubs where partition = $1 and id = $2", {*request.hub_id}).empty())
        return refuse(reasons::invalid, "There is no such hub.", {{"#/hub_id", "unknown", "no such hub"}});
    const auto where =
        request.hub_id ? Custody::of(*request.hub_id) : Custody{schema::from_wire<CustodyKind>(schema::wire_name(request.custody)).value(), {}};
    std::vector<Id<Package>> packages(request.package_ids.begin(), request.package_ids.end());
    if (packages.empty())
        for (const auto& package : row.lifecycle.packages) packages.push_back(package.id);
    for (const auto& package : packages)
        board.apply(row, deliveries::correct(row.lifecycle, package, where, request.for_good, request.reason, board.given(row)));
    return settled(board, row);
}

Result<Reply<DeliveryState>> escalate_delivery(store::Tx& tx, const Call& call, const EscalateDelivery& request) {
    dispatch::Board board(tx, call.service<Dispatch>());
    auto& row = on(board, request.delivery_id);
    if (auto can = deliveries::may(row.lifecycle, deliveries::Action::escalate); !can) return std::unexpected(std::move(can.error()));
    board.apply(row, deliveries::escalate(row.lifecycle, request.case_id, request.priority, board.given(row)));
    Exception found;
    found.delivery_id = row.id, found.assignment_id = row.assignment_id;
    found.type = ExceptionType::other, found.severity = request.priority;
    found.detail = "Escalated to support: case " + request.case_id + ".";
    open_exception(tx, std::move(found));
    return settled(board, row);
}

}  // namespace

Endpoints delivery_end_endpoints() {
    return {
        guarded(delivery_version<CancelDelivery>, writes("POST /v1/lastmile/deliveries/{deliveryId}/cancel", "deliveries:write", cancel_delivery,
                                                         {.summary = "Cancel a delivery",
                                                          .tag = "Deliveries",
                                                          .description = "A wish: confirmed at once where nothing is loaded; else requested until "
                                                                         "courier or partner have answered. Says what is left to do.",
                                                          .refuses = {reasons::not_found}})),
        guarded(delivery_version<DecideCancel>, writes("POST /v1/lastmile/deliveries/{deliveryId}/confirm-cancel", "deliveries:write", confirm_cancel,
                                                       {.summary = "Confirm an open cancellation",
                                                        .tag = "Deliveries",
                                                        .description = "What is on board goes back.",
                                                        .refuses = {reasons::not_found, reasons::no_cancel_wish}})),
        guarded(delivery_version<DecideCancel>, writes("POST /v1/lastmile/deliveries/{deliveryId}/refuse-cancel", "deliveries:write", refuse_cancel,
                                                       {.summary = "Refuse an open cancellation",
                                                        .tag = "Deliveries",
                                                        .description = "It goes on.",
                                                        .refuses = {reasons::not_found, reasons::no_cancel_wish}})),
        guarded(delivery_version<BringBack>,
                writes("POST /v1/lastmile/deliveries/{deliveryId}/bring-back", "deliveries:write", bring_back,
                       {.summary = "Bring back what has failed",
                        .tag = "Deliveries",
                        .refuses = {reasons::not_found, reasons::not_legal_now, reasons::on_its_way_back, reasons::on_board}})),
        guarded(delivery_version<CorrectDelivery>, writes("POST /v1/lastmile/deliveries/{deliveryId}/correct", "correct", correct_delivery,
                                                          {.summary = "Correct where packages are",
                                                           .tag = "Deliveries",
                                                           .description = "After the fact, audited: the log keeps what was before, and the reason.",
                                                           .refuses = {reasons::not_found, reasons::unknown_package}})),
        guarded(delivery_version<EscalateDelivery>,
                writes("POST /v1/lastmile/deliveries/{deliveryId}/escalate", Scope("deliveries:write") | "exceptions:write", escalate_delivery,
                       {.summary = "Escalate a delivery to support",
                        .tag = "Exceptions",
                        .description = "Told as delivery.escalated with the case, and kept before everybody's eyes as an exception of that severity.",
                        .refuses = {reasons::not_found, reasons::not_legal_now}})),
        guarded(delivery_version<CloseDelivery>, writes("POST /v1/lastmile/deliveries/{deliveryId}/close", "deliveries:write", close_delivery,
                                                        {.summary = "Close a delivery",
                                                         .tag = "Deliveries",
                                                         .description = "Given up: undeliverable (what is on board comes back), lost or disposed.",
                                                         .refuses = {reasons::not_found, reasons::not_legal_now}})),
    };
}

}  // namespace lastmile
