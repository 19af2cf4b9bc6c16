#include "features/planning/triggers.hpp"

#include "features/planning/plan_store.hpp"
#include "features/policies/policy_store.hpp"

namespace lastmile {
namespace {

constexpr std::string_view run_timer = "planning.run";
/// So long nobody is asked again for what he has declined.
constexpr std::chrono::minutes not_asked_again{60};

/// Which policy speaks of an event; nothing: none does.
std::optional<PlanTrigger> trigger_of(const PlanTriggers& triggers, std::string_view type) {
    if (type == "assignment.declined" || type == "assignment.expired") return triggers.decline;
    if (type == "assignment.aborted") return triggers.driver_offline;
    if (type == "delivery.created") return triggers.new_delivery;
    return std::nullopt;
}

void remember_refusal(store::Tx& tx, const events::Event& event) {
    if (!event.assignment_id || !event.driver_id) return;
    const auto assignment = Id<Assignment>::parse(*event.assignment_id);
    const auto driver = Id<Driver>::parse(*event.driver_id);
    const auto row = assignment ? find_assignment(tx, *assignment) : std::nullopt;
    if (!row || !driver) return;
    for (const auto& delivery : assignments::deliveries_of(row->lifecycle)) save_refusal(tx, delivery, *driver, event.timestamp + not_asked_again);
}

}  // namespace

events::Reader planning_reader() {
    return {.name = "planning",
            .handle =
                [](store::Tx& tx, std::span<const events::Event> some) {
                    const auto policy = policies_of(tx).planning;
                    for (const auto& event : some) {
                        if (event.type == "assignment.declined" || event.type == "assignment.expired") remember_refusal(tx, event);
                        const auto trigger = trigger_of(policy.trigger, event.type);
                        if (!trigger || *trigger == PlanTrigger::off) continue;
                        // What was freed is planned at once; what comes in by and by is gathered first.
                        const bool freed = event.type != "delivery.created";
                        const auto due = tx.now().business + Seconds{freed ? 0 : policy.debounce_s.value};
                        const auto subject = schema::wire_name(*trigger);
                        if (const auto set = work::find_timer(tx, run_timer, subject); set && set->due_at <= due) continue;
                        work::set_timer(tx, {.kind = std::string(run_timer), .subject = std::string(subject), .due_at = due});
                    }
                },
            .filter = {.types = {"assignment.declined", "assignment.expired", "assignment.aborted", "delivery.created"}},
            .from_now = true};
}

void register_planning_timer(work::Timers& timers) {
    timers.on(std::string(run_timer), [](store::Tx& tx, const work::Timer& timer) {
        if (deliveries_to_plan(tx).empty()) return;
        PlanOrder order;
        order.mode = timer.subject == "auto" ? PlanMode::auto_ : PlanMode::preview;
        work::enqueue(tx, {.id = tx.new_id<work::Job>(), .type = std::string(plan_job_type), .input = schema::to_stored(order), .progress = {0, 100, 0, {}}});
    });
}

}  // namespace lastmile
