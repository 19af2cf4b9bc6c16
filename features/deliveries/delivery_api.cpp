#include <charconv>
#include <cmath>

#include "features/areas/area_rules.hpp"
#include "features/areas/area_store.hpp"
#include "features/deliveries/change_rules.hpp"
#include "features/deliveries/delivery_create.hpp"
#include "features/deliveries/plan_rules.hpp"
#include "features/exceptions/exception_store.hpp"
#include "features/reasons/reasons.hpp"
#include "features/recipients/erasure.hpp"
#include "features/slots/slot_rules.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr store::Order newest{"deliveries", store::Fragment("created_at"), store::Fragment("id"), true};

// ---- create

Result<std::vector<PlacedDelivery>> place_all(const Call& call, const CreateDeliveries& request) {
    const auto* geocoder = call.service<Geocoding>().geocoder;
    std::vector<PlacedDelivery> placed;
    if (const auto* one = std::get_if<0>(&request.body))
        placed.push_back(place_delivery(*one, geocoder));
    else
        for (const auto& wanted : std::get<1>(request.body)) placed.push_back(place_delivery(wanted, geocoder));
    return placed;
}

using Created = std::variant<DeliveryView, CreatedDeliveries>;

Result<Reply<Created>> create_deliveries(store::Tx& tx, const Call& call, const CreateDeliveries& request,
                                         const std::vector<PlacedDelivery>& placed) {
    const auto& vault = call.service<Vault>();
    const auto shown = [&](const DeliveryRow& row) {
        auto view = view_of(row, personal_data(tx, vault, row.recipient_id));
        view.delivery_id = row.id;
        return view;
    };
    if (const auto* wanted = std::get_if<0>(&request.body)) {
        const auto row = create_delivery(tx, vault, *wanted, placed.at(0), "#");
        return Reply<Created>(shown(row)).created("/v1/lastmile/deliveries/" + row.id.text()).at_version(row.version);
    }
    CreatedDeliveries created;
    const auto& list = std::get<1>(request.body);
    for (std::size_t i = 0; i < list.size(); ++i)
        created.data.push_back(shown(create_delivery(tx, vault, list[i], placed.at(i), "#/" + std::to_string(i))));
    return Reply<Created>(std::move(created)).with_status(201);
}

// ---- read

/// west,south,east,north
std::optional<std::array<double, 4>> box_of(std::string_view text) {
    std::array<double, 4> box{};
    const auto* at = text.data();
    const auto* const end = at + text.size();
    for (std::size_t i = 0; i < 4; ++i) {
        if (i > 0 && (at == end || *at++ != ',')) return std::nullopt;
        const auto [next, fault] = std::from_chars(at, end, box[i]);
        if (fault != std::errc{}) return std::nullopt;
        at = next;
    }
    return at == end && box[0] <= box[2] && box[1] <= box[3] ? std::optional(box) : std::nullopt;
}

/// An area's id or a box; an area is narrowed by its box in SQL and by its outline afterwards.
struct Region {
    std::array<double, 4> box{};
    std::optional<std::vector<geo::Polygon>> outline{};
};
Result<Region> region_of(store::Read& read, const std::string& text) {
    const auto bad = [](std::string code, std::string detail) {
        return refuse(reasons::invalid, "The area is not understood.", {{"#/query/area", std::move(code), std::move(detail)}});
    };
    if (const auto id = Id<Area>::parse(text)) {
        auto area = find_area(read, *id);
        if (!area) return bad("unknown", "no such area");
        auto outline = areas::parse_geometry(area->geometry.value()).value();
        geo::Box all;
        for (const auto& polygon : outline) all.add(geo::box_of(polygon));
        return Region{{all.west, all.south, all.east, all.north}, std::move(outline)};
    }
    const auto box = box_of(text);
    if (!box) return bad("malformed", "an area's id, or west,south,east,north in degrees");
    return Region{*box, {}};
}

