#include "features/deliveries/delivery_create.hpp"

#include "features/deliveries/plan_rules.hpp"
#include "features/exceptions/exception_store.hpp"
#include "features/hubs/hub_store.hpp"
#include "features/slots/reservations.hpp"

namespace lastmile {
namespace {

/// A hub's location; refuses one that is not there.
std::pair<double, double> hub_location(store::Read& read, Id<Hub> hub, const std::string& pointer, std::vector<FieldError>& faults) {
    if (const auto found = find_hub(read, hub); found && found->address.location) return {found->address.location->lat, found->address.location->lon};
    faults.push_back({pointer, "unknown", "no such hub"});
    return {};
}

void check_deliveries(store::Read& read, const auto& ids, const std::string& pointer, std::vector<FieldError>& faults) {
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (read.query("select 1 from deliveries where partition = $1 and id = $2", {ids[i]}).empty())
            faults.push_back({pointer + "/" + std::to_string(i), "unknown", "no such delivery"});
}

std::optional<Address> without_location(std::optional<Address> address) {
    if (address) address->location.reset();
    return address;
}

PersonalData personal_of(const CreateDelivery& wanted) {
    PersonalData data;
    data.pickup_address = without_location(wanted.pickup.address);
    data.pickup_contact = wanted.pickup.contact;
    data.pickup_instructions = wanted.pickup.instructions;
    data.dropoff_address = without_location(wanted.dropoff.address);
    data.recipient = wanted.dropoff.recipient;
    data.dropoff_instructions = wanted.dropoff.instructions;
    return data;
}

DeliveryRecord record_of(store::Tx& tx, const CreateDelivery& wanted) {
    DeliveryRecord record;
    for (const auto& package : wanted.packages) {
        auto& kept = record.packages.emplace_back();
        static_cast<PackageRequest&>(kept) = package;
        kept.id = tx.new_id<Package>();
    }
    record.skills = wanted.skills, record.vehicle_types = wanted.vehicle_types, record.proof = wanted.proof, record.max_ride_s = wanted.max_ride_s;
    record.pickup_service_s = wanted.pickup.service_s, record.dropoff_service_s = wanted.dropoff.service_s, record.leave_at = wanted.dropoff.leave_at;
    record.together_with = wanted.together_with, record.not_with = wanted.not_with, record.continues = wanted.continues,
    record.metadata = wanted.metadata;
    return record;
}

void put_places(store::Tx& tx, DeliveryRow& row, const CreateDelivery& wanted, const PlacedDelivery& placed, const std::string& pointer,
                std::vector<FieldError>& faults) {
    row.pickup_hub_id = wanted.pickup.hub_id, row.dropoff_hub_id = wanted.dropoff.hub_id;
    if (placed.pickup.location) row.pickup_lat = placed.pickup.location->lat, row.pickup_lon = placed.pickup.location->lon;
    if (placed.dropoff.location) row.dropoff_lat = placed.dropoff.location->lat, row.dropoff_lon = placed.dropoff.location->lon;
    if (row.pickup_hub_id) std::tie(row.pickup_lat, row.pickup_lon) = hub_location(tx, *row.pickup_hub_id, pointer + "/pickup/hub_id", faults);
    if (row.dropoff_hub_id) std::tie(row.dropoff_lat, row.dropoff_lon) = hub_location(tx, *row.dropoff_hub_id, pointer + "/dropoff/hub_id", faults);
    if (wanted.pickup.window) row.pickup_from = wanted.pickup.window->from, row.pickup_to = wanted.pickup.window->to;
    if (wanted.dropoff.window) row.dropoff_from = wanted.dropoff.window->from, row.dropoff_to = wanted.dropoff.window->to;
}

}  // namespace

void take_slot(store::Tx& tx, DeliveryRow& row, Id<Reservation> id, const std::string& pointer) {
    std::optional<geo::Point> dropoff;
    if (row.dropoff_lat) dropoff = geo::Point{*row.dropoff_lat, *row.dropoff_lon};
    const auto reservation = slots::bind(tx, id, row.id, row.service_level, dropoff, pointer);
    if (row.record.slot_reservation_id && *row.record.slot_reservation_id != id) slots::let_go(tx, *row.record.slot_reservation_id);
    row.record.slot_reservation_id = id;
    row.dropoff_from = reservation.window.from, row.dropoff_to = reservation.window.to;
}

void give_slot_back(store::Tx& tx, DeliveryRow& row) {
    if (!row.record.slot_reservation_id) return;
    slots::let_go(tx, *row.record.slot_reservation_id);
    row.record.slot_reservation_id.reset();
}

void open_address_issue(store::Tx& tx, const DeliveryRow& row, const Placed& placed, AddressSide side) {
    Exception issue;
    issue.delivery_id = row.id;
    issue.type = ExceptionType::address_issue;
    issue.detail = "The address of the " + std::string(schema::wire_name(side)) +
                   (placed.candidates.empty() ? " was not found." : " was not found with certainty.");
    issue.sides = {side};
    issue.candidates = placed.candidates;
    for (auto& candidate : issue.candidates) candidate.side = side;
    open_exception(tx, std::move(issue));
}

std::string new_tracking_number(Random& random) {
    IdBytes bytes;
    random.fill(bytes);
    auto text = print_id("LM", bytes);
    text.erase(2, 1);
    for (auto& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

LifecyclePolicy lifecycle_policy(const Policies& policies) {
    LifecyclePolicy policy;
    policy.max_attempts = static_cast<int>(policies.max_attempts.value);
    policy.auto_return_after_attempts.reset();
    if (policies.auto_return_after_attempts) policy.auto_return_after_attempts = static_cast<int>(policies.auto_return_after_attempts->value);
    policy.retry_from = policies.retry.from;
    policy.scan_rebind = policies.scan.rebind;
    return policy;
}

PlacedDelivery place_delivery(const CreateDelivery& wanted, const geocode::Geocoder* geocoder) {
    PlacedDelivery placed;
    if (wanted.pickup.address) placed.pickup = place(*wanted.pickup.address, geocoder);
    if (wanted.dropoff.address) placed.dropoff = place(*wanted.dropoff.address, geocoder);
    return placed;
}

DeliveryRow create_delivery(store::Tx& tx, const Vault& vault, const CreateDelivery& wanted, const PlacedDelivery& placed,
                            const std::string& pointer, const DeliveryLinks& links) {
    std::vector<FieldError> faults;
    DeliveryRow row;
    row.id = tx.new_id<Delivery>();
    row.created_at = row.updated_at = tx.now().business;
    row.type = wanted.type, row.service_level = wanted.service_level, row.priority = wanted.priority;
    if (wanted.source) row.source = *wanted.source;
    if (wanted.source_id) row.source_id = *wanted.source_id;
    if (wanted.order_id) row.order_id = *wanted.order_id;
    put_places(tx, row, wanted, placed, pointer, faults);
    check_deliveries(tx, wanted.together_with, pointer + "/together_with", faults);
    check_deliveries(tx, wanted.not_with, pointer + "/not_with", faults);
    if (wanted.continues) check_deliveries(tx, std::vector{*wanted.continues}, pointer + "/continues", faults);
    if (!faults.empty()) throw Refusal(Error{&reasons::invalid, "Some things that the delivery names are not there.", std::move(faults)});

    if (wanted.slot_reservation_id) take_slot(tx, row, *wanted.slot_reservation_id, pointer + "/slot_reservation_id");
    row.tracking_number = new_tracking_number(tx.random());
    row.record = record_of(tx, wanted);
    row.record.slot_reservation_id = wanted.slot_reservation_id;
    row.record.return_of = links.return_of, row.record.return_packages = links.return_packages;
    std::vector<Id<Package>> packages;
    for (const auto& package : row.record.packages) packages.push_back(package.id);
    const Place origin = row.pickup_hub_id ? Place{PlaceKind::hub, *row.pickup_hub_id} : Place{PlaceKind::sender, {}};
    const Place destination = row.dropoff_hub_id ? Place{PlaceKind::hub, *row.dropoff_hub_id} : Place{PlaceKind::recipient, {}};
    const Given given{tx.now().business, tx.now().machine, tx.random(), lifecycle_policy(policies_of(tx, {{}, row.service_level}))};
    const auto change = deliveries::create(row.id, origin, destination, packages, row.dropoff_from.has_value(), given);
    row.recipient_id = add_recipient(tx, vault, row.id, personal_of(wanted));
    put(row, change, tx.now().business);
    row.version = row.lifecycle.version = 1;
    auto drafts = change.events;
    for (auto& draft : drafts) {
        if (draft.type != "delivery.created") continue;
        draft.data["tracking_number"] = row.tracking_number;
        draft.data["service_level"] = schema::wire_name(row.service_level);
        draft.data["recipient_id"] = row.recipient_id.text();
        if (links.return_of) draft.data["return_of"] = links.return_of->text();
        if (row.source_id) draft.data["source_id"] = *row.source_id;
        if (row.order_id) draft.data["order_id"] = *row.order_id;
    }
    events::apply(tx, Changed<DeliveryRow>{row, std::move(drafts)});
    if (!row.pickup_lat) open_address_issue(tx, row, placed.pickup, AddressSide::pickup);
    if (!row.dropoff_lat) open_address_issue(tx, row, placed.dropoff, AddressSide::dropoff);
    return row;
}

}  // namespace lastmile
