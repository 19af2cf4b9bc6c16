#pragma once
// A promise that is broken, or will be: told while somebody can still do something about it.
#include "features/exceptions/exception.hpp"
#include "features/ids/ids.hpp"
#include "features/shapes/shapes.hpp"

namespace lastmile {

/// `foreseen`: the expected arrival lies behind the promised window. `breached`: the window is over.
enum class AlertKind { foreseen, breached };
LASTMILE_ENUM(AlertKind, foreseen, breached)
enum class AlertState { open, acknowledged, cleared };
LASTMILE_ENUM(AlertState, open, acknowledged, cleared)

struct Alert {
    Id<Alert> id;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    AlertKind kind = AlertKind::foreseen;
    AlertState state = AlertState::open;
    Severity severity = Severity::normal;
    Id<Delivery> delivery_id;
    AddressSide side = AddressSide::dropoff;
    std::optional<Id<Assignment>> assignment_id;
    std::optional<Id<Stop>> stop_id;
    std::optional<Id<Driver>> driver_id;
    Instant promised_until;
    std::optional<Instant> expected_at;
    std::int64_t late_s = 0;
    bool replan = false;
    std::optional<Text<1, 100>> owner;
    std::optional<Instant> acknowledged_at;
    std::optional<Instant> cleared_at;
    std::optional<std::string> cleared_because;
};
LASTMILE_VALUE(Alert, (id, version, created_at, updated_at, kind, state, severity, delivery_id, side, assignment_id, stop_id, driver_id, promised_until,
                       expected_at, late_s, replan, owner, acknowledged_at, cleared_at, cleared_because))
LASTMILE_DOC(Alert, "A promised time that is not kept, or will not be.", {"id", "ours"}, {"version", "counts up at each change"},
             {"created_at", "when it was raised"}, {"updated_at", "when it was last changed"},
             {"kind", "foreseen: it will be late; breached: the promised window is over"}, {"state", "open, acknowledged or cleared"},
             {"severity", "normal; high from lateness.replan_after_s on and for a breach"}, {"delivery_id", "whose promise"},
             {"side", "pickup or dropoff"}, {"assignment_id", "the route it is on"}, {"stop_id", "the stop"}, {"driver_id", "who drives"},
             {"promised_until", "the window's end"}, {"expected_at", "when it will be there, as far as that is known"},
             {"late_s", "seconds behind the window: foreseen, or at the breach"}, {"replan", "true: late enough for the trigger running_late"},
             {"owner", "who has acknowledged it"}, {"acknowledged_at", "when"}, {"cleared_at", "when it was over"},
             {"cleared_because", "on_time_again, arrived, ended, rescheduled or off_route"})

}  // namespace lastmile