store::SqlBuilder filtered(const ListDeliveries& r) {
    store::SqlBuilder list(
        "select created_at, id, id, version, created_at, updated_at, status, phase, outcome, type, source, source_id, order_id, service_level, "
        "priority, tracking_number, "
        "pickup_hub_id, dropoff_hub_id, pickup_lat, pickup_lon, dropoff_lat, dropoff_lon, pickup_from, pickup_to, dropoff_from, dropoff_to, "
        "recipient_id, "
        "assignment_id, driver_id, partner_id, record, lifecycle from deliveries where partition = $1");
    store::Args statuses;
    for (const auto status : r.status) statuses.emplace_back(schema::wire_name(status));
    if (!statuses.empty()) list.in(" and status in", statuses);
    const auto text = [](const auto& value) { return value ? std::optional<std::string>(*value) : std::nullopt; };
    list.where(" and driver_id = $?", r.driver_id)
        .where(" and partner_id = $?", r.partner_id)
        .where(" and created_at >= $?", r.from)
        .where(" and created_at < $?", r.to);
    if (r.service_level) list.add(" and service_level = $?", {schema::wire_name(*r.service_level)});
    list.where(" and source_id = $?", text(r.source_id))
        .where(" and order_id = $?", text(r.order_id))
        .where(" and tracking_number = $?", text(r.tracking_number));
    return list;
}

Result<Reply<Page<DeliveryView>>> list_deliveries(store::Read& read, const Call& call, const ListDeliveries& r) {
    const auto& vault = call.service<Vault>();
    auto list = filtered(r);
    Page<DeliveryView> answer;
    if (r.q) {
        store::Args ids;
        for (const auto& id : deliveries_with_words(read, vault, *r.q, 1000)) ids.emplace_back(id);
        if (ids.empty()) return answer;
        list.in(" and id in", ids);
    }
    std::optional<std::vector<geo::Polygon>> outline;
    if (r.area) {
        auto region = region_of(read, *r.area);
        if (!region) return std::unexpected(region.error());
        const auto& b = region->box;
        list.add(" and dropoff_lon >= $? and dropoff_lat >= $? and dropoff_lon <= $? and dropoff_lat <= $?", {b[0], b[1], b[2], b[3]});
        outline = std::move(region->outline);
    }
    auto page = store::page(read, std::move(list), newest, static_cast<int>(r.limit.value), r.cursor ? std::optional(r.cursor->key) : std::nullopt);
    if (!page) return std::unexpected(page.error());
    const auto rows = store::rows<DeliveryRow>(page->rows, 2);
    std::vector<Id<Recipient>> recipients;
    for (const auto& row : rows) recipients.push_back(row.recipient_id);
    const auto people = personal_data(read, vault, recipients);
    for (const auto& row : rows) {
        if (outline && !geo::contains(*outline, {*row.dropoff_lat, *row.dropoff_lon})) continue;
        const auto person = people.find(row.recipient_id);
        answer.data.push_back(view_of(row, person == people.end() ? std::nullopt : std::optional(person->second)));
    }
    if (page->next) answer.next_cursor = print_cursor(*page->next);
    return answer;
}

// ---- change

Result<PlacedDelivery> place_change(const Call& call, const ChangeDelivery& request) {
    const auto* geocoder = call.service<Geocoding>().geocoder;
    PlacedDelivery placed;
    if (request.pickup && request.pickup->address) placed.pickup = place(*request.pickup->address, geocoder);
    if (request.dropoff && request.dropoff->address) placed.dropoff = place(*request.dropoff->address, geocoder);
    return placed;
}

DeliveryRow locked(store::Tx& tx, Id<Delivery> id) {
    auto row = lock_delivery(tx, id);
    if (!row) throw Refusal(Error{&reasons::not_found, "There is no such delivery."});
    return std::move(*row);
}

