#pragma once
// Durable jobs: claimed with a lease, heartbeats while they run, a fence that every commit of the work checks, takeover of the dead.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "platform/store/store.hpp"

namespace lastmile::work {

struct Progress {
    std::int64_t done = 0, total = 0, failed = 0;
    std::string detail{};
};

struct Job {
    static constexpr std::string_view id_prefix = "job";
    Id<Job> id{};
    Partition partition{};
    std::string type;
    std::string status = "queued";   // queued | running | done | failed | cancelled
    std::string input{};             // JSON
    Progress progress{};
    std::optional<std::string> result{};  // JSON
    bool cancel_wanted = false;
    std::int64_t fence = 0, version = 1;
    Instant created_at{}, updated_at{};
};

struct LineError {
    std::int64_t line = 0;
    std::string pointer, code, detail;
};

/// Puts a job into the queue, in the caller's commit. The id is the caller's choice (derived from an Idempotency-Key, or new).
void enqueue(store::Tx& tx, const Job& job);
/// Asks for its end: a queued one is cancelled at once, a running one when its worker looks. False when it has ended already or is not
/// there.
bool cancel_job(store::Tx& tx, const Id<Job>& id);
std::optional<Job> find_job(store::Read& read, const Id<Job>& id);
/// Of one type, newest first.
std::vector<Job> recent_jobs(store::Read& read, std::string_view type, int limit);
/// By line, after the one given.
std::vector<LineError> job_errors(store::Read& read, const Id<Job>& id, std::int64_t after_line = -1, int limit = 200);

/// Thrown by JobRun::commit when the job was taken over (this worker was believed dead) or its partition was reset: stop at once.
struct LeaseLost : std::runtime_error {
    LeaseLost() : std::runtime_error("the job has another worker now") {}
};

/// A job as its worker holds it. The worker's thread is not inside a transaction.
class JobRun {
public:
    const Job& job() const { return job_; }
    /// In whose name the commits are made, and whether they give way to interactive commands.
    Origin origin{};
    store::Lane lane = store::Lane::interactive;
    /// Somebody asked for the end, or the service stops: return soon (what was reached stays).
    bool stop() const { return stop_; }
    /// Somebody asked for this job's end: what was reached is its result, with status `cancelled`.
    bool cancelled() const { return cancelled_; }
    /// One commit of the work: the fence is checked, progress and errors are written with what `body` writes; as they are after it, so that
    /// it may fill them. May run `body` again.
    void commit(const std::function<void(store::Tx&)>& body, const Progress& progress, const std::vector<LineError>& errors = {});

private:
    friend class Jobs;
    JobRun(store::Store& store, Job job) : store_(store), job_(std::move(job)) {}
    store::Store& store_;
    Job job_;
    std::atomic<bool> stop_ = false, cancelled_ = false;
};

struct JobKind {
    std::string type;
    /// Runs on a worker's thread. Returns the result (JSON); throwing fails the job (a Refusal with its reason, LeaseLost without a trace).
    /// A job that was taken over starts again: `progress` says how far the last worker's commits came.
    std::function<std::string(JobRun&)> run;
    /// One that throws runs so often in all, later each time (30 s, then twice as long, at most an hour), before it has failed.
    int attempts = 1;
};

class Jobs {
public:
    /// In the commit that moves a job to `running`, `done`, `failed` or `cancelled`: the place to write its event.
    using Moved = std::function<void(store::Tx&, const Job&)>;

    explicit Jobs(store::Store& store, int workers = 2, std::chrono::milliseconds lease = std::chrono::milliseconds(15'000));
    ~Jobs();
    void on(JobKind kind);
    void on_moved(Moved moved) { moved_ = std::move(moved); }
    void start();
    /// Waits until the partition has no queued or running job; false when that takes longer.
    bool quiet(Partition partition, std::chrono::milliseconds patience);

    /// Claims and runs one job, if there is one, on the caller's thread.
    bool run_one();
    /// Claims and runs this one on the caller's thread; false when somebody else has it or it has ended.
    bool run(Partition partition, const Id<Job>& id);
    /// The job once it has ended; nullopt when that takes longer, the service closes, or there is no such job.
    std::optional<Job> ended(Partition partition, const Id<Job>& id, std::chrono::milliseconds patience);

private:
    std::optional<Job> claim();
    std::optional<Job> claim(Partition partition, const Id<Job>& id);
    void run(Job job);
    bool again(const JobRun& run, std::string_view why);
    void end(JobRun& run, std::string status, std::optional<std::string> result);
    void work();
    void beat();
    void wake();

    store::Store& store_;
    const int workers_;
    const std::chrono::milliseconds lease_;
    std::map<std::string, JobKind, std::less<>> kinds_;
    Moved moved_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<JobRun*> running_;
    std::uint64_t wakes_ = 0;
    bool closing_ = false;
    store::Store::Listener listener_;
    std::vector<std::thread> threads_;
};

}  // namespace lastmile::work
