#include "features/planning/planning_api.hpp"

#include <algorithm>

#include "features/planning/options_api.hpp"
#include "features/planning/plan_store.hpp"
#include "features/planning/planning.hpp"
#include "features/planning/planning_reasons.hpp"
#include "features/planning/snapshot.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/work/job_store.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr std::size_t answered_at_once = 300;  // deliveries; more become a job
constexpr std::int64_t longest_at_once_s = 15;
constexpr int waiting_at_most = 12;  // requests that wait for their plan on this node; more become jobs
constexpr std::chrono::seconds patience{30};

struct Claim {
    Id<work::Job> job_id;
};
using Ended = std::optional<work::Job>;

PlanJob told_of(Id<work::Job> id, std::string status) {
    const auto text = id.text();
    return {id, Id<Plan>{id.bytes}, std::move(status), {"/v1/lastmile/jobs/" + text, "/v1/lastmile/assignments/" + text + "/cancel"}};
}

Reply<PlanReply> accepted(Id<work::Job> id, std::string status) {
    auto job = told_of(id, std::move(status));
    const auto self = job.links.self;
    return Reply<PlanReply>(PlanReply(std::move(job))).accepted(self);
}

/// The durable claim: a job whose id follows from the Idempotency-Key. A repetition finds it; one that still runs is said to.
Result<Claimed<PlanReply, Claim>> claim_order(store::Tx& tx, const Call& call, const PlanOrder& order, bool later) {
    const auto id = call.run_id ? Id<work::Job>{*call.run_id} : tx.new_id<work::Job>();  // previews need no key
    const auto input = schema::to_stored(order);
    if (const auto known = work::lock_job(tx, id)) {
        if (known->input != input) return refuse(reasons::key_reused, "The key was used for another plan.");
        const bool over = known->status != "queued" && known->status != "running";
        if (!over && !later && !work::claimable(tx, *known)) return refuse(reasons::in_flight, "The plan is still being made: " + id.text() + ".");
        if (!over && later) return Claimed<PlanReply, Claim>{.reply = accepted(id, known->status)};
        return Claimed<PlanReply, Claim>{.work = Claim{id}};
    }
    work::enqueue(tx, {.id = id, .type = std::string(plan_job_type), .input = input, .progress = {0, 100, 0, {}}});
    if (later) return Claimed<PlanReply, Claim>{.reply = accepted(id, "queued")};
    return Claimed<PlanReply, Claim>{.work = Claim{id}};
}

Result<Claimed<PlanReply, Claim>> claim_plan(store::Tx& tx, const Call& call, PlanMode mode, const PlanRequest& request) {
    planning::check_request(tx, request);
    const auto size = request.delivery_ids ? request.delivery_ids->size() : deliveries_to_plan(tx).size();
    const bool later = call.respond_async || size > answered_at_once || (request.budget_s && request.budget_s->value > longest_at_once_s) ||
                       call.service<Planning>().waiting >= waiting_at_most;
    return claim_order(tx, call, {.mode = mode, .request = request, .plan_id = {}, .around = {}, .stability = {}}, later);
}

Result<Ended> make(const Call& call, const Claim& claim) {
    auto& planning = call.service<Planning>();
    ++planning.waiting;
    const struct Leaves {
        std::atomic<int>& waiting;
        ~Leaves() { --waiting; }
    } leaves{planning.waiting};
    planning.jobs.run(call.partition, claim.job_id);
    return planning.jobs.ended(call.partition, claim.job_id, patience);
}

Result<Reply<PlanReply>> tell(const Claim& claim, const Ended& ended) {
    if (!ended) return accepted(claim.job_id, "running");
    if (ended->status == "failed") throw std::runtime_error("planning failed: " + ended->result.value_or(""));
    if (!ended->result || *ended->result == "{}") return refuse(reasons::plan_expired, "The plan is not there any more.");
    auto answer = schema::from_stored<PlanAnswer>(*ended->result);
    if (answer.status == "committed" && answer.assignments.empty() && answer.partner_assignments.empty() && !answer.left_out.empty()) {
        Error error{&reasons::plan_outdated, std::to_string(answer.left_out.size()) + " parts of the plan changed while it was made", {}, {}};
        error.extras["left_out"] = schema::to_json(answer.left_out);
        error.extras["plan_id"] = answer.plan_id.text();
        return std::unexpected(std::move(error));
    }
    const auto self = "/v1/lastmile/optimizer/plans/" + answer.plan_id.text();
    return Reply<PlanReply>(PlanReply(std::move(answer))).at(self);
}