/// The pointers of what a request changes, as the table of changes names them.
std::vector<std::string_view> changed_by(const ChangeDelivery& request) {
    std::vector<std::string_view> wanted;
    const auto add = [&](bool there, std::string_view pointer) {
        if (there) wanted.push_back(pointer);
    };
    add(request.pickup.has_value(), "#/pickup");
    if (const auto& d = request.dropoff) {
        add(d->address.has_value(), "#/dropoff/address"), add(d->window.present, "#/dropoff/window"), add(d->service_s.present, "#/dropoff/service_s");
        add(d->recipient.present, "#/dropoff/recipient"), add(d->instructions.present, "#/dropoff/instructions"), add(d->leave_at.present, "#/dropoff/leave_at");
    }
    add(request.slot_reservation_id.present, "#/slot_reservation_id"), add(request.priority.has_value(), "#/priority");
    add(request.metadata.has_value(), "#/metadata");
    return wanted;
}

template <class Change>
void change_place(store::Tx& tx, DeliveryRow& row, const Change& change, const Placed& placed, std::optional<double>& lat, std::optional<double>& lon,
                  std::optional<Instant>& from, std::optional<Instant>& to, std::optional<Address>& address, AddressSide side) {
    if (change.address) {
        // A place alone puts the pin right (an address_issue's remedy); the courier still reads the words.
        const auto& wanted = *change.address;
        if (!address || has_words(wanted)) address = wanted, address->location.reset();
        lat.reset(), lon.reset();
        if (placed.location)
            lat = placed.location->lat, lon = placed.location->lon;
        else
            open_address_issue(tx, row, placed, side);
    }
    if (change.window.present) {
        from.reset(), to.reset();
        if (change.window.value) from = change.window.value->from, to = change.window.value->to;
    }
}

/// A window by hand frees the slot; a slot brings its window; a dropoff that moves stays in its slot's area.
void change_slot(store::Tx& tx, DeliveryRow& row, const ChangeDelivery& request) {
    const bool by_hand = request.dropoff && request.dropoff->window.present;
    if (request.slot_reservation_id.value) {
        if (row.dropoff_hub_id)
            throw Refusal(Error{&reasons::invalid, "Slots are for dropoffs at an address.", {{"#/slot_reservation_id", "not_for_hubs", "the parcels go to a hub"}}, {}});
        return take_slot(tx, row, *request.slot_reservation_id.value, "#/slot_reservation_id");
    }
    if (request.slot_reservation_id.clears() || by_hand) {
        if (row.record.slot_reservation_id && !by_hand) row.dropoff_from.reset(), row.dropoff_to.reset();
        return give_slot_back(tx, row);
    }
    if (row.record.slot_reservation_id && request.dropoff && request.dropoff->address) take_slot(tx, row, *row.record.slot_reservation_id, "#/dropoff/address");
}

