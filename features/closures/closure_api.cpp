#include "features/closures/closure_api.hpp"

#include "features/administered/requests.hpp"
#include "features/closures/closure_store.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/events/apply.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr std::string_view ends = "closure.ends";

constexpr Reason no_map{"no_map", 409, "No map is loaded", "Start the server with --map, an imported map or any .osm.pbf."};
constexpr Reason too_many{"too_many_closures", 409, "This partition has as many closures as it may have", "Delete some that are over, or draw several as one."};

Result<Reply<Page<Closure>>> list_closures(store::Read& read, const Call&, const ListClosures& request) {
    const auto below = administered::below<Closure>(request.cursor);
    if (!below) return std::unexpected(below.error());
    auto page = page_of(closures_below(read, *below, request.limit + 1), request.limit, [](const Closure& closure) { return closure.id.text(); });
    if (!request.geometry)
        for (auto& closure : page.data) closure.geometry.reset();
    return page;
}

Result<Reply<Closure>> get_closure(store::Read& read, const Call&, const ClosureRef& request) {
    auto closure = find_closure(read, request.closure_id);
    if (!closure) return refuse(reasons::not_found, "There is no such closure.");
    return *closure;
}

Result<Reply<Closure>> create_closure(store::Tx& tx, const Call& call, const CreateClosure& request) {
    const auto* roads = call.service<RoadClosures>().roads;
    if (!roads) return refuse(no_map, "A closure needs the roads that it closes.");
    if (closure_ids(tx).size() >= closures::most) return refuse(too_many, "There are " + std::to_string(closures::most) + " closures.");
    auto changed = closures::create(tx.new_id<Closure>(), request, roads->on_map(), tx.now()).value();
    events::apply(tx, changed);
    if (changed.after.until) work::set_timer(tx, {.kind = std::string(ends), .subject = changed.after.id.text(), .due_at = *changed.after.until});
    return Reply(changed.after).created("/v1/lastmile/closures/" + changed.after.id.text());
}

Result<Reply<Nothing>> delete_closure(store::Tx& tx, const Call&, const ClosureRef& request) {
    const auto closure = lock_closure_if_any(tx, request.closure_id);
    if (!closure) return refuse(reasons::not_found, "There is no such closure.");
    work::cancel_timer(tx, ends, closure->id.text());
    events::apply(tx, closures::remove(*closure, tx.now()));
    return Reply<Nothing>{};
}

std::optional<std::int64_t> version(store::Tx& tx, const Call&, const ClosureRef& request) {
    const auto closure = lock_closure_if_any(tx, request.closure_id);
    return closure ? std::optional(closure->version) : std::nullopt;
}

}  // namespace

void register_closure_timers(work::Timers& timers) {
    timers.on(std::string(ends), [](store::Tx& tx, const work::Timer& timer) {
        const auto id = Id<Closure>::parse(timer.subject);
        const auto closure = id ? lock_closure_if_any(tx, *id) : std::nullopt;
        if (closure) events::apply(tx, closures::remove(*closure, tx.now()));
    });
}

Endpoints closure_endpoints() {
    return {
        reads("GET /v1/lastmile/closures", "geo:read", list_closures, {.summary = "List closed streets", .tag = "Closures", .refuses = {reasons::bad_cursor}}),
        writes("POST /v1/lastmile/closures", "closures:write", create_closure,
               {.summary = "Close streets for a while", .tag = "Closures", .refuses = {no_map, too_many}, .status = 201, .max_body = 2 * 1024 * 1024}),
        reads("GET /v1/lastmile/closures/{closureId}", "geo:read", get_closure,
              {.summary = "Get a closure", .tag = "Closures", .refuses = {reasons::not_found}}),
        guarded(version, writes("DELETE /v1/lastmile/closures/{closureId}", "closures:write", delete_closure,
                                {.summary = "Open the streets again", .tag = "Closures", .refuses = {reasons::not_found}})),
    };
}

}  // namespace lastmile
