// Settlement references of partners: what accounting systems know a carried delivery by, and how the invoice differs from what was booked.
#include <algorithm>
#include <map>

#include "features/connectors/connector_api.hpp"
#include "features/connectors/desk.hpp"
#include "features/deliveries/delivery_store.hpp"
#include "features/partners/partner_store.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/events/apply.hpp"

namespace lastmile {

enum class LineType { fee, surcharge, waiting, return_, cancellation, tip, tax, discount, other };
LASTMILE_ENUM(LineType, fee, surcharge, waiting, return_, cancellation, tip, tax, discount, other)

struct SettlementLine {
    LineType type = LineType::fee;
    std::optional<Text<1, 200>> description;
    Money amount;
};
LASTMILE_VALUE(SettlementLine, (type, description, amount))
LASTMILE_DOC(SettlementLine, "A line of an invoice.", {"type", "what for"}, {"description", "in the partner's words", "Evening surcharge"},
             {"amount", "how much; discounts are negative"})

struct AddSettlementRef {
    Id<Delivery> delivery_id;
    Id<Partner> partner_id;
    std::optional<Id<Booking>> booking_id;
    Text<1, 200> reference;
    std::optional<Text<1, 200>> invoice;
    std::optional<Money> invoiced;
    List<SettlementLine, 0, 100> line_items;
    std::optional<Instant> settled_at;
    Metadata metadata;
};
LASTMILE_VALUE(AddSettlementRef, (delivery_id, partner_id, booking_id, reference, invoice, invoiced, line_items, settled_at, metadata))
LASTMILE_DEFAULTS(AddSettlementRef, (line_items, metadata))
LASTMILE_DOC(AddSettlementRef, "A partner's settlement of a delivery.", {"delivery_id", "which delivery"}, {"partner_id", "who is, or was, paid"},
             {"booking_id", "for which booking; absent: the partner's last one for the delivery"},
             {"reference", "the settlement's id in the accounting system", "stl_2026_11_0042"},
             {"invoice", "number of the partner's invoice", "INV-4711"}, {"invoiced", "what the partner charges; absent: the sum of the lines"},
             {"line_items", "what it is made of; together they are `invoiced`"}, {"settled_at", "when it was paid"}, {"metadata", "free object"})
inline void schema_check(const AddSettlementRef& r, const schema::Check& check) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < r.line_items.size(); ++i) {
        sum += r.line_items[i].amount.amount.value;
        const auto& currency = r.invoiced ? r.invoiced->currency : r.line_items.front().amount.currency;
        if (std::string(r.line_items[i].amount.currency) != std::string(currency))
            check.add("line_items/" + std::to_string(i) + "/amount/currency", "another_currency", "all of it must be in " + std::string(currency));
    }
    if (r.invoiced && !r.line_items.empty() && sum != r.invoiced->amount.value)
        check.add("line_items", "does_not_add_up", "the lines are " + std::to_string(sum) + ", invoiced is " + std::to_string(r.invoiced->amount.value));
}

struct SettlementRef {
    Id<SettlementRef> id;
    Id<Delivery> delivery_id;
    Id<Partner> partner_id;
    std::optional<Id<Booking>> booking_id;
    std::string reference;
    std::optional<std::string> invoice;
    std::optional<Money> booked;
    std::optional<Money> invoiced;
    std::optional<Money> difference;
    std::vector<SettlementLine> line_items;
    std::optional<Instant> settled_at;
    Instant recorded_at;
    Metadata metadata;
};
LASTMILE_VALUE(SettlementRef, (id, delivery_id, partner_id, booking_id, reference, invoice, booked, invoiced, difference, line_items, settled_at, recorded_at, metadata))
LASTMILE_DOC(SettlementRef, "A settlement that a partner was, or will be, paid by.", {"id", "ours"}, {"delivery_id", "of which delivery"}, {"partner_id", "whose"},
             {"booking_id", "for which booking"}, {"reference", "its id in the accounting system"}, {"invoice", "number of the partner's invoice"},
             {"booked", "the price that was booked"}, {"invoiced", "what the partner charges"},
             {"difference", "invoiced less booked; absent where one is not known, or they are in different currencies"}, {"line_items", "what it is made of"},
             {"settled_at", "when it was paid"}, {"recorded_at", "when it was attached"}, {"metadata", "free object"})

