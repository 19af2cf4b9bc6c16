#include "features/jobs/job_api.hpp"

#include <algorithm>
#include <charconv>

#include "features/reasons/reasons.hpp"
#include "platform/work/job_store.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr int errors_shown = 100;

const auto no_such = [] { return refuse(reasons::not_found, "There is no such job."); };

Result<Reply<JobView>> get_job(store::Read& read, const Call&, const OneJob& r) {
    const auto job = work::find_job(read, r.job_id);
    if (!job) return no_such();
    return view_of(*job, work::job_errors(read, r.job_id, -1, errors_shown));
}

Result<Reply<JobView>> cancel(store::Tx& tx, const Call&, const OneJob& r) {
    const auto job = work::lock_job(tx, r.job_id);
    if (!job) return no_such();
    if (job->status == "done" || job->status == "failed")
        return refuse(reasons::job_not_legal, "The job has ended: " + job->status + ".");
    if (job->status != "cancelled" && !job->cancel_wanted) work::cancel_job(tx, r.job_id);
    return view_of(work::find_job(tx, r.job_id).value(), work::job_errors(tx, r.job_id, -1, errors_shown));
}

/// A line may have several errors: a page never ends inside of one, unless that line alone is longer.
Result<Reply<Page<JobError>>> list_job_errors(store::Read& read, const Call&, const ListJobErrors& r) {
    if (!work::find_job(read, r.job_id)) return no_such();
    std::int64_t after = -1;
    if (r.cursor) {
        const auto& key = r.cursor->key;
        const auto [at, fault] = std::from_chars(key.data(), key.data() + key.size(), after);
        if (fault != std::errc{} || at != key.data() + key.size()) return refuse(reasons::bad_cursor, "The cursor is of another list.");
    }
    const auto limit = static_cast<int>(r.limit.value);
    auto errors = work::job_errors(read, r.job_id, after, limit + 1);
    Page<JobError> page;
    const bool more = static_cast<int>(errors.size()) > limit;
    if (more && errors.front().line != errors.back().line) std::erase_if(errors, [last = errors.back().line](const auto& e) { return e.line == last; });
    for (const auto& error : errors) page.data.push_back({error.line, error.pointer, error.code, error.detail});
    if (more) page.next_cursor = print_cursor(std::to_string(errors.back().line));
    return page;
}

std::optional<std::int64_t> job_version(store::Tx& tx, const Call&, const OneJob& r) {
    const auto job = work::lock_job(tx, r.job_id);
    return job ? std::optional(job->version) : std::nullopt;
}

}  // namespace

JobView view_of(const work::Job& job, const std::vector<work::LineError>& errors) {
    const auto self = "/v1/lastmile/jobs/" + job.id.text();
    JobView view;
    view.job_id = job.id;
    view.type = job.type;
    view.status = job.status;
    view.cancel_requested = job.cancel_wanted;
    view.progress = {job.progress.done, job.progress.total, job.progress.failed, job.progress.detail};
    if (job.result) view.result = Json(schema::parse_json(*job.result).value());  // not {…}, which would make a list of one
    for (const auto& error : errors) view.errors.push_back({error.line, error.pointer, error.code, error.detail});
    view.errors_url = self + "/errors";
    if (job.type.starts_with("import.")) view.outcome_url = self + "/outcome";
    view.created_at = job.created_at;
    view.updated_at = job.updated_at;
    view.version = job.version;
    view.links.self = self;
    return view;
}

Endpoints job_endpoints() {
    return {
        reads("GET /v1/lastmile/jobs/{jobId}", "jobs:read", get_job, {.summary = "Get a job", .tag = "Jobs", .refuses = {reasons::not_found}}),
        reads("GET /v1/lastmile/jobs/{jobId}/errors", "jobs:read", list_job_errors,
              {.summary = "The lines of a job that failed", .tag = "Jobs", .refuses = {reasons::not_found}}),
        guarded(job_version, writes("POST /v1/lastmile/jobs/{jobId}/cancel", "jobs:write", cancel,
                                    {.summary = "Cancel a job",
                                     .tag = "Jobs",
                                     .description = "A queued one ends at once, a running one at its next commit; what it finished stays.",
                                     .refuses = {reasons::not_found, reasons::job_not_legal}})),
    };
}

}  // namespace lastmile
