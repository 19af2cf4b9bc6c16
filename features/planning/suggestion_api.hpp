#pragma once
// Suggestions over the wire: listed with what commits them, or set aside.
#include "features/planning/planning.hpp"
#include "features/planning/suggestion.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct SuggestionView {
    Id<Plan> plan_id;
    Instant created_at;
    SuggestionState state = SuggestionState::open;
    TriggerKind trigger = TriggerKind::new_delivery;
    std::vector<std::string> causes;
    std::optional<Id<Assignment>> assignment_id;
    Instant expires_at;
    std::int64_t routes = 0;
    std::int64_t added = 0;
    std::int64_t moved = 0;
    std::int64_t unassigned = 0;
    std::int64_t late_before = 0;
    std::int64_t late_after = 0;
    Money cost;
    std::optional<std::string> commit_token;
    std::string plan_url;
};
LASTMILE_VALUE(SuggestionView, (plan_id, created_at, state, trigger, causes, assignment_id, expires_at, routes, added, moved, unassigned, late_before, late_after, cost,
                                commit_token, plan_url))
LASTMILE_DOC(SuggestionView, "A plan that was made because something happened.", {"plan_id", "the plan; GET optimizer/plans/{planId} shows it"},
             {"created_at", "when it was made"}, {"state", "open, committed, dismissed, superseded or expired"},
             {"trigger", "why: new_delivery, cancel, decline, driver_offline, running_late, exception or closure"}, {"causes", "ids of what happened"},
             {"assignment_id", "the route that it is around; absent: all that waited"}, {"expires_at", "until then it can be committed"},
             {"routes", "how many routes would change"}, {"added", "deliveries that get a route, or a partner"}, {"moved", "deliveries that change routes"},
             {"unassigned", "what stays without a route"}, {"late_before", "stops of these routes behind their windows now"}, {"late_after", "and by the plan"},
             {"cost", "of the plan as the optimizer counts"}, {"commit_token", "commits it: POST assignments/commit; while it is open"}, {"plan_url", "the whole plan"})

struct SuggestionList {
    std::vector<SuggestionView> data;
};
LASTMILE_VALUE(SuggestionList, (data))
LASTMILE_DOC(SuggestionList, "What could be committed now.", {"data", "newest first, at most fifty"})

api::Endpoints suggestion_endpoints();

}  // namespace lastmile
