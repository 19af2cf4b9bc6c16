#include "features/alerts/alert_rules.hpp"

#include <algorithm>

namespace lastmile::alerts {

std::optional<Alert> judged(const std::optional<Alert>& known, const Finding& finding, const Thresholds& thresholds, Instant now) {
    constexpr Seconds calm{60};
    const bool over = now > finding.promised_until;
    const auto at = std::max(finding.expected_at.value_or(now), now);
    const auto late = std::chrono::duration_cast<Seconds>(at - finding.promised_until);
    const auto limit = known ? thresholds.alert_after - std::min(calm, thresholds.alert_after) : thresholds.alert_after;
    const bool breached = over && late.count() > 0;
    if (!breached && (!finding.expected_at || late <= Seconds{0} || late < limit)) return std::nullopt;
    auto alert = known.value_or(Alert{});
    alert.delivery_id = finding.delivery_id, alert.side = finding.side;
    alert.assignment_id = finding.assignment_id, alert.stop_id = finding.stop_id, alert.driver_id = finding.driver_id;
    alert.promised_until = finding.promised_until, alert.expected_at = finding.expected_at;
    alert.late_s = late.count();
    alert.kind = breached ? AlertKind::breached : AlertKind::foreseen;
    alert.replan = alert.replan || late >= thresholds.replan_after;
    alert.severity = alert.replan || breached ? Severity::high : Severity::normal;
    return alert;
}

bool worth_telling(const std::optional<Alert>& before, const Alert& after) {
    return !before || before->kind != after.kind || before->replan != after.replan || before->assignment_id != after.assignment_id;
}

}  // namespace lastmile::alerts
