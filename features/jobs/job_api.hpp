#pragma once
// Requests and answers of the job endpoints, and their table.
#include "platform/api/endpoints.hpp"
#include "platform/schema/schema.hpp"
#include "platform/work/jobs.hpp"

namespace lastmile {

struct OneJob {
    Id<work::Job> job_id;
};
LASTMILE_VALUE(OneJob, (job_id))
LASTMILE_DOC(OneJob, "Which job.", {"job_id", "ours"})

struct ListJobErrors {
    Id<work::Job> job_id;
    api::Limit limit = 200;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListJobErrors, (job_id, limit, cursor))
LASTMILE_DEFAULTS(ListJobErrors, (limit))
LASTMILE_DOC(ListJobErrors, "Of which job; by line.", {"job_id", "ours"}, {"limit", "how many lines"}, {"cursor", "where to go on"})

struct JobProgress {
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::int64_t failed = 0;
    std::string detail;
};
LASTMILE_VALUE(JobProgress, (done, total, failed, detail))
LASTMILE_DOC(JobProgress, "How far it is.", {"done", "finished"}, {"total", "in all; 0: not known yet"}, {"failed", "of the finished"},
             {"detail", "in words"})

struct JobError {
    std::int64_t line = 0;
    std::string pointer;
    std::string code;
    std::string detail;
};
LASTMILE_VALUE(JobError, (line, pointer, code, detail))
LASTMILE_DOC(JobError, "A line that failed.", {"line", "from 1"}, {"pointer", "to the field"}, {"code", "stable slug"}, {"detail", "in words"})

struct JobLinks {
    std::string self;
};
LASTMILE_VALUE(JobLinks, (self))
LASTMILE_DOC(JobLinks, "Where to go on.", {"self", "the job"})

struct JobView {
    Id<work::Job> job_id;
    std::string type;
    std::string status;
    bool cancel_requested = false;
    JobProgress progress;
    Nullable<Json> result;
    std::vector<JobError> errors;
    std::string errors_url;
    std::optional<std::string> outcome_url;
    Instant created_at;
    Instant updated_at;
    std::int64_t version = 1;
    JobLinks links;
};
LASTMILE_VALUE(JobView, (job_id, type, status, cancel_requested, progress, result, errors, errors_url, outcome_url, created_at, updated_at, version, links))
LASTMILE_DOC(JobView, "Long work.", {"job_id", "ours"}, {"type", "what is done", "import"}, {"status", "queued, running, done, failed or cancelled"},
             {"cancel_requested", "its end was asked for"}, {"progress", "how far it is"}, {"result", "what came of it"},
             {"errors", "the first hundred lines that failed"}, {"errors_url", "all of them"},
             {"outcome_url", "of an import: what became of every line, as NDJSON"}, {"created_at", "when it was asked for"},
             {"updated_at", "when it last moved"}, {"version", "counts up at each move"}, {"links", "where to go on"})

JobView view_of(const work::Job& job, const std::vector<work::LineError>& errors);
api::Endpoints job_endpoints();

}  // namespace lastmile
