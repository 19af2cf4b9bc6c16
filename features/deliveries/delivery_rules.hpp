#pragma once
// What can a delivery do? The table of decisions by status, read by the console's buttons, the docs and the 409's `legal_actions`.
// Facts (scan, drop off, fail, unload: custody_rules.hpp) have no row: what a holder reports has happened and is always applied.
#include <array>

#include "features/deliveries/status.hpp"
#include "platform/base/result.hpp"
#include "platform/base/state_machine.hpp"

namespace lastmile::deliveries {

enum class Action { assign, unassign, reschedule, relay, take_over, cancel, confirm_cancel, refuse_cancel, retry, bring_back, close, correct, escalate };
LASTMILE_ENUM(Action, assign, unassign, reschedule, relay, take_over, cancel, confirm_cancel, refuse_cancel, retry, bring_back, close, correct,
                    escalate)

struct ActionRow {
    Action action;
    bool requested, scheduled, assigned, enroute, delivered, failed, cancelled, returned;
    constexpr bool in(Status status) const {
        return std::array{requested, scheduled, assigned, enroute, delivered, failed, cancelled, returned}[static_cast<std::size_t>(status)];
    }
};

inline constexpr ActionRow action_table[] = {
    // action               requested scheduled assigned enroute delivered failed cancelled returned   besides, this must hold:
    {Action::assign,         true,     true,     true,    true,   true,     true,  true,     false},  // a leg is plannable
    {Action::unassign,       true,     true,     true,    true,   true,     true,  true,     false},  // a held leg with nothing on board
    {Action::reschedule,     true,     true,     true,    false,  false,    true,  false,    false},  // not closed, no cancel wish
    {Action::relay,          true,     true,     true,    true,   false,    true,  false,    false},  // a free forward leg
    {Action::take_over,      false,    false,    true,    true,   true,     true,  true,     false},  // something is in a driver's van
    {Action::cancel,         true,     true,     true,    true,   true,     true,  false,    false},  // not final, not asked already
    {Action::confirm_cancel, true,     true,     true,    true,   true,     true,  false,    false},  // a cancel wish is open
    {Action::refuse_cancel,  true,     true,     true,    true,   true,     true,  false,    false},  // a cancel wish is open
    {Action::retry,          false,    false,    false,   false,  false,    true,  false,    false},  // attempts left, not on its way back for good
    {Action::bring_back,     false,    false,    false,   true,   true,     true,  true,     false},  // a package that failed, not on its way back
    {Action::close,          true,     true,     true,    true,   false,    true,  false,    false},  // not closed
    {Action::correct,        true,     true,     true,    true,   true,     true,  true,     true},
    {Action::escalate,       true,     true,     true,    true,   true,     true,  true,     true},
};

constexpr const ActionRow& row_of(Action action) { return action_table[static_cast<std::size_t>(action)]; }
constexpr bool table_in_order() {
    for (std::size_t i = 0; i < std::size(action_table); ++i)
        if (action_table[i].action != static_cast<Action>(i)) return false;
    return std::size(action_table) == static_cast<std::size_t>(Action::escalate) + 1;
}
static_assert(table_in_order());
static_assert(!row_of(Action::cancel).in(Status::returned), "what has come back cannot be cancelled");
static_assert(!row_of(Action::close).in(Status::delivered), "what has been delivered is corrected, not closed");
static_assert(row_of(Action::retry).in(Status::failed) && !row_of(Action::retry).in(Status::enroute), "only what has failed is tried again");

/// What a package may do on a leg.
enum class ItemMove { take, finish, fail, pass, withhold, drop, undo };
LASTMILE_ENUM(ItemMove, take, finish, fail, pass, withhold, drop, undo)
inline constexpr auto item_machine = state_machine<ItemState, ItemMove>({
    {ItemState::planned, ItemMove::take, ItemState::taken},
    {ItemState::planned, ItemMove::pass, ItemState::passed},        // the next holder has it: this one's word was lost
    {ItemState::planned, ItemMove::withhold, ItemState::withheld},  // damaged, refused, wrong at the pickup
    {ItemState::planned, ItemMove::drop, ItemState::dropped},       // not wanted any more
    {ItemState::taken, ItemMove::finish, ItemState::ended},
    {ItemState::taken, ItemMove::fail, ItemState::failed},
    {ItemState::taken, ItemMove::pass, ItemState::passed},
    {ItemState::failed, ItemMove::finish, ItemState::ended},        // the holder still had it and succeeded after all
    {ItemState::ended, ItemMove::fail, ItemState::failed},          // correct
    {ItemState::ended, ItemMove::undo, ItemState::taken},
    {ItemState::failed, ItemMove::undo, ItemState::taken},
    {ItemState::withheld, ItemMove::undo, ItemState::planned},
    {ItemState::taken, ItemMove::undo, ItemState::planned},         // a rule had put it there (on board), and its reason is undone
});
static_assert(item_machine.is_final(ItemState::passed) && item_machine.is_final(ItemState::dropped));
static_assert(!item_machine.leads(ItemState::passed, ItemState::taken), "who passed it on does not have it");

enum class CancelMove { ask, confirm, refuse };
LASTMILE_ENUM(CancelMove, ask, confirm, refuse)
inline constexpr auto cancel_machine = state_machine<Cancellation, CancelMove>({
    {Cancellation::none, CancelMove::ask, Cancellation::requested},
    {Cancellation::refused, CancelMove::ask, Cancellation::requested},
    {Cancellation::requested, CancelMove::confirm, Cancellation::confirmed},
    {Cancellation::requested, CancelMove::refuse, Cancellation::refused},
    {Cancellation::confirmed, CancelMove::refuse, Cancellation::refused},  // all was dropped off before the confirmation
});
static_assert(!cancel_machine.leads(Cancellation::none, Cancellation::confirmed), "a cancellation is first a wish");

/// Whether a person or policy may do this now; else the refusal, with the remedy.
/// *Refuses* not_legal_now, cancel_wished, no_cancel_wish, attempts_exhausted, on_its_way_back with `status`, `phase`, `legal_actions`.
Result<void> may(const DeliveryLifecycle& delivery, Action action, int max_attempts = 3);
std::vector<Action> legal_actions(const DeliveryLifecycle& delivery, int max_attempts = 3);

/// The refusal that names what is legal now.
std::unexpected<Error> refuse_now(const Reason& reason, std::string detail, const DeliveryLifecycle& delivery);

}  // namespace lastmile::deliveries
