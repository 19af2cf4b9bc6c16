#include "features/imports/import_api.hpp"

#include <charconv>
#include <map>

#include "features/imports/delivery_lines.hpp"
#include "features/imports/import_store.hpp"
#include "features/policies/policy_store.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/http/spooled_body.hpp"
#include "platform/http/text.hpp"
#include "platform/store/store.hpp"
#include "platform/work/job_store.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr std::size_t longest_order = 64 * 1024;
constexpr std::size_t read_at_once = 1024 * 1024;
constexpr std::size_t largest_upload = 2ull * 1024 * 1024 * 1024;

/// Lines that are in the store under the id of a job that is yet to be, or a source that is yet to be fetched.
struct Taken {
    Id<work::Job> job_id;
    DeliveryImport order;
};

bool is_one_of(std::string_view media, std::initializer_list<std::string_view> known) {
    return std::ranges::any_of(known, [&](std::string_view one) { return http::same_ignoring_case(media, one); });
}

Result<Taken> take_source(const Call& call, Taken taken) {
    const auto& body = *call.request->spooled;
    if (body.size() > longest_order) return refuse(reasons::too_large, "With application/json the body is {\"source_url\": …}; lines are application/x-ndjson.");
    auto order = schema::decode<BulkSource>(body.read(0, longest_order));
    if (!order) return std::unexpected(std::move(order.error()));
    taken.order.source_url = order->source_url;
    if (auto fits = imports::check_source(call.service<ImportSources>(), *taken.order.source_url, call.tenant); !fits) return std::unexpected(std::move(fits.error()));
    return taken;
}

/// Into the store in commits of a chunk each; the job comes last, in the request's own commit.
Result<Taken> take_lines(const Call& call, Taken taken) {
    auto& store = call.service<store::Store>();
    std::int64_t most = 0;
    store.look(call.partition, [&](store::Read& read) { most = policies_of(read).limits.import_lines.value; });
    imports::Cutter cutter([&](const imports::Chunk& chunk) {
        store.run(call.partition, call.origin(), [&](store::Tx& tx) {
            if (chunk.number == 0) imports::watch_chunks(tx, taken.job_id);
            keep_chunk(tx, taken.job_id, chunk);
        }, store::Lane::bulk);
    });
    const auto& body = *call.request->spooled;
    for (std::size_t at = 0; at < body.size() && cutter.lines() <= most; at += read_at_once) cutter.take(body.read(at, read_at_once));
    if (cutter.lines() > most) return std::unexpected(imports::too_many_lines(most));  // what was kept goes by its timer
    taken.order.lines = cutter.finish();
    if (taken.order.lines > most) return std::unexpected(imports::too_many_lines(most));
    return taken;
}

Result<Taken> take(const Call& call, const BulkCreate& request) {
    if (!call.request->spooled) return refuse(reasons::invalid, "The body is empty.", {{"#", "required", "send lines, or {\"source_url\": …}"}});
    SystemRandom random;
    Taken taken{Id<work::Job>::make(machine_now(), random), {{}, 0, call.actor.kind, call.actor.id, call.request_id}};
    std::string_view rest = request.body.content_type;
    const auto media = http::next_part(rest, ';');
    if (is_one_of(media, {"application/json"})) return take_source(call, std::move(taken));
    if (is_one_of(media, {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/jsonlines"}))
        return take_lines(call, std::move(taken));
    return refuse(reasons::unsupported_media, "This takes application/x-ndjson, or application/json with a source_url.");
}

Result<Reply<BulkAccepted>> accept(store::Tx& tx, const Call&, const BulkCreate&, const Taken& taken) {
    work::enqueue(tx, {.id = taken.job_id, .partition = tx.partition(), .type = std::string(delivery_import), .input = schema::to_stored(taken.order),
                       .progress = {0, taken.order.lines, 0, {}}});
    const auto self = "/v1/lastmile/jobs/" + taken.job_id.text();
    return Reply(BulkAccepted{taken.job_id, "queued", {self, self + "/outcome"}}).accepted(self);
}

/// A line of the outcome.
boost::json::object failed_line(std::int64_t line, const std::vector<const work::LineError*>& errors) {
    boost::json::array list;
    for (const auto* error : errors) list.push_back({{"pointer", error->pointer}, {"code", error->code}, {"detail", error->detail}});
    return {{"line", line}, {"status", "failed"}, {"errors", std::move(list)}};
}

Result<Reply<Raw>> outcome(store::Read& read, const Call&, const OutcomeQuery& request) {
    const auto job = work::find_job(read, request.job_id);
    if (!job || !job->type.starts_with("import.")) return refuse(reasons::not_found, "There is no such import.");
    std::int64_t after = 0;
    if (request.cursor) {
        const auto& key = request.cursor->key;
        const auto [at, fault] = std::from_chars(key.data(), key.data() + key.size(), after);
        if (fault != std::errc{} || at != key.data() + key.size() || after < 0) return refuse(reasons::bad_cursor, "The cursor is of another list.");
    }
    const auto limit = request.limit ? request.limit->value : 10'000;
    const auto end = std::min(after + limit, job->progress.done);
    const auto made = outcomes_of(read, request.job_id, after + 1, end + 1);
    const auto errors = errors_of(read, request.job_id, after + 1, end + 1);
    std::map<std::int64_t, std::vector<const work::LineError*>> failed;
    for (const auto& error : errors) failed[error.line].push_back(&error);
    Raw lines{{}, "application/x-ndjson"};
    auto next = made.begin();
    for (auto line = after + 1; line <= end; ++line) {
        boost::json::object told;
        if (next != made.end() && next->line == line)
            told = {{"line", line}, {"status", "created"}, {"delivery_id", (next++)->made.text()}};
        else if (const auto wrong = failed.find(line); wrong != failed.end())
            told = failed_line(line, wrong->second);
        else
            continue;  // an empty line
        lines.bytes += schema::to_text(told);
        lines.bytes += '\n';
    }
    Reply<Raw> reply(std::move(lines));
    reply.no_store = true;
    if (end >= job->progress.done && (job->status != "running" || end == after)) return reply;
    auto target = "/v1/lastmile/jobs/" + request.job_id.text() + "/outcome?" + (request.limit ? "limit=" + std::to_string(limit) + "&" : "");
    return std::move(reply).with_header("Link", "<" + target + "cursor=" + print_cursor(std::to_string(end)) + ">; rel=\"next\"");
}

}  // namespace

Endpoints import_endpoints() {
    return {
        prepares("POST /v1/lastmile/deliveries/bulk", "deliveries:write", take, accept,
                 {.summary = "Create deliveries in bulk",
                  .tag = "Deliveries",
                  .description = "NDJSON of any length (policy limits.import_lines), uploaded or fetched from source_url; empty lines are nothing. A job: each line "
                                 "succeeds or fails alone, none is done twice. Its errors name line, pointer and reason; outcome has every line.",
                  .status = 202,
                  .max_body = largest_upload,
                  .bulk = true,
                  .spooled = true}),
        reads("GET /v1/lastmile/jobs/{jobId}/outcome", "jobs:read", outcome,
              {.summary = "What became of an import's lines",
               .tag = "Jobs",
               .description = "application/x-ndjson, in the order of lines: {line, status: created|failed, delivery_id, errors}. Where there is more, the header Link "
                              "says where; of a running import what is done so far.",
               .refuses = {reasons::not_found, reasons::bad_cursor}}),
    };
}

}  // namespace lastmile
