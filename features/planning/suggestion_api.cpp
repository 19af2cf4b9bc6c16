#include "features/planning/suggestion_api.hpp"

#include "features/planning/plan_store.hpp"
#include "features/planning/planning_api.hpp"
#include "features/planning/planning_reasons.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile {
namespace {

using namespace api;

SuggestionView shown(store::Read& read, const Call& call, const Suggestion& s) {
    SuggestionView view{s.id, s.created_at, s.state, s.trigger, s.causes, s.around, s.expires_at, s.routes, s.added, s.moved, s.unassigned, s.late_before, s.late_after, s.cost,
                        {}, "/v1/lastmile/optimizer/plans/" + s.id.text()};
    if (s.state == SuggestionState::open)
        if (const auto plan = find_plan(read, s.id); plan && plan->status == PlanStatus::open) view.commit_token = call.service<Planning>().token_of(*plan, call.partition);
    return view;
}

Result<Reply<SuggestionList>> list_suggestions(store::Read& read, const Call& call, const NoInput&) {
    SuggestionList list;
    for (const auto& suggestion : open_suggestions(read)) list.data.push_back(shown(read, call, suggestion));
    return list;
}

Result<Reply<SuggestionView>> dismiss(store::Tx& tx, const Call& call, const OnePlan& request) {
    auto suggestion = lock_suggestion(tx, request.plan_id);
    if (!suggestion) return refuse(reasons::not_found, "There is no such suggestion.");
    if (suggestion->state == SuggestionState::dismissed) return shown(tx, call, *suggestion);
    if (suggestion->state != SuggestionState::open) return refuse(reasons::plan_outdated, "The suggestion is " + std::string(schema::wire_name(suggestion->state)) + ".");
    ++suggestion->version;
    suggestion->state = SuggestionState::dismissed, suggestion->updated_at = tx.now().business;
    auto data = schema::to_object(*suggestion);
    data["plan_id"] = suggestion->id.text();
    events::apply(tx, Changed<Suggestion>{*suggestion, {{"plan.dismissed", std::move(data)}}});
    return shown(tx, call, *suggestion);
}

std::optional<std::int64_t> suggestion_version(store::Tx& tx, const Call&, const OnePlan& request) {
    const auto suggestion = lock_suggestion(tx, request.plan_id);
    return suggestion ? std::optional(suggestion->version) : std::nullopt;
}

}  // namespace

Endpoints suggestion_endpoints() {
    return {
        reads("GET /v1/lastmile/optimizer/suggestions", "plans:read", list_suggestions,
              {.summary = "List suggested plans",
               .tag = "Optimizer",
               .description = "Plans that were made because something happened, where planning.trigger says suggest. One call commits one: POST assignments/commit with its "
                              "commit_token. A newer one for the same takes an older one's place; they are good for half an hour."}),
        guarded(suggestion_version, writes("POST /v1/lastmile/optimizer/suggestions/{planId}/dismiss", "plans:write", dismiss,
                                           {.summary = "Set a suggested plan aside", .tag = "Optimizer", .refuses = {reasons::not_found, reasons::plan_outdated}})),
    };
}

}  // namespace lastmile
