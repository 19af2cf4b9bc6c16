#include "features/connectors/connector_api.hpp"

#include <algorithm>
#include <cmath>

#include "features/connectors/booking_calls.hpp"
#include "features/partners/partner_store.hpp"
#include "features/reasons/reasons.hpp"
#include "features/recipients/recipient_seal.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/crypto/api_key.hpp"
#include "platform/crypto/hash.hpp"

namespace lastmile {
namespace {

using namespace api;

inline constexpr Reason partner_refuses{"partner_refuses", 422, "The partner does not accept this", "Correct what errors[] names, or ask the partner."};
inline constexpr Reason no_offer{"no_offer", 409, "No partner takes this delivery now", "Read considered: each says why; name another partner or try later."};

Partner need_partner(store::Read& read, Id<Partner> id) {
    auto partner = find_partner(read, id);
    if (!partner) throw Refusal(Error{&reasons::not_found, "There is no such partner.", {}, {}});
    return *partner;
}

QuoteView view_of(const PartnerOffer& offer) {
    QuoteView view;
    view.partner_id = offer.partner_id;
    if (!offer.quote) {
        view.missing = offer.missing, view.detail = offer.detail;
        return view;
    }
    const auto& quote = *offer.quote;
    if (quote.price.currency.size() == 3) view.price = Money{quote.price.amount, quote.price.currency};
    const auto& c = offer.counted;
    const auto part = [](double amount) { return std::llround(amount); };
    if (c.total() > 0) view.counted = CountedOffer{part(c.total()), part(c.cost), part(c.eta), part(c.sla), part(c.performance), part(c.carbon)};
    view.expires_at = quote.expires_at, view.pickup_eta = quote.pickup_eta, view.dropoff_eta = quote.dropoff_eta;
    view.distance_m = quote.distance_m, view.co2_g = quote.co2_g, view.service = quote.service;
    return view;
}

struct Checked {
    boost::json::object credentials;
    bool tested = false;
};

/// With the partner, before they are stored.
Result<Checked> check_credentials(const Call& call, const StoreCredentials& request) {
    auto& desk = call.service<ConnectorDesk>();
    std::optional<Seat> seat;
    bool there = false;
    desk.store().look(call.partition, [&](store::Read& read) {
        const auto partner = find_partner(read, request.partner_id);
        there = partner.has_value();
        if (partner) seat = desk.seat(read, *partner);
    });
    if (!there) return refuse(reasons::not_found, "There is no such partner.");
    if (!seat) return refuse(reasons::invalid, "The partner has no connector.", {{"#/partner_id", "no_connector", "set the partner's connector first"}});
    Checked checked{request.credentials.value.as_object(), false};
    if (auto errors = seat->connector->check_credentials(seat->context.config, checked.credentials); !errors.empty()) {
        auto detail = errors.size() == 1 ? "The credentials are wrong: " + errors[0].detail + "." : std::to_string(errors.size()) + " of the credentials are wrong.";
        return refuse(reasons::invalid, std::move(detail), std::move(errors));
    }
    seat->context.credentials = checked.credentials;
    seat->context.partner_key += "/test";
    seat->context.patience = std::chrono::milliseconds(8000);
    desk.tokens().drop(seat->context.partner_key);
    connectors::Outcome<void> outcome;
    std::vector<connectors::Exchange> dropped;
    desk.ask(*seat, "test", nullptr, dropped, [&](const connectors::Context& context) { outcome = seat->connector->test(context); });
    checked.tested = outcome.has_value();
    if (outcome || outcome.error().kind == connectors::FailureKind::unsupported) return checked;
    const auto& failure = outcome.error();
    return refuse(partner_refuses, "The partner was asked and did not accept them.",
                  {{"#/credentials", std::string(schema::wire_name(failure.kind)), failure.code + (failure.detail.empty() ? "" : ": " + failure.detail)}});
}

Result<Reply<CredentialsStored>> store_credentials(store::Tx& tx, const Call& call, const StoreCredentials& request, const Checked& checked) {
    auto& desk = call.service<ConnectorDesk>();
    need_partner(tx, request.partner_id);
    const auto secret = crypto::random_token(24, tx.random());
    const auto hash = crypto::sha256(secret);
    desk.tokens().drop(breaker_key(tx.partition(), request.partner_id));
    auto& writer = tx.bookkeeping();
    writer.write(1,
                 "insert into partner_credentials (partition, partner_id, sealed, callback_secret, stored_at) values ($1, $2, $3, $4, $5) "
                 "on conflict (partition, partner_id) do update set sealed = excluded.sealed, callback_secret = excluded.callback_secret, stored_at = excluded.stored_at",
                 {request.partner_id, desk.seal_credentials(request.partner_id, checked.credentials), desk.seal_text(request.partner_id, secret), tx.now().machine});
    writer.write(1, "insert into partner_callbacks (partition, secret_hash, partner_id) values ($1, $2, $3)",
                 {store::Bytes(hash.begin(), hash.end()), request.partner_id});
    CredentialsStored stored{request.partner_id, {}, checked.tested, desk.callback_url(request.partner_id, secret), tx.now().machine};
    for (const auto& [name, value] : checked.credentials) stored.names.emplace_back(name);
    return Reply(std::move(stored)).with_status(201).shown_once();
}

Result<PartnerOffer> ask_rates(const Call& call, const RatesTest& request) {
    auto& desk = call.service<ConnectorDesk>();
    connectors::Job job;
    bool there = false;
    desk.store().look(call.partition, [&](store::Read& read) {
        there = find_partner(read, request.partner_id).has_value();
        job.ready_at = request.ready_at.value_or(read.now().business);
        job.scheduled = job.ready_at > read.now().business + std::chrono::hours(1);
    });
    if (!there) return refuse(reasons::not_found, "There is no such partner.");
    job.delivery_id = job.tracking_number = "rates-test";
    const auto visit = [](const Location& at, const auto& address) {
        connectors::Visit made;
        made.lat = at.lat, made.lon = at.lon;
        if (address) made.address.text = *address;
        return made;
    };
    job.pickup = visit(request.pickup, request.pickup_address), job.dropoff = visit(request.dropoff, request.dropoff_address);
    job.items.emplace_back().weight_g = request.weight.value;
    job.weight_g = request.weight.value, job.service_level = schema::wire_name(request.service_level);
    return desk.sample(call.partition, job, request.partner_id);
}

Result<Reply<QuoteView>> show_rates(store::Tx&, const Call&, const RatesTest&, const PartnerOffer& offer) { return view_of(offer); }

Result<std::vector<Inquiry>> ask_for_delivery(const Call& call, const BookDelivery& request) {
    auto& desk = call.service<ConnectorDesk>();
    std::vector<Inquiry> inquiries;
    bool there = false, known = true;
    desk.store().look(call.partition, [&](store::Read& read) {
        inquiries.clear();
        const auto row = find_delivery(read, request.delivery_id);
        there = row.has_value();
        if (request.partner_id) known = find_partner(read, *request.partner_id).has_value();
        if (!row) return;
        const auto leg = std::ranges::find_if(row->lifecycle.legs, [&](const Leg& one) { return is_plannable(row->lifecycle, one); });
        InquiryFilter filter;
        if (request.partner_id) filter = {std::vector{*request.partner_id}, true};
        if (leg != row->lifecycle.legs.end()) inquiries = desk.inquiries(read, {{row->id, leg->id}}, filter);
    });
    if (!there) return refuse(reasons::not_found, "There is no such delivery.");
    if (!known) return refuse(reasons::invalid, "There is no such partner.", {{"#/partner_id", "unknown", "no such partner"}});
    desk.ask(call.partition, inquiries);
    return inquiries;
}

Result<Reply<BookingView>> book_delivery(store::Tx& tx, const Call& call, const BookDelivery& request, const std::vector<Inquiry>& asked) {
    auto& desk = call.service<ConnectorDesk>();
    dispatch::Board board(tx, desk.dispatch());
    auto* row = booking_calls::lock(board, request.delivery_id);
    if (!row) return refuse(reasons::not_found, "There is no such delivery.");
    const auto leg = std::ranges::find_if(row->lifecycle.legs, [&](const Leg& one) { return is_plannable(row->lifecycle, one); });
    if (leg == row->lifecycle.legs.end()) return refuse(reasons::leg_not_free, "Nothing of it can be given to a partner now.");
    if (!asked.empty() && asked.front().leg_id != leg->id) throw store::Moved{};
    const auto offers = asked.empty() ? std::vector<PartnerOffer>{} : asked.front().offers;
    BookingView view;
    for (const auto& offer : offers) view.considered.push_back(view_of(offer));
    const auto* best = ConnectorDesk::best(offers);
    if (!best) {
        Error error{&no_offer, "Of " + std::to_string(offers.size()) + " partners none takes it.", {}, {}};
        error.extras["considered"] = schema::to_json(view.considered);
        return std::unexpected(std::move(error));
    }
    if (!need_partner(tx, best->partner_id).enabled) return refuse(reasons::conflict, "The partner is disabled.");
    const auto id = booking_calls::book(board, *row, leg->id, *best, request.partner_id ? "asked for by name" : "the best quote");
    for (const auto& offer : offers)
        desk.keep(tx, *row, offer.booking_id == id ? std::optional(id) : std::nullopt, offer.partner_id, offer.exchanges);
    const auto& booking = *row->lifecycle.booking(id);
    view.booking_id = id, view.delivery_id = row->id, view.partner_id = booking.partner_id, view.assignment_id = booking.assignment_id;
    view.state = name_of(booking.state);
    return Reply(std::move(view)).with_status(201);
}

Result<Reply<Payloads>> list_payloads(store::Read& read, const Call& call, const ListPayloads& request) {
    const auto row = find_delivery(read, request.delivery_id);
    if (!row) return refuse(reasons::not_found, "There is no such delivery.");
    Payloads list;
    for (const auto& found : read.query("select partner_id, booking_id, at, operation, status, took_ms, sealed from partner_payloads "
                                        "where partition = $1 and delivery_id = $2 order by id desc limit 200",
                                        {row->id})) {
        PayloadView view{found[0].id<Partner>(), {}, found[2].instant(), found[3].text(), found[4].integer(), found[5].integer(), {}};
        if (!found[1].null()) view.booking_id = found[1].id<Booking>();
        const auto plain = open_for(read, call.service<ConnectorDesk>().vault(), row->recipient_id, found[6].bytes());
        if (!plain) continue;  // erased
        view.exchange = schema::parse_json(*plain).value_or(Json());
        list.data.push_back(std::move(view));
    }
    Reply<Payloads> reply(std::move(list));
    reply.no_store = true;
    return reply;
}

}  // namespace

Endpoints connector_endpoints() {
    Endpoints all{
        prepares("POST /v1/lastmile/partners/{partnerId}/credentials", "partners:write", check_credentials, store_credentials,
                 {.summary = "Store a partner's credentials",
                  .tag = "Partners",
                  .description = "Tried with the partner first, then sealed. They are never shown again; storing anew rotates them: calls from then on use the new ones.",
                  .refuses = {reasons::not_found, partner_refuses},
                  .status = 201}),
        prepares("POST /v1/lastmile/partners/{partnerId}/rates/test", "partners:read", ask_rates, show_rates,
                 {.summary = "Ask a partner for a sample price", .tag = "Partners", .refuses = {reasons::not_found}, .keyless = true}),
        prepares("POST /v1/lastmile/deliveries/{deliveryId}/bookings", "plans:write", ask_for_delivery, book_delivery,
                 {.summary = "Give a delivery to a partner",
                  .tag = "Deliveries",
                  .description = "Asks for quotes at once, then writes the intent; the call follows. Its steps are booking events on the delivery's timeline. A partner that "
                                 "rejects or fails before the pickup is followed by the next.",
                  .refuses = {reasons::not_found, reasons::leg_not_free, no_offer, reasons::conflict, reasons::cancel_wished},
                  .status = 201}),
        reads("GET /v1/lastmile/deliveries/{deliveryId}/partner-payloads", "audit:read", list_payloads,
              {.summary = "Raw exchanges with partners", .tag = "Deliveries", .refuses = {reasons::not_found}}),
    };
    for (auto* more : {callback_endpoints, performance_endpoints, sandbox_partner_endpoints, settlement_endpoints})
        for (auto& endpoint : more()) all.push_back(std::move(endpoint));
    return all;
}

}  // namespace lastmile
