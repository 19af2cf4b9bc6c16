#pragma once
// What happens by itself: a route that was declined, or whose offer expired, frees deliveries; by policy they are planned onto others.
#include "features/planning/planning.hpp"
#include "platform/events/log.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {

/// Reads the log: remembers who has declined what, and sets the timer of the next run.
events::Reader planning_reader();
/// The timer that makes the run: a job over all that waits, committed (`auto`) or kept as a preview (`suggest`).
void register_planning_timer(work::Timers& timers);

}  // namespace lastmile
