#include "features/planning/suggestion.hpp"

#include <algorithm>

namespace lastmile {
namespace {

const store::Table<Suggestion> suggestions_table("planning_suggestions");
constexpr std::size_t most_open = 50;

void tell(store::Tx& tx, const Suggestion& suggestion, const char* type) {
    auto data = schema::to_object(suggestion);
    data["plan_id"] = suggestion.id.text();
    events::apply(tx, Changed<Suggestion>{suggestion, {{type, std::move(data)}}});
}

void end(store::Tx& tx, Suggestion suggestion, SuggestionState state, const char* type) {
    ++suggestion.version;
    suggestion.state = state;
    suggestion.updated_at = tx.now().business;
    tell(tx, suggestion, type);
}

/// Stops behind their window on these routes as they would be.
std::int64_t late_after(const PlanDocument& plan) {
    std::int64_t late = 0;
    for (const auto& route : plan.routes) late += static_cast<std::int64_t>(late_stops(route.trial).size());
    return late;
}

std::int64_t late_now(store::Read& read, const PlanDocument& plan) {
    std::int64_t late = 0;
    for (const auto& route : plan.routes)
        if (!route.fresh)
            if (const auto row = find_assignment(read, route.assignment_id)) late += static_cast<std::int64_t>(late_stops(*row).size());
    return late;
}

}  // namespace

void save(store::Writer& writer, const Suggestion& suggestion) {
    if (suggestion.version == 1) suggestions_table.insert(writer, suggestion);
    else suggestions_table.update(writer, suggestion, suggestion.version - 1);
}

events::Refs event_refs(const Suggestion& suggestion) {
    events::Refs refs{.aggregate = "plan", .aggregate_id = suggestion.id.text(), .version = suggestion.version};
    if (suggestion.around) refs.assignment_id = suggestion.around->text();
    return refs;
}

std::optional<Suggestion> lock_suggestion(store::Tx& tx, Id<Plan> id) { return suggestions_table.lock_one(tx, "partition = $1 and id = $2", {id}); }

std::vector<Suggestion> open_suggestions(store::Read& read) {
    return suggestions_table.all(read, "partition = $1 and state = 'open' and expires_at > $2 order by created_at desc, id desc limit 200", {read.now().machine});
}

void suggest(store::Tx& tx, const PlanRow& plan, const PlanCause& cause, const std::optional<Id<Assignment>>& around) {
    const auto& document = plan.document;
    if (document.routes.empty() && document.outside.empty()) return;
    Suggestion made;
    made.id = plan.id, made.created_at = made.updated_at = tx.now().business, made.expires_at = plan.expires_at;
    made.trigger = cause.trigger, made.causes = cause.causes, made.around = around, made.subject = around ? around->text() : "all";
    made.routes = std::ssize(document.routes), made.unassigned = std::ssize(document.unassigned), made.cost = document.cost.total;
    for (const auto& route : document.routes)
        for (const auto& leg : route.legs) ++(leg.from ? made.moved : made.added);
    made.added += std::ssize(document.outside);
    made.late_before = late_now(tx, document), made.late_after = late_after(document);
    tx.bookkeeping().write_any("delete from planning_suggestions where partition = $1 and state <> 'open' and created_at < $2", {tx.now().business - std::chrono::days{7}});
    auto open = suggestions_table.lock(tx, "partition = $1 and state = 'open' order by created_at, id");
    std::size_t left = open.size();
    for (auto& old : open) {
        if (old.expires_at <= tx.now().machine) end(tx, std::move(old), SuggestionState::expired, "plan.expired"), --left;
        else if (old.subject == made.subject || left >= most_open) end(tx, std::move(old), SuggestionState::superseded, "plan.superseded"), --left;
    }
    tell(tx, made, "plan.suggested");
}

void suggestion_committed(store::Tx& tx, Id<Plan> plan) {
    if (auto suggestion = lock_suggestion(tx, plan); suggestion && suggestion->state == SuggestionState::open)
        end(tx, std::move(*suggestion), SuggestionState::committed, "plan.committed");
}

void leave_alone(store::Tx& tx, Id<Assignment> route, Instant until) {
    auto& writer = tx.bookkeeping();
    writer.write_any("delete from planning_quiet where partition = $1 and until < $2", {tx.now().business});
    writer.write_any("insert into planning_quiet (partition, assignment_id, until) values ($1, $2, $3) on conflict (partition, assignment_id) do update set until = excluded.until",
                     {route, until});
}

bool is_left_alone(store::Read& read, Id<Assignment> route) {
    return !read.query("select 1 from planning_quiet where partition = $1 and assignment_id = $2 and until > $3", {route, read.now().business}).empty();
}

}  // namespace lastmile
