#include "features/alerts/alert_store.hpp"

namespace lastmile {
namespace {

const store::Table<Alert> alerts_table("alerts");

void tell(store::Tx& tx, Alert alert, const char* type) {
    events::apply(tx, Changed<Alert>{alert, {{type, schema::to_object(alert)}}});
}

void clear(store::Tx& tx, Alert alert, std::string_view because) {
    ++alert.version;
    alert.state = AlertState::cleared;
    alert.updated_at = tx.now().business;
    alert.cleared_at = tx.now().business, alert.cleared_because = std::string(because);
    tell(tx, std::move(alert), "alert.cleared");
}

}  // namespace

std::optional<Alert> find_alert(store::Read& read, Id<Alert> id) { return alerts_table.one(read, "partition = $1 and id = $2", {id}); }
std::optional<Alert> lock_alert(store::Tx& tx, Id<Alert> id) { return alerts_table.lock_one(tx, "partition = $1 and id = $2", {id}); }

void save(store::Writer& writer, const Alert& alert) {
    if (alert.version == 1) alerts_table.insert(writer, alert);
    else alerts_table.update(writer, alert, alert.version - 1);
}

events::Refs event_refs(const Alert& alert) {
    events::Refs refs{.aggregate = "alert", .aggregate_id = alert.id.text(), .version = alert.version, .delivery_id = alert.delivery_id.text()};
    if (alert.assignment_id) refs.assignment_id = alert.assignment_id->text();
    if (alert.driver_id) refs.driver_id = alert.driver_id->text();
    return refs;
}

AlertCounts count_alerts(store::Read& read) {
    AlertCounts counts;
    for (const auto& row : read.query("select kind, state, count(*) from alerts where partition = $1 and state <> 'cleared' group by kind, state", {})) {
        (row[0].text() == "breached" ? counts.breached : counts.foreseen) += row[2].integer();
        if (row[1].text() == "acknowledged") counts.acknowledged += row[2].integer();
    }
    for (const auto& row : read.query("select state, count(*) from exceptions where partition = $1 and state <> 'resolved' group by state", {}))
        (row[0].text() == "open" ? counts.exceptions_open : counts.exceptions_acknowledged) += row[1].integer();
    return counts;
}

void found_promise(store::Tx& tx, const alerts::Finding& finding, const alerts::Thresholds& thresholds) {
    const auto now = tx.now().business;
    const auto known = alerts_table.lock_one(tx, "partition = $1 and delivery_id = $2 and side = $3 and state <> 'cleared'",
                                             {finding.delivery_id, schema::wire_name(finding.side)});
    auto wanted = alerts::judged(known, finding, thresholds, now);
    if (!wanted) {
        if (known) clear(tx, *known, "on_time_again");
        return;
    }
    if (!known) {
        wanted->id = tx.new_id<Alert>();
        wanted->created_at = wanted->updated_at = now;
        return tell(tx, std::move(*wanted), "alert.raised");
    }
    if (alerts::worth_telling(known, *wanted)) {
        ++wanted->version;
        wanted->updated_at = now;
        return tell(tx, std::move(*wanted), "alert.updated");
    }
    // Later, or less late, by some minutes: shown, and told to nobody. Neither version nor event.
    tx.bookkeeping().write(1, "update alerts set expected_at = $3, late_s = $4, stop_id = $5 where partition = $1 and id = $2",
                           {wanted->id, wanted->expected_at, wanted->late_s, wanted->stop_id});
}

void clear_alerts(store::Tx& tx, Id<Delivery> delivery, const std::optional<AddressSide>& side, std::string_view because) {
    for (auto& alert : alerts_table.lock(tx, "partition = $1 and delivery_id = $2 and state <> 'cleared' order by id", {delivery}))
        if (!side || alert.side == *side) clear(tx, std::move(alert), because);
}

}  // namespace lastmile
