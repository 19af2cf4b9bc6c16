#include "features/areas/area_api.hpp"

#include "features/administered/references.hpp"
#include "features/administered/requests.hpp"
#include "features/areas/area_rules.hpp"
#include "features/areas/area_store.hpp"
#include "features/areas/time_zone.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/events/apply.hpp"

namespace lastmile {
namespace {

using namespace api;

Result<Reply<Page<Area>>> list_areas(store::Read& read, const Call&, const ListAreas& request) {
    Page<Area> page;
    if (request.lat) {
        page.data = areas_at(read, {*request.lat, request.lon.value()});
        if (page.data.size() > static_cast<std::size_t>(request.limit.value)) page.data.resize(static_cast<std::size_t>(request.limit.value));
    } else {
        const auto below = administered::below<Area>(request.cursor);
        if (!below) return std::unexpected(below.error());
        page = page_of(areas_below(read, *below, request.limit + 1), request.limit, [](const Area& area) { return area.id.text(); });
    }
    if (!request.geometry)
        for (auto& area : page.data) area.geometry.reset();
    return page;
}

Result<Reply<Area>> get_area(store::Read& read, const Call&, const AreaRef& request) {
    auto area = find_area(read, request.area_id);
    if (!area) return refuse(reasons::not_found, "There is no such area.");
    return *area;
}

Result<Reply<Area>> create_area(store::Tx& tx, const Call&, const CreateArea& request) {
    auto changed = areas::create(tx.new_id<Area>(), request, is_time_zone, tx.now()).value();
    events::apply(tx, changed);
    return Reply(changed.after).created("/v1/lastmile/areas/" + changed.after.id.text());
}

Result<Reply<Area>> change_area(store::Tx& tx, const Call&, const ChangeArea& request) {
    auto changed = areas::change(lock_area(tx, request.area_id), request, is_time_zone, tx.now()).value();
    if (!changed.events.empty()) events::apply(tx, changed);
    return changed.after;
}

Result<Reply<Nothing>> delete_area(store::Tx& tx, const Call& call, const AreaRef& request) {
    const auto area = lock_area(tx, request.area_id);
    call.service<References<Area>>().none(tx, area.id).value();
    events::apply(tx, areas::remove(area, tx.now()));
    return Reply<Nothing>{};
}

template <class Request>
std::optional<std::int64_t> version(store::Tx& tx, const Call&, const Request& request) {
    const auto area = lock_area_if_any(tx, request.area_id);
    return area ? std::optional(area->version) : std::nullopt;
}

}  // namespace

Endpoints area_endpoints() {
    constexpr std::size_t with_geometry = 2 * 1024 * 1024;
    return {
        reads("GET /v1/lastmile/areas", Scope("geo:read") | "policies:read", list_areas,
              {.summary = "List areas, or those at a place", .tag = "Areas", .refuses = {reasons::bad_cursor}}),
        writes("POST /v1/lastmile/areas", "policies:write", create_area,
            {.summary = "Create an area", .tag = "Areas", .status = 201, .max_body = with_geometry}),
        reads("GET /v1/lastmile/areas/{areaId}", Scope("geo:read") | "policies:read", get_area,
            {.summary = "Get an area", .tag = "Areas", .refuses = {reasons::not_found}}),
        guarded(version<ChangeArea>, writes("PATCH /v1/lastmile/areas/{areaId}", "policies:write", change_area,
                                            {.summary = "Change an area", .tag = "Areas", .refuses = {reasons::not_found},
                                            .max_body = with_geometry})),
        guarded(version<AreaRef>, writes("DELETE /v1/lastmile/areas/{areaId}", "policies:write", delete_area,
                                         {.summary = "Delete an area that nothing refers to", .tag = "Areas", .refuses = {reasons::not_found,
                                         reasons::in_use}})),
    };
}

}  // namespace lastmile
