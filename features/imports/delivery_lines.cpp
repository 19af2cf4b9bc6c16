#include "features/imports/delivery_lines.hpp"

#include <algorithm>

#include "features/deliveries/delivery_create.hpp"
#include "features/imports/import_store.hpp"
#include "features/policies/policy_store.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/store/store.hpp"

namespace lastmile {
namespace {

constexpr std::string_view chunks_timer = "import.chunks";
constexpr auto chunks_wait = std::chrono::hours{1};
constexpr std::size_t lines_a_commit = 20;  // interactive commands come in between
constexpr int chunks_a_commit = 16;
constexpr std::size_t read_at_once = 1024 * 1024;
constexpr std::size_t longest_detail = 500;

/// A line on its way: what it asks for, or why it cannot be.
struct Line {
    std::int64_t number = 0;
    std::optional<CreateDelivery> wanted{};
    PlacedDelivery placed{};
    std::vector<work::LineError> errors{};
};

std::vector<work::LineError> errors_of(std::int64_t line, const Error& error) {
    std::vector<work::LineError> errors;
    for (const auto& field : error.errors) errors.push_back({line, field.pointer, field.code, field.detail.substr(0, longest_detail)});
    if (errors.empty()) errors.push_back({line, "#", std::string(error.reason->slug), error.detail.substr(0, longest_detail)});
    return errors;
}

Line read_line(std::int64_t number, std::string_view text, const geocode::Geocoder* geocoder) {
    Line line{.number = number};
    if (text.size() > imports::longest_line) {
        line.errors.push_back({number, "#", "line_too_long", "a line may have " + std::to_string(imports::longest_line) + " bytes"});
        return line;
    }
    auto wanted = schema::decode<CreateDelivery>(text);
    if (!wanted) {
        line.errors = errors_of(number, wanted.error());
        return line;
    }
    line.placed = place_delivery(*wanted, geocoder);
    line.wanted = std::move(*wanted);
    return line;
}

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r") == text.npos; }

}  // namespace

namespace imports {

void watch_chunks(store::Tx& tx, Id<work::Job> job) {
    work::set_timer(tx, {.kind = std::string(chunks_timer), .subject = job.text(), .due_at = tx.now().business + chunks_wait});
}

Error too_many_lines(std::int64_t most) {
    return Error{&reasons::invalid, "The import has more lines than policy limits.import_lines allows.",
                 {{"#", "too_many_lines", std::to_string(most) + " at most: cut it into several imports, or raise limits.import_lines"}}, {}};
}

}  // namespace imports

work::JobKind DeliveryImports::job_kind() {
    return {std::string(delivery_import), [this](work::JobRun& job) { return run(job); }};
}

void DeliveryImports::register_timers(work::Timers& timers) {
    timers.on(std::string(chunks_timer), [](store::Tx& tx, const work::Timer& timer) {
        const auto id = Id<work::Job>::parse(timer.subject);
        if (!id) return;
        const auto job = work::find_job(tx, *id);
        const bool needed = job && (job->status == "queued" || job->status == "running");
        if (needed || drop_chunks(tx, *id, chunks_a_commit)) imports::watch_chunks(tx, *id);
    });
}

/// Onto the disk first, then into the store in chunks: what is worked on stays the same however often this starts again.
void DeliveryImports::fetch(work::JobRun& run, const DeliveryImport& order) {
    const auto id = run.job().id;
    std::int64_t most = 0;
    auto allowed = sources_.allow_private_networks;
    store_.look(run.job().partition, [&](store::Read& read) {
        const auto policies = policies_of(read);
        most = policies.limits.import_lines.value;
        for (const auto& network : policies.webhooks.allow_private_networks) allowed.push_back(network);
    });
    bool left = true;
    while (left) run.commit([&](store::Tx& tx) { imports::watch_chunks(tx, id), left = drop_chunks(tx, id, chunks_a_commit); }, {0, 0, 0, "fetching"});
    const auto body = imports::fetch(sources_, *order.source_url, allowed, [&] { return run.stop(); });
    if (!body) {
        if (run.stop()) return;
        throw Refusal(body.error());
    }
    imports::Cutter cutter([&](const imports::Chunk& chunk) {
        run.commit([&](store::Tx& tx) { keep_chunk(tx, id, chunk); }, {0, 0, 0, "fetched as far as line " + std::to_string(chunk.first_line)});
    });
    for (std::size_t at = 0; at < (*body)->size() && !run.stop(); at += read_at_once) {
        cutter.take((*body)->read(at, read_at_once));
        if (cutter.lines() > most) throw Refusal(imports::too_many_lines(most));
    }
    const auto lines = cutter.finish();
    if (run.stop()) return;
    if (lines > most) throw Refusal(imports::too_many_lines(most));
    if (lines == 0) throw Refusal(Error{&reasons::invalid, "The source is empty.", {{"#/source_url", "empty", "there are no lines"}}, {}});
    run.commit([](store::Tx&) {}, {0, lines, 0, {}});
}

/// False when no chunk is left.
bool DeliveryImports::work_on_chunk(work::JobRun& run, work::Progress& progress) {
    const auto id = run.job().id;
    std::optional<imports::Chunk> chunk;
    store_.look(run.job().partition, [&](store::Read& read) { chunk = next_chunk(read, id); });
    if (!chunk) return false;
    std::string_view rest = chunk->bytes, text;
    auto number = chunk->first_line - 1;
    bool more = true;
    while (more && !run.stop()) {
        std::vector<Line> lines;
        while (lines.size() < lines_a_commit && (more = imports::next_line(rest, text))) {
            if (++number <= progress.done || blank(text)) continue;  // done before a crash; nothing
            lines.push_back(read_line(number, text, geocoding_.geocoder));
        }
        auto after = progress;
        std::vector<work::LineError> errors;
        run.commit(
            [&](store::Tx& tx) {
                after = progress, errors.clear();
                after.done = std::max(progress.done, number);
                for (auto& line : lines) {
                    auto wrong = line.errors;
                    if (line.wanted) {
                        try {  // what refuses has written nothing yet: the others of this commit stand
                            keep_outcome(tx, id, line.number, create_delivery(tx, vault_, *line.wanted, line.placed, "#").id);
                        } catch (const Refusal& refusal) {
                            wrong = errors_of(line.number, refusal.error());
                        }
                    }
                    after.failed += !wrong.empty();
                    errors.insert(errors.end(), wrong.begin(), wrong.end());
                }
                if (!more) drop_chunk(tx, id, chunk->number);
            },
            after, errors);
        progress = after;
    }
    return true;
}

std::string DeliveryImports::run(work::JobRun& run) {
    const auto order = schema::from_stored<DeliveryImport>(run.job().input);
    run.origin = {{order.actor_kind, order.actor_id, {}}, order.request_id, {}, "api"};
    run.lane = store::Lane::bulk;
    if (order.source_url && run.job().progress.total == 0) fetch(run, order);
    auto progress = run.job().progress;
    progress.detail.clear();
    while (!run.stop() && work_on_chunk(run, progress)) {}
    ImportResult result{progress.done, 0, progress.failed};
    store_.look(run.job().partition, [&](store::Read& read) { result.created = created_of(read, run.job().id); });
    return schema::to_stored(result);
}

}  // namespace lastmile
