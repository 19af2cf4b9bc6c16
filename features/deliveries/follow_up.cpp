#include "features/deliveries/follow_up.hpp"

#include <algorithm>

#include "features/deliveries/end_rules.hpp"
#include "features/slots/reservations.hpp"

namespace lastmile::deliveries {
namespace {

EventDraft told(const DeliveryRow& row, const ReconcileItem& item) {
    return {"delivery.updated", {{"delivery_id", row.id.text()}, {"reconcile", {{"action", item.action}, {"state", schema::wire_name(item.state)}}}}};
}

}  // namespace

std::vector<EventDraft> follow_up(DeliveryRow& row, Instant now) {
    std::vector<EventDraft> events;
    auto& items = row.record.reconcile;
    if (row.lifecycle.cancellation == Cancellation::none && items.empty()) return events;
    auto left = left_to_do(row.lifecycle);
    // The hint is the caller's to act on: it has been handed over once the cancellation is confirmed.
    if (row.record.refund_hint && row.lifecycle.cancellation == Cancellation::requested) left.push_back({"refund_hint", "the caller asked to consider a refund"});
    const bool confirmed = row.lifecycle.cancellation == Cancellation::confirmed;
    if (row.record.refund_hint && confirmed && std::ranges::find(items, "refund_hint", &ReconcileItem::action) == items.end()) {
        items.push_back({"refund_hint", "the caller asked to consider a refund", ReconcileState::done, row.record.refund_hint, now, now});
        events.push_back(told(row, items.back()));
    }
    for (auto& item : items) {
        if (item.state != ReconcileState::open || std::ranges::find(left, item.action, &ReconcileAction::action) != left.end()) continue;
        item.state = how_it_ended(item.action, row.lifecycle);
        item.ended_at = now;
        events.push_back(told(row, item));
    }
    for (auto& action : left) {
        const auto open = [&](const ReconcileItem& item) { return item.action == action.action && item.state == ReconcileState::open; };
        if (std::ranges::any_of(items, open)) continue;
        std::optional<std::string> detail;
        if (action.action == "refund_hint") detail = row.record.refund_hint;
        items.push_back({std::move(action.action), std::move(action.reason), ReconcileState::open, std::move(detail), now, {}});
        events.push_back(told(row, items.back()));
    }
    return events;
}

void settle_slot(store::Tx& tx, const DeliveryRow& row, Status was) {
    if (!row.record.slot_reservation_id || row.status == was) return;
    if (row.status == Status::cancelled)
        slots::let_go(tx, *row.record.slot_reservation_id);
    else if (row.status == Status::delivered || row.status == Status::returned || is_final(row.lifecycle))
        slots::use_up(tx, *row.record.slot_reservation_id);
}

}  // namespace lastmile::deliveries