Result<Reply<DeliveryView>> change_delivery(store::Tx& tx, const Call& call, const ChangeDelivery& request, const PlacedDelivery& placed) {
    const auto& vault = call.service<Vault>();
    auto row = locked(tx, request.delivery_id);
    const auto policies = policies_of(tx, {{}, row.service_level});
    if (auto faults = deliveries::not_changeable(row.lifecycle, changed_by(request)); !faults.empty()) {
        auto refused = deliveries::refuse_now(reasons::not_legal_now, "What errors name cannot be changed in this status.", row.lifecycle);
        refused.error().errors = std::move(faults);
        return refused;
    }
    auto personal = personal_data(tx, vault, row.recipient_id);
    const bool about_people =
        (request.pickup && (request.pickup->address || request.pickup->contact.present || request.pickup->instructions.present)) ||
        (request.dropoff && (request.dropoff->address || request.dropoff->recipient.present || request.dropoff->instructions.present));
    if (about_people && !personal) return refuse(reasons::conflict, "The personal data of this delivery was erased.");
    PersonalData people = personal.value_or(PersonalData{});
    const bool had_window = row.dropoff_from.has_value();
    if (const auto& p = request.pickup) {
        if (p->address && row.pickup_hub_id) return refuse(reasons::conflict, "The parcels lie at a hub; its address is the hub's.");
        change_place(tx, row, *p, placed.pickup, row.pickup_lat, row.pickup_lon, row.pickup_from, row.pickup_to, people.pickup_address,
                     AddressSide::pickup);
        p->contact.onto(people.pickup_contact), p->instructions.onto(people.pickup_instructions), p->service_s.onto(row.record.pickup_service_s);
    }
    if (const auto& d = request.dropoff) {
        if (d->address && row.dropoff_hub_id) return refuse(reasons::conflict, "The parcels go to a hub; its address is the hub's.");
        change_place(tx, row, *d, placed.dropoff, row.dropoff_lat, row.dropoff_lon, row.dropoff_from, row.dropoff_to, people.dropoff_address,
                     AddressSide::dropoff);
        d->recipient.onto(people.recipient), d->instructions.onto(people.dropoff_instructions);
        d->service_s.onto(row.record.dropoff_service_s), d->leave_at.onto(row.record.leave_at);
    }
    if (about_people && row.pickup_lat && row.dropoff_lat)
        resolve_exceptions(tx, row.id, ExceptionType::address_issue, "The addresses of the delivery are placed.");
    change_slot(tx, row, request);
    if (request.priority) row.priority = *request.priority;
    if (request.metadata) row.record.metadata = *request.metadata;
    if (about_people) change_recipient(tx, vault, row.recipient_id, people);

    const Given given{tx.now().business, tx.now().machine, tx.random(), lifecycle_policy(policies)};
    DeliveryChange change{{row.lifecycle, {}}, {}};
    const bool promised = row.dropoff_from.has_value();
    if (promised != had_window || request.slot_reservation_id.present || (request.dropoff && request.dropoff->window.present))
        change = deliveries::promise_window(row.lifecycle, promised, given).value();
    for (auto& event : change.events) {
        if (event.type != "delivery.rescheduled" || !promised) continue;
        event.data["window"] = schema::to_json(Window{*row.dropoff_from, *row.dropoff_to});
        if (row.record.slot_reservation_id) event.data["slot_reservation_id"] = row.record.slot_reservation_id->text();
    }
    change.events.push_back({"delivery.updated", {{"delivery_id", row.id.text()}, {"priority", schema::wire_name(row.priority)}}});
    apply_change(tx, row, change);
    return view_of(row, personal_data(tx, vault, row.recipient_id), static_cast<int>(policies.max_attempts.value));
}

Result<Reply<DeliveryView>> add_note(store::Tx& tx, const Call& call, const AddNote& request) {
    const auto& vault = call.service<Vault>();
    auto row = locked(tx, request.delivery_id);
    auto people = personal_data(tx, vault, row.recipient_id);
    if (!people) return refuse(reasons::conflict, "The personal data of this delivery was erased; a note could tell it again.");
    if (people->notes.size() >= 100) return refuse(reasons::conflict, "There are 100 notes already.");
    people->notes.push_back({tx.now().business, call.actor.id, request.text});
    change_recipient(tx, vault, row.recipient_id, *people);
    apply_change(tx, row, {{row.lifecycle, {{"delivery.updated", {{"delivery_id", row.id.text()}, {"note", true}}}}}, {}});
    return Reply(view_of(row, people)).with_status(201);
}

std::optional<std::int64_t> version_of(store::Tx& tx, Id<Delivery> id) {
    const auto row = lock_delivery(tx, id);
    return row ? std::optional(row->version) : std::nullopt;
}
std::optional<std::int64_t> change_version(store::Tx& tx, const Call&, const ChangeDelivery& request) { return version_of(tx, request.delivery_id); }

// ---- privacy

