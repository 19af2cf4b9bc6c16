#include "features/vehicles/vehicle_api.hpp"

#include "features/administered/requests.hpp"
#include "features/hubs/hub_store.hpp"
#include "features/partners/partner_store.hpp"
#include "features/vehicles/road_profiles.hpp"
#include "features/vehicles/vehicle_rules.hpp"
#include "features/vehicles/vehicle_store.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/events/apply.hpp"

namespace lastmile {
namespace {

using namespace api;

void check_references(store::Tx& tx, const Call& call, const std::optional<Id<Partner>>& partner, const std::optional<Id<Hub>>& warehouse,
    const std::optional<Slug>& profile) {
    administered::Referred referred;
    if (partner && !find_partner(tx, *partner)) referred.unknown("#/partner_id", "partner");
    if (warehouse && !lock_hub_if_any(tx, *warehouse)) referred.unknown("#/warehouse", "hub");
    const auto& profiles = call.service<RoadProfiles>();
    if (profile && !profiles.knows(*profile)) referred.add("#/profile", "unknown_profile",
        "the road map has no such profile; there is: " + profiles.list());
    referred.check().value();
}

Result<Reply<Page<Vehicle>>> list_vehicles(store::Read& read, const Call&, const ListVehicles& request) {
    const auto below = administered::below<Vehicle>(request.cursor);
    if (!below) return std::unexpected(below.error());
    return page_of(vehicles_below(read, request, *below, request.limit + 1), request.limit, [](const Vehicle& vehicle) { return vehicle.id.text(); });
}

Result<Reply<Vehicle>> get_vehicle(store::Read& read, const Call&, const VehicleRef& request) {
    auto vehicle = find_vehicle(read, request.vehicle_id);
    if (!vehicle) return refuse(reasons::not_found, "There is no such vehicle.");
    return *vehicle;
}

Result<Reply<Vehicle>> create_vehicle(store::Tx& tx, const Call& call, const CreateVehicle& request) {
    auto changed = vehicles::create(tx.new_id<Vehicle>(), request, tx.now());
    check_references(tx, call, request.partner_id, request.warehouse, changed.after.profile);  // also the one that its type brought
    events::apply(tx, changed);
    return Reply(changed.after).created("/v1/lastmile/vehicles/" + changed.after.id.text());
}

Result<Reply<Vehicle>> change_vehicle(store::Tx& tx, const Call& call, const ChangeVehicle& request) {
    check_references(tx, call, request.partner_id.value, request.warehouse.value, request.profile);
    auto changed = vehicles::change(lock_vehicle(tx, request.vehicle_id), request, tx.now());
    if (!changed.events.empty()) events::apply(tx, changed);
    return changed.after;
}

Result<Reply<Nothing>> delete_vehicle(store::Tx& tx, const Call& call, const VehicleRef& request) {
    const auto vehicle = lock_vehicle(tx, request.vehicle_id);
    call.service<References<Vehicle>>().none(tx, vehicle.id).value();
    events::apply(tx, vehicles::remove(vehicle, tx.now()));
    return Reply<Nothing>{};
}

template <class Request>
std::optional<std::int64_t> version(store::Tx& tx, const Call&, const Request& request) {
    const auto vehicle = lock_vehicle_if_any(tx, request.vehicle_id);
    return vehicle ? std::optional(vehicle->version) : std::nullopt;
}

}  // namespace

Endpoints vehicle_endpoints() {
    return {
        reads("GET /v1/lastmile/vehicles", "vehicles:read", list_vehicles,
            {.summary = "List vehicles", .tag = "Vehicles", .refuses = {reasons::bad_cursor}}),
        writes("POST /v1/lastmile/vehicles", "vehicles:write", create_vehicle,
               {.summary = "Create a vehicle", .tag = "Vehicles", .refuses = {reasons::external_id_taken}, .status = 201}),
        reads("GET /v1/lastmile/vehicles/{vehicleId}", "vehicles:read", get_vehicle,
            {.summary = "Get a vehicle", .tag = "Vehicles", .refuses = {reasons::not_found}}),
        guarded(version<ChangeVehicle>, writes("PATCH /v1/lastmile/vehicles/{vehicleId}", "vehicles:write", change_vehicle,
                                               {.summary = "Change a vehicle", .tag = "Vehicles", .refuses = {reasons::not_found,
                                               reasons::external_id_taken}})),
        guarded(version<VehicleRef>, writes("DELETE /v1/lastmile/vehicles/{vehicleId}", "vehicles:write", delete_vehicle,
                                            {.summary = "Delete a vehicle that nobody uses", .tag = "Vehicles", .refuses = {reasons::not_found,
                                            reasons::in_use}})),
    };
}

}  // namespace lastmile
