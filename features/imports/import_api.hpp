#pragma once
// Requests and answers of bulk creation, and their table.
#include "platform/api/endpoints.hpp"
#include "platform/work/jobs.hpp"

namespace lastmile {

struct BulkCreate {
    api::Raw body;
};
LASTMILE_VALUE(BulkCreate, (body))
LASTMILE_DOC(BulkCreate, "Deliveries, one a line.",
             {"body", "application/x-ndjson: a delivery a line, as POST /deliveries takes it, of any length; or application/json: {\"source_url\": \"https://…\"} or "
                      "{\"source_url\": \"s3://bucket/key\"}, which is fetched"})

struct BulkSource {
    Text<1, 2000> source_url;
};
LASTMILE_VALUE(BulkSource, (source_url))
LASTMILE_DOC(BulkSource, "Where the lines are.", {"source_url", "https://… or s3://bucket/key", "https://example.org/deliveries.ndjson"})

struct BulkLinks {
    std::string self;
    std::string outcome;
};
LASTMILE_VALUE(BulkLinks, (self, outcome))
LASTMILE_DOC(BulkLinks, "Where to go on.", {"self", "the job"}, {"outcome", "what became of every line"})

struct BulkAccepted {
    Id<work::Job> job_id;
    std::string status;
    BulkLinks links;
};
LASTMILE_VALUE(BulkAccepted, (job_id, status, links))
LASTMILE_DOC(BulkAccepted, "The job that works on the lines.", {"job_id", "ours"}, {"status", "queued"}, {"links", "where to go on"})

struct OutcomeQuery {
    Id<work::Job> job_id;
    std::optional<Whole<1, 10'000>> limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(OutcomeQuery, (job_id, limit, cursor))
LASTMILE_DOC(OutcomeQuery, "Of which import.", {"job_id", "ours"}, {"limit", "lines of an answer; absent: 10000"},
             {"cursor", "where to go on; the Link of the answer before has it"})

api::Endpoints import_endpoints();

}  // namespace lastmile
