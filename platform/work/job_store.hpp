#pragma once
// The SQL of the job tables.
#include "platform/work/jobs.hpp"

namespace lastmile::work {

std::optional<Job> lock_job(store::Tx& tx, const Id<Job>& id);
/// Queued, or running with a lease that has run out.
std::vector<std::pair<Partition, Id<Job>>> open_jobs(store::Read& read, int limit);
bool has_open_jobs(store::Read& read);
bool claimable(store::Tx& tx, const Job& job);
/// Writes status, result, fence, and a lease from now (zero: none). The version rises.
void move_job(store::Tx& tx, Job& job, std::chrono::milliseconds lease);
void write_progress(store::Tx& tx, const Job& job, const Progress& progress, const std::vector<LineError>& errors);
/// Back into the queue, for another worker.
void release_job(store::Tx& tx, const Job& job);
/// The same, not before so long; `why` shows as its detail.
void postpone_job(store::Tx& tx, const Job& job, std::string_view why, std::chrono::milliseconds wait);

enum class Heartbeat { beats, cancel, lost };
Heartbeat prolong_job(store::Tx& tx, const Job& job, std::chrono::milliseconds lease);

}  // namespace lastmile::work
