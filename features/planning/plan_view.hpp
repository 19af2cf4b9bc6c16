#pragma once
// Plans as they are answered.
#include <variant>

#include "features/assignments/assignment_view.hpp"
#include "features/planning/plan.hpp"
#include "platform/work/jobs.hpp"

namespace lastmile {

struct PlanQuote {
    Money price;
    std::optional<Instant> eta;
    std::int64_t co2_g = 0;
    std::optional<Instant> expires_at;
};
LASTMILE_VALUE(PlanQuote, (price, eta, co2_g, expires_at))
LASTMILE_DOC(PlanQuote, "What a partner offered.", {"price", "what it charges"}, {"eta", "when it would be there"}, {"co2_g", "grams of CO2"},
             {"expires_at", "until when the partner says that it holds; a preview that is committed later asks again"})
struct PartnerAssignment {
    Id<Delivery> delivery_id;
    Id<Partner> partner_id;
    std::optional<Id<Booking>> booking_id;
    PlanQuote quote;
};
LASTMILE_VALUE(PartnerAssignment, (delivery_id, partner_id, booking_id, quote))
LASTMILE_DOC(PartnerAssignment, "A delivery that goes to a partner.", {"delivery_id", "which"}, {"partner_id", "to whom"},
             {"booking_id", "the booking; absent in a preview"}, {"quote", "for what"})

struct PlanAnswer {
    Id<Plan> plan_id;
    std::string status;
    std::vector<AssignmentView> assignments;
    std::vector<PartnerAssignment> partner_assignments;
    std::vector<Unplanned> unassigned;
    std::vector<LeftOut> left_out;
    std::vector<SkippedDriver> skipped_drivers;
    std::vector<planning::QuoteMissing> quotes_missing;
    PlanCost cost;
    std::string travel_source;
    std::optional<PlanDiff> diff;
    std::optional<std::string> commit_token;
    std::optional<Instant> expires_at;
};
LASTMILE_VALUE(PlanAnswer, (plan_id, status, assignments, partner_assignments, unassigned, left_out, skipped_drivers, quotes_missing, cost, travel_source,
                            diff, commit_token, expires_at))
LASTMILE_DOC(PlanAnswer, "A plan.", {"plan_id", "ours"}, {"status", "committed, or preview: nothing of it is bound", "committed"},
             {"assignments", "routes that got something; of a preview as they would be"}, {"partner_assignments", "what goes to partners"},
             {"unassigned", "what could not be planned, and why"}, {"left_out", "what changed while it was planned and is not committed"},
             {"skipped_drivers", "who was not planned for, and why"},
             {"quotes_missing", "which partners gave no quote for what, and why"}, {"cost", "of the planned routes, as the optimizer counts"},
             {"travel_source", "roads: times by the road map; straight_line: estimated from distances", "roads"},
             {"diff", "of a replan: what it changes"},
             {"commit_token", "commits this preview: POST /assignments/commit"}, {"expires_at", "until then the token is good"})

struct PlanJobLinks {
    std::string self;
    std::string cancel;
};
LASTMILE_VALUE(PlanJobLinks, (self, cancel))
LASTMILE_DOC(PlanJobLinks, "Where to go on.", {"self", "progress and result"}, {"cancel", "ends the search and keeps the best plan so far"})
struct PlanJob {
    Id<work::Job> job_id;
    Id<Plan> plan_id;
    std::string status;
    PlanJobLinks links;
};
LASTMILE_VALUE(PlanJob, (job_id, plan_id, status, links))
LASTMILE_DOC(PlanJob, "A plan that is being made.", {"job_id", "to follow it"}, {"plan_id", "of the plan to come"},
             {"status", "queued or running", "queued"}, {"links", "where to go on"})


/// 200, or 202.
using PlanReply = std::variant<PlanAnswer, PlanJob>;

/// A plan's answer; `rows` are its assignments as they are now (of a preview: as they would be).
PlanAnswer answer_of(const PlanRow& plan, const std::vector<AssignmentRow>& rows, Instant now);

}  // namespace lastmile
