#pragma once
// What a job can do: queued → running → done | failed | cancelled. A dead worker's job is taken over: it is queued again, finished lines stay.
#include "features/reasons/reasons.hpp"
#include "platform/base/state_machine.hpp"

namespace lastmile {

enum class JobState { queued, running, done, failed, cancelled };
BOOST_DESCRIBE_ENUM(JobState, queued, running, done, failed, cancelled)

namespace jobs {

enum class Move { claim, release, finish, fail, cancel };
BOOST_DESCRIBE_ENUM(Move, claim, release, finish, fail, cancel)

inline constexpr auto machine = state_machine<JobState, Move>({
    {JobState::queued, Move::claim, JobState::running},
    {JobState::queued, Move::cancel, JobState::cancelled},
    {JobState::running, Move::release, JobState::queued},  // the worker stopped, or its lease ran out
    {JobState::running, Move::finish, JobState::done},
    {JobState::running, Move::fail, JobState::failed},
    {JobState::running, Move::cancel, JobState::cancelled},
});
static_assert(machine.is_final(JobState::done) && machine.is_final(JobState::failed) && machine.is_final(JobState::cancelled));
static_assert(!machine.leads(JobState::queued, JobState::done), "nobody finishes what nobody has claimed");

/// *Refuses* job_not_legal_now.
inline Result<JobState> moved(JobState from, Move move) { return step(reasons::job_not_legal, machine, from, move); }

}  // namespace jobs
}  // namespace lastmile
