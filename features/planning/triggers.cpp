#include "features/planning/triggers.hpp"

#include <algorithm>

#include "features/planning/plan_store.hpp"
#include "features/policies/policy_store.hpp"
#include "platform/work/job_store.hpp"

namespace lastmile {
namespace {

constexpr std::string_view run_timer = "planning.run";
/// So long nobody is asked again for what he has declined.
constexpr std::chrono::minutes not_asked_again{60};
/// So long a route that was replanned by itself is left alone.
constexpr std::chrono::minutes left_alone{10};
constexpr std::size_t most_causes = 20;
constexpr int jobs_looked_at = 50;

/// What an event asks for: a run over all that waits, or around one route.
struct Wanted {
    TriggerKind kind;
    std::string cause;
    std::optional<Id<Assignment>> around{};
};

std::optional<Id<Assignment>> route_in(const events::Event& event) {
    if (event.assignment_id) return Id<Assignment>::parse(*event.assignment_id);
    const auto* named = event.data.if_contains("assignment_id");
    return named && named->is_string() ? Id<Assignment>::parse(named->get_string()) : std::nullopt;
}

/// Those that leave something without a plan.
bool frees(const events::Event& event) {
    const auto* type = event.data.if_contains("type");
    if (!type || !type->is_string()) return false;
    const std::string_view name = type->get_string();
    return name == "pickup_not_possible" || name == "missing" || name == "breakdown" || name == "wrong_package";
}

std::optional<Wanted> wanted_by(const events::Event& event) {
    const auto& type = event.type;
    const auto of = [&](TriggerKind kind, const std::optional<std::string>& cause) { return Wanted{kind, cause.value_or(event.aggregate_id), {}}; };
    const auto around = [&](TriggerKind kind) -> std::optional<Wanted> {
        const auto route = route_in(event);
        return route ? std::optional(Wanted{kind, event.aggregate_id, route}) : std::nullopt;
    };
    if (type == "assignment.declined" || type == "assignment.expired") return of(TriggerKind::decline, event.assignment_id);
    if (type == "assignment.aborted") return of(TriggerKind::driver_offline, event.assignment_id);
    if (type == "delivery.created") return of(TriggerKind::new_delivery, event.delivery_id);
    if (type == "delivery.cancelled") return around(TriggerKind::cancel);
    if (type == "assignment.retimed") return around(TriggerKind::closure);
    if (type == "delivery.retry_requested" || (type == "exception.opened" && frees(event))) return of(TriggerKind::exception, event.aggregate_id);
    if (type == "alert.raised" || type == "alert.updated") {
        const auto* late = event.data.if_contains("replan");
        return late && late->is_bool() && late->get_bool() ? around(TriggerKind::running_late) : std::nullopt;
    }
    return std::nullopt;
}

PlanTrigger policy_for(const PlanTriggers& policy, TriggerKind kind) {
    switch (kind) {
        case TriggerKind::new_delivery: return policy.new_delivery;
        case TriggerKind::cancel: return policy.cancel;
        case TriggerKind::decline: return policy.decline;
        case TriggerKind::driver_offline: return policy.driver_offline;
        case TriggerKind::running_late: return policy.running_late;
        case TriggerKind::exception: return policy.exception;
        case TriggerKind::closure: return policy.closure;
    }
    return PlanTrigger::off;
}

void remember_refusal(store::Tx& tx, const events::Event& event) {
    if (!event.assignment_id || !event.driver_id) return;
    const auto assignment = Id<Assignment>::parse(*event.assignment_id);
    const auto driver = Id<Driver>::parse(*event.driver_id);
    const auto row = assignment ? find_assignment(tx, *assignment) : std::nullopt;
    if (!row || !driver) return;
    for (const auto& delivery : assignments::deliveries_of(row->lifecycle)) save_refusal(tx, delivery, *driver, event.timestamp + not_asked_again);
}

/// What is to be planned sets a timer; what happens until it is due joins it.
void gather(store::Tx& tx, const Wanted& wanted, PlanTrigger how, Seconds debounce) {
    auto subject = std::string(schema::wire_name(how));
    if (wanted.around) subject += ":" + wanted.around->text();
    PlanCause cause{wanted.kind, {}};
    auto due = tx.now().business + debounce;
    const auto set = work::find_timer(tx, run_timer, subject);
    if (set && !set->payload.empty()) cause = schema::from_stored<PlanCause>(set->payload);
    const bool told = cause.causes.size() >= most_causes || std::ranges::find(cause.causes, wanted.cause) != cause.causes.end();
    if (set && set->due_at <= due) {
        if (told) return;  // of a thousand new deliveries the first twenty are named
        due = set->due_at;
    }
    if (!told) cause.causes.push_back(wanted.cause);
    work::set_timer(tx, {.kind = std::string(run_timer), .subject = subject, .due_at = due, .payload = schema::to_stored(cause)});
}

void hear(store::Tx& tx, const events::Event& event, const PlanningPolicy& policy) {
    if (event.type == "assignment.declined" || event.type == "assignment.expired") remember_refusal(tx, event);
    const auto wanted = wanted_by(event);
    if (!wanted) return;
    const auto how = policy_for(policy.trigger, wanted->kind);
    if (how == PlanTrigger::off || (wanted->around && is_left_alone(tx, *wanted->around))) return;
    // What was freed is planned at once; what comes in by and by is gathered first.
    const bool freed = wanted->kind == TriggerKind::decline || wanted->kind == TriggerKind::driver_offline;
    gather(tx, *wanted, how, Seconds{freed ? 0 : policy.debounce_s.value});
}

/// A route that can be replanned: somebody drives it or will, nobody has locked it, something is still to come.
bool can_replan(store::Read& read, Id<Assignment> id) {
    const auto row = find_assignment(read, id);
    if (!row || row->kind != AssignmentKind::driver || assignments::is_over(row->status) || row->status == AssignmentState::paused || row->lifecycle.locked) return false;
    return std::ranges::any_of(row->lifecycle.stops, [](const Stop& stop) { return stop.state == StopState::pending; });
}

bool waits_already(store::Read& read, const PlanOrder& order) {
    for (const auto& job : work::recent_jobs(read, plan_job_type, jobs_looked_at)) {
        if (job.status != "queued") continue;
        const auto other = schema::from_stored<PlanOrder>(job.input);
        if (other.mode == order.mode && other.cause && other.around == order.around) return true;
    }
    return false;
}

void run(store::Tx& tx, const work::Timer& timer) {
    const bool commits = timer.subject.starts_with("auto");
    const auto colon = timer.subject.find(':');
    PlanOrder order;
    order.cause = timer.payload.empty() ? PlanCause{} : schema::from_stored<PlanCause>(timer.payload);
    if (colon == std::string::npos) {
        if (deliveries_to_plan(tx).empty()) return;
        order.mode = commits ? PlanMode::auto_ : PlanMode::preview;
    } else {
        order.around = Id<Assignment>::parse(std::string_view(timer.subject).substr(colon + 1));
        if (!order.around || !can_replan(tx, *order.around)) return;
        leave_alone(tx, *order.around, tx.now().business + left_alone);
        order.mode = commits ? PlanMode::replan : PlanMode::replan_preview;
        // The windows are missed already: what is asked for is the least lateness.
        const auto kind = order.cause->trigger;
        if (kind == TriggerKind::running_late || kind == TriggerKind::closure) order.request.time_window_policy = TimeWindowPolicy::soft_with_penalty;
    }
    if (waits_already(tx, order)) return;
    work::enqueue(tx, {.id = tx.new_id<work::Job>(), .type = std::string(plan_job_type), .input = schema::to_stored(order), .progress = {0, 100, 0, {}}});
}

}  // namespace

events::Reader planning_reader() {
    return {.name = "planning",
            .handle =
                [](store::Tx& tx, std::span<const events::Event> some) {
                    const auto policy = policies_of(tx).planning;
                    for (const auto& event : some) hear(tx, event, policy);
                },
            .filter = {.types = {"assignment.declined", "assignment.expired", "assignment.aborted", "assignment.retimed", "delivery.created", "delivery.cancelled",
                                 "delivery.retry_requested", "exception.opened", "alert.raised", "alert.updated"}},
            .from_now = true};
}

void register_planning_timer(work::Timers& timers) { timers.on(std::string(run_timer), run); }

}  // namespace lastmile
