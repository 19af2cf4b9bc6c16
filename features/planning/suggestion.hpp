#pragma once
// A plan that was made because something happened, kept until a dispatcher commits it, sets it aside, or its time is over.
#include "features/planning/plan.hpp"
#include "platform/events/apply.hpp"

namespace lastmile {

/// What makes planning runs by themselves (policy planning.trigger).
enum class TriggerKind { new_delivery, cancel, decline, driver_offline, running_late, exception, closure };
LASTMILE_ENUM(TriggerKind, new_delivery, cancel, decline, driver_offline, running_late, exception, closure)

/// Why a run was made: the first cause's kind, and what happened (ids of deliveries, assignments, alerts, exceptions).
struct PlanCause {
    TriggerKind trigger = TriggerKind::new_delivery;
    std::vector<std::string> causes;
};
LASTMILE_VALUE(PlanCause, (trigger, causes))
LASTMILE_DOC(PlanCause, "Why a run was made.", {"trigger", "new_delivery, cancel, decline, driver_offline, running_late, exception or closure"},
             {"causes", "ids of what happened, the first twenty"})

enum class SuggestionState { open, committed, dismissed, superseded, expired };
LASTMILE_ENUM(SuggestionState, open, committed, dismissed, superseded, expired)

struct Suggestion {
    Id<Plan> id;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    SuggestionState state = SuggestionState::open;
    TriggerKind trigger = TriggerKind::new_delivery;
    std::vector<std::string> causes;
    std::string subject;  // "all", or the route that it is around: a newer one of the same takes its place
    std::optional<Id<Assignment>> around;
    Instant expires_at;   // machine time
    std::int64_t routes = 0;
    std::int64_t added = 0;
    std::int64_t moved = 0;
    std::int64_t unassigned = 0;
    std::int64_t late_before = 0;
    std::int64_t late_after = 0;
    Money cost;
};
LASTMILE_VALUE(Suggestion, (id, version, created_at, updated_at, state, trigger, causes, subject, around, expires_at, routes, added, moved, unassigned, late_before,
                            late_after, cost))

void save(store::Writer& writer, const Suggestion& suggestion);
events::Refs event_refs(const Suggestion& suggestion);
std::optional<Suggestion> lock_suggestion(store::Tx& tx, Id<Plan> id);
/// Open and not over their time, newest first.
std::vector<Suggestion> open_suggestions(store::Read& read);

/// Keeps a preview that something has asked for; one that would change nothing is not kept. Older ones of the same subject, and the oldest
/// beyond fifty, give way. *Emits* plan.suggested, superseded, expired.
void suggest(store::Tx& tx, const PlanRow& plan, const PlanCause& cause, const std::optional<Id<Assignment>>& around);
/// The plan was committed by somebody. *Emits* plan.committed.
void suggestion_committed(store::Tx& tx, Id<Plan> plan);

/// So that nothing is planned anew round and round: a route that was just replanned is left alone for a while.
void leave_alone(store::Tx& tx, Id<Assignment> route, Instant until);
bool is_left_alone(store::Read& read, Id<Assignment> route);

}  // namespace lastmile
