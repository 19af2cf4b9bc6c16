#pragma once
// Requests of the alert endpoints, their table, and what keeps promises in view: a timer at each window's end, a reader that clears.
#include "features/alerts/alert_store.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/events/log.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {

struct ListAlerts {
    std::vector<AlertState> state;
    std::optional<AlertKind> kind;
    std::optional<Severity> severity;
    std::optional<Id<Delivery>> delivery_id;
    std::optional<Id<Driver>> driver_id;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListAlerts, (state, kind, severity, delivery_id, driver_id, limit, cursor))
LASTMILE_DEFAULTS(ListAlerts, (state, limit))
LASTMILE_DOC(ListAlerts, "Which alerts; newest first.", {"state", "in one of these; absent: open and acknowledged"}, {"kind", "foreseen or breached"},
             {"severity", "only this bad"}, {"delivery_id", "only of this delivery"}, {"driver_id", "only of this driver"}, {"limit", "how many"},
             {"cursor", "where to go on"})

struct AlertList {
    std::vector<Alert> data;
    Nullable<std::string> next_cursor;
    std::int64_t foreseen = 0;
    std::int64_t breached = 0;
    std::int64_t acknowledged = 0;
    std::int64_t exceptions_open = 0;
    std::int64_t exceptions_acknowledged = 0;
};
LASTMILE_VALUE(AlertList, (data, next_cursor, foreseen, breached, acknowledged, exceptions_open, exceptions_acknowledged))
LASTMILE_DOC(AlertList, "Promises that are broken or will be, and how much there is to look at.", {"data", "this page"},
             {"next_cursor", "of the next page; null: this is the last"}, {"foreseen", "alerts of the whole partition: late to come"},
             {"breached", "late already"}, {"acknowledged", "of both, how many somebody takes care of"}, {"exceptions_open", "exceptions nobody has looked at"},
             {"exceptions_acknowledged", "exceptions somebody takes care of"})

struct OneAlert {
    Id<Alert> alert_id;
};
LASTMILE_VALUE(OneAlert, (alert_id))
LASTMILE_DOC(OneAlert, "Which alert.", {"alert_id", "ours"})

api::Endpoints alert_endpoints();
/// Follows deliveries: a timer at each promised window's end; alerts of what has arrived, ended or was promised anew are cleared.
events::Reader alert_reader();
void register_alert_timer(work::Timers& timers);

}  // namespace lastmile
