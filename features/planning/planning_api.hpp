#pragma once
// Requests of the planning endpoints besides PlanRequest, and their table.
#include "features/planning/plan_view.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct CommitPlan {
    Text<1, 400> commit_token;
};
LASTMILE_VALUE(CommitPlan, (commit_token))
LASTMILE_DOC(CommitPlan, "Which preview is to be committed.", {"commit_token", "as the preview gave it"})

struct CancelPlan {
    Id<work::Job> assignment_job_id;
};
LASTMILE_VALUE(CancelPlan, (assignment_job_id))
LASTMILE_DOC(CancelPlan, "Which planning job is to end.", {"assignment_job_id", "the job_id of the 202"})

struct OnePlan {
    Id<Plan> plan_id;
};
LASTMILE_VALUE(OnePlan, (plan_id))
LASTMILE_DOC(OnePlan, "Which plan.", {"plan_id", "ours"})

api::Endpoints planning_endpoints();

}  // namespace lastmile