Result<Reply<PersonalData>> export_recipient(store::Read& read, const Call& call, const OneRecipient& request) {
    auto data = personal_data(read, call.service<Vault>(), request.recipient_id);
    if (!data) return refuse(reasons::not_found, "There is no such recipient, or the data was erased.");
    return *data;
}

/// The location is rounded to about a kilometre; only what is over can be erased, since a courier still needs the address.
Result<Reply<Nothing>> erase(store::Tx& tx, const Call& call, const OneRecipient& request) {
    const auto found = tx.query("select delivery_id from recipients where partition = $1 and id = $2", {request.recipient_id});
    if (found.empty()) return refuse(reasons::not_found, "There is no such recipient.");
    auto row = locked(tx, found[0][0].id<Delivery>());
    if (!is_final(row.lifecycle))
        return deliveries::refuse_now(reasons::not_legal_now, "The delivery is still under way; cancel or close it first.", row.lifecycle);
    const auto coarse = [](std::optional<double>& degrees) {
        if (degrees) degrees = std::round(*degrees * 100) / 100;
    };
    coarse(row.dropoff_lat), coarse(row.dropoff_lon);
    if (!row.pickup_hub_id) coarse(row.pickup_lat), coarse(row.pickup_lon);
    row.record.metadata = {};
    erase_recipient(tx, request.recipient_id);
    call.service<Erasure>().erase(tx, row.id);
    apply_change(tx, row, {{row.lifecycle, {{"delivery.updated", {{"delivery_id", row.id.text()}, {"personal_data_erased", true}}}}}, {}});
    return Reply<Nothing>{};
}

}  // namespace

Endpoints delivery_endpoints() {
    return {
        prepares("POST /v1/lastmile/deliveries", "deliveries:write", place_all, create_deliveries,
                 {.summary = "Create deliveries",
                  .tag = "Deliveries",
                  .description = "One object, or an array of up to 500 (all or nothing). Addresses without a location are geocoded; what cannot be "
                                 "placed is accepted and opens an address_issue exception. With slot_reservation_id it has that slot's window.",
                  .refuses = {reasons::slot_mismatch, reasons::reservation_bound, reasons::reservation_not_legal},
                  .status = 201,
                  .max_body = 4 * 1024 * 1024}),
        reads("GET /v1/lastmile/deliveries", "deliveries:read", list_deliveries, {.summary = "List deliveries", .tag = "Deliveries"}),
        guarded(change_version, prepares("PATCH /v1/lastmile/deliveries/{deliveryId}", "deliveries:write", place_change, change_delivery,
                                         {.summary = "Change a delivery",
                                          .tag = "Deliveries",
                                          .description = "Until it departs everything; on the road recipient, instructions, leave_at and metadata; "
                                                         "after a failed attempt all but the pickup. What cannot be changed now is named (409).",
                                          .refuses = {reasons::not_found, reasons::not_legal_now, reasons::conflict, reasons::slot_mismatch,
                                                      reasons::reservation_bound, reasons::reservation_not_legal}})),
        writes("POST /v1/lastmile/deliveries/{deliveryId}/notes", "deliveries:write", add_note,
               {.summary = "Add a note", .tag = "Deliveries", .refuses = {reasons::not_found, reasons::conflict}, .status = 201}),
        reads("GET /v1/lastmile/recipients/{recipientId}/export", "privacy:admin", export_recipient,
              {.summary = "Export a recipient's personal data", .tag = "Privacy", .refuses = {reasons::not_found}}),
        writes("POST /v1/lastmile/recipients/{recipientId}/erase", "privacy:admin", erase,
               {.summary = "Erase a recipient's personal data",
                .tag = "Privacy",
                .description = "Drops the key under which names, phones, addresses, instructions, notes and partners' payloads are "
                               "sealed, deletes the search words and the files of proofs, rounds the location. For good.",
                .refuses = {reasons::not_found, reasons::not_legal_now}}),
    };
}

}  // namespace lastmile
