// Alternatives to choose from, and how the optimizer stands.
#include "features/planning/options_api.hpp"

#include <algorithm>
#include <cmath>

#include "features/planning/plan_store.hpp"
#include "features/planning/snapshot.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr std::size_t most_in_options = 300;
constexpr int runs_shown = 20;
constexpr std::chrono::minutes preview_good{30};

struct Made {
    std::vector<planning::Option> options;
};

OptionDifferences totals_of(const PlanDocument& plan, const Currency& currency) {
    OptionDifferences sum;
    sum.cost.currency = currency;
    for (const auto& route : plan.routes) {
        const auto& priced = route.trial.route;
        if (priced.cost) sum.cost.amount = sum.cost.amount.value + priced.cost->amount.value;
        sum.time_s += std::llround(priced.time_s), sum.distance_m += std::llround(priced.distance_m), sum.co2_g += priced.co2_g;
        sum.late += static_cast<std::int64_t>(late_stops(route.trial).size());
        ++sum.vehicles;
    }
    for (const auto& quote : plan.outside) sum.cost.amount = sum.cost.amount.value + quote.amount, sum.co2_g += quote.co2_g;
    return sum;
}

OptionDifferences against(OptionDifferences a, const OptionDifferences& b) {
    a.cost.amount = a.cost.amount.value - b.cost.amount.value;
    a.time_s -= b.time_s, a.distance_m -= b.distance_m, a.co2_g -= b.co2_g, a.vehicles -= b.vehicles, a.late -= b.late;
    return a;
}

Result<Made> make_options(const Call& call, const PlanRequest& request) {
    auto& planning = call.service<Planning>();
    std::size_t size = 0;
    std::optional<Error> refused;
    planning.store.look(call.partition, [&](store::Read& read) {
        try {
            planning::check_request(read, request);
            size = request.delivery_ids ? request.delivery_ids->size() : deliveries_to_plan(read).size();
        } catch (const Refusal& refusal) {
            refused = refusal.error();
        }
    });
    if (refused) return std::unexpected(std::move(*refused));
    if (size > most_in_options)
        return refuse(reasons::invalid, "Alternatives are made of 300 deliveries at most.", {{"#/delivery_ids", "too_many", "name fewer, or ask for one preview"}});
    if (request.budget_s && request.budget_s->value > 15)
        return refuse(reasons::invalid, "Alternatives are answered at once.", {{"#/budget_s", "out_of_range", "15 at most here"}});
    return Made{planning.options(call.partition, request)};
}

Result<Reply<PlanOptions>> keep_options(store::Tx& tx, const Call& call, const PlanRequest&, const Made& made) {
    const auto& planning = call.service<Planning>();
    const auto currency = policies_of(tx).currency;
    PlanOptions answer;
    OptionDifferences first;
    for (const auto& option : made.options) {
        PlanRow row{tx.new_id<Plan>(), PlanStatus::open, tx.now().business, tx.now().machine + preview_good, option.plan, {}};
        save_plan(tx, row);
        std::vector<AssignmentRow> rows;
        for (const auto& route : row.document.routes) rows.push_back(route.trial);
        PlanOption shown{option.name, answer_of(row, rows, tx.now().business), totals_of(row.document, currency)};
        shown.plan.commit_token = planning.token_of(row, call.partition), shown.plan.expires_at = row.expires_at;
        if (answer.options.empty()) first = shown.differences;
        shown.differences = against(shown.differences, first);
        answer.options.push_back(std::move(shown));
    }
    return answer;
}

Result<Reply<OptimizerStatus>> status(store::Read& read, const Call& call, const NoInput&) {
    OptimizerStatus now;
    now.travel_source = call.service<Planning>().roads ? "roads" : "straight_line";
    now.waiting_for_plan = static_cast<std::int64_t>(deliveries_to_plan(read).size());
    for (const auto& job : work::recent_jobs(read, plan_job_type, 200)) {
        now.queued += job.status == "queued", now.running += job.status == "running";
        if (static_cast<int>(now.last_runs.size()) >= runs_shown) continue;
        const auto order = schema::from_stored<PlanOrder>(job.input);
        now.last_runs.push_back({job.id, order.plan_id.value_or(Id<Plan>{job.id.bytes}), order.mode, job.status, job.progress.detail, job.created_at,
                                 job.updated_at, std::chrono::duration_cast<Seconds>(job.updated_at - job.created_at).count()});
    }
    return now;
}

}  // namespace

Endpoints options_endpoints() {
    return {
        prepares("POST /v1/lastmile/optimizer/options", "plans:write", make_options, keep_options,
                 {.summary = "Compare plans",
                  .tag = "Optimizer",
                  .description = "Really different plans for the same deliveries, each with its commit_token; differences are against the first.",
                  .keyless = true}),
        reads("GET /v1/lastmile/optimizer/status", "plans:read", status, {.summary = "How the optimizer stands", .tag = "Optimizer"}),
    };
}

}  // namespace lastmile
