// Availability, and reservations: reserve, confirm, cancel.
#include <algorithm>

#include "features/areas/area_store.hpp"
#include "features/hubs/hub_store.hpp"
#include "features/places/place.hpp"
#include "features/policies/policy_store.hpp"
#include "features/slots/reservations.hpp"
#include "features/slots/slot_reach.hpp"
#include "features/slots/slot_requests.hpp"
#include "features/slots/slot_rules.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/store.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr auto usual_span = std::chrono::days{7};
constexpr auto longest_span = std::chrono::days{31};
constexpr std::size_t asked_at_most = 40;

/// What was found out before the read: where it goes, and how far routes reach.
struct Asked {
    std::optional<geo::Point> place{};
    bool checked = false;
    std::map<Id<Slot>, Reach> reach{};
};

struct Offered {
    std::optional<Area> area{};
    std::vector<Slot> slots{};
};

/// The smallest area there that has slots of this service level.
Offered offered(store::Read& read, const SlotQuestion& question, const std::optional<geo::Point>& place) {
    const auto now = read.now().business;
    Window span{question.from.value_or(now), {}};
    span.to = question.to.value_or(span.from + usual_span);
    span.from = std::max(span.from, now);
    std::vector<Area> areas;
    if (question.area_id) {
        if (auto area = find_area(read, *question.area_id)) areas.push_back(std::move(*area));
    } else if (place) {
        areas = areas_at(read, *place);
    }
    for (auto& area : areas) {
        if (!question.area_id && slot_templates_of(read, area.id, question.service_level).empty()) continue;
        auto slots = slots::open_slots(read, area, question.service_level, span);
        return {std::move(area), std::move(slots)};
    }
    return {};
}

Result<void> check_span(const SlotQuestion& question, Instant now) {
    const auto from = question.from.value_or(now);
    const auto bad = [](std::string code, std::string detail) {
        return refuse(reasons::invalid, "The span of time cannot be asked for.", {{"#/query/to", std::move(code), std::move(detail)}});
    };
    if (question.to && *question.to <= now) return bad("in_the_past", "must be later than now");
    if (question.to && *question.to - from > longest_span) return bad("out_of_range", "31 days at most");
    return {};
}

std::optional<Id<Hub>> nearest_hub(store::Read& read, geo::Point place) {
    Id<Hub> newest;
    newest.bytes.fill(0xff);
    std::optional<std::pair<double, Id<Hub>>> nearest;
    for (const auto& hub : hubs_below(read, {}, newest, 1000)) {
        const auto metres = geo::distance_m(place, {hub.address.location.value().lat, hub.address.location.value().lon});
        if (!nearest || metres < nearest->first) nearest = {metres, hub.id};
    }
    if (!nearest) return std::nullopt;
    return nearest->second;
}

Result<Asked> ask(const Call& call, const SlotQuestion& question) {
    Asked asked;
    if (question.lat) asked.place = geo::Point{*question.lat, question.lon.value()};
    if (question.address) {
        Address address;
        address.text = question.address;
        if (const auto found = place(address, call.service<Geocoding>().geocoder, nobody_looks).location) asked.place = geo::Point{found->lat, found->lon};
        if (!asked.place)
            return refuse(reasons::invalid, "The address was not found with certainty.",
                          {{"#/query/address", "not_placed", "not found on the map; give lat and lon, or the area_id"}});
    }
    const auto& reach = call.service<SlotReach>();
    std::optional<ReachQuestion> wanted;
    std::optional<Error> refused;
    call.service<store::Store>().look(call.partition, [&](store::Read& read) {
        refused.reset(), wanted.reset();
        if (auto span = check_span(question, read.now().business); !span) return void(refused = span.error());
        if (question.area_id && !find_area(read, *question.area_id))
            return void(refused = Error{&reasons::invalid, "There is no such area.", {{"#/query/area_id", "unknown_reference", "there is no such area"}}, {}});
        auto offer = offered(read, question, asked.place);
        const auto area = offer.area ? std::optional(offer.area->id) : std::nullopt;
        const bool check = question.check_reachability.value_or(policies_of(read, {area, question.service_level}).slots.check_reachability);
        if (!check || !asked.place || !reach.ask) return;
        const auto hub = question.hub_id ? (find_hub(read, *question.hub_id) ? question.hub_id : std::nullopt) : nearest_hub(read, *asked.place);
        if (!hub)
            return void(refused = Error{&reasons::invalid, "Reachability is asked from a hub.",
                                        {{"#/query/hub_id", question.hub_id ? "unknown_reference" : "required", "there is no such hub"}}, {}});
        wanted = ReachQuestion{call.partition, *hub, *asked.place, question.service_level, question.weight.value, question.volume.value, {}};
        for (auto& slot : offer.slots)
            if (slot.left > 0 && wanted->slots.size() < asked_at_most) wanted->slots.push_back(std::move(slot));
    });
    if (refused) return std::unexpected(std::move(*refused));
    if (wanted) asked.checked = true, asked.reach = reach.ask(*wanted);
    return asked;
}

