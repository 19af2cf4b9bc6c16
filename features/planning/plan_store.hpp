#pragma once
// All SQL on plans and on whose turn it is to plan.
#include "features/planning/plan.hpp"

namespace lastmile {

std::optional<PlanRow> find_plan(store::Read& read, Id<Plan> id);
std::optional<PlanRow> lock_plan(store::Tx& tx, Id<Plan> id);
/// Plans are proposals, no facts: what they lead to is written by the rooms of assignments and deliveries, with its events.
void save_plan(store::Tx& tx, const PlanRow& plan);
/// Status and outcomes; the document stays.
void save_outcomes(store::Tx& tx, const PlanRow& plan);
/// Forgets previews that nobody committed and plans of more than a week ago.
void drop_old_plans(store::Tx& tx);

/// A driver has declined a delivery: he is not asked for it again until then.
void save_refusal(store::Tx& tx, Id<Delivery> delivery, Id<Driver> driver, Instant until);
std::vector<std::pair<Id<Delivery>, Id<Driver>>> refusals(store::Read& read, Instant now);

/// Takes the turn in all these areas, or in none (false): somebody else has one. Whoever has it keeps it by asking again.
bool take_turn(store::Tx& tx, const std::vector<std::string>& areas, Id<Plan> run, Seconds lease);
void end_turn(store::Tx& tx, Id<Plan> run);

}  // namespace lastmile
