#pragma once
// The job that makes deliveries of lines: each line succeeds or fails alone, and none is done twice, whatever crashes.
#include "features/places/place.hpp"
#include "features/imports/sources.hpp"
#include "features/recipients/vault.hpp"
#include "platform/base/actor.hpp"
#include "platform/schema/schema.hpp"
#include "platform/work/jobs.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {

inline constexpr std::string_view delivery_import = "import.deliveries";

/// What the job is told.
struct DeliveryImport {
    std::optional<std::string> source_url;
    std::int64_t lines = 0;  // of an upload; a source's are counted as they are fetched
    std::string actor_kind;
    std::string actor_id;
    std::string request_id;
};
LASTMILE_VALUE(DeliveryImport, (source_url, lines, actor_kind, actor_id, request_id))

struct ImportResult {
    std::int64_t lines = 0;
    std::int64_t created = 0;
    std::int64_t failed = 0;
};
LASTMILE_VALUE(ImportResult, (lines, created, failed))
LASTMILE_DOC(ImportResult, "What came of an import.", {"lines", "that were worked on"}, {"created", "deliveries made"}, {"failed", "lines refused"})

class DeliveryImports {
public:
    DeliveryImports(store::Store& store, const ImportSources& sources, const Geocoding& geocoding, const Vault& vault)
        : store_(store), sources_(sources), geocoding_(geocoding), vault_(vault) {}
    work::JobKind job_kind();
    /// Lines of an upload that came to no job, or of a job that was cancelled, go by themselves.
    void register_timers(work::Timers& timers);

private:
    std::string run(work::JobRun& run);
    void fetch(work::JobRun& run, const DeliveryImport& order);
    bool work_on_chunk(work::JobRun& run, work::Progress& progress);

    store::Store& store_;
    const ImportSources& sources_;
    const Geocoding& geocoding_;
    const Vault& vault_;
};

namespace imports {
/// Sets the timer that looks after a job's chunks; with the first of them.
void watch_chunks(store::Tx& tx, Id<work::Job> job);
/// 422 too_many_lines.
Error too_many_lines(std::int64_t most);
}  // namespace imports

}  // namespace lastmile