Result<Reply<SlotAvailability>> availability(store::Read& read, const Call&, const SlotQuestion& question, const Asked& asked) {
    SlotAvailability answer;
    auto offer = offered(read, question, asked.place);
    if (offer.area) answer.area_id = offer.area->id;
    answer.data = std::move(offer.slots);
    answer.reachability = asked.checked ? "checked" : "not_checked";
    for (auto& slot : answer.data)
        if (const auto found = asked.reach.find(slot.slot_id); found != asked.reach.end()) slot.reachable = found->second.reachable, slot.cost = found->second.cost;
    if (asked.checked) {
        const auto rank = [](const Slot& slot) {  // cheap ones first, then those that were not asked about, then those out of reach
            const int group = !slot.reachable ? 1 : *slot.reachable ? 0 : 2;
            return std::pair(group, slot.cost ? slot.cost->amount.value : 0);
        };
        std::ranges::stable_sort(answer.data, {}, rank);
    }
    Reply<SlotAvailability> reply(std::move(answer));
    reply.no_store = true;
    return reply;
}

// ---- reservations

const auto no_such = [] { return refuse(reasons::not_found, "There is no such reservation."); };
std::string path_of(const Reservation& reservation) { return "/v1/lastmile/slots/reservations/" + reservation.id.text(); }

Result<Reply<Reservation>> reserve(store::Tx& tx, const Call&, const ReserveSlot& request) {
    auto made = slots::reserve(tx, request.slot_id, request.order_id, "#/slot_id");
    auto path = path_of(made);
    return Reply(std::move(made)).created(std::move(path));
}

Result<Reply<Reservation>> settled(store::Tx& tx, Result<Changed<Reservation>> decision) {
    auto changed = std::move(decision).value();
    if (!changed.events.empty()) {
        events::apply(tx, changed);
        work::cancel_timer(tx, slots::expiry_timer, changed.after.id.text());
    }
    auto path = path_of(changed.after);
    return Reply(std::move(changed.after)).at(std::move(path));
}

Result<Reply<Reservation>> confirm(store::Tx& tx, const Call&, const ReservationBody& request) {
    const auto before = lock_reservation(tx, request.reservation_id);
    if (!before) return no_such();
    return settled(tx, slots::confirm(*before, tx.now().business));
}

Result<Reply<Reservation>> cancel(store::Tx& tx, const Call&, const ReservationBody& request) {
    const auto before = lock_reservation(tx, request.reservation_id);
    if (!before) return no_such();
    if (before->delivery_id && before->status == ReservationState::confirmed) {
        Error error{&reasons::reservation_bound, "It belongs to " + before->delivery_id->text() + ".", {}, {}};
        error.extras["delivery_id"] = before->delivery_id->text();
        return std::unexpected(std::move(error));
    }
    return settled(tx, slots::release(*before, tx.now().business));
}

Result<Reply<Reservation>> get_reservation(store::Read& read, const Call&, const ReservationBody& request) {
    auto found = find_reservation(read, request.reservation_id);
    if (!found) return no_such();
    return *found;
}

std::optional<std::int64_t> version(store::Tx& tx, const Call&, const ReservationBody& request) {
    const auto found = lock_reservation(tx, request.reservation_id);
    return found ? std::optional(found->version) : std::nullopt;
}

}  // namespace

Endpoints slot_endpoints() {
    auto all = slot_template_endpoints();
    Endpoints more{
        reads("GET /v1/lastmile/slots/availability", "slots:read", ask, availability,
              {.summary = "Which slots are open",
               .tag = "Slots",
               .description = "For an address, a place or an area: what is left of each slot until its cut-off. With reachability the planner is asked what "
                              "one more stop there would cost, between what is planned and waits for that day; the cheapest come first."}),
        writes("POST /v1/lastmile/slots/reserve", "slots:write", reserve,
               {.summary = "Reserve a slot",
                .tag = "Slots",
                .description = "Held for slots.hold_ttl_s; never more than the capacity. A hold that has run out is free at once.",
                .refuses = {reasons::slot_full, reasons::slot_closed},
                .status = 201}),
        guarded(version, writes("POST /v1/lastmile/slots/confirm", "slots:write", confirm,
                                {.summary = "Confirm a reservation",
                                 .tag = "Slots",
                                 .description = "Twice is harmless. Giving it to a delivery confirms it as well.",
                                 .refuses = {reasons::not_found, reasons::reservation_not_legal}})),
        guarded(version, writes("POST /v1/lastmile/slots/cancel", "slots:write", cancel,
                                {.summary = "Cancel a reservation",
                                 .tag = "Slots",
                                 .description = "Free for others at once. Twice is harmless, also for one that has expired.",
                                 .refuses = {reasons::not_found, reasons::reservation_bound, reasons::reservation_not_legal}})),
        reads("GET /v1/lastmile/slots/reservations/{reservationId}", "slots:read", get_reservation,
              {.summary = "Get a reservation", .tag = "Slots", .refuses = {reasons::not_found}}),
    };
    for (auto& endpoint : more) all.push_back(std::move(endpoint));
    return all;
}

}  // namespace lastmile
