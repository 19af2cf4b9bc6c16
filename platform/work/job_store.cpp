#include "platform/work/job_store.hpp"

namespace lastmile::work {
namespace {

constexpr store::Sql select_job =
    "select id, type, status, input, done, total, failed, detail, result, cancel_wanted, fence, version, created_at, updated_at, "
    "lease_until "
    "from jobs where partition = $1 and id = $2";

Job job_of(const store::Row& row, Partition partition) {
    Job job{.id = row[0].id<Job>(), .partition = partition, .type = row[1].text(), .status = row[2].text(), .input = row[3].text()};
    job.progress = {row[4].integer(), row[5].integer(), row[6].integer(), row[7].text()};
    if (!row[8].null()) job.result = row[8].text();
    job.cancel_wanted = row[9].boolean();
    job.fence = row[10].integer();
    job.version = row[11].integer();
    job.created_at = row[12].instant();
    job.updated_at = row[13].instant();
    return job;
}

std::optional<Job> first(const store::Rows& rows, Partition partition) {
    if (rows.empty()) return std::nullopt;
    return job_of(rows[0], partition);
}

}  // namespace

void enqueue(store::Tx& tx, const Job& job) {
    tx.bookkeeping().write(1,
                           "insert into jobs (partition, id, type, status, input, total, created_at, updated_at) values ($1, $2, $3, "
                           "'queued', $4, $5, $6, $6)",
                           {job.id, job.type, job.input, job.progress.total, tx.now().business});
    tx.wake_after_commit("jobs");
}

bool cancel_job(store::Tx& tx, const Id<Job>& id) {
    auto job = lock_job(tx, id);
    if (!job || (job->status != "queued" && job->status != "running")) return false;
    const bool queued = job->status == "queued";
    tx.bookkeeping().write(1,
                           "update jobs set cancel_wanted = 1, status = case when $3 = 1 then 'cancelled' else status end, updated_at = "
                           "$4, version = version + 1 "
                           "where partition = $1 and id = $2",
                           {id, queued, tx.now().business});
    tx.wake_after_commit("jobs");
    return true;
}

std::optional<Job> find_job(store::Read& read, const Id<Job>& id) { return first(read.query(select_job, {id}), read.partition()); }
std::optional<Job> lock_job(store::Tx& tx, const Id<Job>& id) { return first(tx.lock(select_job, {id}), tx.partition()); }

std::vector<Job> recent_jobs(store::Read& read, std::string_view type, int limit) {
    std::vector<Job> jobs;
    for (const auto& row : read.query("select id, type, status, input, done, total, failed, detail, null, cancel_wanted, fence, version, created_at, updated_at "
                                      "from jobs where partition = $1 and type = $2 order by created_at desc, id desc limit $3",
                                      {type, limit}))
        jobs.push_back(job_of(row, read.partition()));
    return jobs;
}

std::vector<LineError> job_errors(store::Read& read, const Id<Job>& id, std::int64_t after_line, int limit) {
    std::vector<LineError> errors;
    for (const auto& row : read.query("select line, pointer, code, detail from job_errors where partition = $1 and job = $2 and line > $3 "
                                      "order by line, pointer limit $4", {id, after_line, limit}))
        errors.push_back({row[0].integer(), row[1].text(), row[2].text(), row[3].text()});
    return errors;
}

std::vector<std::pair<Partition, Id<Job>>> open_jobs(store::Read& read, int limit) {
    std::vector<std::pair<Partition, Id<Job>>> all;
    for (const auto& row : read.query(store::SystemSql("select partition, id from jobs where status in ('queued', 'running') and "
                                                       "lease_until <= $1 order by created_at, id limit $2"),
                                      {read.now().machine, limit}))
        all.push_back({Partition{row[0].integer()}, row[1].id<Job>()});
    return all;
}

bool has_open_jobs(store::Read& read) {
    return !read.query("select 1 from jobs where partition = $1 and (status = 'running' or (status = 'queued' and lease_until <= $2)) limit 1",
                       {read.now().machine}).empty();
}

bool claimable(store::Tx& tx, const Job& job) {
    const auto rows = tx.query("select lease_until from jobs where partition = $1 and id = $2", {job.id});
    return (job.status == "queued" || job.status == "running") && rows[0][0].instant() <= tx.now().machine;
}

void move_job(store::Tx& tx, Job& job, std::chrono::milliseconds lease) {
    job.updated_at = tx.now().business;
    tx.bookkeeping().write(1,
                           "update jobs set status = $3, result = $4, fence = $5, lease_until = $6, updated_at = $7, version = version + 1 "
                           "where partition = $1 and id = $2 and version = $8",
                           {job.id, job.status, job.result, job.fence, lease.count() ? tx.now().machine + lease : from_unix_ms(0),
                            job.updated_at, job.version});
    ++job.version;
}

void write_progress(store::Tx& tx, const Job& job, const Progress& progress, const std::vector<LineError>& errors) {
    auto& writer = tx.bookkeeping();
    for (const auto& error : errors)
        writer.write_any(
            "insert into job_errors (partition, job, line, pointer, code, detail) values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            {job.id, error.line, error.pointer, error.code, error.detail});
    writer.write(1,
                 "update jobs set done = $3, total = $4, failed = $5, detail = $6, updated_at = $7 where partition = $1 and id = $2 and "
                 "fence = $8",
                 {job.id, progress.done, progress.total, progress.failed, progress.detail, tx.now().business, job.fence});
}

void release_job(store::Tx& tx, const Job& job) {
    tx.bookkeeping().write_any(
        "update jobs set status = 'queued', lease_until = 0 where partition = $1 and id = $2 and fence = $3 and status = 'running'",
        {job.id, job.fence});
}

void postpone_job(store::Tx& tx, const Job& job, std::string_view why, std::chrono::milliseconds wait) {
    tx.bookkeeping().write_any("update jobs set status = 'queued', detail = $4, lease_until = $5, updated_at = $6, version = version + 1 "
                               "where partition = $1 and id = $2 and fence = $3 and status = 'running'",
                               {job.id, job.fence, why, tx.now().machine + wait, tx.now().business});
}

Heartbeat prolong_job(store::Tx& tx, const Job& job, std::chrono::milliseconds lease) {
    const auto now = lock_job(tx, job.id);
    if (!now || now->status != "running" || now->fence != job.fence) return Heartbeat::lost;
    tx.bookkeeping().write_any("update jobs set lease_until = $3 where partition = $1 and id = $2", {job.id, tx.now().machine + lease});
    return now->cancel_wanted ? Heartbeat::cancel : Heartbeat::beats;
}

}  // namespace lastmile::work