struct SettledBooking {
    Id<Booking> booking_id;
    Id<Partner> partner_id;
    std::string state;
    std::optional<Money> booked;
    std::vector<Money> invoiced;
    std::optional<Money> difference;
    bool settled = false;
};
LASTMILE_VALUE(SettledBooking, (booking_id, partner_id, state, booked, invoiced, difference, settled))
LASTMILE_DOC(SettledBooking, "A booking, and what was invoiced for it.", {"booking_id", "which"}, {"partner_id", "at whom"}, {"state", "how it ended, or where it stands"},
             {"booked", "the price that was booked"}, {"invoiced", "all that was invoiced, by currency"}, {"difference", "invoiced less booked, in the booked currency"},
             {"settled", "whether any reference is attached"})
struct SettlementRefs {
    Id<Delivery> delivery_id;
    std::vector<SettledBooking> bookings;
    std::vector<SettlementRef> data;
};
LASTMILE_VALUE(SettlementRefs, (delivery_id, bookings, data))
LASTMILE_DOC(SettlementRefs, "A delivery's settlements.", {"delivery_id", "which"}, {"bookings", "its bookings at partners, with what is open"},
             {"data", "the references, in the order in which they were attached"})

struct SettlementQuery {
    Id<Delivery> delivery_id;
};
LASTMILE_VALUE(SettlementQuery, (delivery_id))
LASTMILE_DOC(SettlementQuery, "Of which delivery.", {"delivery_id", "ours"})

void save(store::Writer& writer, const SettlementRef& ref) {
    writer.write(1,
                 "insert into settlement_refs (partition, id, delivery_id, partner_id, booking_id, reference, document, recorded_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
                 {ref.id, ref.delivery_id, ref.partner_id, ref.booking_id ? store::Value(*ref.booking_id) : store::Value(), ref.reference,
                  schema::to_stored(ref), ref.recorded_at});
}
events::Refs event_refs(const SettlementRef& ref) {
    return {.aggregate = "settlement_ref", .aggregate_id = ref.id.text(), .version = 1, .delivery_id = ref.delivery_id.text()};
}

