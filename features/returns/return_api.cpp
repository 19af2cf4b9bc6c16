#include <algorithm>

#include "features/deliveries/delivery_create.hpp"
#include "features/reasons/reasons.hpp"
#include "features/returns/return.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr Reason return_exists{"return_exists", 409, "A return of this package is under way", "Cancel the return that delivery_id names first, or leave the package out."};

PlacedDelivery place_pickup(const SchedulePickup& request, const geocode::Geocoder* geocoder) {
    PlacedDelivery placed;
    if (request.pickup && request.pickup->address) placed.pickup = place(*request.pickup->address, geocoder);
    return placed;
}

Result<PlacedDelivery> look_up(const Call& call, const SchedulePickup& request) { return place_pickup(request, call.service<Geocoding>().geocoder); }

/// Packages of the origin that an earlier return has, unless that came to nothing.
std::vector<Id<Package>> going_back(store::Read& read, const DeliveryRow& origin) {
    std::vector<Id<Package>> going;
    for (const auto& other : find_deliveries(read, origin.record.returns)) {
        const bool came_to_nothing = other.status == Status::cancelled || (other.status == Status::failed && is_final(other.lifecycle));
        if (!came_to_nothing) going.insert(going.end(), other.record.return_packages.begin(), other.record.return_packages.end());
    }
    return going;
}

CreateDelivery wanted_of(const SchedulePickup& request, const DeliveryRow& origin, const std::optional<PersonalData>& people, const std::vector<PackageRecord>& packages) {
    CreateDelivery wanted;
    wanted.type = DeliveryType::return_;
    std::vector<PackageRequest> parcels(packages.begin(), packages.end());
    wanted.packages = List<PackageRequest, 1, 100>(std::move(parcels));
    if (people) wanted.pickup.address = people->dropoff_address, wanted.pickup.contact = people->recipient, wanted.pickup.instructions = people->dropoff_instructions;
    wanted.pickup.service_s = origin.record.dropoff_service_s;
    if (const auto& given = request.pickup) {
        if (given->address) wanted.pickup.address = given->address;
        if (given->contact) wanted.pickup.contact = given->contact;
        if (given->instructions) wanted.pickup.instructions = given->instructions;
        if (given->service_s) wanted.pickup.service_s = given->service_s;
        wanted.pickup.window = given->window;
    }
    wanted.dropoff.hub_id = request.hub_id ? request.hub_id : origin.pickup_hub_id;
    wanted.service_level = request.service_level.value_or(origin.service_level);
    wanted.priority = request.priority;
    wanted.skills = origin.record.skills, wanted.vehicle_types = origin.record.vehicle_types;
    wanted.source = request.source, wanted.source_id = request.source_id, wanted.order_id = request.order_id;
    if (!wanted.order_id && origin.order_id && !origin.order_id->empty()) wanted.order_id = Text<1, 200>(*origin.order_id);
    wanted.metadata = request.metadata;
    return wanted;
}

