#include "features/hubs/hub_api.hpp"

#include "features/administered/requests.hpp"
#include "features/areas/area_store.hpp"
#include "features/hubs/hub_rules.hpp"
#include "features/hubs/hub_store.hpp"
#include "features/places/place.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/events/apply.hpp"

namespace lastmile {
namespace {

using namespace api;

using Found = std::optional<Location>;  // what the geocoder made of an address without location

Found geocoded(const Call& call, const Address& address) {
    return address.location ? std::nullopt : place(address, call.service<Geocoding>().geocoder, nobody_looks).location;
}
Result<Found> place_new(const Call& call, const CreateHub& request) { return geocoded(call, request.address); }
Result<Found> place_changed(const Call& call, const ChangeHub& request) { return request.address ? geocoded(call, *request.address) : std::nullopt; }

void check_area(store::Tx& tx, const std::optional<Id<Area>>& area) {
    administered::Referred referred;
    if (area && !lock_area_if_any(tx, *area)) referred.unknown("#/area_id", "area");
    referred.check().value();
}

Result<Reply<Page<Hub>>> list_hubs(store::Read& read, const Call&, const ListHubs& request) {
    const auto below = administered::below<Hub>(request.cursor);
    if (!below) return std::unexpected(below.error());
    return page_of(hubs_below(read, request, *below, request.limit + 1), request.limit, [](const Hub& hub) { return hub.id.text(); });
}

Result<Reply<Hub>> get_hub(store::Read& read, const Call&, const HubRef& request) {
    auto hub = find_hub(read, request.hub_id);
    if (!hub) return refuse(reasons::not_found, "There is no such hub.");
    return *hub;
}

Result<Reply<Hub>> create_hub(store::Tx& tx, const Call&, const CreateHub& request, const Found& found) {
    check_area(tx, request.area_id);
    auto placed = request;
    if (found) placed.address.location = found;
    auto changed = hubs::create(tx.new_id<Hub>(), placed, tx.now()).value();
    events::apply(tx, changed);
    return Reply(changed.after).created("/v1/lastmile/hubs/" + changed.after.id.text());
}

Result<Reply<Hub>> change_hub(store::Tx& tx, const Call&, const ChangeHub& request, const Found& found) {
    check_area(tx, request.area_id.value);
    auto placed = request;
    if (found) placed.address.value().location = found;
    auto changed = hubs::change(lock_hub(tx, request.hub_id), placed, tx.now()).value();
    if (!changed.events.empty()) events::apply(tx, changed);
    return changed.after;
}

Result<Reply<Nothing>> delete_hub(store::Tx& tx, const Call& call, const HubRef& request) {
    const auto hub = lock_hub(tx, request.hub_id);
    call.service<References<Hub>>().none(tx, hub.id).value();
    events::apply(tx, hubs::remove(hub, tx.now()));
    return Reply<Nothing>{};
}

template <class Request>
std::optional<std::int64_t> version(store::Tx& tx, const Call&, const Request& request) {
    const auto hub = lock_hub_if_any(tx, request.hub_id);
    return hub ? std::optional(hub->version) : std::nullopt;
}

}  // namespace

Endpoints hub_endpoints() {
    return {
        reads("GET /v1/lastmile/hubs", Scope("geo:read") | "vehicles:read", list_hubs,
            {.summary = "List hubs", .tag = "Hubs", .refuses = {reasons::bad_cursor}}),
        prepares("POST /v1/lastmile/hubs", "policies:write", place_new, create_hub, {.summary = "Create a hub", .tag = "Hubs", .status = 201}),
        reads("GET /v1/lastmile/hubs/{hubId}", Scope("geo:read") | "vehicles:read" | "driver:self", get_hub,
            {.summary = "Get a hub", .tag = "Hubs", .refuses = {reasons::not_found}}),
        guarded(version<ChangeHub>, prepares("PATCH /v1/lastmile/hubs/{hubId}", "policies:write", place_changed, change_hub,
                                             {.summary = "Change a hub", .tag = "Hubs", .refuses = {reasons::not_found}})),
        guarded(version<HubRef>, writes("DELETE /v1/lastmile/hubs/{hubId}", "policies:write", delete_hub,
                                        {.summary = "Delete a hub that nothing refers to", .tag = "Hubs", .refuses = {reasons::not_found,
                                        reasons::in_use}})),
    };
}

}  // namespace lastmile
