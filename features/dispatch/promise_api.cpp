// What a recipient is promised: reschedule, and retry with another promise.
#include "features/areas/area_store.hpp"
#include "features/deliveries/delivery_create.hpp"
#include "features/deliveries/plan_rules.hpp"
#include "features/dispatch/one_delivery.hpp"
#include "features/hubs/hub_rules.hpp"
#include "features/hubs/hub_store.hpp"
#include "features/recipients/recipient_store.hpp"
#include "features/slots/reservations.hpp"
#include "features/slots/slot_rules.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr Reason hub_closed{"hub_closed", 409, "The hub is closed in this window", "Take a window in which open_windows of the hub lie."};

/// Its own stop on the route that it is planned on; nullptr: it is on none, or is being served.
const Stop* planned_stop(dispatch::Board& board, const DeliveryRow& row) {
    auto* route = row.assignment_id ? board.assignment(*row.assignment_id) : nullptr;
    if (!route || assignments::is_over(route->status)) return nullptr;
    for (const auto& stop : route->lifecycle.stops)
        if (stop.type == StopType::dropoff && stop.state == StopState::pending)
            for (const auto& item : stop.items)
                if (item.delivery_id == row.id) return &stop;
    return nullptr;
}

/// It stays on its route where the planned arrival meets the new window, else it comes off and is planned anew.
void fit_route(dispatch::Board& board, DeliveryRow& row, const Window& window) {
    const auto* stop = planned_stop(board, row);
    if (!stop) return;
    auto& route = *board.assignment(*row.assignment_id);
    const auto* time = route.route.at(stop->id);
    const bool loaded = std::ranges::any_of(row.lifecycle.packages, [](const PackageState& p) { return p.custody.on_board(); });
    if (!loaded && (!time || time->arrival < window.from || time->arrival > window.to)) {
        dispatch::unassign(board, {}, {row.id});
        return;
    }
    for (auto& place : route.places)
        if (place.stop_id == stop->id) place.from = window.from, place.to = window.to;
    board.apply(route, assignments::replan(route.lifecycle, dispatch::pending_stops(route.lifecycle), false, {}));
}

/// A return can only be promised while its hub is open.
void check_hub(store::Read& read, const DeliveryRow& row, const Window& window) {
    const auto hub = row.dropoff_hub_id ? find_hub(read, *row.dropoff_hub_id) : std::nullopt;
    if (!hub) return;
    const auto area = hub->area_id ? find_area(read, *hub->area_id) : std::nullopt;
    const std::string zone = area ? std::string(area->time_zone) : std::string(policies_of(read).time_zone);
    if (!hubs::open_windows(*hub, zone, window).empty()) return;
    Error error{&hub_closed, std::string(hub->name) + " is not open between " + to_rfc3339(window.from) + " and " + to_rfc3339(window.to) + ".",
                {{"#/window", "hub_closed", "the hub is closed then"}}, {}};
    const auto next = hubs::open_windows(*hub, zone, {window.from, window.from + std::chrono::days{7}});
    error.extras["open_windows"] = schema::to_json(next);
    throw Refusal(std::move(error));
}

std::optional<Text<1, 200>> order_of(const DeliveryRow& row) {
    if (!row.order_id || row.order_id->empty()) return std::nullopt;
    return Text<1, 200>(*row.order_id);
}

/// Puts the promise that a request asks for into the row: a window by hand (its slot is free again), or a slot. False: it asks for none.
template <class R>
bool take_promise(store::Tx& tx, DeliveryRow& row, const R& request) {
    if (request.window) {
        if (request.window->to <= tx.now().business)
            throw Refusal(Error{&reasons::invalid, "The window is over already.", {{"#/window/to", "in_the_past", "must be later than now"}}, {}});
        check_hub(tx, row, *request.window);
        give_slot_back(tx, row);
        row.dropoff_from = request.window->from, row.dropoff_to = request.window->to;
        return true;
    }
    if (!request.slot_id && !request.slot_reservation_id) return false;
    const std::string pointer = request.slot_id ? "#/slot_id" : "#/slot_reservation_id";
    if (row.dropoff_hub_id)
        throw Refusal(Error{&reasons::invalid, "Slots are for dropoffs at an address.", {{pointer, "not_for_hubs", "the parcels go to a hub: give window"}}, {}});
    take_slot(tx, row, request.slot_id ? slots::reserve(tx, *request.slot_id, order_of(row), pointer).id : *request.slot_reservation_id, pointer);
    return true;
}