Result<Reply<DeliveryView>> schedule(store::Tx& tx, const Call& call, const SchedulePickup& request, const PlacedDelivery& placed_before) {
    const auto& vault = call.service<Vault>();
    auto origin = lock_delivery(tx, request.delivery_id);
    if (!origin) return refuse(reasons::invalid, "There is no such delivery.", {{"#/delivery_id", "unknown_reference", "there is no such delivery"}});
    const auto packages = returns::chosen(*origin, {request.package_ids.begin(), request.package_ids.end()}, going_back(tx, *origin));
    if (!packages) return std::unexpected(packages.error());
    if (!request.hub_id && !origin->pickup_hub_id)
        return refuse(reasons::invalid, "Where it goes is not known.", {{"#/hub_id", "required", "the origin came from no hub: name one"}});
    if (request.pickup && request.pickup->window && request.pickup->window->to <= tx.now().business)
        return refuse(reasons::invalid, "The window is over already.", {{"#/pickup/window/to", "in_the_past", "must be later than now"}});
    const auto people = personal_data(tx, vault, origin->recipient_id);
    const bool elsewhere = request.pickup && request.pickup->address;
    if (!people && !elsewhere)
        return refuse(reasons::conflict, "The personal data of the origin was erased; give pickup.address.");
    auto placed = placed_before;
    if (!elsewhere && origin->dropoff_lat) placed.pickup.location = Location{.lat = *origin->dropoff_lat, .lon = *origin->dropoff_lon, .accuracy_meters = {}, .timestamp = {}};
    std::vector<Id<Package>> ids;
    for (const auto& package : *packages) ids.push_back(package.id);
    const auto made = create_delivery(tx, vault, wanted_of(request, *origin, people, *packages), placed, "#", {.return_of = origin->id, .return_packages = ids});
    origin->record.returns.push_back(made.id);
    EventDraft told{"delivery.updated", {{"delivery_id", origin->id.text()}, {"return_id", made.id.text()}}};
    if (request.reason) told.data["reason"] = std::string(*request.reason);
    apply_change(tx, *origin, {{origin->lifecycle, {std::move(told)}}, {}});
    auto view = view_of(made, personal_data(tx, vault, made.recipient_id));
    view.delivery_id = made.id;
    return Reply(std::move(view)).created("/v1/lastmile/deliveries/" + made.id.text()).at_version(made.version);
}

}  // namespace

namespace returns {

Result<std::vector<PackageRecord>> chosen(const DeliveryRow& origin, const std::vector<Id<Package>>& wanted, const std::vector<Id<Package>>& going) {
    const auto with_recipient = [&](Id<Package> id) {
        const auto* package = origin.lifecycle.package(id);
        return package && package->end == PackageEnd::destination && package->custody.with_recipient();
    };
    const auto is_going = [&](Id<Package> id) { return std::ranges::find(going, id) != going.end(); };
    std::vector<PackageRecord> found;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto at = "#/package_ids/" + std::to_string(i);
        const auto record = std::ranges::find(origin.record.packages, wanted[i], &PackageRecord::id);
        if (record == origin.record.packages.end())
            return refuse(reasons::unknown_package, "The delivery has no package " + wanted[i].text() + ".", {{at, "unknown_reference", "not one of this delivery"}});
        if (std::ranges::find(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(i), wanted[i]) != wanted.begin() + static_cast<std::ptrdiff_t>(i))
            return refuse(reasons::invalid, "A package is named twice.", {{at, "duplicate", "stands twice"}});
        if (!with_recipient(wanted[i]))
            return deliveries::refuse_now(reasons::not_legal_now, "Only what the recipient has can be fetched: " + wanted[i].text() + " is not there.", origin.lifecycle);
        if (is_going(wanted[i])) return refuse(return_exists, wanted[i].text() + " has a return already.", {{at, "return_exists", "is on its way back"}});
        found.push_back(*record);
    }
    if (!wanted.empty()) return found;
    bool some_go = false;
    for (const auto& record : origin.record.packages) {
        if (!with_recipient(record.id)) continue;
        if (is_going(record.id)) some_go = true;
        else found.push_back(record);
    }
    if (!found.empty()) return found;
    if (some_go) return refuse(return_exists, "All that the recipient has is on its way back.");
    return deliveries::refuse_now(reasons::not_legal_now, "Only what the recipient has can be fetched; what was not delivered comes back by bring-back.", origin.lifecycle);
}

}  // namespace returns

Endpoints return_endpoints() {
    return {
        prepares("POST /v1/lastmile/returns/pickup", Scope("deliveries:write") | "exceptions:write", look_up, schedule,
                 {.summary = "Fetch something back",
                  .tag = "Deliveries",
                  .description = "A delivery of type return: fetched where its origin was delivered, brought to a hub; each names the other. What was not "
                                 "delivered needs none: it comes back on the same route (bring-back).",
                  .refuses = {reasons::not_legal_now, reasons::unknown_package, reasons::conflict, return_exists},
                  .status = 201}),
    };
}

}  // namespace lastmile
