#pragma once
// What only test partitions can do: set their business clock forward.
#include "features/ids/ids.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/schema/schema.hpp"

namespace lastmile {

struct AdvanceClock {
    std::optional<Whole<1, 31'622'400>> advance_s;
    std::optional<Instant> to;
};
LASTMILE_VALUE(AdvanceClock, (advance_s, to))
LASTMILE_DOC(AdvanceClock, "How far the clock goes.", {"advance_s", "seconds from now, at most a year", "3600"}, {"to", "or the time it shall show"})
inline void schema_check(const AdvanceClock& clock, const schema::Check& check) {
    if (clock.advance_s && clock.to) check.add("to", "ambiguous", "give advance_s or to, not both");
    if (!clock.advance_s && !clock.to) check.add("advance_s", "required", "give advance_s or to");
}

struct SandboxClock {
    Instant now;
    Instant machine_now;
    std::optional<std::int64_t> timers;
    std::optional<bool> quiet;
};
LASTMILE_VALUE(SandboxClock, (now, machine_now, timers, quiet))
LASTMILE_DOC(SandboxClock, "A partition's clock.", {"now", "its business time"}, {"machine_now", "the machine's time"},
             {"timers", "how many timers ran on the way"}, {"quiet", "whether all that follows has been done; false: a reader or timer failed"})

/// What the app does before a partition's rows go: event streams end.
struct SandboxReset {
    std::function<void(Partition)> before{};
};

struct SandboxDriver {
    Id<Driver> driver_id;
};
LASTMILE_VALUE(SandboxDriver, (driver_id))
LASTMILE_DOC(SandboxDriver, "Which simulated driver.", {"driver_id", "the driver"})
struct DriveOn {
    Id<Driver> driver_id;
    Whole<1, 100> stops = 1;
};
LASTMILE_VALUE(DriveOn, (driver_id, stops))
LASTMILE_DEFAULTS(DriveOn, (stops))
LASTMILE_DOC(DriveOn, "How far the driver drives.", {"driver_id", "the driver"}, {"stops", "stops that are served", "3"})
struct FailNext {
    Id<Driver> driver_id;
    Text<1, 100> reason = std::string("no_one_home");
};
LASTMILE_VALUE(FailNext, (driver_id, reason))
LASTMILE_DEFAULTS(FailNext, (reason))
LASTMILE_DOC(FailNext, "How the next stop fails.", {"driver_id", "the driver"}, {"reason", "as the app reports it; at a pickup nobody, closed, …", "no_one_home"})

struct SandboxStep {
    std::string action;
    std::optional<Id<Stop>> stop_id;
};
LASTMILE_VALUE(SandboxStep, (action, stop_id))
LASTMILE_DOC(SandboxStep, "Something that the driver's app reported.", {"action", "accept, start-route, arrive, complete, failed or offline"}, {"stop_id", "where"})
struct SandboxDriven {
    Id<Driver> driver_id;
    std::vector<SandboxStep> steps;
    std::optional<Id<Assignment>> assignment_id;
    std::optional<std::string> assignment_status;
    std::optional<Id<Stop>> next_stop_id;
};
LASTMILE_VALUE(SandboxDriven, (driver_id, steps, assignment_id, assignment_status, next_stop_id))
LASTMILE_DOC(SandboxDriven, "What the driver did.", {"driver_id", "the driver"}, {"steps", "in order"}, {"assignment_id", "the route it was on"},
             {"assignment_status", "how that stands now"}, {"next_stop_id", "where to go next; absent: nowhere"})

api::Endpoints sandbox_endpoints();
api::Endpoints sandbox_driver_endpoints();

/// *Refuses* forbidden for a live partition.
Result<void> sandbox_only(const api::Call& call);

}  // namespace lastmile