Result<Claimed<PlanReply, Claim>> claim_auto(store::Tx& tx, const Call& call, const PlanRequest& r) { return claim_plan(tx, call, PlanMode::auto_, r); }
Result<Claimed<PlanReply, Claim>> claim_preview(store::Tx& tx, const Call& call, const PlanRequest& r) { return claim_plan(tx, call, PlanMode::preview, r); }
Result<Ended> make_plan(const Call& call, const PlanRequest&, const Claim& claim) { return make(call, claim); }
Result<Reply<PlanReply>> tell_plan(store::Tx&, const Call&, const PlanRequest&, const Claim& claim, const Ended& ended) { return tell(claim, ended); }

Result<Claimed<PlanReply, Claim>> claim_commit(store::Tx& tx, const Call& call, const CommitPlan& r) {
    const auto id = call.service<Planning>().plan_of_token(r.commit_token, call.partition);
    if (!id) return refuse(reasons::invalid, "The commit_token is not one of ours.", {{"#/commit_token", "invalid", "take it from a preview of this partition"}});
    const auto plan = lock_plan(tx, *id);
    if (!plan || (plan->status == PlanStatus::open && plan->expires_at <= tx.now().machine))
        return refuse(reasons::plan_expired, "It was good for half an hour.");
    return claim_order(tx, call, {.mode = PlanMode::commit, .request = {}, .plan_id = *id, .around = {}, .stability = {}}, call.respond_async);
}
Result<Ended> make_commit(const Call& call, const CommitPlan&, const Claim& claim) { return make(call, claim); }
Result<Reply<PlanReply>> tell_commit(store::Tx&, const Call&, const CommitPlan&, const Claim& claim, const Ended& ended) { return tell(claim, ended); }

Result<Claimed<PlanReply, Claim>> claim_replan(store::Tx& tx, const Call& call, const ReplanAssignment& r) {
    const auto row = find_assignment(tx, r.assignment_id);
    if (!row || row->kind != AssignmentKind::driver) return refuse(reasons::not_found, "There is no such assignment of a driver.");
    if (row->lifecycle.locked) return refuse(reasons::assignment_locked, "The assignment is locked.");
    if (assignments::is_over(row->status) || row->status == AssignmentState::paused)
        return refuse(reasons::assignment_not_legal, "The assignment is " + std::string(name_of(row->status)) + ".");
    PlanOrder order{.mode = *r.preview ? PlanMode::replan_preview : PlanMode::replan, .request = {}, .plan_id = {}, .around = r.assignment_id, .stability = r.stability};
    if (r.delivery_ids) order.request.delivery_ids = List<Id<Delivery>, 1, 5'000>(std::vector<Id<Delivery>>(r.delivery_ids->begin(), r.delivery_ids->end()));
    order.request.partner_ids = r.partner_ids, order.request.strategy = r.strategy, order.request.time_window_policy = r.time_window_policy;
    if (r.budget_s) order.request.budget_s = Whole<1, 600>{r.budget_s->value};
    planning::check_request(tx, order.request);
    return claim_order(tx, call, order, call.respond_async);
}
Result<Ended> make_replan(const Call& call, const ReplanAssignment&, const Claim& claim) { return make(call, claim); }
Result<Reply<PlanReply>> tell_replan(store::Tx&, const Call&, const ReplanAssignment&, const Claim& claim, const Ended& ended) { return tell(claim, ended); }

Result<Reply<PlanJob>> cancel_plan(store::Tx& tx, const Call&, const CancelPlan& r) {
    const auto job = work::lock_job(tx, r.assignment_job_id);
    if (!job || job->type != plan_job_type) return refuse(reasons::not_found, "There is no such planning job.");
    if (job->status == "done" || job->status == "failed") return refuse(reasons::job_not_legal, "The job has ended: " + job->status + ".");
    if (job->status != "cancelled" && !job->cancel_wanted) work::cancel_job(tx, r.assignment_job_id);
    return told_of(r.assignment_job_id, work::find_job(tx, r.assignment_job_id)->status);
}

