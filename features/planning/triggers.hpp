#pragma once
// What happens by itself, by policy planning.trigger: what was freed or came in is planned, a route that runs late, lost something or was led
// round a closure is replanned; committed (`auto`) or kept as a suggestion (`suggest`).
#include "features/planning/planning.hpp"
#include "platform/events/log.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {

/// Reads the log: remembers who has declined what, and gathers what happens into the timers of the next runs.
events::Reader planning_reader();
/// The timers that make the runs: a job over all that waits, or around one route.
void register_planning_timer(work::Timers& timers);

}  // namespace lastmile
