#include "features/alerts/alert_api.hpp"

#include "features/deliveries/delivery_store.hpp"
#include "features/policies/policy_store.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr std::string_view window_timer = "alert.window";
constexpr store::Order newest{"alerts", store::Fragment("created_at"), store::Fragment("id"), true};

Result<Reply<AlertList>> list_alerts(store::Read& read, const Call&, const ListAlerts& r) {
    store::SqlBuilder list(
        "select created_at, id, id, version, created_at, updated_at, kind, state, severity, delivery_id, side, assignment_id, stop_id, driver_id, "
        "promised_until, expected_at, late_s, replan, owner, acknowledged_at, cleared_at, cleared_because from alerts where partition = $1");
    const auto wire = [](const auto& value) { return value ? std::optional(std::string(schema::wire_name(*value))) : std::nullopt; };
    list.where(" and kind = $?", wire(r.kind)).where(" and severity = $?", wire(r.severity)).where(" and delivery_id = $?", r.delivery_id);
    list.where(" and driver_id = $?", r.driver_id);
    store::Args states;
    for (const auto state : r.state) states.emplace_back(schema::wire_name(state));
    if (states.empty()) states = {schema::wire_name(AlertState::open), schema::wire_name(AlertState::acknowledged)};
    list.in(" and state in", states);
    auto page = store::page(read, std::move(list), newest, static_cast<int>(r.limit.value), r.cursor ? std::optional(r.cursor->key) : std::nullopt);
    if (!page) return std::unexpected(page.error());
    AlertList answer;
    answer.data = store::rows<Alert>(page->rows, 2);
    if (page->next) answer.next_cursor = print_cursor(*page->next);
    const auto counts = count_alerts(read);
    answer.foreseen = counts.foreseen, answer.breached = counts.breached, answer.acknowledged = counts.acknowledged;
    answer.exceptions_open = counts.exceptions_open, answer.exceptions_acknowledged = counts.exceptions_acknowledged;
    return answer;
}

Result<Reply<Alert>> get_alert(store::Read& read, const Call&, const OneAlert& request) {
    auto alert = find_alert(read, request.alert_id);
    if (!alert) return refuse(reasons::not_found, "There is no such alert.");
    return *alert;
}

Result<Reply<Alert>> acknowledge_alert(store::Tx& tx, const Call& call, const OneAlert& request) {
    auto alert = lock_alert(tx, request.alert_id);
    if (!alert) return refuse(reasons::not_found, "There is no such alert.");
    if (alert->state == AlertState::acknowledged) return *alert;
    alert->state = step(reasons::alert_not_legal, alerts::machine, alert->state, alerts::Move::acknowledge).value();
    ++alert->version;
    alert->updated_at = tx.now().business;
    alert->acknowledged_at = tx.now().business, alert->owner = Text<1, 100>(call.actor.id);
    events::apply(tx, Changed<Alert>{*alert, {{"alert.acknowledged", schema::to_object(*alert)}}});
    return *alert;
}

std::optional<std::int64_t> alert_version(store::Tx& tx, const Call&, const OneAlert& request) {
    const auto alert = lock_alert(tx, request.alert_id);
    return alert ? std::optional(alert->version) : std::nullopt;
}

bool waits_for_its_window(const DeliveryRow& row) {
    return !is_final(row.lifecycle) && row.status != Status::delivered && row.status != Status::cancelled && row.status != Status::returned && row.status != Status::failed;
}

/// A promise wants to be looked at when its window is over.
void watch_window(store::Tx& tx, Id<Delivery> id) {
    const auto row = find_delivery(tx, id);
    if (!row || !row->dropoff_to || !waits_for_its_window(*row)) return work::cancel_timer(tx, window_timer, id.text());
    if (const auto set = work::find_timer(tx, window_timer, id.text()); set && set->due_at == *row->dropoff_to + Seconds{1}) return;
    work::set_timer(tx, {.kind = std::string(window_timer), .subject = id.text(), .due_at = *row->dropoff_to + Seconds{1}});
}

std::string_view why_over(std::string_view type) {
    if (type == "delivery.rescheduled") return "rescheduled";
    if (type == "delivery.delivered" || type == "delivery.partially_delivered") return "arrived";
    return "ended";
}

void follow(store::Tx& tx, const events::Event& event) {
    const auto id = event.delivery_id ? Id<Delivery>::parse(*event.delivery_id) : std::nullopt;
    if (!id) return;
    if (event.type == "delivery.created" || event.type == "delivery.updated") return watch_window(tx, *id);
    if (event.type == "stop.arrived") {
        const auto* kind = event.data.if_contains("type");
        return clear_alerts(tx, *id, kind && kind->is_string() && kind->get_string() == "pickup" ? AddressSide::pickup : AddressSide::dropoff, "arrived");
    }
    if (event.type == "delivery.unassigned") {
        // Nobody drives it, so nobody knows when it comes; only the window's end counts from now on.
        const auto row = find_delivery(tx, *id);
        if (!row || row->assignment_id || !row->dropoff_to || *row->dropoff_to < tx.now().business) return;
        return clear_alerts(tx, *id, {}, "off_route");
    }
    clear_alerts(tx, *id, {}, why_over(event.type));
    watch_window(tx, *id);
}

}  // namespace

events::Reader alert_reader() {
    return {.name = "alerts",
            .handle =
                [](store::Tx& tx, std::span<const events::Event> some) {
                    for (const auto& event : some) follow(tx, event);
                },
            .filter = {.types = {"delivery.created", "delivery.updated", "delivery.rescheduled", "delivery.unassigned", "delivery.delivered",
                                 "delivery.partially_delivered", "delivery.failed", "delivery.cancelled", "delivery.returned", "delivery.closed", "stop.arrived"}},
            .from_now = true};
}

void register_alert_timer(work::Timers& timers) {
    timers.on(std::string(window_timer), [](store::Tx& tx, const work::Timer& timer) {
        const auto id = Id<Delivery>::parse(timer.subject);
        const auto row = id ? find_delivery(tx, *id) : std::nullopt;
        if (!row || !row->dropoff_to || !waits_for_its_window(*row)) return;
        if (*row->dropoff_to >= tx.now().business) return watch_window(tx, *id);
        const auto policy = policies_of(tx, {{}, row->service_level}).lateness;
        alerts::Finding finding;
        finding.delivery_id = *id, finding.promised_until = *row->dropoff_to;
        finding.assignment_id = row->assignment_id, finding.driver_id = row->driver_id;
        found_promise(tx, finding, {Seconds{policy.alert_after_s.value}, Seconds{policy.replan_after_s.value}});
    });
}

Endpoints alert_endpoints() {
    return {
        reads("GET /v1/lastmile/alerts", "metrics:read", list_alerts,
              {.summary = "List alerts",
               .tag = "Alerts",
               .description = "Promised windows that are over (breached) or will be missed by what is known now (foreseen), and how many exceptions wait. "
                              "An alert is raised from lateness.alert_after_s on and clears itself when it is no longer late, has arrived or has ended."}),
        reads("GET /v1/lastmile/alerts/{alertId}", "metrics:read", get_alert, {.summary = "Get an alert", .tag = "Alerts", .refuses = {reasons::not_found}}),
        guarded(alert_version, writes("POST /v1/lastmile/alerts/{alertId}/acknowledge", "exceptions:write", acknowledge_alert,
                                      {.summary = "Acknowledge an alert",
                                       .tag = "Alerts",
                                       .description = "Somebody takes care of it. It stays until it clears itself.",
                                       .refuses = {reasons::not_found, reasons::alert_not_legal}})),
    };
}

}  // namespace lastmile
