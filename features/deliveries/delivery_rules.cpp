#include "features/deliveries/delivery_rules.hpp"

#include <algorithm>

#include "features/reasons/reasons.hpp"

namespace lastmile::deliveries {
namespace {

bool any_leg(const DeliveryLifecycle& d, auto&& holds) { return std::ranges::any_of(d.legs, holds); }

bool has(const Leg& leg, ItemState state) {
    return std::ranges::any_of(leg.items, [&](const LegItem& item) { return item.state == state; });
}

/// Packages that nothing is planned for any more, though a holder has them or a pickup or an attempt went wrong.
bool something_to_bring_back(const DeliveryLifecycle& d) {
    return std::ranges::any_of(d.packages, [&](const PackageState& p) {
        const auto item_is = [&](auto&& holds) { return any_leg(d, [&](const Leg& leg) { return leg.item(p.id) && holds(*leg.item(p.id)); }); };
        const bool tried = p.custody.on_board() || item_is([](const LegItem& i) {
            return i.state == ItemState::failed || i.state == ItemState::ended || i.state == ItemState::passed || i.state == ItemState::withheld;
        });
        return p.end == PackageEnd::none && tried && !item_is([](const LegItem& i) { return i.live(); });
    });
}

/// Whether the guard beside the table's row holds; the reason where one is more telling than "not legal now".
bool guard(const DeliveryLifecycle& d, Action action, const Reason*& why) {
    const bool wished = d.cancellation == Cancellation::requested;
    switch (action) {
        case Action::assign: return any_leg(d, [&](const Leg& leg) { return is_plannable(d, leg); });
        case Action::unassign: return any_leg(d, [](const Leg& leg) { return leg.live() && leg.holder && !has(leg, ItemState::taken); });
        case Action::reschedule:
            if (wished) why = &reasons::cancel_wished;
            return !wished && d.closed == Closing::open && !is_final(d);
        case Action::relay: return any_leg(d, [&](const Leg& leg) { return leg.kind == LegKind::forward && is_plannable(d, leg); });
        case Action::take_over:
            return any_leg(d, [](const Leg& leg) { return leg.holder && leg.holder->kind == HolderKind::driver && has(leg, ItemState::taken); });
        case Action::cancel: return !is_final(d) && d.closed == Closing::open && (d.cancellation == Cancellation::none || d.cancellation == Cancellation::refused);
        case Action::confirm_cancel:
        case Action::refuse_cancel: why = &reasons::no_cancel_wish; return wished;
        case Action::retry:
            why = &reasons::on_its_way_back;
            return d.closed == Closing::open && !is_final(d) && !any_leg(d, [](const Leg& leg) {
                return leg.kind == LegKind::back && leg.purpose == LegPurpose::return_ && has(leg, ItemState::taken);
            });
        case Action::bring_back: return something_to_bring_back(d);
        case Action::close: return d.closed == Closing::open && !is_final(d);
        case Action::correct:
        case Action::escalate: return true;
    }
    return false;
}

}  // namespace

Result<void> may(const DeliveryLifecycle& d, Action action, int max_attempts) {
    const auto status = status_of(d).status;
    const Reason* why = &reasons::not_legal_now;
    if (row_of(action).in(status)) {
        const bool exhausted = action == Action::retry && d.failed_attempts >= max_attempts;
        if (guard(d, action, why) && !exhausted) return {};
        if (exhausted) why = &reasons::attempts_exhausted;
    }
    Error error{why, std::string(name_of(action)) + " is not possible now: the delivery is " + std::string(name_of(status)), {}, {}};
    error.extras["delivery_status"] = name_of(status);
    error.extras["phase"] = name_of(status_of(d).phase);
    error.extras["legal_actions"] = names_of(legal_actions(d, max_attempts));
    return std::unexpected(std::move(error));
}

std::vector<Action> legal_actions(const DeliveryLifecycle& d, int max_attempts) {
    std::vector<Action> legal;
    const auto status = status_of(d).status;
    for (const auto& row : action_table) {
        if (row.action == Action::relay) continue;  // made by plans, asked for by nobody: no endpoint serves it
        const Reason* why = nullptr;
        const bool exhausted = row.action == Action::retry && d.failed_attempts >= max_attempts;
        if (row.in(status) && !exhausted && guard(d, row.action, why)) legal.push_back(row.action);
    }
    return legal;
}

std::unexpected<Error> refuse_now(const Reason& reason, std::string detail, const DeliveryLifecycle& d) {
    const auto view = status_of(d);
    Error error{&reason, std::move(detail), {}, {}};
    error.extras["delivery_status"] = name_of(view.status);
    error.extras["phase"] = name_of(view.phase);
    error.extras["legal_actions"] = names_of(legal_actions(d));
    return std::unexpected(std::move(error));
}

}  // namespace lastmile::deliveries