namespace {

using namespace api;

constexpr Reason known{"settlement_known", 409, "The delivery has this settlement reference already",
                       "Read GET /settlement-refs/{deliveryId}; attach another reference for another settlement."};

std::optional<Money> booked_price(store::Read& read, Id<Booking> booking) {
    const auto rows = read.query("select quote from partner_bookings where partition = $1 and booking_id = $2", {booking});
    if (rows.empty() || rows[0][0].null()) return std::nullopt;
    const auto price = schema::from_stored<connectors::Quote>(rows[0][0].text()).price;
    return price.currency.size() == 3 ? std::optional(Money{price.amount, price.currency}) : std::nullopt;
}

std::optional<Money> less(const std::optional<Money>& a, const std::optional<Money>& b) {
    if (!a || !b || std::string(a->currency) != std::string(b->currency)) return std::nullopt;
    return Money{a->amount.value - b->amount.value, a->currency};
}

std::vector<SettlementRef> refs_of(store::Read& read, Id<Delivery> delivery) {
    std::vector<SettlementRef> list;
    for (const auto& row : read.query("select document from settlement_refs where partition = $1 and delivery_id = $2 order by id", {delivery}))
        list.push_back(schema::from_stored<SettlementRef>(row[0].text()));
    return list;
}

Result<Reply<SettlementRefs>> list_refs(store::Read& read, const Call&, const SettlementQuery& request) {
    const auto row = find_delivery(read, request.delivery_id);
    if (!row) return refuse(reasons::not_found, "There is no such delivery.");
    SettlementRefs answer{row->id, {}, refs_of(read, row->id)};
    for (const auto& booking : row->lifecycle.bookings) {
        SettledBooking one{booking.id, booking.partner_id, std::string(schema::wire_name(booking.state)), booked_price(read, booking.id), {}, {}, false};
        std::map<std::string, std::int64_t> sums;
        for (const auto& ref : answer.data) {
            if (ref.booking_id != booking.id) continue;
            one.settled = true;
            if (ref.invoiced) sums[ref.invoiced->currency] += ref.invoiced->amount.value;
        }
        for (const auto& [currency, sum] : sums) one.invoiced.push_back({sum, currency});
        if (one.booked)
            for (const auto& sum : one.invoiced)
                if (auto difference = less(sum, one.booked)) one.difference = difference;
        answer.bookings.push_back(std::move(one));
    }
    return answer;
}

Result<Reply<SettlementRef>> add_ref(store::Tx& tx, const Call&, const AddSettlementRef& request) {
    const auto row = lock_delivery(tx, request.delivery_id);
    if (!row) return refuse(reasons::not_found, "There is no such delivery.");
    if (!find_partner(tx, request.partner_id)) return refuse(reasons::invalid, "There is no such partner.", {{"#/partner_id", "unknown", "no such partner"}});
    SettlementRef ref;
    ref.id = tx.new_id<SettlementRef>(), ref.delivery_id = row->id, ref.partner_id = request.partner_id;
    ref.reference = request.reference, ref.settled_at = request.settled_at, ref.metadata = request.metadata, ref.recorded_at = tx.now().business;
    if (request.invoice) ref.invoice = *request.invoice;
    for (const auto& booking : row->lifecycle.bookings)
        if (booking.partner_id == request.partner_id && (!request.booking_id || *request.booking_id == booking.id)) ref.booking_id = booking.id;
    if (request.booking_id && !ref.booking_id)
        return refuse(reasons::invalid, "The booking is another's.", {{"#/booking_id", "unknown", "no booking of this delivery at this partner"}});
    ref.invoiced = request.invoiced;
    ref.line_items.assign(request.line_items.begin(), request.line_items.end());
    if (!ref.invoiced && !ref.line_items.empty()) {
        ref.invoiced = Money{0, ref.line_items.front().amount.currency};
        for (const auto& line : ref.line_items) ref.invoiced->amount = ref.invoiced->amount.value + line.amount.amount.value;
    }
    if (ref.booking_id) ref.booked = booked_price(tx, *ref.booking_id);
    ref.difference = less(ref.invoiced, ref.booked);
    const auto same = refs_of(tx, row->id);
    if (std::ranges::any_of(same, [&](const SettlementRef& one) { return one.partner_id == ref.partner_id && one.reference == ref.reference; }))
        return refuse(known, "It was attached before.");
    boost::json::object told{{"settlement_id", ref.id.text()}, {"delivery_id", row->id.text()}, {"partner_id", ref.partner_id.text()}, {"reference", ref.reference}};
    if (ref.booking_id) told["booking_id"] = ref.booking_id->text();
    if (ref.invoiced) told["invoiced"] = schema::to_json(*ref.invoiced);
    if (ref.difference) told["difference"] = schema::to_json(*ref.difference);
    events::apply(tx, Changed<SettlementRef>{ref, {{"settlement_ref.created", std::move(told)}}});
    return Reply(std::move(ref)).with_status(201);
}

}  // namespace

Endpoints settlement_endpoints() {
    return {
        reads("GET /v1/lastmile/settlement-refs/{deliveryId}", "settlements:read", list_refs,
              {.summary = "Get a delivery's settlement references",
               .tag = "Settlements",
               .description = "References only; money flows elsewhere. Beside them every booking at a partner with the price booked, what was invoiced, and the difference.",
               .refuses = {reasons::not_found}}),
        writes("POST /v1/lastmile/settlement-refs/{deliveryId}", "settlements:write", add_ref,
               {.summary = "Attach a settlement reference", .tag = "Settlements", .refuses = {reasons::not_found, known}, .status = 201}),
    };
}

}  // namespace lastmile
