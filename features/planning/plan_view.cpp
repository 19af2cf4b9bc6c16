#include "features/planning/plan_view.hpp"

namespace lastmile {

PlanAnswer answer_of(const PlanRow& plan, const std::vector<AssignmentRow>& rows, Instant now) {
    PlanAnswer answer;
    answer.plan_id = plan.id;
    answer.status = plan.status == PlanStatus::open ? "preview" : "committed";
    for (const auto& row : rows) answer.assignments.push_back(view_of(row, now));
    answer.unassigned = plan.document.unassigned, answer.skipped_drivers = plan.document.skipped_drivers;
    answer.cost = plan.document.cost, answer.travel_source = plan.document.travel_source, answer.diff = plan.document.diff;
    for (const auto& outcome : plan.outcomes) answer.left_out.insert(answer.left_out.end(), outcome.left_out.begin(), outcome.left_out.end());
    return answer;
}

}  // namespace lastmile