Result<Reply<PlanAnswer>> get_plan(store::Read& read, const Call& call, const OnePlan& r) {
    const auto plan = find_plan(read, r.plan_id);
    if (!plan) return refuse(reasons::not_found, "There is no such plan; plans are kept for a week, previews for half an hour.");
    std::vector<AssignmentRow> rows;
    if (plan->status == PlanStatus::open)
        for (const auto& route : plan->document.routes) rows.push_back(route.trial);
    for (const auto& outcome : plan->outcomes)
        if (outcome.committed && !outcome.booked)
            if (auto row = find_assignment(read, outcome.assignment_id)) rows.push_back(std::move(*row));
    auto answer = answer_of(*plan, rows, read.now().business);
    if (plan->status == PlanStatus::open) answer.commit_token = call.service<Planning>().token_of(*plan, call.partition), answer.expires_at = plan->expires_at;
    return answer;
}

std::optional<std::int64_t> job_version(store::Tx& tx, const Call&, const CancelPlan& r) {
    const auto job = work::lock_job(tx, r.assignment_job_id);
    return job ? std::optional(job->version) : std::nullopt;
}

}  // namespace

Endpoints planning_endpoints() {
    auto all = options_endpoints();
    Endpoints more{
        runs("POST /v1/lastmile/assignments/auto", "plans:write", claim_auto, make_plan, tell_plan,
             {.summary = "Plan and assign",
              .tag = "Assignments",
              .description = "Plans what is named (or all that waits) onto routes that run and new ones, and binds it: route by route, checked against "
                             "what it was computed from; what changed meanwhile is in left_out. Large plans, and Prefer: respond-async, become a job.",
              .refuses = {reasons::plan_outdated, reasons::in_flight},
              .also = {202}}),
        runs("POST /v1/lastmile/optimizer/preview", "plans:write", claim_preview, make_plan, tell_plan,
             {.summary = "Preview a plan",
              .tag = "Optimizer",
              .description = "The same as auto, binding nothing. Its commit_token commits exactly this plan for half an hour.",
              .refuses = {reasons::in_flight},
              .also = {202},
              .keyless = true}),
        runs("POST /v1/lastmile/assignments/commit", "plans:write", claim_commit, make_commit, tell_commit,
             {.summary = "Commit a preview",
              .tag = "Assignments",
              .description = "Routes whose drivers, stops and deliveries are as they were are bound; what changed is in left_out. Twice is harmless.",
              .refuses = {reasons::plan_outdated, reasons::plan_expired, reasons::in_flight},
              .also = {202}}),
        guarded(job_version, writes("POST /v1/lastmile/assignments/{assignmentJobId}/cancel", "plans:write", cancel_plan,
                                    {.summary = "Cancel a planning job",
                                     .tag = "Assignments",
                                     .description = "The search ends; the best plan so far is the job's result, as a preview with its commit_token. Nothing of it is bound.",
                                     .refuses = {reasons::not_found, reasons::job_not_legal}})),
        reads("GET /v1/lastmile/optimizer/plans/{planId}", "plans:read", get_plan,
              {.summary = "Get a plan", .tag = "Optimizer", .refuses = {reasons::not_found}}),
        guarded(assignment_version<ReplanAssignment>,
                runs("POST /v1/lastmile/assignments/{assignmentId}/replan", "plans:write", claim_replan, make_replan, tell_replan,
                     {.summary = "Replan a route",
                      .tag = "Assignments",
                      .description = "What is done, begun, driven to or loaded stays; the rest is ordered anew and may change routes where that is worth more than "
                                     "stability says. The diff names what changes; with ?preview=true nothing is bound.",
                      .refuses = {reasons::not_found, reasons::assignment_locked, reasons::assignment_not_legal, reasons::plan_outdated, reasons::in_flight},
                      .also = {202}})),
    };
    for (auto& endpoint : more) all.push_back(std::move(endpoint));
    return all;
}

}  // namespace lastmile
