#pragma once
// The optimizer's answer as routes of stops: what is kept as a plan, and what a preview shows.
#include "features/planning/problem.hpp"
#include "platform/base/random.hpp"

namespace lastmile::planning {

struct Ids {
    Random& random;
    Instant machine_now;
    template <class Noun>
    Id<Noun> make() const { return Id<Noun>::make(machine_now, random); }
};

/// Only routes that get something new, lose something, or (of `around`) whose order changes. A route of which the optimizer could not
/// keep everything stays as it is: what was to join it is unassigned.
PlanDocument plan_of(const Snapshot& snapshot, const PlanProblem& problem, const vrp::Solution& solution, const Dispatch& dispatch, const Ids& ids,
                     const std::optional<Id<Assignment>>& around = {});

/// The row of a planned route: the existing one (or a blank new one) with these stops, priced. Ways outside any transaction.
AssignmentRow trial_of(const Candidate& candidate, const PlannedRoute& route, const Dispatch& dispatch, Instant now);
Wheels wheels_of(const Vehicle& vehicle);

/// Puts the plan's stops into a row, in the place of its pending ones; what is not pending any more stays as it is.
std::vector<Stop> pending_of(const PlannedRoute& route, AssignmentRow& row);

}  // namespace lastmile::planning
