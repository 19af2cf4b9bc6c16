#pragma once
// All SQL on alerts, and the way other rooms tell what they have found inside their own command.
#include "features/alerts/alert_rules.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/list.hpp"
#include "platform/store/rows.hpp"

namespace lastmile {

std::optional<Alert> find_alert(store::Read& read, Id<Alert> id);
std::optional<Alert> lock_alert(store::Tx& tx, Id<Alert> id);
void save(store::Writer& writer, const Alert& alert);
events::Refs event_refs(const Alert& alert);

/// How many are open, and how many exceptions.
struct AlertCounts {
    std::int64_t foreseen = 0, breached = 0, acknowledged = 0, exceptions_open = 0, exceptions_acknowledged = 0;
};
AlertCounts count_alerts(store::Read& read);

/// Raises, follows or clears the alert of a promise. A change that is not worth telling (later by a minute) is kept without an event.
/// *Emits* alert.raised, updated, cleared.
void found_promise(store::Tx& tx, const alerts::Finding& finding, const alerts::Thresholds& thresholds);
/// The open ones of this delivery (on one side, or both) are over.
void clear_alerts(store::Tx& tx, Id<Delivery> delivery, const std::optional<AddressSide>& side, std::string_view because);

}  // namespace lastmile
