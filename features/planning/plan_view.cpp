#include "features/planning/plan_view.hpp"

namespace lastmile {

PlanAnswer answer_of(const PlanRow& plan, const std::vector<AssignmentRow>& rows, Instant now) {
    PlanAnswer answer;
    answer.plan_id = plan.id;
    answer.status = plan.status == PlanStatus::open ? "preview" : "committed";
    for (const auto& row : rows) answer.assignments.push_back(view_of(row, now));
    answer.unassigned = plan.document.unassigned, answer.skipped_drivers = plan.document.skipped_drivers;
    answer.cost = plan.document.cost, answer.travel_source = plan.document.travel_source, answer.diff = plan.document.diff;
    answer.quotes_missing = plan.document.quotes_missing;
    const auto goes_to = [&](const planning::PartnerQuote& quote, std::optional<Id<Booking>> booking) {
        answer.partner_assignments.push_back({quote.delivery_id, quote.partner_id, booking, {quote.price, quote.eta, quote.co2_g, quote.expires_at}});
    };
    if (plan.status == PlanStatus::open)
        for (const auto& quote : plan.document.outside) goes_to(quote, {});
    for (const auto& outcome : plan.outcomes)
        if (outcome.committed && outcome.booked) goes_to(*outcome.booked, outcome.booked->booking_id);
    for (const auto& outcome : plan.outcomes) answer.left_out.insert(answer.left_out.end(), outcome.left_out.begin(), outcome.left_out.end());
    return answer;
}

}  // namespace lastmile
