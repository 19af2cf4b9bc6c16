#pragma once
// Requests of the planning endpoints besides PlanRequest, and their table.
#include "features/planning/planning.hpp"
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

struct ReplanAssignment {
    Id<Assignment> assignment_id;
    std::optional<List<Id<Delivery>, 1, 500>> delivery_ids;
    std::optional<List<Id<Partner>, 1, 50>> partner_ids;
    std::optional<Strategy> strategy;
    std::optional<TimeWindowPolicy> time_window_policy;
    std::optional<double> stability;
    std::optional<Whole<1, 15>> budget_s;
    api::Query<bool> preview;
};
LASTMILE_VALUE(ReplanAssignment, (assignment_id, delivery_ids, partner_ids, strategy, time_window_policy, stability, budget_s, preview))
LASTMILE_DEFAULTS(ReplanAssignment, (preview))
LASTMILE_DOC(ReplanAssignment, "A route that is planned anew; what is not loaded may change routes where that pays.", {"assignment_id", "which route"},
             {"delivery_ids", "waiting deliveries that are planned with it; absent: none"},
             {"partner_ids", "whose quotes are asked for the waiting deliveries; absent: of all partners that routing allows"},
             {"strategy", "what is minimised; absent: by policy"},
             {"time_window_policy", "hard, soft or soft_with_penalty; absent: by policy"},
             {"stability", "0 to 1: how dear a change of routes is, 1: none; absent: by policy planning.stability", "0.3"},
             {"budget_s", "seconds the search may take at most", "2"}, {"preview", "true: nothing is bound; the answer has a commit_token"})
inline void schema_check(const ReplanAssignment& r, const schema::Check& check) {
    if (r.stability && !(*r.stability >= 0 && *r.stability <= 1)) check.add("stability", "out_of_range", "must be from 0 to 1");
}

struct OptionDifferences {
    Money cost;
    std::int64_t time_s = 0;
    std::int64_t distance_m = 0;
    std::int64_t co2_g = 0;
    std::int64_t vehicles = 0;
    std::int64_t late = 0;
};
LASTMILE_VALUE(OptionDifferences, (cost, time_s, distance_m, co2_g, vehicles, late))
LASTMILE_DOC(OptionDifferences, "Against the first option.", {"cost", "of the routes by their vehicles' prices, and what partners charge"}, {"time_s", "driving and service"},
             {"distance_m", "metres driven"}, {"co2_g", "grams of CO2"}, {"vehicles", "routes driven"}, {"late", "stops behind their window"})
struct PlanOption {
    std::string name;
    PlanAnswer plan;
    OptionDifferences differences;
};
LASTMILE_VALUE(PlanOption, (name, plan, differences))
LASTMILE_DOC(PlanOption, "One way to do it.", {"name", "fastest, cheapest, greenest or fewest_vehicles"}, {"plan", "a preview that can be committed"},
             {"differences", "against the first option"})
struct PlanOptions {
    std::vector<PlanOption> options;
};
LASTMILE_VALUE(PlanOptions, (options))
LASTMILE_DOC(PlanOptions, "Really different plans for the same; fewer where the same plan is best in several ways.", {"options", "each a preview"})

struct PlanRun {
    Id<work::Job> job_id;
    Id<Plan> plan_id;
    PlanMode mode = PlanMode::auto_;
    std::string status;
    std::string detail;
    Instant started_at;
    Instant updated_at;
    std::int64_t took_s = 0;
};
LASTMILE_VALUE(PlanRun, (job_id, plan_id, mode, status, detail, started_at, updated_at, took_s))
LASTMILE_DOC(PlanRun, "A planning run.", {"job_id", "its job"}, {"plan_id", "its plan"}, {"mode", "what it was for"},
             {"status", "queued, running, done, failed or cancelled"}, {"detail", "how far it is"}, {"started_at", "when it was asked for"},
             {"updated_at", "when it last moved"}, {"took_s", "from asking to its last move"})
struct OptimizerStatus {
    std::int64_t queued = 0;
    std::int64_t running = 0;
    std::int64_t waiting_for_plan = 0;
    std::string travel_source;
    std::vector<PlanRun> last_runs;
};
LASTMILE_VALUE(OptimizerStatus, (queued, running, waiting_for_plan, travel_source, last_runs))
LASTMILE_DOC(OptimizerStatus, "How the optimizer stands.", {"queued", "runs that wait"}, {"running", "runs that are worked on"},
             {"waiting_for_plan", "deliveries of which something waits for a plan"}, {"travel_source", "roads or straight_line"},
             {"last_runs", "the latest twenty, newest first"})

api::Endpoints planning_endpoints();

}  // namespace lastmile
