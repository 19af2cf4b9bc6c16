#include "features/drivers/driver_api.hpp"

#include "features/administered/requests.hpp"
#include "features/drivers/driver_positions.hpp"
#include "features/drivers/driver_rules.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/hubs/hub_store.hpp"
#include "features/partners/partner_store.hpp"
#include "features/vehicles/vehicle_store.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/events/apply.hpp"

namespace lastmile {
namespace {

using namespace api;

/// A driver's own token sees that driver only.
bool may_see(const Call& call, Id<Driver> driver) { return call.has("drivers:read") || call.driver == driver.bytes; }

void check_references(store::Tx& tx, const std::optional<Id<Partner>>& partner, const std::optional<Id<Vehicle>>& vehicle_id,
    const std::optional<Id<Hub>>& home_hub) {
    administered::Referred referred;
    if (home_hub && !lock_hub_if_any(tx, *home_hub)) referred.unknown("#/home_hub_id", "hub");
    if (partner && !find_partner(tx, *partner)) referred.unknown("#/partner_id", "partner");
    if (vehicle_id) {
        const auto vehicle = lock_vehicle_if_any(tx, *vehicle_id);
        if (!vehicle) referred.unknown("#/vehicle_id", "vehicle");
        else if (vehicle->partner_id && partner && *vehicle->partner_id != *partner)
            referred.add("#/vehicle_id", "other_partner", "the vehicle belongs to another partner");
    }
    referred.check().value();
}

void show_position(store::Read& read, const Call& call, Driver& driver) {
    const auto& positions = call.service<DriverPositions>();
    if (!positions.last) return;
    if (auto last = positions.last(read, driver.id)) driver.location = std::move(last);
}

Result<Reply<Page<Driver>>> list_drivers(store::Read& read, const Call& call, const ListDrivers& request) {
    const auto below = administered::below<Driver>(request.cursor);
    if (!below) return std::unexpected(below.error());
    auto page = page_of(drivers_below(read, request, *below, request.limit + 1), request.limit,
        [](const Driver& driver) { return driver.id.text(); });
    for (auto& driver : page.data) show_position(read, call, driver);
    return page;
}

Result<Reply<Driver>> get_driver(store::Read& read, const Call& call, const DriverRef& request) {
    auto driver = may_see(call, request.driver_id) ? find_driver(read, request.driver_id) : std::nullopt;
    if (!driver) return refuse(reasons::not_found, "There is no such driver.");
    show_position(read, call, *driver);
    return *driver;
}

Result<Reply<Driver>> create_driver(store::Tx& tx, const Call& call, const CreateDriver& request) {
    check_references(tx, request.partner_id, request.vehicle_id, request.home_hub_id);
    auto changed = drivers::create(tx.new_id<Driver>(), request, [&] { return tx.new_id<DriverDocument>(); }, tx.now()).value();
    events::apply(tx, changed);
    const auto& positions = call.service<DriverPositions>();
    if (request.location && positions.report) positions.report(tx, changed.after.id, *request.location);
    return Reply(changed.after).created("/v1/lastmile/drivers/" + changed.after.id.text());
}

Result<Reply<Driver>> change_driver(store::Tx& tx, const Call&, const ChangeDriver& request) {
    const auto before = lock_driver(tx, request.driver_id);
    auto changed = drivers::change(before, request, tx.now()).value();
    const bool moves = request.partner_id.present || request.vehicle_id.present;  // the pair must still belong together
    check_references(tx, changed.after.partner_id, moves ? changed.after.vehicle_id : std::nullopt, request.home_hub_id.value);
    if (!changed.events.empty()) events::apply(tx, changed);
    return changed.after;
}

Result<Reply<Nothing>> deactivate_driver(store::Tx& tx, const Call& call, const DriverRef& request) {
    const auto before = lock_driver(tx, request.driver_id);
    if (before.status != DriverStatus::inactive) call.service<References<Driver>>().none(tx, before.id, reasons::driver_busy).value();
    const auto changed = drivers::deactivate(before, tx.now()).value();
    if (!changed.events.empty()) events::apply(tx, changed);
    return Reply<Nothing>{};
}

Result<Reply<Driver>> report_status(store::Tx& tx, const Call& call, const ReportStatus& request) {
    if (!call.has("drivers:write") && call.driver != request.driver_id.bytes) return refuse(reasons::not_found, "There is no such driver.");
    const auto& positions = call.service<DriverPositions>();
    const auto kept = positions.report ? std::nullopt : request.location;  // where positions have a room of their own, they never raise the version
    auto changed = drivers::report(lock_driver(tx, request.driver_id), request.status, kept, call.has("drivers:write"), tx.now()).value();
    if (!changed.events.empty()) events::apply(tx, changed);
    if (request.location && positions.report) positions.report(tx, changed.after.id, *request.location);
    show_position(tx, call, changed.after);
    return changed.after;
}

template <class Request>
std::optional<std::int64_t> version(store::Tx& tx, const Call&, const Request& request) {
    const auto driver = lock_driver_if_any(tx, request.driver_id);
    return driver ? std::optional(driver->version) : std::nullopt;
}

}  // namespace

Endpoints driver_endpoints() {
    return {
        reads("GET /v1/lastmile/drivers", "drivers:read", list_drivers,
            {.summary = "List drivers", .tag = "Drivers", .refuses = {reasons::bad_cursor}}),
        writes("POST /v1/lastmile/drivers", "drivers:write", create_driver,
               {.summary = "Create a driver", .tag = "Drivers", .refuses = {reasons::external_id_taken}, .status = 201}),
        reads("GET /v1/lastmile/drivers/{driverId}", Scope("drivers:read") | "driver:self", get_driver,
            {.summary = "Get a driver", .tag = "Drivers", .refuses = {reasons::not_found}}),
        guarded(version<ChangeDriver>, writes("PATCH /v1/lastmile/drivers/{driverId}", "drivers:write", change_driver,
                                              {.summary = "Change a driver", .tag = "Drivers", .refuses = {reasons::not_found,
                                              reasons::external_id_taken}})),
        guarded(version<DriverRef>, writes("DELETE /v1/lastmile/drivers/{driverId}", "drivers:write", deactivate_driver,
                                           {.summary = "Deactivate a driver", .tag = "Drivers",
                                           .description = "Refused while stops are open. POST …/status with offline brings the driver back.",
                                            .refuses = {reasons::not_found, reasons::driver_busy}})),
        guarded(version<ReportStatus>, writes("POST /v1/lastmile/drivers/{driverId}/status", Scope("drivers:write") | "driver:self", report_status,
                                              {.summary = "Report a driver's status", .tag = "Drivers", .refuses = {reasons::not_found,
                                              reasons::driver_not_legal}})),
    };
}

}  // namespace lastmile