void take_instructions(store::Tx& tx, const Call& call, const DeliveryRow& row, const std::optional<Prose<1, 1000>>& instructions) {
    if (!instructions) return;
    const auto& vault = call.service<Vault>();
    auto people = personal_data(tx, vault, row.recipient_id);
    if (!people) throw Refusal(Error{&reasons::conflict, "The personal data of this delivery was erased; instructions could tell it again.", {}, {}});
    people->dropoff_instructions = *instructions;
    change_recipient(tx, vault, row.recipient_id, *people);
}

/// The decision's events tell the window.
void apply_promise(dispatch::Board& board, DeliveryRow& row, DeliveryChange change) {
    const Window window{*row.dropoff_from, *row.dropoff_to};
    for (auto& event : change.events) {
        if (event.type != "delivery.rescheduled") continue;
        event.data["window"] = schema::to_json(window);
        if (row.record.slot_reservation_id) event.data["slot_reservation_id"] = row.record.slot_reservation_id->text();
    }
    board.apply(row, std::move(change));
    fit_route(board, row, window);
}

Result<Reply<DeliveryState>> reschedule_delivery(store::Tx& tx, const Call& call, const RescheduleDelivery& request) {
    dispatch::Board board(tx, call.service<Dispatch>());
    auto& row = dispatch::on(board, request.delivery_id);
    auto change = deliveries::promise_window(row.lifecycle, true, board.given(row));
    if (!change) return std::unexpected(std::move(change.error()));
    take_promise(tx, row, request);
    take_instructions(tx, call, row, request.instructions);
    apply_promise(board, row, std::move(*change));
    return dispatch::settled(board, row);
}

/// The promise first, then the attempt: what is made of it is planned for the new window.
Result<Reply<DeliveryState>> retry_delivery(store::Tx& tx, const Call& call, const RetryDelivery& request) {
    dispatch::Board board(tx, call.service<Dispatch>());
    auto& row = dispatch::on(board, request.delivery_id);
    if (auto may = deliveries::retry(row.lifecycle, request.from, board.given(row)); !may) return std::unexpected(std::move(may.error()));
    const bool promised = take_promise(tx, row, request);
    take_instructions(tx, call, row, request.instructions);
    if (promised) {
        auto change = deliveries::promise_window(row.lifecycle, true, board.given(row));
        if (!change) return std::unexpected(std::move(change.error()));
        apply_promise(board, row, std::move(*change));
    }
    board.apply(row, deliveries::retry(row.lifecycle, request.from, board.given(row)));
    if (promised) fit_route(board, row, {*row.dropoff_from, *row.dropoff_to});
    return dispatch::settled(board, row);
}

}  // namespace

Endpoints promise_endpoints() {
    return {
        guarded(dispatch::delivery_version<RetryDelivery>,
                writes("POST /v1/lastmile/deliveries/{deliveryId}/retry", Scope("deliveries:write") | "exceptions:write", retry_delivery,
                       {.summary = "Try a delivery again",
                        .tag = "Deliveries",
                        .description = "With another window or slot and instructions, where they are given.",
                        .refuses = {reasons::not_found, reasons::not_legal_now, reasons::attempts_exhausted, reasons::conflict, reasons::slot_full,
                                    reasons::slot_closed, reasons::slot_mismatch, reasons::reservation_bound, reasons::reservation_not_legal, hub_closed}})),
        guarded(dispatch::delivery_version<RescheduleDelivery>,
                writes("POST /v1/lastmile/deliveries/{deliveryId}/reschedule", "deliveries:write", reschedule_delivery,
                       {.summary = "Promise another window",
                        .tag = "Deliveries",
                        .description = "Until it departs, and after an attempt that failed: a window, or a slot of the dropoff's area. It stays on its "
                                       "route where the planned arrival meets the new window; else it comes off and is planned anew.",
                        .refuses = {reasons::not_found, reasons::not_legal_now, reasons::on_board, reasons::conflict, reasons::slot_full,
                                    reasons::slot_closed, reasons::slot_mismatch, reasons::reservation_bound, reasons::reservation_not_legal, hub_closed}})),
    };
}

}  // namespace lastmile
